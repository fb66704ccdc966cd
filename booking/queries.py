"""What others may ask of this room."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from booking.models import Appointment, Care, Clinic, Slot
from booking.rules import CLOSES_BEFORE
from core.clock import beijing_moment
from core.db import Session, rows
from core.errors import NotFound

LIVE_BY_ITEM = """
select appointment.item_key, appointment.id
from appointment join slot on slot.id = appointment.slot_id
where appointment.person_id = %(person_id)s and appointment.state = 'booked'
  and appointment.item_key is not null and slot.starts_at >= %(since)s
"""


@dataclass(frozen=True)
class Place:
    """A slot and the clinic it belongs to."""

    slot: Slot
    clinic: Clinic


@dataclass(frozen=True)
class Booked:
    """An appointment with its slot and clinic."""

    appointment: Appointment
    slot: Slot
    clinic: Clinic


def care_offered(session: Session, *, hospital_id: str) -> list[Care]:
    """Return the kinds of care that open clinics of a hospital offer, in the order of `Care`."""
    offered = set(
        session.scalars(
            sa.select(Clinic.care).where(Clinic.hospital_id == hospital_id, Clinic.is_open)
        )
    )
    return [care for care in Care if care in offered]


def clinics(session: Session, *, hospital_id: str) -> list[Clinic]:
    """Return the open clinics of a hospital, in the order they were opened."""
    return list(
        session.scalars(
            sa.select(Clinic)
            .where(Clinic.hospital_id == hospital_id, Clinic.is_open)
            .order_by(Clinic.id)
        )
    )


def slots(
    session: Session, *, hospital_id: str, care: Care, from_day: date, days: int, now: datetime
) -> list[Place]:
    """Return the slots still open to booking in `days` days from `from_day`, in order of time.

    Full ones are among them, so that a family sees what there was.
    """
    earliest = max(beijing_moment(from_day), now + CLOSES_BEFORE)
    rows = session.execute(
        sa.select(Slot, Clinic)
        .join(Clinic, Clinic.id == Slot.clinic_id)
        .where(
            Clinic.hospital_id == hospital_id,
            Clinic.care == care,
            Clinic.is_open,
            Slot.starts_at >= earliest,
            Slot.starts_at < beijing_moment(from_day + timedelta(days=days)),
        )
        .order_by(Slot.starts_at, Slot.id)
    )
    return [Place(slot, clinic) for slot, clinic in rows]


def place(session: Session, *, hospital_id: str, slot_id: str) -> Place:
    """Return a slot of this hospital with its clinic.

    Raises:
        NotFound: no such slot, or of another hospital, or of a closed clinic.
    """
    row = session.execute(
        sa.select(Slot, Clinic)
        .join(Clinic, Clinic.id == Slot.clinic_id)
        .where(Slot.id == slot_id, Clinic.hospital_id == hospital_id, Clinic.is_open)
    ).one_or_none()
    if row is None:
        raise NotFound
    return Place(row[0], row[1])


def appointments_of(session: Session, *, person_id: str, since: datetime) -> list[Booked]:
    """Return a person's appointments that begin at `since` or later, soonest first."""
    return _booked(
        session,
        sa.and_(Appointment.person_id == person_id, Slot.starts_at >= since),
        Slot.starts_at,
    )


def appointments_of_family(session: Session, *, family_id: str, hospital_id: str) -> list[Booked]:
    """Return all appointments of a family in this hospital, newest first."""
    return _booked(
        session,
        sa.and_(Appointment.family_id == family_id, Appointment.hospital_id == hospital_id),
        Slot.starts_at.desc(),
    )


def appointment_of(session: Session, *, person_id: str, appointment_id: str) -> Booked:
    """Return one appointment of a person.

    Raises:
        NotFound: no such appointment, or somebody else's.
    """
    found = _booked(
        session,
        sa.and_(Appointment.id == appointment_id, Appointment.person_id == person_id),
        Appointment.id,
    )
    if not found:
        raise NotFound
    return found[0]


def live_by_item(session: Session, *, person_id: str, since: datetime) -> dict[str, str]:
    """Return item key -> appointment id of a person's coming appointments."""
    live = rows(session, LIVE_BY_ITEM, {"person_id": person_id, "since": since})
    return {row.item_key: row.id for row in live}


def _booked(
    session: Session, where: sa.ColumnElement[bool], order: sa.ColumnExpressionArgument[object]
) -> list[Booked]:
    rows = session.execute(
        sa.select(Appointment, Slot, Clinic)
        .join(Slot, Slot.id == Appointment.slot_id)
        .join(Clinic, Clinic.id == Slot.clinic_id)
        .where(where)
        .order_by(order, Appointment.id)
    )
    return [Booked(appointment, slot, clinic) for appointment, slot, clinic in rows]
