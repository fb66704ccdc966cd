"""What time does to appointments: long holds are let go, days that are over are closed."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from accounts.audit import PROGRAM
from booking.attendance import missed
from booking.models import LIVE, Appointment, AppointmentState
from booking.release.freeing import let_go
from booking.steps import By, take
from core.clock import beijing_date, beijing_moment
from core.db import Session

AT_ONCE = 500
"""Appointments one sweep takes; the next one takes the rest."""


def expire_holds(session: Session, *, now: datetime) -> int:
    """Let go of what was held too long, offers of the waiting list too; return how many."""
    over = session.scalars(
        sa.select(Appointment)
        .where(Appointment.state == AppointmentState.HELD, Appointment.expires_at <= now)
        .order_by(Appointment.slot_id, Appointment.share, Appointment.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    by = By(PROGRAM, "hold_over", now)
    for held in over:
        let_go(session, appointment=held, after=AppointmentState.EXPIRED, by=by, values={})
    return len(over)


def sweep_no_shows(session: Session, *, now: datetime) -> int:
    """Close the days that are over and that no desk has closed; return how many did not come."""
    over = session.scalars(
        sa.select(Appointment)
        .where(
            sa.text(LIVE),
            Appointment.state != AppointmentState.HELD,
            sa.func.lower(Appointment.during) < beijing_moment(beijing_date(now)),
        )
        .order_by(Appointment.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    return len(close(session, over=over, by=By(PROGRAM, "day_over", now)))


def close(session: Session, *, over: Collection[Appointment], by: By) -> list[Appointment]:
    """Close visits whose day is over, held by the caller; return those nobody came to.

    Who was booked and did not come is marked as missed. Who came and was never closed counts as
    seen: a small clinic may call nobody.
    """
    missing = [one for one in over if one.state is AppointmentState.BOOKED]
    for appointment in missing:
        take(session, appointment=appointment, after=AppointmentState.NO_SHOW, by=by, values={})
        missed.note_missed(session, appointment=appointment)
    for appointment in set(over) - set(missing):
        take(session, appointment=appointment, after=AppointmentState.SEEN, by=by, values={})
        missed.note_kept(session, appointment=appointment, by=by)
    return missing
