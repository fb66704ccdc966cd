"""Away for a month: silence while she is, and nothing lost that cannot be made up.

What she books herself is told all the same. What cannot be made up is told before she leaves, or
when she is back; where it would be too late then, a person of the hospital calls.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy.dialects import postgresql

from accounts.models import Family, Person
from accounts.rules import Actor
from core.clock import beijing_date, beijing_moment
from core.db import Session
from core.ids import new_id
from scheduler.letters.facts import Due
from scheduler.letters.foreseeing import foreseen_of
from scheduler.models import Reminder, ReminderState
from scheduler.preferences import be_away
from scheduler.speech.documents import Step


def leave(
    session: Session,
    *,
    person: Person,
    from_day: date,
    until_day: date,
    actor: Actor,
    now: datetime,
) -> int:
    """Write down that a person is away `[from_day, until_day)`; say how much she is told before.

    1. Whatever she did not book herself is silent on these days; an earlier pause ends.
    2. Last calls that would fall into them are due now: each is asked for its truth as ever.

    Raises:
        PauseOver: she would be back before she leaves, or is back already.
    """
    from_at, until_at = beijing_moment(from_day), beijing_moment(until_day)
    be_away(session, person=person, from_at=from_at, until_at=until_at, actor=actor, now=now)
    hospital_id = session.get_one(Family, person.family_id).hospital_id
    days = (until_day - beijing_date(now)).days
    calls = [
        due
        for due, plan in foreseen_of(session, {person.id: hospital_id}, days=days, now=now)
        if plan.rule.step is Step.CLOSES and max(from_at, now) <= due.due_at < until_at
    ]
    if calls:
        _bring_forward(session, calls, now=now)
    return len(calls)


def _bring_forward(session: Session, calls: list[Due], *, now: datetime) -> None:
    """Write last calls before their time; those that were said or dropped stay as they are."""
    written = postgresql.insert(Reminder).values([_row(one, now=now) for one in calls])
    session.execute(
        written.on_conflict_do_update(
            index_elements=["person_id", "rule", "occasion"],
            set_={"due_at": now, "next_at": now},
            where=Reminder.state == ReminderState.PENDING,
        ),
        execution_options={"synchronize_session": False},
    )


def _row(one: Due, *, now: datetime) -> dict[str, Any]:
    return {
        "id": new_id("rem", now=now), "hospital_id": one.hospital_id, "person_id": one.person_id,
        "kind": one.kind, "rule": one.rule, "edition": one.edition, "occasion": one.occasion,
        "subject_id": one.subject_id, "item_key": one.item_key, "urgency": one.urgency,
        "due_at": now, "next_at": now, "too_late_at": one.too_late_at,
        "state": ReminderState.PENDING, "planned_at": now,
    }  # fmt: skip
