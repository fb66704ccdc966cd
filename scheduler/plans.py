"""Looking down for what has something to say: rows are written a little ahead, each once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from booking.models import Appointment, AppointmentState, Slot
from core.clock import BEIJING, beijing_date
from core.db import Session, changed
from core.ids import new_id
from handbook.care.schedule import Anchor, load
from handbook.models import Pregnancy, PregnancyState
from handbook.queries import items_of
from handbook.timeline import Item
from scheduler.models import Reminder, ReminderKind, ReminderState
from scheduler.rules import APPOINTMENT_HOUR, appointment_due, window_due

AHEAD = timedelta(days=2)
"""How far ahead rows are written: enough for a stop over a night, little to undo."""

BEHIND_DAYS = 7
"""Windows that opened while the worker was down are still told for this long."""

BATCH = 1000


@dataclass(frozen=True)
class Spoken:
    """When a reminder is due, from when it is too late, and when it was planned."""

    due_at: datetime
    too_late_at: datetime
    planned_at: datetime


def plan(session: Session, *, now: datetime) -> int:
    """Write the reminders that are due soon and not yet written; say how many."""
    return plan_appointments(session, now=now) + plan_windows(session, now=now)


def plan_appointments(session: Session, *, now: datetime) -> int:
    """Write reminders of coming appointments; the occasion is the appointment at its hour."""
    rows = session.execute(
        sa.select(Appointment, Slot)
        .join(Slot, Slot.id == Appointment.slot_id)
        .where(
            Appointment.state == AppointmentState.BOOKED,
            sa.func.lower(Appointment.during) > now,
            sa.func.lower(Appointment.during) <= now + AHEAD,
            # One made after the usual hour was confirmed on the spot.
            Appointment.booked_at < _usual_hour(),
            ~sa.exists().where(
                Reminder.subject_id == Appointment.id,
                Reminder.kind == ReminderKind.APPOINTMENT,
            ),
        )
        .limit(BATCH)
    )
    return _write(
        session,
        (
            _row(
                ReminderKind.APPOINTMENT,
                appointment,
                occasion=f"{appointment.id}@{slot.starts_at:%Y%m%d%H%M}",
                spoken=Spoken(appointment_due(slot.starts_at), slot.starts_at, now),
            )
            for appointment, slot in rows
        ),
    )


def plan_windows(session: Session, *, now: datetime) -> int:
    """Write reminders of care windows that open; those of one day are one message.

    A window that was open when the handbook began was told in the chat at that moment.
    """
    today = beijing_date(now)
    ahead = today + AHEAD
    written = 0
    for schedule in session.scalars(sa.select(Pregnancy.schedule).distinct()):
        days = _opening_days(schedule)
        pregnancies = session.scalars(
            sa.select(Pregnancy).where(
                Pregnancy.state == PregnancyState.ONGOING,
                Pregnancy.schedule == schedule,
                Pregnancy.last_period_day.in_(
                    ahead - timedelta(days=step + offset)
                    for offset in days
                    for step in range(BEHIND_DAYS + AHEAD.days + 1)
                ),
            )
        ).all()
        for start in range(0, len(pregnancies), BATCH):
            batch = pregnancies[start : start + BATCH]
            written += _write(session, _window_rows(batch, today=today, now=now))
    return written


def opening(pregnancy: Pregnancy, *, from_day: date) -> list[Item]:
    """Return the items of a pregnancy that are reminded of and open on this day."""
    return [
        item
        for item in items_of(pregnancy, today=from_day)
        if item.is_reminded and item.from_day == from_day
    ]


def _usual_hour() -> sa.ColumnElement[datetime]:
    """Return `appointment_due` of an appointment, for the database."""
    day = sa.func.date_trunc("day", sa.func.lower(Appointment.during), BEIJING.key)
    return day - (timedelta(days=1) - timedelta(hours=APPOINTMENT_HOUR))


def _opening_days(schedule: str) -> set[int]:
    return {
        item.opens.days
        for item in load(schedule).items
        if item.anchor is Anchor.LAST_PERIOD and item.is_reminded
    }


def _window_rows(
    pregnancies: Iterable[Pregnancy], *, today: date, now: datetime
) -> Iterable[dict[str, Any]]:
    for pregnancy in pregnancies:
        opened_day = beijing_date(pregnancy.opened_at)
        soon = [
            item
            for item in items_of(pregnancy, today=today)
            if item.is_reminded
            and max(opened_day, today - timedelta(days=BEHIND_DAYS)) < item.from_day
            and item.from_day <= today + AHEAD
        ]
        for from_day, together in groupby(soon, key=lambda item: item.from_day):
            closes = min(item.to_day for item in together)
            too_late_at = window_due(closes + timedelta(days=1))
            yield _row(
                ReminderKind.CARE_WINDOW,
                pregnancy,
                occasion=f"{pregnancy.id}/{pregnancy.last_period_day}/{from_day}",
                spoken=Spoken(window_due(from_day), too_late_at, now),
            )


def _row(
    kind: ReminderKind, owner: Appointment | Pregnancy, *, occasion: str, spoken: Spoken
) -> dict[str, Any]:
    return {
        "id": new_id("rem", now=spoken.planned_at), "kind": kind, "person_id": owner.person_id,
        "hospital_id": owner.hospital_id, "subject_id": owner.id, "occasion": occasion,
        "due_at": spoken.due_at, "too_late_at": spoken.too_late_at,
        "state": ReminderState.PENDING, "planned_at": spoken.planned_at,
    }  # fmt: skip


def _write(session: Session, rows: Iterable[dict[str, Any]]) -> int:
    values = list(rows)
    if not values:
        return 0
    return changed(session, postgresql.insert(Reminder).values(values).on_conflict_do_nothing())
