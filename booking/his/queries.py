"""What a hospital's own system may ask: schedules, slots and appointments, page by page.

No answer holds a name, a phone number or anything of a pregnancy (docs/how-to/fhir.md).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from booking.models import Appointment, AppointmentState, Quota, Slot
from booking.models_supply import Clinic, Doctor
from core.db import Session


class Openness(StrEnum):
    """Whether a slot can take somebody."""

    FREE = "free"
    FULL = "full"
    CLOSED = "closed"


@dataclass(frozen=True)
class Wanted:
    """What is asked for; None does not narrow.

    A thing lies in `[since, until)` by the moment its slot begins.
    """

    thing_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    doctor_id: str | None = None


@dataclass(frozen=True)
class Page:
    """So many things (`limit`) whose ids come after `after`, an empty text for the first page."""

    limit: int
    after: str = ""


@dataclass(frozen=True)
class Seat:
    """A clinic's team (`doctor` None) or one doctor in a clinic: whose slots belong together."""

    clinic: Clinic
    doctor: Doctor | None

    @property
    def id(self) -> str:
        """Return what the seat is known by: `clinic` or `clinic.doctor`."""
        return seat_id(self.clinic.id, None if self.doctor is None else self.doctor.id)

    @property
    def is_active(self) -> bool:
        """Say whether anybody can be seen here."""
        return self.clinic.is_open and (self.doctor is None or self.doctor.is_active)


@dataclass(frozen=True)
class Listed:
    """A slot with its clinic, its doctor, and how many places of all shares are free."""

    slot: Slot
    clinic: Clinic
    doctor: Doctor | None
    free: int

    @property
    def openness(self) -> Openness:
        """Return whether it can take somebody."""
        if self.slot.is_closed:
            return Openness.CLOSED
        return Openness.FREE if self.free else Openness.FULL


@dataclass(frozen=True)
class Meeting:
    """An appointment with its slot, its clinic and its doctor."""

    appointment: Appointment
    slot: Slot
    clinic: Clinic
    doctor: Doctor | None


def seat_id(clinic_id: str, doctor_id: str | None) -> str:
    """Return the id of a seat."""
    return clinic_id if doctor_id is None else f"{clinic_id}.{doctor_id}"


def seats(
    session: Session, *, hospital_id: str, wanted: Wanted, activity: Collection[bool], page: Page
) -> list[Seat]:
    """Return the seats that have slots in the time asked for, by id.

    `activity` is which of active and inactive ones are meant. Without a time the whole index of
    slots is walked once.
    """
    where = [Slot.clinic_id.in_(_clinics_of(hospital_id)), *_begins(wanted)]
    if wanted.thing_id is not None:
        where.append(Slot.clinic_id == wanted.thing_id.partition(".")[0])
    if wanted.doctor_id is not None:
        where.append(Slot.doctor_id == wanted.doctor_id)
    pairs = sa.select(Slot.clinic_id, Slot.doctor_id).where(*where).distinct().subquery()
    found = session.execute(
        sa.select(Clinic, Doctor)
        .join(pairs, pairs.c.clinic_id == Clinic.id)
        .outerjoin(Doctor, Doctor.id == pairs.c.doctor_id)
    )
    fitting = [
        one
        for one in sorted((Seat(*row) for row in found), key=lambda one: one.id)
        if one.id > page.after
        and wanted.thing_id in (None, one.id)
        and one.is_active in activity
    ]  # fmt: skip
    return fitting[: page.limit]


def slots(
    session: Session,
    *,
    hospital_id: str,
    wanted: Wanted,
    seat: tuple[str, str | None] | None,
    openness: Collection[Openness],
    page: Page,
) -> list[Listed]:
    """Return slots by id, those that families do not see yet too.

    `seat` is a clinic and its doctor, or its team; None for all.
    """
    free = (
        sa.select(sa.func.coalesce(sa.func.sum(Quota.places - Quota.taken), 0))
        .where(Quota.slot_id == Slot.id)
        .scalar_subquery()
    )
    states = {
        Openness.FREE: sa.and_(~Slot.is_closed, free > 0),
        Openness.FULL: sa.and_(~Slot.is_closed, free == 0),
        Openness.CLOSED: Slot.is_closed,
    }
    asked = (
        sa.select(Slot, Clinic, Doctor, free)
        .join(Clinic, Clinic.id == Slot.clinic_id)
        .outerjoin(Doctor, Doctor.id == Slot.doctor_id)
        .where(Clinic.hospital_id == hospital_id, Slot.id > page.after, *_begins(wanted))
        .order_by(Slot.id)
        .limit(page.limit)
    )
    if set(openness) != set(Openness):
        asked = asked.where(sa.or_(sa.false(), *(states[one] for one in openness)))
    if wanted.thing_id is not None:
        asked = asked.where(Slot.id == wanted.thing_id)
    if wanted.doctor_id is not None:
        asked = asked.where(Slot.doctor_id == wanted.doctor_id)
    if seat is not None:
        clinic_id, doctor_id = seat
        asked = asked.where(
            Slot.clinic_id == clinic_id, Slot.doctor_id.is_not_distinct_from(doctor_id)
        )
    return [Listed(*row) for row in session.execute(asked)]


def appointments(
    session: Session,
    *,
    hospital_id: str,
    wanted: Wanted,
    slot_id: str | None,
    states: Collection[AppointmentState],
    page: Page,
) -> list[Meeting]:
    """Return appointments by id; `slot_id` None for those of all slots."""
    asked = (
        sa.select(Appointment, Slot, Clinic, Doctor)
        .join(Slot, Slot.id == Appointment.slot_id)
        .join(Clinic, Clinic.id == Slot.clinic_id)
        .outerjoin(Doctor, Doctor.id == Slot.doctor_id)
        .where(
            Appointment.hospital_id == hospital_id,
            Appointment.id > page.after,
            Appointment.state.in_(states),
            *_begins(wanted),
        )
        .order_by(Appointment.id)
        .limit(page.limit)
    )
    if wanted.thing_id is not None:
        asked = asked.where(Appointment.id == wanted.thing_id)
    if wanted.doctor_id is not None:
        asked = asked.where(Slot.doctor_id == wanted.doctor_id)
    if slot_id is not None:
        asked = asked.where(Appointment.slot_id == slot_id)
    return [Meeting(*row) for row in session.execute(asked)]


def _clinics_of(hospital_id: str) -> sa.Select[str]:
    return sa.select(Clinic.id).where(Clinic.hospital_id == hospital_id)


def _begins(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    found = []
    if wanted.since is not None:
        found.append(Slot.starts_at >= wanted.since)
    if wanted.until is not None:
        found.append(Slot.starts_at < wanted.until)
    return found
