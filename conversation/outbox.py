"""Answers of staff on their way to the phone: claimed, spoken, recorded, each in its own step."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from accounts.models import WechatIdentity
from conversation.models import Delivery, Message
from core.db import Session

LEASE = timedelta(minutes=2)
"""A claimed answer that is not recorded by then may or may not have arrived: staff are told."""

UNKNOWN = "conversation.fate_unknown"
NOT_FOLLOWING = "conversation.not_following"


@dataclass(frozen=True)
class Outgoing:
    """An answer of staff to be spoken now."""

    number: int
    openid: str
    text: str


def claim(session: Session, *, appid: str, limit: int, now: datetime) -> list[Outgoing]:
    """Return answers to speak now, each to one caller only; who does not follow is told to staff.

    Answers whose caller vanished are marked as of unknown fate and never spoken twice.
    """
    session.execute(
        sa.update(Message)
        .where(Message.delivery == Delivery.SENDING, Message.leased_until <= now)
        .values(delivery=Delivery.FAILED, failure=UNKNOWN)
    )
    waiting = session.scalars(
        sa.select(Message)
        .where(Message.delivery == Delivery.PENDING)
        .order_by(Message.number)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    openids = _openids(session, appid, {message.person_id for message in waiting})
    outgoing = []
    for message in waiting:
        if (openid := openids.get(message.person_id)) is None:
            message.delivery, message.failure = Delivery.FAILED, NOT_FOLLOWING
            continue
        message.delivery, message.leased_until = Delivery.SENDING, now + LEASE
        outgoing.append(Outgoing(message.number, openid, message.text))
    return outgoing


def record_sent(session: Session, *, number: int) -> None:
    """Write down that the platform took an answer."""
    _record(session, number, Delivery.SENT, None)


def record_failed(session: Session, *, number: int, failure: str) -> None:
    """Write down why the platform did not take an answer."""
    _record(session, number, Delivery.FAILED, failure)


def _record(session: Session, number: int, delivery: Delivery, failure: str | None) -> None:
    session.execute(
        sa.update(Message)
        .where(Message.number == number)
        .values(delivery=delivery, failure=failure, leased_until=None)
    )


def _openids(session: Session, appid: str, people: set[str]) -> dict[str, str]:
    rows = session.execute(
        sa.select(WechatIdentity.person_id, WechatIdentity.openid).where(
            WechatIdentity.person_id.in_(people),
            WechatIdentity.appid == appid,
            WechatIdentity.unfollowed_at.is_(None),
        )
    )
    return {row.person_id: row.openid for row in rows}
