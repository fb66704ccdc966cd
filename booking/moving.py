"""An appointment is moved in one act: the new place is had before the old one is let go."""

from booking import patients, places
from booking.entering import planned, seat
from booking.errors import Overlapping
from booking.models import Appointment, AppointmentState, Share
from booking.queries import Booked, Place, appointment_of
from booking.release import freeing
from booking.rules import check_step
from booking.steps import By, lock, take
from core.db import Session
from core.errors import Refusal


def move(session: Session, *, held: Booked, place: Place, share: Share, by: By) -> Booked:
    """Move an appointment into another slot; return the new one.

    1. Lock the patient, the appointment, both counters: in the order of all who free places.
    2. Take the new place; the old appointment has moved; the new one is written.
    3. The old place goes to who waits for it, or to all.

    All of it lies in a savepoint: if the new place cannot be had, nothing has changed.

    Raises:
        NotThisStep: it is not booked (any more).
        SlotFull: no place is left.
        Overlapping: it is that slot already, or the patient has another appointment at that time.
    """
    old = held.appointment
    patients.lock(session, numbers=[old.patient_number])
    lock(session, appointment_ids=[old.id])
    check_step(state=old.state.value, after=AppointmentState.MOVED.value)
    if place.slot.id == old.slot_id:
        raise Overlapping
    new = _new(old, place, share, by)
    try:
        with session.begin_nested():
            _exchanged(session, old, new, by)
    except Refusal:
        # The savepoint undid the step; what the session knows of it must follow.
        session.refresh(old)
        raise
    return Booked(new, place.slot, place.clinic)


def _exchanged(session: Session, old: Appointment, new: Appointment, by: By) -> None:
    places.lock(session, places=[(old.slot_id, old.share), (new.slot_id, new.share)])
    places.take(session, slot_id=new.slot_id, share=new.share)
    take(session, appointment=old, after=AppointmentState.MOVED, by=by, values={})
    seat(session, appointment=new, by=By(by.actor, "moved", by.now, by.key))
    old.moved_to = new.id
    freeing.hand_on(session, appointment=old, by=by)


def moved(session: Session, *, held: Booked) -> Booked:
    """Return what an appointment was moved to; itself if it was not moved."""
    if held.appointment.moved_to is None:
        return held
    return appointment_of(
        session, person_id=held.appointment.person_id, appointment_id=held.appointment.moved_to
    )


def _new(old: Appointment, place: Place, share: Share, by: By) -> Appointment:
    new = planned(
        old, slot=place.slot, share=share, channel=old.channel, key=f"moved/{old.id}", now=by.now
    )
    # She booked it when she booked the old one: a move is no new booking.
    new.course_id, new.booked_at = old.course_id, old.booked_at
    return new
