"""A whole course (全程预约) is proposed: a place for each visit that is still to come."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from booking.models import LIVE, Appointment, Care, Quota, Share, Slot
from booking.models_supply import Clinic
from booking.models_waiting import HalfDay
from booking.queries import (
    Place,
    clinics,
    live_by_item,
    policy_of,
)
from booking.queries_waiting import fits
from core.clock import beijing_date, beijing_moment
from core.db import Session
from core.errors import NotFound
from handbook.care.rows import Need
from handbook.models import Pregnancy
from handbook.queries import items_of
from handbook.standing.mothers import Standing
from handbook.standing.queries import standing_of_pregnancy
from handbook.timeline import Item

LATE_DAYS = 14
"""What is overdue is looked for in the next two weeks (our own proposal)."""

LEFT = frozenset({Standing.DUE, Standing.WINDOW_OPEN, Standing.OVERDUE})


class WhyNot(StrEnum):
    """Why no place is proposed for a visit."""

    NO_CLINIC = "no_clinic"
    NOT_RELEASED = "not_released"
    """No slot of its days is shown to families yet."""
    FULL = "full"


@dataclass(frozen=True)
class Proposal:
    """One visit of a course: what for, in which days (both included), where, or why not yet.

    `also` are the items of the same care that the same visit serves.
    """

    item_key: str
    name: str
    from_day: date
    to_day: date
    place: Place | None
    why_not: WhyNot | None
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wish:
    """How she would like her visits: at which clinic, on which weekday (0 is Monday), when."""

    clinic: Clinic
    weekday: int | None
    half_day: HalfDay


def propose_course(
    session: Session, *, pregnancy: Pregnancy, clinic_id: str, weekday: int | None,
    half_day: HalfDay, today: date, now: datetime,
) -> list[Proposal]:  # fmt: skip
    """Propose a place for every required visit that is left and not booked, in order of days.

    Visits of the clinic's own care are proposed there, others in the first clinic of their care;
    on the weekday and in the half of the day she wants if there is one, in the ideal days of the
    item, with the same doctor. Items of one care that one visit can serve share it. One query for
    each care.

    Raises:
        NotFound: no such clinic in the hospital of the pregnancy.
    """
    clinic = session.get(Clinic, clinic_id)
    if clinic is None or clinic.hospital_id != pregnancy.hospital_id:
        raise NotFound
    wish = Wish(clinic, weekday, half_day)
    left = _left(session, pregnancy, today=today, now=now)
    held = _held(session, pregnancy.person_id, now)
    proposals: list[Proposal] = []
    for care in sorted({str(item.care) for item in left}):
        of_care = [item for item in left if item.care == care]
        proposals += _of_care(session, wish, Care(care), of_care, held, today=today, now=now)
    return sorted(proposals, key=lambda one: (one.from_day, one.to_day, one.item_key))


def _left(session: Session, pregnancy: Pregnancy, *, today: date, now: datetime) -> list[Item]:
    """Return the required items that are left and not booked, those that close first in front."""
    booked = live_by_item(session, person_id=pregnancy.person_id, since=now)
    stands = standing_of_pregnancy(session, pregnancy=pregnancy, booked=booked, today=today)
    left = {one.key for one in stands if one.standing in LEFT}
    items = [
        item
        for item in items_of(pregnancy, today=today)
        if item.key in left and item.care is not None and item.need is Need.REQUIRED
    ]
    return sorted(items, key=lambda item: (item.to_day, item.from_day, item.key))


def _of_care(
    session: Session, wish: Wish, care: Care, items: Sequence[Item], held: list[Slot],
    *, today: date, now: datetime,
) -> list[Proposal]:  # fmt: skip
    clinic = _clinic_of(session, wish.clinic, care)
    shown = [] if clinic is None else _shown(session, clinic, items, today=today, now=now)
    proposals: list[Proposal] = []
    for item in items:
        days = _days(item, today)
        served = next((one for one in proposals if _serves(one, *days)), None)
        if served is not None:
            proposals[proposals.index(served)] = _with(served, item)
            continue
        inside = [one for one in shown if days[0] <= beijing_date(one.slot.starts_at) <= days[1]]
        place = _best(wish, item, inside, held)
        if place is not None:
            held.append(place.slot)
        why_not = None if place is not None else _why_not(clinic, inside)
        proposals.append(Proposal(item.key, item.name, *days, place, why_not))
    return proposals


def _best(wish: Wish, item: Item, inside: Sequence[Place], held: Sequence[Slot]) -> Place | None:
    doctors = {slot.doctor_id for slot in held if slot.clinic_id == wish.clinic.id}

    def order(place: Place) -> tuple[bool, bool, bool, bool, datetime]:
        slot, day = place.slot, beijing_date(place.slot.starts_at)
        return (
            wish.weekday is not None and day.weekday() != wish.weekday,
            not fits(wish.half_day, slot),
            not item.ideal_from_day <= day <= item.ideal_to_day,
            bool(doctors) and slot.doctor_id not in doctors,
            slot.starts_at,
        )

    free = [one for one in inside if one.free > 0 and not _clashes(one.slot, held)]
    return min(free, key=order, default=None)


def _clashes(slot: Slot, held: Iterable[Slot]) -> bool:
    return any(slot.starts_at < one.ends_at and one.starts_at < slot.ends_at for one in held)


def _why_not(clinic: Clinic | None, inside: Sequence[Place]) -> WhyNot:
    if clinic is None:
        return WhyNot.NO_CLINIC
    return WhyNot.FULL if inside else WhyNot.NOT_RELEASED


def _days(item: Item, today: date) -> tuple[date, date]:
    if item.to_day < today:
        return today, today + timedelta(days=LATE_DAYS)
    return max(item.from_day, today), item.to_day


def _serves(proposal: Proposal, from_day: date, to_day: date) -> bool:
    if proposal.place is None:
        return False
    return from_day <= beijing_date(proposal.place.slot.starts_at) <= to_day


def _with(served: Proposal, item: Item) -> Proposal:
    return Proposal(
        served.item_key, served.name, served.from_day, served.to_day, served.place,
        served.why_not, (*served.also, item.name),
    )  # fmt: skip


def _clinic_of(session: Session, chosen: Clinic, care: Care) -> Clinic | None:
    """Return the chosen clinic for its own care, else the first of the care, near it first."""
    if chosen.care is care:
        return chosen
    found = [one for one in clinics(session, hospital_id=chosen.hospital_id) if one.care is care]
    return min(found, key=lambda one: one.institution_id != chosen.institution_id, default=None)


def _shown(
    session: Session, clinic: Clinic, items: Sequence[Item], *, today: date, now: datetime
) -> list[Place]:
    days = [_days(item, today) for item in items]
    opens = now + policy_of(session, clinic=clinic).closes_before
    found = session.execute(
        sa.select(Slot, Quota.places - Quota.taken)
        .join(Quota, sa.and_(Quota.slot_id == Slot.id, Quota.share == Share.ONLINE))
        .where(
            Slot.clinic_id == clinic.id, ~Slot.is_closed, Slot.shown_at <= now,
            Slot.starts_at >= max(opens, beijing_moment(min(one[0] for one in days))),
            Slot.starts_at < beijing_moment(max(one[1] for one in days) + timedelta(days=1)),
        )
        .order_by(Slot.starts_at, Slot.id)
    )  # fmt: skip
    return [Place(slot, clinic, free) for slot, free in found]


def _held(session: Session, person_id: str, now: datetime) -> list[Slot]:
    """Return the slots she keeps time for already."""
    return list(
        session.scalars(
            sa.select(Slot)
            .join(Appointment, Appointment.slot_id == Slot.id)
            .where(Appointment.person_id == person_id, Appointment.child_id.is_(None))
            .where(sa.text(LIVE), Slot.ends_at > now)
        )
    )
