"""Where the house and the other system differ, both ways, listed for a clerk."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from booking.his.adapter import HisBooking, HisSlot
from booking.his.models import HisPush, HisReport, PushEvent
from booking.his.pushing import unsent
from booking.models import LIVE, Appointment, Quota, Share, Slot, Step
from booking.models_supply import Clinic, Doctor
from core.clock import beijing
from core.db import Session

MOST_TOLD = 500
"""Differences kept of one report: with more of them the two never met."""


class DifferenceKind(StrEnum):
    """In which way the two differ."""

    SLOT_HERE_ONLY = "slot_here_only"
    SLOT_THERE_ONLY = "slot_there_only"
    SLOT_DIFFERS = "slot_differs"
    BOOKING_HERE_ONLY = "booking_here_only"
    BOOKING_THERE_ONLY = "booking_there_only"
    BOOKING_DIFFERS = "booking_differs"


@dataclass(frozen=True)
class Difference:
    """What differs, and how it stands here and there; an empty text where there is nothing.

    `thing` is the other system's name of a slot, or the number of an appointment.
    """

    kind: str
    thing: str
    here: str
    there: str


def differences(
    session: Session,
    *,
    hospital_id: str,
    slots: Sequence[HisSlot],
    bookings: Sequence[HisBooking],
    now: datetime,
) -> list[Difference]:
    """Return where slots that have not begun, and appointments in them, differ.

    A step that the other system was not told of yet makes no difference.
    """
    return [
        *_of_slots(session, hospital_id, slots, now=now),
        *_of_bookings(session, hospital_id, bookings, now=now),
    ]


def report(
    session: Session, *, hospital_id: str, found: Sequence[Difference], now: datetime
) -> HisReport:
    """Keep what was found for the clerks; it takes the place of the report before."""
    made = HisReport(
        hospital_id=hospital_id, made_at=now,
        differences=[asdict(one) for one in found[:MOST_TOLD]],
        unsent_count=unsent(session, hospital_id=hospital_id),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def last_report(session: Session, *, hospital_id: str) -> HisReport | None:
    """Return how the two differed when they were last compared, None if they never were."""
    return session.scalar(
        sa.select(HisReport)
        .where(HisReport.hospital_id == hospital_id)
        .order_by(HisReport.number.desc())
        .limit(1)
    )


def _of_slots(
    session: Session, hospital_id: str, slots: Sequence[HisSlot], *, now: datetime
) -> Iterator[Difference]:
    places = (
        sa.select(sa.func.coalesce(sa.func.sum(Quota.places), 0))
        .where(Quota.slot_id == Slot.id, Quota.share != Share.EXTRA)
        .scalar_subquery()
    )
    found = session.execute(sa.select(Slot, places).where(*_theirs(hospital_id, now)))
    here = {str(slot.external_id): _slot_here(slot, count) for slot, count in found}
    there = {one.name: _slot_there(one) for one in slots if one.starts_at > now}
    names = _names(session, hospital_id)
    for one in _compared(here, there, "slot"):
        yield replace(one, here=_named(one.here, names), there=_named(one.there, names))


def _of_bookings(
    session: Session, hospital_id: str, bookings: Sequence[HisBooking], *, now: datetime
) -> Iterator[Difference]:
    """Compare appointments; one that is over or on its way to be told is compared by neither."""
    found = session.execute(
        sa.select(Appointment.number, Slot.external_id)
        .join(Slot, Slot.id == Appointment.slot_id)
        .where(
            *_theirs(hospital_id, now),
            sa.text(LIVE),
            _told(hospital_id).where(HisPush.event == PushEvent.BOOKED).exists(),
        )
    )
    quiet = set(
        session.scalars(
            sa.select(Appointment.number)
            .join(Slot, Slot.id == Appointment.slot_id)
            .where(
                Appointment.hospital_id == hospital_id,
                Appointment.number.in_([one.number for one in bookings]),
                sa.or_(
                    Slot.starts_at <= now,
                    _told(hospital_id).where(HisPush.sent_at.is_(None)).exists(),
                ),
            )
        )
    )
    here = {str(number): str(name) for number, name in found if number not in quiet}
    there = {str(one.number): one.slot_name for one in bookings if one.number not in quiet}
    yield from _compared(here, there, "booking")


def _theirs(hospital_id: str, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    clinics = sa.select(Clinic.id).where(Clinic.hospital_id == hospital_id)
    return Slot.clinic_id.in_(clinics), Slot.external_id.is_not(None), Slot.starts_at > now


def _told(hospital_id: str) -> sa.Select[Any]:
    """Return the steps of an appointment that are told to the other system."""
    return (
        sa.select(HisPush.step_number)
        .join(Step, Step.number == HisPush.step_number)
        .where(HisPush.hospital_id == hospital_id, Step.appointment_id == Appointment.id)
        .correlate(Appointment)
    )


def _slot_here(slot: Slot, places: int) -> str:
    return _said(slot, 0 if slot.is_closed else places)


def _slot_there(one: HisSlot) -> str:
    return _said(one, one.places)


def _said(one: Slot | HisSlot, places: int) -> str:
    """Return a slot as one line; a closed one is the same as none."""
    if not places:
        return ""
    times = f"{beijing(one.starts_at):%Y-%m-%d %H:%M}–{beijing(one.ends_at):%H:%M}"
    return " ".join([times, f"×{places}", one.clinic_id, one.doctor_id or ""]).strip()


def _names(session: Session, hospital_id: str) -> dict[str, str]:
    """Return what clinics and doctors of a hospital are called, by id."""
    clinics = sa.select(Clinic.id, Clinic.name).where(Clinic.hospital_id == hospital_id)
    doctors = sa.select(Doctor.id, Doctor.name).where(Doctor.hospital_id == hospital_id)
    return {key: name for asked in (clinics, doctors) for key, name in session.execute(asked)}


def _named(text: str, names: Mapping[str, str]) -> str:
    """Return a slot's line as people read it; what is not ours keeps its id."""
    return " ".join(names.get(word, word) for word in text.split())


def _compared(here: Mapping[str, str], there: Mapping[str, str], what: str) -> Iterator[Difference]:
    for thing in sorted(here.keys() | there.keys()):
        ours, theirs = here.get(thing, ""), there.get(thing, "")
        if ours != theirs:
            way = "differs" if ours and theirs else "here_only" if ours else "there_only"
            yield Difference(DifferenceKind(f"{what}_{way}").value, thing, ours, theirs)
