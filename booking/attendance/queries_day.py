"""What the desk asks of a clinic's day: who comes, and where a place is left."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from accounts.models import Person
from booking.attendance.line import in_lines_on
from booking.models import LIVE, Appointment, AppointmentState, Quota, Share, Slot
from booking.models_supply import Clinic
from booking.queries import Booked
from booking.rules import GIVES_BACK
from core.clock import beijing_moment
from core.db import Session
from core.errors import NotFound
from handbook.models_lives import Child

GONE = tuple(AppointmentState(one) for one in sorted(GIVES_BACK))
"""States of appointments whose place went to somebody else."""


@dataclass(frozen=True)
class Coming:
    """An appointment with the person who booked it, and the child who is the patient, if one is."""

    held: Booked
    person: Person
    child: Child | None


@dataclass(frozen=True)
class Left:
    """A share of an open slot that has so many places free."""

    slot: Slot
    share: Share
    free: int


def coming_on(session: Session, *, hospital_id: str, clinic_id: str, day: date) -> list[Coming]:
    """Return who comes to a clinic on a day (Beijing), or came; as `coming_to`."""
    return coming_to(session, hospital_id=hospital_id, clinic_ids=[clinic_id], day=day)


def coming_to(
    session: Session, *, hospital_id: str, clinic_ids: Collection[str], day: date
) -> list[Coming]:
    """Return who comes to some clinics on a day (Beijing), or came, by the time of her slot.

    Whose place went to somebody else is not among them. One query.
    """
    return _coming(
        session,
        *in_lines_on(clinic_ids, day),
        Appointment.hospital_id == hospital_id,
        Appointment.state.not_in(GONE),
    )


def still_coming_on(session: Session, *, hospital_id: str, day: date) -> int:
    """Return how many are to be seen yet at a hospital on a day (Beijing); rides on an index."""
    begins = sa.func.lower(Appointment.during)
    counted = sa.select(sa.func.count()).where(
        sa.text(LIVE),
        begins >= beijing_moment(day),
        begins < beijing_moment(day + timedelta(days=1)),
        Appointment.hospital_id == hospital_id,
    )
    return session.scalar(counted) or 0


def coming(session: Session, *, hospital_id: str, appointment_id: str) -> Coming:
    """Return one appointment with whose it is.

    Raises:
        NotFound: no such appointment in this hospital.
    """
    found = coming_all(session, hospital_id=hospital_id, appointment_ids=[appointment_id])
    if not found:
        raise NotFound
    return found[0]


def coming_all(
    session: Session, *, hospital_id: str, appointment_ids: Iterable[str]
) -> list[Coming]:
    """Return those of these appointments that are of this hospital, by the time of their slots."""
    among = Appointment.id.in_(set(appointment_ids))
    return _coming(session, among, Appointment.hospital_id == hospital_id)


def places_left(
    session: Session, *, clinic_id: str, since: datetime, until: datetime, shares: Collection[Share]
) -> list[Left]:
    """Return the free places of a clinic's slots that end after `since` and begin before `until`.

    In order of time, and of one slot in the order of `shares`.
    """
    found = session.execute(
        sa.select(Slot, Quota.share, Quota.places - Quota.taken)
        .join(Quota, Quota.slot_id == Slot.id)
        .where(*_open(clinic_id, since, until))
        .where(Quota.share.in_(shares), Quota.taken < Quota.places)
    )
    order = list(shares)
    left = [Left(*row) for row in found]
    return sorted(left, key=lambda one: (one.slot.starts_at, one.slot.id, order.index(one.share)))


def slots_left(session: Session, *, clinic_id: str, since: datetime, until: datetime) -> list[Slot]:
    """Return a clinic's open slots that end after `since` and begin before `until`, full or not."""
    found = sa.select(Slot).where(*_open(clinic_id, since, until))
    return list(session.scalars(found.order_by(Slot.starts_at, Slot.id)))


def _open(clinic_id: str, since: datetime, until: datetime) -> list[sa.ColumnElement[bool]]:
    return [
        Slot.clinic_id == clinic_id, ~Slot.is_closed, Slot.ends_at > since, Slot.starts_at < until
    ]  # fmt: skip


def _coming(session: Session, *where: sa.ColumnElement[bool]) -> list[Coming]:
    found = session.execute(
        sa.select(Appointment, Slot, Clinic, Person, Child)
        .join(Slot, Slot.id == Appointment.slot_id)
        .join(Clinic, Clinic.id == Slot.clinic_id)
        .join(Person, Person.id == Appointment.person_id)
        .outerjoin(Child, Child.id == Appointment.child_id)
        .where(*where)
        .order_by(Slot.starts_at, Appointment.number)
    )
    return [
        Coming(Booked(appointment, slot, clinic), person, child)
        for appointment, slot, clinic, person, child in found
    ]
