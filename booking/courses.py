"""A whole course (全程预约): booked in one act, and its rest moved when one visit moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from accounts.models import Person
from accounts.rules import Actor
from booking import actions, patients, places
from booking.actions import Request
from booking.models import Appointment, AppointmentState, Quota, Share, Slot
from booking.models_supply import Clinic
from booking.models_waiting import HalfDay
from booking.queries import (
    Booked,
    appointment_of,
    appointment_of_key,
)
from booking.queries_waiting import fits
from booking.steps import By, lock
from core.clock import beijing
from core.db import Session
from core.errors import Refusal
from core.ids import new_id

WEEK_DAYS = 6
"""The rest of a course moves by no more than this many days, so within its weeks."""


@dataclass(frozen=True)
class Pick:
    """One visit of a course that is to be booked."""

    item_key: str
    slot_id: str


@dataclass(frozen=True)
class CourseRequest:
    """The visits somebody wants to book in one act; `key` is the caller's idempotency key."""

    person: Person
    hospital_id: str
    pregnancy_id: str | None
    picks: Sequence[Pick]
    channel: str
    key: str
    actor: Actor


@dataclass(frozen=True)
class Followed:
    """A later visit of a course, and where it was moved to; None: it stays where it is."""

    appointment: Appointment
    moved: Booked | None


def book_course(session: Session, *, request: CourseRequest, now: datetime) -> list[Booked]:
    """Book the visits of a course in one act: all of them or none; they count as one booking.

    The same key again returns the same appointments. A refusal names its `slot_id` where it is
    full, and leaves nothing once the door's transaction is rolled back.

    Raises:
        Refusal: what `booking.actions.book` refuses of any of them.
    """
    person = request.person
    patients.lock(session, numbers=[person.number])
    first = appointment_of_key(session, person_id=person.id, key=_key(request, 0))
    places.lock(session, places=[(one.slot_id, Share.ONLINE) for one in request.picks])
    course_id = new_id("crs", now=now) if first is None else first.appointment.course_id
    return [
        actions.book(
            session,
            request=Request(
                person=person, hospital_id=request.hospital_id, slot_id=pick.slot_id,
                pregnancy_id=request.pregnancy_id, item_key=pick.item_key,
                channel=request.channel, key=_key(request, number), actor=request.actor,
                course_id=course_id,
            ),
            now=now,
        )
        for number, pick in enumerate(request.picks)
    ]  # fmt: skip


def move_rest(session: Session, *, person_id: str, appointment_id: str, by: By) -> list[Followed]:
    """Move the later visits of a course to the weekday and half-day of one that was just moved.

    Each goes to the nearest such place in its own clinic, within days and its item's window; one
    that has none stays where it is. The places are chosen first, then all is locked in order.

    Raises:
        NotFound: no such appointment, or somebody else's.
    """
    lead = appointment_of(session, person_id=person_id, appointment_id=appointment_id)
    later = _later(session, lead)
    patients.lock(session, numbers=[lead.appointment.patient_number])
    chosen = {one.appointment.id: _nearest(session, one, lead, now=by.now) for one in later}
    lock(session, appointment_ids=chosen)
    olds = [(one.slot.id, one.appointment.share) for one in later]
    news = [(slot.id, Share.ONLINE) for slot in chosen.values() if slot is not None]
    places.lock(session, places=olds + news)
    return [
        Followed(one.appointment, _moved(session, one, chosen[one.appointment.id], by))
        for one in later
    ]


def _later(session: Session, lead: Booked) -> list[Booked]:
    """Return what is booked of the same course after an appointment, in order of time."""
    if lead.appointment.course_id is None:
        return []
    found = session.execute(
        sa.select(Appointment, Slot, Clinic)
        .join(Slot, Slot.id == Appointment.slot_id)
        .join(Clinic, Clinic.id == Slot.clinic_id)
        .where(
            Appointment.course_id == lead.appointment.course_id,
            Appointment.patient_number == lead.appointment.patient_number,
            Appointment.state == AppointmentState.BOOKED,
            Slot.starts_at > lead.slot.starts_at,
        )
        .order_by(Slot.starts_at, Appointment.id)
    )
    return [Booked(*row) for row in found]


def _nearest(session: Session, one: Booked, lead: Booked, *, now: datetime) -> Slot | None:
    """Return the free slot next to a visit's time that lies as the lead does; None to stay."""
    wanted = beijing(lead.slot.starts_at)
    half = HalfDay.MORNING if fits(HalfDay.MORNING, lead.slot) else HalfDay.AFTERNOON
    here = beijing(one.slot.starts_at)
    if here.weekday() == wanted.weekday() and fits(half, one.slot):
        return None
    around = timedelta(days=WEEK_DAYS)
    found = session.scalars(
        sa.select(Slot)
        .join(Quota, sa.and_(Quota.slot_id == Slot.id, Quota.share == Share.ONLINE))
        .where(
            Slot.clinic_id == one.clinic.id, ~Slot.is_closed, Slot.shown_at <= now,
            Slot.starts_at > lead.slot.starts_at, Quota.taken < Quota.places,
            Slot.starts_at.between(one.slot.starts_at - around, one.slot.starts_at + around),
        )
    )  # fmt: skip
    fitting = [
        slot
        for slot in found
        if beijing(slot.starts_at).weekday() == wanted.weekday() and fits(half, slot)
    ]
    return min(fitting, key=lambda slot: abs(slot.starts_at - one.slot.starts_at), default=None)


def _moved(session: Session, one: Booked, slot: Slot | None, by: By) -> Booked | None:
    if slot is None:
        return None
    try:
        with session.begin_nested():
            return actions.move(
                session, person_id=one.appointment.person_id, appointment_id=one.appointment.id,
                slot_id=slot.id, by=by,
            )  # fmt: skip
    except Refusal:
        return None


def _key(request: CourseRequest, number: int) -> str:
    return f"{request.key}/{number}"
