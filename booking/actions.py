"""What families do with appointments: book, hold, confirm, cancel, move; no place is sold twice."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from accounts.models import Person, SubjectKind
from accounts.rules import Actor
from booking import moving, patients, places
from booking.eligibility import check_may_book, check_may_move
from booking.entering import enter, planned
from booking.errors import HoldExpired, NotNeighbours, SlotFull
from booking.models import AppointmentState, Share, Slot
from booking.models_waiting import WaitingState
from booking.queries import (
    NEAR,
    Booked,
    Place,
    appointment_of,
    appointment_of_key,
    next_free,
    place,
    policy_of,
)
from booking.release import entries
from booking.release.freeing import let_go
from booking.rules import check_cancel, check_open
from booking.steps import By, is_repeated, take
from core.db import Session
from core.ids import new_id
from handbook.models_lives import Child


@dataclass(frozen=True)
class Request:
    """What somebody asks for: which slot, for whom, for which item, through which door.

    The patient is the person herself, or the child she comes with. `key` is the caller's
    idempotency key: the same key of a person is the same appointment.
    """

    person: Person
    hospital_id: str
    slot_id: str
    pregnancy_id: str | None
    item_key: str | None
    channel: str
    key: str
    actor: Actor
    child: Child | None = None
    share: Share = Share.ONLINE
    course_id: str | None = None

    @property
    def family_id(self) -> str:
        """Return the family of the person."""
        return self.person.family_id

    @property
    def person_id(self) -> str:
        """Return the id of the person."""
        return self.person.id

    @property
    def child_id(self) -> str | None:
        """Return the id of the child who is the patient, None if it is the person herself."""
        return None if self.child is None else self.child.id

    @property
    def patient_number(self) -> int:
        """Return the person's number, or the child's as a negative one."""
        return self.person.number if self.child is None else -self.child.number


def book(session: Session, *, request: Request, now: datetime) -> Booked:
    """Book one place in a slot for a patient.

    1. The same key again: the same appointment, and nothing else happens.
    2. Check that the slot is still open to booking, and that she may book it.
    3. Take a place with one conditional UPDATE; of two racing callers one gets the last.
    4. Write the appointment; a constraint stops a second one of the patient at the same time, and
       then the place is given back with the savepoint.

    Raises:
        NotFound: no such slot in this hospital.
        SlotPast: booking has closed.
        SlotFull: no place is left; `next_slot_id` and `next_starts_at` tell of the next one.
        Overlapping: the patient already has an appointment at that time.
        Refusal: what `booking.eligibility.check_may_book` refuses.
    """
    return _begun(session, request=request, state=AppointmentState.BOOKED, now=now)


def hold(session: Session, *, request: Request, now: datetime) -> Booked:
    """Hold one place for some minutes (`Policy.hold_minutes`), as `book` does; then `confirm`."""
    return _begun(session, request=request, state=AppointmentState.HELD, now=now)


def book_together(session: Session, *, requests: Sequence[Request], now: datetime) -> list[Booked]:
    """Book visits of one family at the same or neighbouring times: all of them or none.

    They bear one `course_id` and count as one booking. A refusal leaves nothing once the door's
    transaction is rolled back.

    Raises:
        NotNeighbours: they do not begin within `NEAR`.
        Refusal: what `book` refuses of any of them.
    """
    patients.lock(session, numbers=[one.patient_number for one in requests])
    if (same := _same(session, requests[0])) is not None:
        return [_same(session, one) or same for one in requests]
    places.lock(session, places=[(one.slot_id, one.share) for one in requests])
    _check_near(session, requests)
    course_id = new_id("crs", now=now)
    return [book(session, request=replace(one, course_id=course_id), now=now) for one in requests]


def confirm(session: Session, *, person_id: str, appointment_id: str, by: By) -> Booked:
    """Book a place that is held for a person, or offered to her by the waiting list.

    Raises:
        NotFound: no such appointment, or somebody else's.
        HoldExpired: its minutes are over.
        NotThisStep: it is not held (any more).
    """
    held = appointment_of(session, person_id=person_id, appointment_id=appointment_id)
    if is_repeated(session, appointment_id=appointment_id, key=by.key):
        return held
    expires_at = held.appointment.expires_at
    is_late = expires_at is not None and expires_at <= by.now
    if is_late and held.appointment.state in {AppointmentState.HELD, AppointmentState.EXPIRED}:
        raise HoldExpired(slot_id=held.slot.id)
    take(
        session, appointment=held.appointment, after=AppointmentState.BOOKED, by=by,
        values={"expires_at": None, "booked_at": by.now},
    )  # fmt: skip
    if (entry := entries.offered(session, appointment_id=appointment_id)) is not None:
        entries.take(session, entry=entry, after=WaitingState.TAKEN, by=by, values={})
    return held


def cancel(session: Session, *, person_id: str, appointment_id: str, by: By) -> Booked:
    """Give up a person's appointment; its place goes to who waits, or to all.

    Raises:
        NotFound: no such appointment, or somebody else's.
        TooLateToCancel: the hour until which a family can has passed.
        NotThisStep: it was given up before, or the visit has begun.
    """
    held = appointment_of(session, person_id=person_id, appointment_id=appointment_id)
    if is_repeated(session, appointment_id=appointment_id, key=by.key):
        return held
    _check_in_time(session, held, by)
    let_go(
        session, appointment=held.appointment, after=AppointmentState.CANCELLED, by=by,
        values={"cancelled_at": by.now},
    )  # fmt: skip
    return held


def move(session: Session, *, person_id: str, appointment_id: str, slot_id: str, by: By) -> Booked:
    """Move a person's appointment into another slot, in one act; return the new one.

    The new place is had before the old one is let go; if it cannot be had, nothing has changed.
    The same key again returns the same new appointment.

    Raises:
        NotFound: no such appointment or slot, or somebody else's.
        TooLateToCancel: the hour until which a family can has passed.
        NotThisStep: it is not booked (any more).
        Refusal: what `book` refuses of the new slot.
    """
    held = appointment_of(session, person_id=person_id, appointment_id=appointment_id)
    if is_repeated(session, appointment_id=appointment_id, key=by.key):
        return moving.moved(session, held=held)
    share = Share.REMOTE if held.appointment.share is Share.REMOTE else Share.ONLINE
    found = place(session, hospital_id=held.appointment.hospital_id, slot_id=slot_id, share=share)
    _check_in_time(session, held, by)
    policy = policy_of(session, clinic=found.clinic)
    check_open(starts_at=found.slot.starts_at, now=by.now, policy=policy)
    check_may_move(session, appointment=held.appointment, place=found, by=by)
    return moving.move(session, held=held, place=found, share=share, by=by)


def full(*, slot_id: str, after: Slot | None) -> SlotFull:
    """Return the no of a full slot, which tells the slot where the next place is free, if any."""
    if after is None:
        return SlotFull(slot_id=slot_id)
    return SlotFull(
        slot_id=slot_id, next_slot_id=after.id, next_starts_at=after.starts_at.isoformat()
    )


def _begun(session: Session, *, request: Request, state: AppointmentState, now: datetime) -> Booked:
    patients.lock(session, numbers=[request.patient_number])
    if (same := _same(session, request)) is not None:
        return same
    found = place(
        session, hospital_id=request.hospital_id, slot_id=request.slot_id, share=request.share
    )
    policy = policy_of(session, clinic=found.clinic)
    check_open(starts_at=found.slot.starts_at, now=now, policy=policy)
    check_may_book(session, request=request, place=found, now=now)
    _check_free(session, found, request.share, now=now)
    appointment = planned(
        request, slot=found.slot, share=request.share, channel=request.channel, key=request.key,
        now=now,
    )  # fmt: skip
    appointment.state, appointment.course_id = state, request.course_id
    if state is AppointmentState.HELD:
        appointment.expires_at = now + policy.hold
    enter(session, appointment=appointment, by=By(request.actor, "asked", now, request.key))
    return Booked(appointment, found.slot, found.clinic)


def _check_in_time(session: Session, held: Booked, by: By) -> None:
    """Keep a family, and nobody else, to the hour until which it gives up what it has booked."""
    is_family = by.actor.kind == SubjectKind.PERSON
    if is_family and held.appointment.state is AppointmentState.BOOKED:
        policy = policy_of(session, clinic=held.clinic)
        check_cancel(starts_at=held.slot.starts_at, now=by.now, policy=policy)


def _check_near(session: Session, requests: Sequence[Request]) -> None:
    of_requests = Slot.id.in_({one.slot_id for one in requests})
    begins = session.scalars(sa.select(Slot.starts_at).where(of_requests)).all()
    if begins and max(begins) - min(begins) > NEAR:
        raise NotNeighbours(minutes=NEAR // timedelta(minutes=1))


def _check_free(session: Session, found: Place, share: Share, *, now: datetime) -> None:
    """Refuse a full slot before anything is written, and tell where the next place is free."""
    if found.free > 0:
        return
    after = next_free(session, clinic=found.clinic, share=share, now=now)
    raise full(slot_id=found.slot.id, after=after)


def _same(session: Session, request: Request) -> Booked | None:
    return appointment_of_key(session, person_id=request.person.id, key=request.key)
