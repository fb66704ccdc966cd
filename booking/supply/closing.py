"""停诊: hours of a clinic, or of one doctor, are closed in one act, and what becomes of everybody.

Nobody is told from here: reminders find what was cancelled or moved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

import sqlalchemy as sa

from booking import moving, patients, steps
from booking.errors import BadHours, DayPast, DaysUpsideDown
from booking.models import Appointment, AppointmentState, Quota, Share, Slot
from booking.models_supply import Clinic, DayException, ExceptionKind
from booking.queries import Booked, Place
from booking.release import freeing
from booking.rescuing import holding
from booking.rules import LIVES
from booking.steps import By
from booking.supply.actions_days import check_doctor, locked_clinic, put_exception
from booking.supply.generation import close, remake
from booking.supply.plan import is_closed_by
from booking.supply.queries_supply import free_slots, live_in
from booking.supply.trail import of_key
from booking.windows import check_window
from core.clock import beijing, beijing_date, beijing_moment
from core.db import Session
from core.errors import Refusal
from core.ids import new_id

MOST_DAYS = 92
"""Days one closure may cover: a quarter; a clinic that stays away longer is shut."""

MOVE_DAYS = 7
"""How many days later than planned somebody may be moved without being asked."""

OFFERED = 3
"""Alternatives told to who lost a place."""

CLOSED = "clinic_closed"
"""Why the steps of a closure are taken (a key of the labels)."""


class Way(StrEnum):
    """What becomes of those who have an appointment in hours that are closed."""

    MOVE = "move"
    """The next free place of the clinic within days and within their window; else cancelled."""
    RESCUE = "rescue"
    """The best other place is held and offered; who finds none is cancelled."""
    CANCEL = "cancel"
    LEAVE = "leave"
    """They are settled one by one (`booking.supply.conflicts`)."""


@dataclass(frozen=True)
class Closing:
    """What is closed, why, and what becomes of the appointments.

    Days are both included; without hours they are closed whole; without a doctor everybody's.
    """

    hospital_id: str
    clinic_id: str
    from_day: date
    to_day: date
    reason: str
    way: Way
    from_time: time | None = None
    to_time: time | None = None
    doctor_id: str | None = None


@dataclass(frozen=True)
class Closed:
    """What came of it: who was moved, who lost a place, who is still to be settled.

    `held` are the places held for those who lost theirs, to be answered.
    """

    moved: Sequence[Booked] = ()
    held: Sequence[Booked] = ()
    cancelled: Sequence[Appointment] = ()
    left: Sequence[Appointment] = ()
    alternatives: Mapping[str, Sequence[Place]] = field(default_factory=dict)
    """For the slot of each who lost a place: the next free ones of the same care."""


def close_sessions(session: Session, *, closing: Closing, by: By) -> Closed:
    """Close hours, and cancel or move everybody in them.

    1. Patients, then appointments are locked, as everywhere before any place.
    2. The closure is written down for each day; the slots are closed and keep no free place.
    3. Everybody is moved, cancelled or left to be settled, in order of time.
    4. What they gave back is closed too.

    The same key again closes nothing more. Those who have come already are cancelled, not moved.

    Raises:
        NotFound: no such clinic, or the doctor does not work here.
        BadHours, DaysUpsideDown, DayPast: the hours or days are none.
    """
    clinic = locked_clinic(session, hospital_id=closing.hospital_id, clinic_id=closing.clinic_id)
    check_doctor(session, clinic, closing.doctor_id)
    if of_key(session, hospital_id=closing.hospital_id, key=by.key) is not None:
        return Closed()
    found = _locked(session, affected(session, closing=closing, now=by.now))
    if closing.way is Way.RESCUE:
        until = beijing_moment(closing.to_day + timedelta(days=1))
        holding.lock(session, clinic=clinic, until=until, now=by.now)
    closures = [_closure(clinic, closing, day, by=by) for day in _days(closing)]
    for count, one in enumerate(closures):
        once = by if count == 0 else By(by.actor, by.why, by.now)
        put_exception(session, clinic, one, act="close_sessions", by=once)
    remake(session, clinic=clinic, now=by.now)
    closed = _settled(session, clinic, found, way=closing.way, by=By(by.actor, CLOSED, by.now))
    close(session, slot_ids=sorted({one.slot_id for one in found}))
    return closed


def affected(
    session: Session, *, closing: Closing, now: datetime
) -> list[tuple[Appointment, Slot]]:
    """Return the live appointments a closure would meet, in order; nothing is done.

    Raises:
        BadHours, DaysUpsideDown, DayPast: the hours or days are none.
    """
    _check(closing, now=now)
    closures = [_closure_of(closing, day) for day in _days(closing)]
    coming = live_in(
        session, clinic_id=closing.clinic_id, first=closing.from_day, last=closing.to_day
    )
    return [
        (appointment, slot)
        for appointment, slot in coming
        if slot.starts_at > now
        and slot.external_id is None
        and is_closed_by(
            closures, starts_at=slot.starts_at, ends_at=slot.ends_at, doctor=slot.doctor_id
        )
    ]


def alternatives(session: Session, *, clinic: Clinic, slot: Slot, now: datetime) -> list[Place]:
    """Return the next free places of the same care that families see, its own clinic's first."""
    free = Quota.places - Quota.taken
    found = session.execute(
        sa.select(Slot, Clinic, free)
        .join(Clinic, Clinic.id == Slot.clinic_id)
        .join(Quota, sa.and_(Quota.slot_id == Slot.id, Quota.share == Share.ONLINE))
        .where(
            Clinic.hospital_id == clinic.hospital_id, Clinic.care == clinic.care, Clinic.is_open,
            Slot.starts_at > max(slot.starts_at, now), Slot.shown_at <= now, ~Slot.is_closed,
            free > 0,
        )
        .order_by(Clinic.id != clinic.id, Slot.starts_at, Slot.id)
        .limit(OFFERED)
    )  # fmt: skip
    return [Place(*one) for one in found]


def _settled(
    session: Session, clinic: Clinic, found: Sequence[Appointment], *, way: Way, by: By
) -> Closed:
    if way is Way.LEAVE:
        return Closed(left=found)
    if way is Way.RESCUE:
        return _rescued(session, clinic, found, by=by)
    moved: list[Booked] = []
    cancelled: list[Appointment] = []
    for one in found:
        new = _moved(session, clinic, one, by=by) if way is Way.MOVE else None
        if new is not None:
            moved.append(new)
            continue
        freeing.let_go(
            session, appointment=one, after=AppointmentState.CANCELLED_BY_CLINIC, by=by,
            values={"cancelled_at": by.now},
        )  # fmt: skip
        cancelled.append(one)
    return Closed(
        moved, cancelled=cancelled, alternatives=_others(session, clinic, cancelled, now=by.now)
    )


def _rescued(session: Session, clinic: Clinic, found: Sequence[Appointment], *, by: By) -> Closed:
    rescued = holding.rescue(session, clinic=clinic, lost=found, by=by)
    cancelled = [one.lost for one in rescued if one.held is None]
    return Closed(
        held=[one.held for one in rescued if one.held is not None], cancelled=cancelled,
        alternatives=_others(session, clinic, cancelled, now=by.now),
    )  # fmt: skip


def _others(
    session: Session, clinic: Clinic, cancelled: Sequence[Appointment], *, now: datetime
) -> dict[str, list[Place]]:
    slots = {one.slot_id: session.get_one(Slot, one.slot_id) for one in cancelled}
    return {
        key: alternatives(session, clinic=clinic, slot=slot, now=now) for key, slot in slots.items()
    }


def _moved(session: Session, clinic: Clinic, one: Appointment, *, by: By) -> Booked | None:
    """Move somebody to the next free place that serves her; None if there is none."""
    if one.state is not AppointmentState.BOOKED:
        return None
    old = session.get_one(Slot, one.slot_id)
    free = free_slots(
        session, clinic_id=clinic.id, after=max(old.starts_at, by.now), days=MOVE_DAYS, places=1
    )
    for slot, places in sorted(free, key=lambda each: _distance(old, each[0])):
        try:
            check_window(session, visit=one, care=clinic.care, day=beijing_date(slot.starts_at))
            return moving.move(
                session, held=Booked(one, old, clinic), place=Place(slot, clinic, places),
                share=Share.ONLINE, by=by,
            )  # fmt: skip
        except Refusal:
            continue
    return None


def _distance(old: Slot, new: Slot) -> tuple[int, timedelta]:
    """Return how far a slot is from another: first by days, then by the time of day."""
    before, after = beijing(old.starts_at), beijing(new.starts_at)
    apart = timedelta(hours=after.hour - before.hour, minutes=after.minute - before.minute)
    return (after.date() - before.date()).days, abs(apart)


def _locked(session: Session, found: Sequence[tuple[Appointment, Slot]]) -> list[Appointment]:
    """Return those of the appointments that are still live, locked, in order of time."""
    patients.lock(session, numbers=[one.patient_number for one, _ in found])
    ids = [one.id for one, _ in found]
    locked = steps.lock(session, appointment_ids=ids)
    return sorted((one for one in locked if one.state in LIVES), key=lambda one: ids.index(one.id))


def _check(closing: Closing, *, now: datetime) -> None:
    if not timedelta() <= closing.to_day - closing.from_day < timedelta(days=MOST_DAYS):
        raise DaysUpsideDown(most=MOST_DAYS)
    if closing.from_day < beijing_date(now):
        raise DayPast
    begins, ends = closing.from_time, closing.to_time
    if (begins is None) != (ends is None) or (begins and ends and begins >= ends):
        raise BadHours


def _closure(clinic: Clinic, closing: Closing, day: date, *, by: By) -> DayException:
    one = _closure_of(closing, day)
    one.id, one.clinic_id = new_id("exc", now=by.now), clinic.id
    one.reason, one.made_by_id, one.made_at = closing.reason, by.actor.id, by.now
    return one


def _closure_of(closing: Closing, day: date) -> DayException:
    return DayException(
        kind=ExceptionKind.CLOSED, day=day, from_time=closing.from_time, to_time=closing.to_time,
        doctor_id=closing.doctor_id, shares={},
    )  # fmt: skip


def _days(closing: Closing) -> list[date]:
    count = (closing.to_day - closing.from_day).days + 1
    return [closing.from_day + timedelta(days=each) for each in range(count)]
