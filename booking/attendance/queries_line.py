"""Who stands in a clinic's line, and how many are before somebody."""

from datetime import date

import sqlalchemy as sa

from booking.attendance.line import in_line_on, waits_on
from booking.models import Appointment, AppointmentState, Slot
from booking.models_supply import Clinic
from booking.queries import Booked
from core.clock import beijing_date
from core.db import Session

PRESENT = (AppointmentState.CALLED, AppointmentState.CHECKED_IN)


def line_of_clinic(
    session: Session, *, hospital_id: str, clinic_id: str, day: date
) -> list[Booked]:
    """Return who is called, then who waits, in the order of their turns."""
    found = session.execute(
        sa.select(Appointment, Slot, Clinic)
        .join(Slot, Slot.id == Appointment.slot_id)
        .join(Clinic, Clinic.id == Slot.clinic_id)
        .where(*in_line_on(clinic_id, day), Appointment.state.in_(PRESENT))
        .where(Appointment.hospital_id == hospital_id)
        .order_by(
            Appointment.state != AppointmentState.CALLED, Appointment.queued_at,
            Appointment.queue_number,
        )
    )  # fmt: skip
    return [Booked(appointment, slot, clinic) for appointment, slot, clinic in found]


def before_you(session: Session, *, held: Booked) -> int:
    """Return how many who wait in the same line are before somebody who has checked in."""
    appointment, slot = held.appointment, held.slot
    turn = sa.tuple_(Appointment.queued_at, Appointment.queue_number)
    hers = sa.tuple_(
        sa.literal(appointment.queued_at, Appointment.queued_at.type),
        sa.literal(appointment.queue_number, Appointment.queue_number.type),
    )
    before = (
        sa.select(sa.func.count())
        .select_from(Appointment)
        .join(Slot, Slot.id == Appointment.slot_id)
        .where(*waits_on(slot.clinic_id, beijing_date(slot.starts_at)), turn < hers)
    )
    return session.scalar(before) or 0
