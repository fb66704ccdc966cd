"""What will be said: to one person, word for word; of a whole hospital, in numbers.

Nothing is written. The planner and the truth of the worker answer, so that nothing differs.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain

import sqlalchemy as sa

from booking.models import Appointment, AppointmentState
from core.clock import beijing_date
from core.db import Session
from handbook.models import Pregnancy, PregnancyState
from handbook.models_lives import Child, ChildState, Guardian
from scheduler.candidates import (
    Candidate,
    Days,
    appointment_point,
    of_appointments,
    of_care,
    of_stages,
)
from scheduler.channels.outlets import Outlets
from scheduler.letters.composing import Draft, Ready, pieces_of
from scheduler.letters.facts import Due, Facts, Lived, gather, lives_of
from scheduler.letters.truth import Later, Untrue, truth
from scheduler.models import Reminder, ReminderKind, ReminderState
from scheduler.speech.documents import Step
from scheduler.speech.editions import current
from scheduler.speech.planner import Due as Planned
from scheduler.speech.planner import plans
from scheduler.speech.points import Point, Traits, care_point, points_of

MOST_DAYS = 400
"""Nobody looks further ahead than a pregnancy and its weeks after birth."""

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
    today = beijing_date(now)
    to_day = today + min(days, MOST_DAYS) * DAY
    planned = [
        (subject_id, one)
        for subject_id, since, points in _points(session, person_id, today - DAY, to_day)
        for one in plans(current(), points, since=since, today=today, to_day=to_day)
    ]
    written = _written(session, person_id)
    due = [_due(one, subject_id, person_id, hospital_id) for subject_id, one in planned]
    facts = gather(session, due, outlets=outlets, now=now) if due else None
    found = [
        line
        for each, (_, plan) in zip(due, planned, strict=True)
        if facts is not None
        and written.get((each.rule, each.occasion), ("", True))[1]
        and (line := _line(each, plan, facts, written)) is not None
    ]
    return sorted(found, key=lambda one: (one.due_at, one.rule, one.subject_id))


def load_ahead(
    session: Session, *, hospital_id: str, from_day: date, days: int
) -> Counter[tuple[date, ReminderKind]]:
    """Return how much falls due in a hospital on each day, by kind, whatever becomes of it.

    Costs a pass over everybody who reaches something on these days.
    """
    edition, to_day = current(), from_day + (days - 1) * DAY
    span = Days(from_day, to_day)
    candidates = chain(
        of_care(session, edition, span), of_stages(session, edition, span),
        of_appointments(session, span, lead=1),
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


def _points(
    session: Session, person_id: str, from_day: date, to_day: date
) -> Iterator[tuple[str, datetime | None, list[Point]]]:
    """Yield each life and appointment of a person: its id, since when it is known, its points."""
    hers = sa.select(Pregnancy.id).where(
        Pregnancy.person_id == person_id, Pregnancy.state != PregnancyState.ENDED
    )
    children = (
        sa.select(Child.id)
        .join(Guardian, Guardian.child_id == Child.id)
        .where(
            Guardian.person_id == person_id, Guardian.until_at.is_(None),
            Child.state == ChildState.LIVING,
        )
    )  # fmt: skip
    ids = [*session.scalars(hers), *session.scalars(children)]
    for subject_id, lived in lives_of(session, ids).items():
        if lived.over is None:
            found = [*points_of(lived.life, from_day=from_day, to_day=to_day), *_planned(lived)]
            yield subject_id, lived.life.since, found
    booked = sa.select(Appointment).where(
        Appointment.person_id == person_id, Appointment.state == AppointmentState.BOOKED
    )
    for one in session.scalars(booked):
        if (starts_at := one.during.lower) is not None:
            point = appointment_point(
                Step.NEAR, traits=Traits(booked_through=one.channel), at=starts_at,
                ends_at=starts_at, starts_at=starts_at, booked_at=one.booked_at,
            )  # fmt: skip
            yield one.id, None, [point]


def _planned(lived: Lived) -> Iterator[Point]:
    if lived.plan is not None:
        key, first, last = lived.plan
        edition = lived.life.edition
        yield care_point(Step.OPENS, edition=edition, item_key=key, days=(first, last))


def _written(session: Session, person_id: str) -> dict[tuple[str, str], tuple[str, bool]]:
    """Return, by rule and occasion, the row that was written, and whether it is still to come."""
    hers = sa.select(Reminder.rule, Reminder.occasion, Reminder.id, Reminder.state).where(
        Reminder.person_id == person_id
    )
    return {
        (rule, occasion): (reminder_id, state is ReminderState.PENDING)
        for rule, occasion, reminder_id, state in session.execute(hers)
    }


def _due(one: Planned, subject_id: str, person_id: str, hospital_id: str) -> Due:
    occasion = one.point.occasion(subject_id)
    return Due(
        id=occasion, hospital_id=hospital_id, person_id=person_id, kind=one.rule.kind,
        rule=one.rule.key, edition=current().key, occasion=occasion,
        subject_id=subject_id, item_key=one.point.traits.item_key or None,
        urgency=one.rule.urgency.rank, due_at=one.due_at, too_late_at=one.too_late_at,
        state=ReminderState.PENDING, reason=None, attempts=0, letter_id=None, tried=(),
    )  # fmt: skip


def _line(
    due: Due, plan: Planned, facts: Facts, written: dict[tuple[str, str], tuple[str, bool]]
) -> Coming | None:
    told = truth(due, rule=plan.rule, facts=facts)
    if isinstance(told, Untrue | Later):
        return None
    draft = Draft([Ready(due, plan.rule, told)], None)
    wording = facts.wordings.get((due.hospital_id, due.rule))
    row = written.get((due.rule, due.occasion))
    return Coming(
        rule=due.rule, kind=due.kind, due_at=due.due_at, subject_id=due.subject_id,
        item_key=due.item_key, why_now=plan.rule.why_now,
        pieces=pieces_of(draft, wording=None if wording is None else wording.pieces),
        reminder_id=None if row is None else row[0],
    )  # fmt: skip
