"""What others may ask of this room."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from booking.models import Appointment, Care, Quota, Share, Slot
from booking.models_supply import BookingPolicy, Clinic
from booking.policy import Policy, policy
from core.clock import beijing_moment
from core.db import Session, as_read, rows
from core.errors import NotFound

NEAR = timedelta(minutes=90)
"""Visits of one family that are booked together begin within this time (our own proposal)."""

LIVE_BY_ITEM = """
select appointment.item_key, appointment.id
from appointment
where appointment.person_id = %(person_id)s
  and appointment.child_id is not distinct from %(child_id)s::text
  and appointment.state in ('held', 'booked', 'checked_in', 'called')
  and appointment.item_key is not null and lower(appointment.during) >= %(since)s
"""

SLOT_COLUMNS = tuple(Slot.__table__.columns.keys())

SLOTS = f"""
select {", ".join(f"slot.{name}" for name in SLOT_COLUMNS)},
       coalesce(quota.places - quota.taken, 0) as free
from slot left join quota on quota.slot_id = slot.id and quota.share = 'online'
where slot.clinic_id = any(%(clinics)s) and not slot.is_closed and slot.shown_at <= %(now)s
  and slot.starts_at >= %(from)s and slot.starts_at < %(until)s
order by slot.starts_at, slot.id
"""  # noqa: S608 - of our own words only

SLOT_MOMENTS = ("starts_at", "ends_at", "shown_at", "reserves_return_at")


@dataclass(frozen=True)
class Place:
    """A slot, the clinic it belongs to, and how many of a share's places are free."""

    slot: Slot
    clinic: Clinic
    free: int


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


def policy_of(session: Session, *, clinic: Clinic) -> Policy:
    """Return the rules of a clinic: the defaults, what its hospital sets, what it sets itself."""
    return policy(_set_by(session, clinic.hospital_id), clinic.policy)


def policy_of_hospital(session: Session, *, hospital_id: str) -> Policy:
    """Return the rules of a hospital: the defaults, and what it sets itself."""
    return policy(_set_by(session, hospital_id))


def _set_by(session: Session, hospital_id: str) -> dict[str, Any]:
    values = session.scalar(
        sa.select(BookingPolicy.values)
        .where(BookingPolicy.hospital_id == hospital_id)
        .order_by(BookingPolicy.number.desc())
        .limit(1)
    )
    return values or {}


def slots(
    session: Session, *, hospital_id: str, care: Care, from_day: date, days: int, now: datetime
) -> list[Place]:
    """Return the slots families see in `days` days from `from_day`, in order of time.

    Full ones are among them, so that a family sees what there was; those that begin too soon to
    be booked, or are not shown yet, are not.
    """
    ruled = _set_by(session, hospital_id)
    offering = session.scalars(
        sa.select(Clinic).where(
            Clinic.hospital_id == hospital_id, Clinic.care == care, Clinic.is_open
        )
    )
    # Clinics apart from their slots: a month of them would bear its clinic on every row.
    clinics = {one.id: one for one in offering}
    opens = {one.id: now + policy(ruled, one.policy).closes_before for one in clinics.values()}
    session.flush()
    given = {
        "clinics": list(clinics), "now": now, "from": max(beijing_moment(from_day), now),
        "until": beijing_moment(from_day + timedelta(days=days)),
    }  # fmt: skip
    return [
        Place(_slot(row), clinics[row.clinic_id], row.free)
        for row in rows(session, SLOTS, given)
        if row.starts_at >= opens[row.clinic_id]
    ]


def _slot(row: Any) -> Slot:  # noqa: ANN401 - a row of SLOTS
    told = dict(zip(SLOT_COLUMNS, row, strict=False))
    for name in SLOT_MOMENTS:
        told[name] = told[name] and told[name].astimezone(UTC)
    return as_read(Slot, told)


def place(session: Session, *, hospital_id: str, slot_id: str, share: Share) -> Place:
    """Return a slot of this hospital with its clinic and the free places of a share.

    Raises:
        NotFound: no such slot, or of another hospital, or closed.
    """
    found = _places(
        session,
        sa.and_(
            Slot.id == slot_id, Clinic.hospital_id == hospital_id, Clinic.is_open, ~Slot.is_closed
        ),
        share=share,
    )
    if not found:
        raise NotFound
    return found[0]


def next_free(session: Session, *, clinic: Clinic, share: Share, now: datetime) -> Slot | None:
    """Return the soonest slot of a clinic that can be booked and has a free place of a share."""
    return session.scalar(
        _free(share, now)
        .where(Slot.clinic_id == clinic.id)
        .where(Slot.starts_at >= now + policy_of(session, clinic=clinic).closes_before)
        .order_by(Slot.starts_at, Slot.id)
        .limit(1)
    )


def has_free(session: Session, *, clinic: Clinic, until_day: date, now: datetime) -> bool:
    """Say whether some clinic of the hospital with the same care has an on-line place by a day."""
    until = beijing_moment(until_day + timedelta(days=1))
    free = (
        _free(Share.ONLINE, now)
        .join(Clinic, Clinic.id == Slot.clinic_id)
        .where(Clinic.hospital_id == clinic.hospital_id, Clinic.care == clinic.care)
        .where(Clinic.is_open, Slot.starts_at > now, Slot.starts_at < until)
    )
    return bool(session.scalar(sa.select(free.exists())))


def neighbours(
    session: Session, *, hospital_id: str, slot: Slot, care: Care, now: datetime
) -> list[Place]:
    """Return the free places of a care that a family can visit before or after a slot.

    They begin within `NEAR` of it and do not overlap it; the nearest first.
    """
    found = _places(
        session,
        sa.and_(
            Clinic.hospital_id == hospital_id, Clinic.care == care, Clinic.is_open,
            ~Slot.is_closed, Slot.shown_at <= now, Slot.starts_at > now,
            Slot.starts_at.between(slot.starts_at - NEAR, slot.starts_at + NEAR),
            sa.or_(Slot.ends_at <= slot.starts_at, Slot.starts_at >= slot.ends_at),
            Quota.taken < Quota.places,
        ),
        share=Share.ONLINE,
    )  # fmt: skip
    return sorted(found, key=lambda one: abs(one.slot.starts_at - slot.starts_at))


def _free(share: Share, now: datetime) -> sa.Select[Slot]:
    return (
        sa.select(Slot)
        .join(Quota, sa.and_(Quota.slot_id == Slot.id, Quota.share == share))
        .where(Quota.taken < Quota.places, ~Slot.is_closed, Slot.shown_at <= now)
    )


def _places(session: Session, where: sa.ColumnElement[bool], *, share: Share) -> list[Place]:
    free = sa.func.coalesce(Quota.places - Quota.taken, 0)
    rows = session.execute(
        sa.select(Slot, Clinic, free)
        .join(Clinic, Clinic.id == Slot.clinic_id)
        .outerjoin(Quota, sa.and_(Quota.slot_id == Slot.id, Quota.share == share))
        .where(where)
        .order_by(Slot.starts_at, Slot.id)
    )
    return [Place(slot, clinic, free) for slot, clinic, free in rows]


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


def appointment_of_key(session: Session, *, person_id: str, key: str) -> Booked | None:
    """Return the appointment a person made with an idempotency key, None if there is none."""
    of_key = sa.and_(Appointment.person_id == person_id, Appointment.idempotency_key == key)
    return next(iter(_booked(session, of_key, Appointment.id)), None)


def appointment_in(session: Session, *, hospital_id: str, appointment_id: str) -> Booked:
    """Return one appointment of a hospital.

    Raises:
        NotFound: no such appointment, or another hospital's.
    """
    of_hospital = sa.and_(Appointment.id == appointment_id, Appointment.hospital_id == hospital_id)
    found = _booked(session, of_hospital, Appointment.id)
    if not found:
        raise NotFound
    return found[0]


def live_by_item(
    session: Session, *, person_id: str, since: datetime, child_id: str | None = None
) -> dict[str, str]:
    """Return item key -> appointment id of what a person booked for herself, or for a child."""
    given = {"person_id": person_id, "since": since, "child_id": child_id}
    live = rows(session, LIVE_BY_ITEM, given)
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
