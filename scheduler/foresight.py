"""What will be said: to one person, word for word; of a whole hospital, in numbers.

Nothing is written. The planner and the truth of the worker answer, so that nothing differs.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain

import sqlalchemy as sa

from core.clock import beijing_date
from core.db import Session
from scheduler.candidates import (
    Candidate,
    Days,
    of_appointments,
    of_care,
    of_stages,
)
from scheduler.channels.outlets import Outlets
from scheduler.letters.composing import Draft, Ready, pieces_of
from scheduler.letters.facts import Due, Facts, gather
from scheduler.letters.foreseeing import foreseen_of
from scheduler.letters.truth import Later, Untrue, truth
from scheduler.models import Reminder, ReminderKind, ReminderState
from scheduler.speech.editions import current
from scheduler.speech.holidays import around
from scheduler.speech.planner import Due as Planned
from scheduler.speech.planner import lead, plans

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Coming:
    """Something that will be said, as things stand: when, by which rule, in which words.

    `reminder_id` is that of the row, once it is planned.
    """

    rule: str
    kind: ReminderKind
    due_at: datetime
    subject_id: str
    item_key: str | None
    pieces: dict[str, str]
    why_now: str
    reminder_id: str | None


def coming(
    session: Session,
    *,
    person_id: str,
    hospital_id: str,
    outlets: Outlets,
    days: int,
    now: datetime,
) -> list[Coming]:
    """Return what will be said to a person within some days, the soonest first.

    What is done, booked or not agreed to is not among it; pauses and the night are not counted.
    """
    foreseen = foreseen_of(session, {person_id: hospital_id}, days=days, now=now)
    written = _written(session, person_id)
    due = [each for each, _ in foreseen]
    facts = gather(session, due, outlets=outlets, now=now) if due else None
    found = [
        line
        for each, plan in foreseen
        if facts is not None
        and written.get((each.rule, each.occasion), ("", True))[1]
        and (line := _line(each, plan, facts, written)) is not None
    ]
    return sorted(found, key=lambda one: (one.due_at, one.rule, one.subject_id))


def due_to(
    session: Session, *, person_id: str, hospital_id: str, days: int, now: datetime
) -> list[Due]:
    """Return what falls due to a person within some days, whatever becomes of it, in no order."""
    foreseen = foreseen_of(session, {person_id: hospital_id}, days=days, now=now)
    return [each for each, _ in foreseen]


def load_ahead(
    session: Session, *, hospital_id: str, from_day: date, days: int
) -> Counter[tuple[date, ReminderKind]]:
    """Return how much falls due in a hospital on each day, by kind, whatever becomes of it.

    Costs a pass over everybody who reaches something on these days.
    """
    edition, to_day = current(), from_day + (days - 1) * DAY
    span, near = Days(from_day, to_day), Days(*around(from_day, to_day))
    candidates = chain(
        of_care(session, edition, near), of_stages(session, edition, span),
        of_appointments(session, span, lead=lead(edition)),
    )  # fmt: skip
    found: Counter[tuple[date, ReminderKind]] = Counter()
    for one in candidates:
        if one.hospital_id == hospital_id:
            found.update(_kinds(one, from_day=from_day, to_day=to_day))
    return found


def _kinds(one: Candidate, *, from_day: date, to_day: date) -> list[tuple[date, ReminderKind]]:
    due = plans(current(), (one.point,), since=one.since, today=from_day, to_day=to_day)
    days = ((beijing_date(each.due_at), each.rule.kind) for each in due)
    return [(day, kind) for day, kind in days if from_day <= day]


def _written(session: Session, person_id: str) -> dict[tuple[str, str], tuple[str, bool]]:
    """Return, by rule and occasion, the row that was written, and whether it is still to come."""
    hers = sa.select(Reminder.rule, Reminder.occasion, Reminder.id, Reminder.state).where(
        Reminder.person_id == person_id
    )
    return {
        (rule, occasion): (reminder_id, state is ReminderState.PENDING)
        for rule, occasion, reminder_id, state in session.execute(hers)
    }


def _line(
    due: Due, plan: Planned, facts: Facts, written: dict[tuple[str, str], tuple[str, bool]]
) -> Coming | None:
    told = truth(due, rule=plan.rule, facts=facts)
    if isinstance(told, Untrue | Later):
        return None
    draft = Draft([Ready(due, plan.rule, told)], None)
    row = written.get((due.rule, due.occasion))
    return Coming(
        rule=due.rule, kind=due.kind, due_at=due.due_at, subject_id=due.subject_id,
        item_key=due.item_key, why_now=plan.rule.why_now,
        pieces=pieces_of(draft, wording=facts.words(due, plan.rule).pieces),
        reminder_id=None if row is None else row[0],
    )  # fmt: skip
