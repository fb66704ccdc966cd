"""What may be asked of the waiting list: where somebody stands, and why she was not served."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol

import sqlalchemy as sa

from booking.models import Appointment, Quota, Share, Slot
from booking.models_supply import Clinic
from booking.models_waiting import FreedPlace, HalfDay, Waiting, WaitingState
from booking.queries import Place
from booking.rules import is_morning
from core.clock import beijing_moment
from core.db import Session
from core.errors import NotFound

STANDS = (WaitingState.WAITING, WaitingState.OFFERED)


class Days(Protocol):
    """Which days, both included, and which half of them."""

    @property
    def from_day(self) -> date: ...  # noqa: D102 - a row's own columns

    @property
    def to_day(self) -> date: ...  # noqa: D102

    @property
    def half_day(self) -> HalfDay: ...  # noqa: D102


class Outcome(StrEnum):
    """What became of a freed place that an entry waited for, as that entry sees it."""

    OFFERED = "offered"
    BEFORE_YOU = "before_you"
    """It went to somebody in front."""
    FOR_ALL = "for_all"
    """It came free when the list of its day had closed, or its slot had."""
    HAD_IT = "had_it"
    NO_LONGER = "no_longer"
    OVERLAPPING = "overlapping"
    BUSY = "busy"


@dataclass(frozen=True)
class Waited:
    """An entry with its clinic, and the slot and end of what is offered to it, if anything."""

    entry: Waiting
    clinic: Clinic
    offer: Appointment | None
    slot: Slot | None


@dataclass(frozen=True)
class Answer:
    """One freed place that an entry waited for, and what became of it."""

    freed: FreedPlace
    slot: Slot
    outcome: Outcome


def entry_of(session: Session, *, person_id: str, waiting_id: str) -> Waiting:
    """Return one entry of a person.

    Raises:
        NotFound: no such entry, or somebody else's.
    """
    entry = session.get(Waiting, waiting_id)
    if entry is None or entry.person_id != person_id:
        raise NotFound
    return entry


def waiting_of(session: Session, *, person_id: str) -> list[Waited]:
    """Return what a person waits for now, the oldest first."""
    return _waited(session, Waiting.person_id == person_id, Waiting.joined_at)


def queue_of_clinic(session: Session, *, hospital_id: str, clinic_id: str) -> list[Waited]:
    """Return who waits for a clinic of this hospital, in the order of being served."""
    of_clinic = sa.and_(Waiting.hospital_id == hospital_id, Waiting.clinic_id == clinic_id)
    return _waited(session, of_clinic, Waiting.priority, Waiting.joined_at)


def ahead_of(session: Session, *, entry: Waiting) -> int:
    """Return how many stand before an entry for some of its days."""
    turn = sa.tuple_(Waiting.priority, Waiting.joined_at, Waiting.id)
    hers = sa.tuple_(
        sa.literal(entry.priority),
        sa.literal(entry.joined_at, Waiting.joined_at.type),
        sa.literal(entry.id),
    )
    ahead = sa.select(sa.func.count()).where(
        Waiting.clinic_id == entry.clinic_id,
        Waiting.state.in_(STANDS),
        Waiting.from_day <= entry.to_day,
        Waiting.to_day >= entry.from_day,
        *_same_half(entry.half_day),
        turn < hers,
    )
    return session.scalar(ahead) or 0


def why_not_me(session: Session, *, waiting_id: str) -> list[Answer]:
    """Return every place an entry waited for that came free since it joined, newest first."""
    entry = session.get_one(Waiting, waiting_id)
    found = session.execute(
        sa.select(FreedPlace, Slot)
        .join(Slot, Slot.id == FreedPlace.slot_id)
        .where(
            Slot.clinic_id == entry.clinic_id,
            FreedPlace.share == Share.ONLINE,
            FreedPlace.freed_at >= entry.joined_at,
            Slot.starts_at >= beijing_moment(entry.from_day),
            Slot.starts_at < beijing_moment(entry.to_day + timedelta(days=1)),
        )
        .order_by(FreedPlace.number.desc())
    )
    return [
        Answer(freed, slot, _outcome(freed, entry))
        for freed, slot in found
        if fits(entry.half_day, slot)
    ]


def shown_in(session: Session, *, clinic: Clinic, wish: Days, now: datetime) -> Sequence[Place]:
    """Return the slots of a clinic that families see in these days, full ones too, in order."""
    found = session.execute(
        sa.select(Slot, Quota.places - Quota.taken)
        .join(Quota, sa.and_(Quota.slot_id == Slot.id, Quota.share == Share.ONLINE))
        .where(
            Slot.clinic_id == clinic.id, ~Slot.is_closed, Slot.shown_at <= now,
            Slot.starts_at >= max(beijing_moment(wish.from_day), now),
            Slot.starts_at < beijing_moment(wish.to_day + timedelta(days=1)),
        )
        .order_by(Slot.starts_at, Slot.id)
    )  # fmt: skip
    return [Place(slot, clinic, free) for slot, free in found if fits(wish.half_day, slot)]


def fits(half_day: HalfDay, slot: Slot) -> bool:
    """Say whether a slot lies in the half of a day."""
    match half_day:
        case HalfDay.ANY:
            return True
        case HalfDay.MORNING:
            return is_morning(slot.starts_at)
        case HalfDay.AFTERNOON:
            return not is_morning(slot.starts_at)


def _same_half(half_day: HalfDay) -> list[sa.ColumnElement[bool]]:
    if half_day is HalfDay.ANY:
        return []
    return [Waiting.half_day.in_([HalfDay.ANY, half_day])]


def _outcome(freed: FreedPlace, entry: Waiting) -> Outcome:
    if freed.given_to == entry.id:
        return Outcome.OFFERED
    why = [one["why"] for one in freed.passed if one["id"] == entry.id]
    if why:
        return Outcome(why[0])
    return Outcome.FOR_ALL if freed.given_to is None else Outcome.BEFORE_YOU


def _waited(
    session: Session,
    where: sa.ColumnElement[bool],
    *order: sa.ColumnExpressionArgument[object],
) -> list[Waited]:
    found = session.execute(
        sa.select(Waiting, Clinic, Appointment, Slot)
        .join(Clinic, Clinic.id == Waiting.clinic_id)
        .outerjoin(
            Appointment,
            sa.and_(
                Appointment.id == Waiting.appointment_id, Waiting.state == WaitingState.OFFERED
            ),
        )
        .outerjoin(Slot, Slot.id == Appointment.slot_id)
        .where(where, Waiting.state.in_(STANDS))
        .order_by(*order, Waiting.id)
    )
    return [Waited(*row) for row in found]
