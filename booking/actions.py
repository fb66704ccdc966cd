"""What can be done in this room: clinics and slots are opened, places booked and given back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import Range

from accounts.audit import PROGRAM, record
from accounts.models import Person
from accounts.rules import Actor
from booking.errors import AlreadyCancelled, Overlapping, SlotFull
from booking.models import Appointment, AppointmentState, Care, Clinic, Slot
from booking.queries import Booked, appointment_of, place
from booking.rules import check_cancel, check_open
from core.db import Session, claim
from core.ids import new_id

OVERLAP = "ex_appointment_person_during"


@dataclass(frozen=True)
class Request:
    """What somebody asks for: which slot, for whom, for which item, through which door.

    `key` is the caller's idempotency key: the same key of a person is the same appointment.
    """

    person: Person
    hospital_id: str
    slot_id: str
    pregnancy_id: str | None
    item_key: str | None
    channel: str
    key: str
    actor: Actor


def open_clinic(
    session: Session, *, hospital_id: str, care: Care, name: str, room: str, now: datetime
) -> Clinic:
    """Open a clinic."""
    clinic = Clinic(
        id=new_id("cln", now=now), hospital_id=hospital_id, care=care, name=name, room=room,
        is_open=True,
    )  # fmt: skip
    session.add(clinic)
    session.flush()
    record(
        session, actor=PROGRAM, act="open_clinic", subject_kind="clinic", subject_id=clinic.id,
        hospital_id=hospital_id, now=now,
    )  # fmt: skip
    return clinic


def release_slots(
    session: Session,
    *,
    clinic_id: str,
    starts: Iterable[datetime],
    lasts: timedelta,
    places: int,
    now: datetime,
) -> None:
    """Release slots of a clinic; those that stand already are left as they are."""
    rows = [
        {
            "id": new_id("slt", now=now), "clinic_id": clinic_id, "starts_at": begin,
            "ends_at": begin + lasts, "places": places,
        }
        for begin in starts
    ]  # fmt: skip
    if rows:
        session.execute(postgresql.insert(Slot).values(rows).on_conflict_do_nothing())


def book(session: Session, *, request: Request, now: datetime) -> Booked:
    """Hold one place in a slot for a person.

    1. The same key again: the same appointment, and nothing else happens.
    2. Check that the slot is still open to booking.
    3. Take a place with one conditional UPDATE; of two racing callers one gets the last.
    4. Write the appointment; constraints stop a second one at the same time or of the same key,
       and then the place is given back with the savepoint.

    Raises:
        NotFound: no such slot in this hospital.
        SlotPast: booking has closed.
        SlotFull: no place is left.
        Overlapping: she already has an appointment at that time.
    """
    if (same := _of_key(session, request)) is not None:
        return same
    found = place(session, hospital_id=request.hospital_id, slot_id=request.slot_id)
    check_open(starts_at=found.slot.starts_at, now=now)
    appointment = _written(request, found.slot, now=now)
    try:
        with session.begin_nested():
            _take_place(session, request.slot_id)
            session.add(appointment)
    except sa.exc.IntegrityError as broken:
        return _answered(session, request, broken)
    record(
        session, actor=request.actor, act="book", subject_kind="appointment",
        subject_id=appointment.id, hospital_id=request.hospital_id, now=now,
    )  # fmt: skip
    return Booked(appointment, found.slot, found.clinic)


def cancel(
    session: Session, *, person_id: str, appointment_id: str, actor: Actor, now: datetime
) -> Booked:
    """Cancel a person's appointment and give the place back.

    Raises:
        NotFound: no such appointment, or somebody else's.
        TooLateToCancel: it begins too soon.
        AlreadyCancelled: it was cancelled before.
    """
    held = appointment_of(session, person_id=person_id, appointment_id=appointment_id)
    check_cancel(starts_at=held.slot.starts_at, now=now)
    was_booked = claim(
        session,
        sa.update(Appointment)
        .where(Appointment.id == appointment_id, Appointment.state == AppointmentState.BOOKED)
        .values(state=AppointmentState.CANCELLED, cancelled_at=now),
    )
    if not was_booked:
        raise AlreadyCancelled
    session.execute(
        sa.update(Slot).where(Slot.id == held.slot.id).values(taken=Slot.taken - 1),
        execution_options={"synchronize_session": False},
    )
    record(
        session, actor=actor, act="cancel", subject_kind="appointment",
        subject_id=appointment_id, hospital_id=held.appointment.hospital_id, now=now,
    )  # fmt: skip
    session.refresh(held.appointment)
    return held


def _take_place(session: Session, slot_id: str) -> None:
    taken = claim(
        session,
        sa.update(Slot)
        .where(Slot.id == slot_id, Slot.taken < Slot.places)
        .values(taken=Slot.taken + 1),
    )
    if not taken:
        raise SlotFull


def _written(request: Request, slot: Slot, *, now: datetime) -> Appointment:
    return Appointment(
        id=new_id("apt", now=now), hospital_id=request.hospital_id, slot_id=slot.id,
        family_id=request.person.family_id, person_id=request.person.id,
        person_number=request.person.number, pregnancy_id=request.pregnancy_id,
        item_key=request.item_key, during=Range(slot.starts_at, slot.ends_at),
        state=AppointmentState.BOOKED, channel=request.channel, idempotency_key=request.key,
        booked_at=now,
    )  # fmt: skip


def _answered(session: Session, request: Request, broken: sa.exc.IntegrityError) -> Booked:
    """Return the appointment a racing twin of this request wrote, or say what stands against."""
    if (same := _of_key(session, request)) is not None:
        return same
    if OVERLAP in str(broken.orig):
        raise Overlapping from broken
    raise broken


def _of_key(session: Session, request: Request) -> Booked | None:
    appointment_id = session.scalar(
        sa.select(Appointment.id).where(
            Appointment.person_id == request.person.id,
            Appointment.idempotency_key == request.key,
        )
    )
    if appointment_id is None:
        return None
    return appointment_of(session, person_id=request.person.id, appointment_id=appointment_id)
