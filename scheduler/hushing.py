"""One thing that is not spoken of again, by a person's wish; and the wish taken back.

The wish is kept as what it does: each reason to speak of the thing is written down as dropped, so
that the planner, which writes every reason once, has nothing left to write. A changed truth (a
moved appointment, corrected dates) is another occasion, and is told.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from accounts.audit import record
from accounts.models import Person
from accounts.rules import Actor
from core.db import Session
from core.errors import NotFound
from core.ids import new_id
from scheduler.foresight import due_to
from scheduler.letters.facts import Due
from scheduler.letters.foreseeing import MOST_DAYS
from scheduler.models import Reminder, ReminderKind, ReminderState

HUSHED = "hushed"

HUSHABLE = frozenset(
    {ReminderKind.APPOINTMENT, ReminderKind.CARE_WINDOW, ReminderKind.CHILD_CARE}
)  # fmt: skip
"""Kinds that speak of one thing more than once."""


def hush(
    session: Session, *, person: Person, reminder_id: str, actor: Actor, now: datetime
) -> None:
    """Speak no more of what a reminder is about: this appointment, or this item of care.

    Raises:
        NotFound: no such reminder, somebody else's, or of a kind that speaks of a thing once.
    """
    said = _reminder_of(session, person_id=person.id, reminder_id=reminder_id)
    coming = due_to(
        session, person_id=person.id, hospital_id=said.hospital_id, days=MOST_DAYS, now=now
    )
    same = (said.subject_id, said.item_key)
    hushed = [_hushed(one, now=now) for one in coming if (one.subject_id, one.item_key) == same]
    if hushed:
        session.execute(postgresql.insert(Reminder).on_conflict_do_nothing(), hushed)
    _change(
        session, said, from_state=ReminderState.PENDING, reason=None,
        values={"state": ReminderState.DROPPED, "reason": HUSHED, "settled_at": now},
    )  # fmt: skip
    _audit(session, actor, "reminder_hushed", said, now=now)


def speak(
    session: Session, *, person: Person, reminder_id: str, actor: Actor, now: datetime
) -> None:
    """Take back that something is not spoken of: what is not too late by now is said in its time.

    Raises:
        NotFound: as above.
    """
    said = _reminder_of(session, person_id=person.id, reminder_id=reminder_id)
    _change(
        session, said, from_state=ReminderState.DROPPED, reason=HUSHED,
        values={"state": ReminderState.PENDING, "reason": None, "settled_at": None,
                "next_at": Reminder.due_at},
    )  # fmt: skip
    _audit(session, actor, "reminder_unhushed", said, now=now)


def may_hush(reminder: Reminder, *, now: datetime) -> bool:
    """Say whether more may be said of what a reminder is about."""
    return reminder.kind in HUSHABLE and reminder.too_late_at > now


def is_hushed(session: Session, *, reminder: Reminder) -> bool:
    """Say whether what a reminder is about is not spoken of by her wish."""
    found = sa.select(Reminder.id).where(*_same(reminder), Reminder.reason == HUSHED)
    return session.scalar(found.limit(1)) is not None


def _reminder_of(session: Session, *, person_id: str, reminder_id: str) -> Reminder:
    found = session.get(Reminder, reminder_id)
    if found is None or found.person_id != person_id or found.kind not in HUSHABLE:
        raise NotFound
    return found


def _same(said: Reminder) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Reminder.person_id == said.person_id,
        Reminder.subject_id == said.subject_id,
        Reminder.item_key.is_not_distinct_from(said.item_key),
        Reminder.kind.in_(HUSHABLE),
    )


def _change(
    session: Session, said: Reminder, *, from_state: ReminderState, reason: str | None,
    values: dict[str, Any],
) -> None:  # fmt: skip
    because = sa.true() if reason is None else Reminder.reason == reason
    session.flush()
    session.execute(
        sa.update(Reminder)
        .where(*_same(said), Reminder.state == from_state, because)
        .values(values)
        .execution_options(synchronize_session=False)
    )


def _hushed(due: Due, *, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id("rem", now=now), "hospital_id": due.hospital_id, "person_id": due.person_id,
        "kind": due.kind, "rule": due.rule, "edition": due.edition, "occasion": due.occasion,
        "subject_id": due.subject_id, "item_key": due.item_key, "urgency": due.urgency,
        "due_at": due.due_at, "next_at": due.due_at, "too_late_at": due.too_late_at,
        "state": ReminderState.DROPPED, "reason": HUSHED, "planned_at": now, "settled_at": now,
    }  # fmt: skip


def _audit(session: Session, actor: Actor, act: str, said: Reminder, *, now: datetime) -> None:
    record(
        session, actor=actor, act=act, subject_kind="person", subject_id=said.person_id,
        hospital_id=said.hospital_id, now=now,
    )  # fmt: skip
