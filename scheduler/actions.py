"""What others may do with reminders: plan, claim, record; note events; settle a call."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from accounts.audit import record as audit
from accounts.rules import Actor
from core.db import Session, changed
from scheduler.channels import ledger
from scheduler.channels.purse import SAVED
from scheduler.letters.claiming import claim, take
from scheduler.letters.recording import Outcome, erase_reports, note_delivery, record
from scheduler.letters.writing import Letter
from scheduler.models import Letter as LetterRow
from scheduler.models import Reminder, ReminderState
from scheduler.plans import plan
from scheduler.rules import KEPT
from wechat.push import ConsentChange

__all__ = [
    "Letter", "Outcome", "claim", "erase_old", "erase_reports", "note_consents", "note_delivery",
    "plan", "reached_again", "record", "settle_call", "take",
]  # fmt: skip

ERASED_AT_ONCE = 5_000


def note_consents(
    session: Session,
    *,
    appid: str,
    openid: str,
    changes: Sequence[ConsentChange],
    is_popup: bool,
    now: datetime,
) -> None:
    """Write down what she allowed or refused; what could not reach her is tried again after a yes.

    `is_popup`: she was asked; else it is from her phone's list of notices.
    """
    person_id = ledger.note_consents(
        session, appid=appid, openid=openid, changes=changes, is_popup=is_popup, now=now
    )
    if person_id is not None and any(each.accepted for each in changes):
        reached_again(session, person_id=person_id, now=now)


def settle_call(
    session: Session, *, hospital_id: str, person_id: str, actor: Actor, now: datetime
) -> int:
    """Write down that a person of the hospital has told her what no channel could; say how much."""
    told = changed(
        session,
        sa.update(Reminder)
        .where(
            Reminder.person_id == person_id, Reminder.hospital_id == hospital_id,
            Reminder.state == ReminderState.UNDELIVERABLE,
        )
        .values(state=ReminderState.TOLD, settled_at=now, listed_at=None),
    )  # fmt: skip
    if told:
        audit(
            session, actor=actor, act="reminders_told",
            subject_kind="person", subject_id=person_id, hospital_id=hospital_id, now=now,
        )  # fmt: skip
    return told


def reached_again(session: Session, *, person_id: str, now: datetime) -> int:
    """Let what could not reach her be tried again, as far as it is not too late; say how much.

    Call it when something opened: she follows again, or allowed a template. What waited because a
    consent was kept for something else is looked at again as well.
    """
    saved = sa.update(Reminder).where(
        Reminder.person_id == person_id, Reminder.settled_at.is_(None),
        Reminder.state == ReminderState.PENDING, Reminder.reason == SAVED,
    )  # fmt: skip
    session.execute(saved.values(next_at=now))
    return changed(
        session,
        sa.update(Reminder)
        .where(
            Reminder.person_id == person_id, Reminder.state == ReminderState.UNDELIVERABLE,
            Reminder.too_late_at > now,
        )
        .values(
            state=ReminderState.PENDING, next_at=now, reason=None, attempts=0, tried=[],
            letter_id=None, settled_at=None, listed_at=None,
        ),
    )  # fmt: skip


def erase_old(session: Session, *, now: datetime) -> int:
    """Erase what was said longer ago than it is kept, some thousand at once; say how many."""
    old = sa.select(Reminder.id).where(Reminder.due_at < now - KEPT).limit(ERASED_AT_ONCE)
    erased = changed(session, sa.delete(Reminder).where(Reminder.id.in_(old)))
    carried = sa.exists().where(
        Reminder.person_id == LetterRow.person_id, Reminder.letter_id == LetterRow.id
    )
    letters = (
        sa.select(LetterRow.id)
        .where(LetterRow.claimed_at < now - KEPT, ~carried)
        .limit(ERASED_AT_ONCE)
    )
    return erased + changed(session, sa.delete(LetterRow).where(LetterRow.id.in_(letters)))
