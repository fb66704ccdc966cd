"""Receipts of pushes: the same push again gets the answer of the first, and does nothing."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from conversation.models import Conversation, Receipt
from conversation.rules import RECEIPT_KEPT
from core.db import Session, changed, claim


def take_in(session: Session, *, appid: str, dedup_key: str, now: datetime) -> bool:
    """Say whether this push is new, writing its receipt.

    A twin that arrives while the first is still being answered waits here for that transaction:
    the unique key makes it so. If the first fails, the twin takes its place.
    """
    return claim(
        session,
        postgresql.insert(Receipt)
        .values(appid=appid, dedup_key=dedup_key, received_at=now)
        .on_conflict_do_nothing(),
    )


def settle(session: Session, *, appid: str, dedup_key: str, answer: str | None) -> None:
    """Keep what a push was answered with; None for silence."""
    session.execute(
        sa.update(Receipt)
        .where(Receipt.appid == appid, Receipt.dedup_key == dedup_key)
        .values(answer=answer),
        execution_options={"synchronize_session": False},
    )


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
