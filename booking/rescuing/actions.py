"""What a woman answers to the place held for her: yes, another time, or not at all."""

from booking import actions, moving
from booking.eligibility import check_may_move
from booking.errors import NotOffered
from booking.models import AppointmentState, Share
from booking.queries import Booked, appointment_of, place, policy_of
from booking.rescuing.holding import CHANNEL
from booking.rules import check_open
from booking.steps import By, is_repeated
from core.db import Session


def accept(session: Session, *, person_id: str, appointment_id: str, by: By) -> Booked:
    """Book the place that is held for her.

    Raises:
        NotFound: no such appointment, or somebody else's.
        NotOffered: it is held for no such reason (any more).
        HoldExpired: the time to answer is over.
    """
    _check_offered(session, person_id=person_id, appointment_id=appointment_id, by=by)
    return actions.confirm(session, person_id=person_id, appointment_id=appointment_id, by=by)


def choose(
    session: Session, *, person_id: str, appointment_id: str, slot_id: str, by: By
) -> Booked:
    """Take another time than the one held for her; return the new appointment.

    What is held becomes hers and is moved in the same act: if the other time cannot be had, the
    door's transaction leaves the offer as it was.

    Raises:
        NotFound, NotOffered, HoldExpired: as `accept`.
        Refusal: what `booking.actions.move` refuses of the slot.
    """
    held = _check_offered(session, person_id=person_id, appointment_id=appointment_id, by=by)
    if is_repeated(session, appointment_id=appointment_id, key=by.key):
        return moving.moved(session, held=held)
    accepted = By(by.actor, by.why, by.now)
    actions.confirm(session, person_id=person_id, appointment_id=appointment_id, by=accepted)
    hospital_id = held.appointment.hospital_id
    found = place(session, hospital_id=hospital_id, slot_id=slot_id, share=Share.ONLINE)
    policy = policy_of(session, clinic=found.clinic)
    check_open(starts_at=found.slot.starts_at, now=by.now, policy=policy)
    check_may_move(session, appointment=held.appointment, place=found, by=by)
    return moving.move(session, held=held, place=found, share=Share.ONLINE, by=by)


def give_back(session: Session, *, person_id: str, appointment_id: str, by: By) -> Booked:
    """Let the place that is held for her go: it is for who waits, or for all.

    Raises:
        NotFound, NotOffered: as `accept`.
    """
    _check_offered(session, person_id=person_id, appointment_id=appointment_id, by=by)
    return actions.cancel(session, person_id=person_id, appointment_id=appointment_id, by=by)


def _check_offered(session: Session, *, person_id: str, appointment_id: str, by: By) -> Booked:
    held = appointment_of(session, person_id=person_id, appointment_id=appointment_id)
    if is_repeated(session, appointment_id=appointment_id, key=by.key):
        return held
    stands = held.appointment.state in {AppointmentState.HELD, AppointmentState.EXPIRED}
    if held.appointment.channel != CHANNEL or not stands:
        raise NotOffered
    return held
