"""What others may ask about supply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from booking.models import LIVE, Appointment, Quota, Share, Slot
from booking.models_supply import (
    BookingPolicy,
    Clinic,
    DayException,
    Doctor,
    Institution,
    Level,
    SupplyChange,
    Template,
)
from core.clock import beijing_date, beijing_moment
from core.db import Session
from core.errors import NotFound

MOST_CHANGES = 50


@dataclass(frozen=True)
class DayCount:
    """What a clinic has on a day: open slots, their places, and how many are taken."""

    slots: int
    places: int
    taken: int


def institutions(session: Session, *, hospital_id: str) -> list[Institution]:
    """Return the institutions of a hospital: the highest level first, then by name."""
    found = session.scalars(sa.select(Institution).where(Institution.hospital_id == hospital_id))
    levels = list(Level)
    return sorted(found, key=lambda one: (levels.index(one.level), one.name, one.id))


def institution_in(session: Session, *, hospital_id: str, institution_id: str) -> Institution:
    """Return an institution of this hospital.

    Raises:
        NotFound: no such one here.
    """
    found = session.get(Institution, institution_id)
    if found is None or found.hospital_id != hospital_id:
        raise NotFound
    return found


def all_clinics(session: Session, *, hospital_id: str) -> list[Clinic]:
    """Return the clinics of a hospital, shut ones too, in the order they were opened."""
    return list(
        session.scalars(
            sa.select(Clinic).where(Clinic.hospital_id == hospital_id).order_by(Clinic.id)
        )
    )


def clinic_in(session: Session, *, hospital_id: str, clinic_id: str) -> Clinic:
    """Return a clinic of this hospital, shut or not.

    Raises:
        NotFound: no such one here.
    """
    found = session.get(Clinic, clinic_id)
    if found is None or found.hospital_id != hospital_id:
        raise NotFound
    return found


def doctors(session: Session, *, hospital_id: str) -> list[Doctor]:
    """Return the doctors of a hospital: who works there first, then by rank and name."""
    return list(
        session.scalars(
            sa.select(Doctor)
            .where(Doctor.hospital_id == hospital_id)
            .order_by(Doctor.is_active.desc(), Doctor.rank, Doctor.name, Doctor.id)
        )
    )


def doctor_in(session: Session, *, hospital_id: str, doctor_id: str) -> Doctor:
    """Return a doctor of this hospital.

    Raises:
        NotFound: no such one here.
    """
    found = session.get(Doctor, doctor_id)
    if found is None or found.hospital_id != hospital_id:
        raise NotFound
    return found


def templates(session: Session, *, clinic_id: str, today: date) -> list[Template]:
    """Return the templates of a clinic that hold today or later, through the week."""
    return list(
        session.scalars(
            sa.select(Template)
            .where(
                Template.clinic_id == clinic_id,
                sa.or_(Template.valid_to_day.is_(None), Template.valid_to_day >= today),
            )
            .order_by(Template.weekday, Template.from_time, Template.valid_from_day, Template.id)
        )
    )


def template_in(session: Session, *, hospital_id: str, template_id: str) -> Template:
    """Return a template of a clinic of this hospital.

    Raises:
        NotFound: no such one here.
    """
    found = session.get(Template, template_id)
    if found is None:
        raise NotFound
    clinic_in(session, hospital_id=hospital_id, clinic_id=found.clinic_id)
    return found


def exceptions(session: Session, *, clinic_id: str, first: date, last: date) -> list[DayException]:
    """Return the exceptions of a clinic between two days, both included, in order."""
    return list(
        session.scalars(
            sa.select(DayException)
            .where(DayException.clinic_id == clinic_id, DayException.day.between(first, last))
            .order_by(DayException.day, DayException.made_at, DayException.id)
        )
    )


def exception_in(session: Session, *, hospital_id: str, exception_id: str) -> DayException:
    """Return an exception of a clinic of this hospital.

    Raises:
        NotFound: no such one here.
    """
    found = session.get(DayException, exception_id)
    if found is None:
        raise NotFound
    clinic_in(session, hospital_id=hospital_id, clinic_id=found.clinic_id)
    return found


def day_counts(
    session: Session, *, clinic_id: str, first: date, last: date
) -> Mapping[date, DayCount]:
    """Return what a clinic has on each day between two, both included, that has an open slot."""
    rows = session.execute(
        sa.select(Slot.id, Slot.starts_at, sa.func.sum(Quota.places), sa.func.sum(Quota.taken))
        .join(Quota, Quota.slot_id == Slot.id)
        .where(_between(clinic_id, first, last), ~Slot.is_closed)
        .group_by(Slot.id)
    )
    found: dict[date, DayCount] = {}
    for _, starts_at, places, taken in rows:
        day = beijing_date(starts_at)
        so_far = found.get(day, DayCount(0, 0, 0))
        found[day] = DayCount(so_far.slots + 1, so_far.places + places, so_far.taken + taken)
    return found


def free_slots(
    session: Session, *, clinic_id: str, after: datetime, days: int, places: int
) -> list[tuple[Slot, int]]:
    """Return open slots that begin after a moment, at most `days` days later, with places free.

    Each with the places free for all families, at least `places`; soonest first.
    """
    last = beijing_date(after) + timedelta(days=days)
    free = Quota.places - Quota.taken
    found = session.execute(
        sa.select(Slot, free)
        .join(Quota, sa.and_(Quota.slot_id == Slot.id, Quota.share == Share.ONLINE))
        .where(
            Slot.clinic_id == clinic_id, Slot.starts_at > after, free >= places, ~Slot.is_closed,
            Slot.starts_at < beijing_moment(last + timedelta(days=1)),
        )
        .order_by(Slot.starts_at, Slot.id)
    )  # fmt: skip
    return [(slot, count) for slot, count in found]


def live_in(
    session: Session, *, clinic_id: str, first: date, last: date
) -> list[tuple[Appointment, Slot]]:
    """Return the live appointments of a clinic between two days, both included, in order."""
    found = session.execute(
        sa.select(Appointment, Slot)
        .join(Slot, Slot.id == Appointment.slot_id)
        .where(_between(clinic_id, first, last), sa.text(LIVE))
        .order_by(Slot.starts_at, Appointment.number)
    )
    return [(appointment, slot) for appointment, slot in found]


def hospital_rules(session: Session, *, hospital_id: str) -> dict[str, Any]:
    """Return what a hospital sets otherwise than the defaults."""
    values = session.scalar(
        sa.select(BookingPolicy.values)
        .where(BookingPolicy.hospital_id == hospital_id)
        .order_by(BookingPolicy.number.desc())
        .limit(1)
    )
    return dict(values or {})


def changes_of_clinic(session: Session, *, clinic_id: str) -> Sequence[SupplyChange]:
    """Return the last changes of a clinic's supply, newest first."""
    return _changes(session, SupplyChange.clinic_id == clinic_id)


def changes_of(session: Session, *, subject_id: str) -> Sequence[SupplyChange]:
    """Return the last changes of one thing, newest first."""
    return _changes(session, SupplyChange.subject_id == subject_id)


def _changes(session: Session, where: sa.ColumnElement[bool]) -> Sequence[SupplyChange]:
    return session.scalars(
        sa.select(SupplyChange)
        .where(where)
        .order_by(SupplyChange.number.desc())
        .limit(MOST_CHANGES)
    ).all()


def _between(clinic_id: str, first: date, last: date) -> sa.ColumnElement[bool]:
    return sa.and_(
        Slot.clinic_id == clinic_id,
        Slot.starts_at >= beijing_moment(first),
        Slot.starts_at < beijing_moment(last + timedelta(days=1)),
    )
