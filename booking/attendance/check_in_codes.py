"""The check-in code: what a family shows at the desk, as digits and letters or as a picture.

It is the number of the appointment and a seal over its id and day, short enough to be typed. It
counts on the day of the visit only, for this one appointment: one that was moved has another.
"""

import hmac
import re
from datetime import datetime

import sqlalchemy as sa

from booking.errors import NotTheDay
from booking.models import Appointment, AppointmentState
from booking.queries import Booked, appointment_in
from booking.rules import check_step
from core.clock import beijing_date
from core.crypto import ring
from core.dates import short_day
from core.db import Session
from core.errors import NotFound

SEAL_CHARACTERS = 10
"""40 bits: who guesses at the desk is seen long before."""

WRITTEN = re.compile(r"(\d{1,18})-?([0-9a-f]{10})", re.ASCII)


def code_for(held: Booked) -> str:
    """Return the check-in code of an appointment: 1234-0f3a9c27de.

    Raises:
        NotThisStep: its life does not go on to a check-in.
    """
    check_step(state=held.appointment.state.value, after=AppointmentState.CHECKED_IN.value)
    return f"{held.appointment.number}-{_seal(held)}"


def appointment_of_code(session: Session, *, hospital_id: str, code: str, now: datetime) -> Booked:
    """Return the appointment whose code was read at the desk of this hospital.

    Raises:
        NotFound: no such code, or of another hospital.
        NotTheDay: its day is another (`day`).
    """
    read = WRITTEN.fullmatch(code.strip().lower())
    if read is None:
        raise NotFound
    of_number = sa.select(Appointment.id).where(Appointment.number == int(read[1]))
    appointment_id = session.scalar(of_number)
    if appointment_id is None:
        raise NotFound
    held = appointment_in(session, hospital_id=hospital_id, appointment_id=appointment_id)
    if not hmac.compare_digest(_seal(held), read[2]):
        raise NotFound
    day = beijing_date(held.slot.starts_at)
    if day != beijing_date(now):
        raise NotTheDay(day=short_day(day))
    return held


def _seal(held: Booked) -> str:
    sealed = f"{held.appointment.id}/{beijing_date(held.slot.starts_at)}"
    return ring().blind(sealed, column="appointment.check_in_code")[:SEAL_CHARACTERS]
