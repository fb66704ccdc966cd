"""What falls due to people in the days ahead, whatever becomes of it."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from booking.models import Appointment, AppointmentState
from core.clock import beijing_date
from core.db import Session
from handbook.models import Pregnancy, PregnancyState
from handbook.models_lives import Child, ChildState, Guardian
from scheduler.candidates import appointment_point
from scheduler.letters.facts import Due, Lived, lives_of
from scheduler.models import ReminderState
from scheduler.speech.documents import Step
from scheduler.speech.editions import current
from scheduler.speech.holidays import around
from scheduler.speech.planner import Due as Planned
from scheduler.speech.planner import days_ahead, plans
from scheduler.speech.points import EDGES, Point, Traits, care_point, points_of

MOST_DAYS = 400
"""Nobody looks further ahead than a pregnancy and its weeks after birth."""

DAY = timedelta(days=1)


def foreseen_of(
    session: Session, people: Mapping[str, str], *, days: int, now: datetime
) -> list[tuple[Due, Planned]]:
    """Return what falls due to people within some days, whatever becomes of it, in no order.

    `people` is hospital by person. Costs five statements, however many they are.
    """
    today = beijing_date(now)
    to_day = today + min(days, MOST_DAYS) * DAY
    ahead = max((-days for _, days in days_ahead(current(), EDGES)), default=0)
    from_day, last_day = around(today - DAY, to_day + ahead * DAY)
    return [
        (_due(one, subject_id, person_id, people[person_id]), one)
        for person_id, subject_id, since, points in _points(session, people, from_day, last_day)
        for one in plans(current(), points, since=since, today=today, to_day=to_day)
    ]


def _points(
    session: Session, people: Mapping[str, str], from_day: date, to_day: date
) -> Iterator[tuple[str, str, datetime | None, list[Point]]]:
    """Yield each life and appointment: whose, its id, since when it is known, its points."""
    pregnancies = sa.select(Pregnancy.id, Pregnancy.person_id).where(
        Pregnancy.person_id.in_(people), Pregnancy.state != PregnancyState.ENDED
    )
    children = (
        sa.select(Child.id, Guardian.person_id)
        .join(Guardian, Guardian.child_id == Child.id)
        .where(
            Guardian.person_id.in_(people), Guardian.until_at.is_(None),
            Child.state == ChildState.LIVING,
        )
    )  # fmt: skip
    owners = [*session.execute(pregnancies), *session.execute(children)]
    lives = lives_of(session, {subject_id for subject_id, _ in owners})
    for subject_id, person_id in owners:
        lived = lives[subject_id]
        if lived.over is None:
            found = [*points_of(lived.life, from_day=from_day, to_day=to_day), *planned(lived)]
            yield person_id, subject_id, lived.life.since, found
    booked = sa.select(Appointment).where(
        Appointment.person_id.in_(people), Appointment.state == AppointmentState.BOOKED
    )
    for one in session.scalars(booked):
        if (starts_at := one.during.lower) is not None:
            point = appointment_point(
                Step.NEAR, traits=Traits(booked_through=one.channel), at=starts_at,
                ends_at=starts_at, starts_at=starts_at, booked_at=one.booked_at,
            )  # fmt: skip
            yield one.person_id, one.id, None, [point]


def planned(lived: Lived) -> Iterator[Point]:
    """Yield the point of a child's next visit, if clinicians chose a plan for it."""
    if lived.plan is not None:
        key, first, last = lived.plan
        edition = lived.life.edition
        yield care_point(Step.OPENS, edition=edition, item_key=key, days=(first, last))


def _due(one: Planned, subject_id: str, person_id: str, hospital_id: str) -> Due:
    occasion = one.point.occasion(subject_id)
    return Due(
        id=occasion, hospital_id=hospital_id, person_id=person_id, kind=one.rule.kind,
        rule=one.rule.key, edition=current().key, occasion=occasion,
        subject_id=subject_id, item_key=one.point.traits.item_key or None,
        urgency=one.rule.urgency.rank, due_at=one.due_at, too_late_at=one.too_late_at,
        state=ReminderState.PENDING, reason=None, attempts=0, letter_id=None, tried=(),
    )  # fmt: skip
