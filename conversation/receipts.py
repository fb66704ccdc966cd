"""Receipts of pushes: the same push again gets the answer of the first, and does nothing."""

from datetime import datetime

import sqlalchemy as sa

from conversation.models import Conversation, Receipt
from conversation.rules import RECEIPT_KEPT
from core.crypto import ring
from core.db import Session, changed, rows

TAKE_IN = """
insert into receipt (appid, dedup_key, received_at)
values (%(appid)s, %(dedup_key)s, %(now)s)
on conflict do nothing returning true
"""

SETTLE = """
update receipt set answer = %(answer)s
where appid = %(appid)s and dedup_key = %(dedup_key)s returning true
"""


def take_in(session: Session, *, appid: str, dedup_key: str, now: datetime) -> bool:
    """Say whether this push is new, writing its receipt.

    A twin that arrives while the first is still being answered waits here for that transaction:
    the unique key makes it so. If the first fails, the twin takes its place.
    """
    return bool(rows(session, TAKE_IN, {"appid": appid, "dedup_key": dedup_key, "now": now}))


def settle(session: Session, *, appid: str, dedup_key: str, answer: str | None) -> None:
    """Keep what a push was answered with; None for silence, which a receipt says by itself."""
    if answer is None:
        return
    sealed = ring().seal(answer, column="receipt.answer")
    rows(session, SETTLE, {"appid": appid, "dedup_key": dedup_key, "answer": sealed})


def answer_of(session: Session, *, appid: str, dedup_key: str) -> str | None:
    """Return what a push was answered with; None for silence."""
    return session.scalar(
        sa.select(Receipt.answer).where(Receipt.appid == appid, Receipt.dedup_key == dedup_key)
    )


def erase_old(session: Session, *, now: datetime) -> int:
    """Erase receipts and the bot's unanswered questions that outlived their use; say how many."""
    receipts = changed(session, sa.delete(Receipt).where(Receipt.received_at < now - RECEIPT_KEPT))
    questions = changed(
        session,
        sa.update(Conversation)
        .where(Conversation.awaiting_until <= now)
        .values(awaiting=None, awaiting_until=None),
    )
    return receipts + questions
