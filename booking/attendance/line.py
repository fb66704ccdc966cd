"""The line of those who came: tickets, turns, and who is behind whom.

Everybody's turn is the time of her slot, in the order of tickets. Who comes late, or did not hear
her call, goes behind so many who wait (`Policy.late_moves_back`).
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from booking.models import Appointment, AppointmentState, Slot, Tickets
from booking.policy import Policy
from core.clock import beijing_date, beijing_moment
from core.db import Session

TICKET = timedelta(milliseconds=1)
"""Turns of one time differ by this much a ticket; a day has fewer tickets than a minute has."""

JUST_AFTER = timedelta(microseconds=1)


def next_ticket(session: Session, *, clinic_id: str, day: date) -> int:
    """Return the next queue number of a clinic on a day; numbers have no gaps and no twins."""
    first = postgresql.insert(Tickets).values(clinic_id=clinic_id, day=day, last_number=1)
    drawn = first.on_conflict_do_update(
        index_elements=[Tickets.clinic_id, Tickets.day],
        set_={"last_number": Tickets.last_number + 1},
    ).returning(Tickets.last_number)
    return session.scalars(drawn).one()


def turn(
    session: Session, *, clinic_id: str, number: int, due_at: datetime, now: datetime,
    policy: Policy,
) -> datetime:  # fmt: skip
    """Return the turn of who checks in now: when she is due, or behind others if she is late."""
    in_time = due_at + number * TICKET
    if now <= due_at + timedelta(minutes=policy.late_after_minutes):
        return in_time
    return behind(session, clinic_id=clinic_id, own=in_time, now=now, policy=policy)


def behind(
    session: Session, *, clinic_id: str, own: datetime, now: datetime, policy: Policy
) -> datetime:
    """Return a turn behind so many who wait now, or behind all of them if they are fewer."""
    turns = session.scalars(
        sa.select(Appointment.queued_at)
        .join(Slot, Slot.id == Appointment.slot_id)
        .where(*waits_on(clinic_id, beijing_date(now)))
        .order_by(Appointment.queued_at, Appointment.queue_number)
        .limit(policy.late_moves_back)
    ).all()
    last = turns[-1] if turns else None
    return own if last is None else max(own, last + JUST_AFTER)


def waits_on(clinic_id: str, day: date) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of the appointments, joined to slots, that wait in a clinic's line."""
    return [*in_line_on(clinic_id, day), Appointment.state == AppointmentState.CHECKED_IN]


def in_line_on(clinic_id: str, day: date) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of the appointments, joined to slots, of a clinic on a day."""
    return in_lines_on([clinic_id], day)


def in_lines_on(clinic_ids: Collection[str], day: date) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of the slots of clinics on a day (Beijing)."""
    return between(clinic_ids, day, day)


def between(clinic_ids: Collection[str], first: date, last: date) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of the slots of clinics between two days (Beijing), both included."""
    return [
        Slot.clinic_id.in_(clinic_ids),
        Slot.starts_at >= beijing_moment(first),
        Slot.starts_at < beijing_moment(last + timedelta(days=1)),
    ]
