"""A conflict between appointments and supply is settled: kept, moved, or cancelled."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa

from booking import moving, patients, steps
from booking.errors import ConflictSettled, TooFewPlaces
from booking.models import Appointment, AppointmentState, Quota, Share, Slot
from booking.models_supply import SupplyKind
from booking.queries import Booked, place
from booking.release import freeing
from booking.rules import LIVES
from booking.steps import By
from booking.supply.actions_days import extra_session, locked_clinic, put_exception
from booking.supply.closing import CLOSED
from booking.supply.conflicts import Conflict, conflicts
from booking.supply.generation import close, remake
from booking.supply.plan import Sitting
from booking.supply.trail import Subject, of_key, write_down
from core.clock import beijing
from core.db import Session

KEPT = "保留已有预约"
"""The reason of an extra session that keeps what is booked."""


def keep(session: Session, *, hospital_id: str, slot_id: str, by: By) -> None:
    """Let the clinic sit for those who are booked, as an extra session without a free place.

    Raises:
        ConflictSettled: there is nothing to settle (any more).
    """
    if of_key(session, hospital_id=hospital_id, key=by.key) is not None:
        return
    conflict = conflict_in(session, hospital_id=hospital_id, slot_id=slot_id, by=by)
    slot, clinic = conflict.slot, conflict.clinic
    taken = session.execute(
        sa.select(Quota.share, Quota.taken).where(
            Quota.slot_id == slot.id, Quota.taken > 0, Quota.share != Share.EXTRA
        )
    )
    begins, ends = beijing(slot.starts_at), beijing(slot.ends_at)
    sitting = Sitting(
        begins.time(), ends.time(), (slot.ends_at - slot.starts_at) // timedelta(minutes=1),
        {row.share: row.taken for row in taken}, slot.doctor_id,
    )  # fmt: skip
    exception = extra_session(clinic, day=begins.date(), sitting=sitting, reason=KEPT, by=by)
    put_exception(session, clinic, exception, act="keep_slot", by=by)
    remake(session, clinic=clinic, now=by.now)


def move(
    session: Session, *, hospital_id: str, slot_id: str, to_slot_id: str, by: By
) -> list[Booked]:
    """Move who does not fit into another slot: all of them, or nobody.

    Raises:
        ConflictSettled: there is nothing to settle (any more).
        NotFound: no such slot in this hospital, or it is closed.
        TooFewPlaces: they do not all fit into it.
        Overlapping: one of them has another appointment at that time.
    """
    if of_key(session, hospital_id=hospital_id, key=by.key) is not None:
        return []
    conflict = conflict_in(session, hospital_id=hospital_id, slot_id=slot_id, by=by)
    people = [one for one in _locked(session, conflict) if one.state is AppointmentState.BOOKED]
    to = place(session, hospital_id=hospital_id, slot_id=to_slot_id, share=Share.ONLINE)
    if to.free < len(people):
        raise TooFewPlaces(needed=len(people), free=to.free)
    why = By(by.actor, CLOSED, by.now)
    moved = [
        moving.move(
            session, held=Booked(one, conflict.slot, conflict.clinic), place=to,
            share=Share.ONLINE, by=why,
        )
        for one in people
    ]  # fmt: skip
    _end(session, conflict, act="move_slot", by=by)
    return moved


def cancel(session: Session, *, hospital_id: str, slot_id: str, by: By) -> list[Appointment]:
    """Cancel the appointments that do not fit, by the clinic.

    Raises:
        ConflictSettled: there is nothing to settle (any more).
    """
    if of_key(session, hospital_id=hospital_id, key=by.key) is not None:
        return []
    conflict = conflict_in(session, hospital_id=hospital_id, slot_id=slot_id, by=by)
    people = _locked(session, conflict)
    for one in people:
        freeing.let_go(
            session, appointment=one, after=AppointmentState.CANCELLED_BY_CLINIC,
            by=By(by.actor, CLOSED, by.now), values={"cancelled_at": by.now},
        )  # fmt: skip
    _end(session, conflict, act="cancel_slot", by=by)
    return people


def conflict_in(session: Session, *, hospital_id: str, slot_id: str, by: By) -> Conflict:
    """Return what is to be settled about a slot; nobody else changes its clinic from here on.

    Raises:
        ConflictSettled: nothing is (any more).
    """
    slot = session.get(Slot, slot_id)
    if slot is None:
        raise ConflictSettled
    clinic = locked_clinic(session, hospital_id=hospital_id, clinic_id=slot.clinic_id)
    found = conflicts(session, hospital_id=hospital_id, clinic_id=clinic.id, now=by.now)
    for one in found:
        if one.slot.id == slot_id:
            return one
    raise ConflictSettled


def misfits(conflict: Conflict) -> Sequence[Appointment]:
    """Return who does not fit: everybody in a closed slot, else who booked after it was full."""
    return conflict.appointments[conflict.planned :]


def _locked(session: Session, conflict: Conflict) -> list[Appointment]:
    """Return those who do not fit and are still live, locked before any place."""
    people = misfits(conflict)
    patients.lock(session, numbers=[one.patient_number for one in people])
    locked = steps.lock(session, appointment_ids=[one.id for one in people])
    # What they give back is not for who waits: these places should not be there.
    close(session, slot_ids=[conflict.slot.id])
    return [one for one in locked if one.state in LIVES]


def _end(session: Session, conflict: Conflict, *, act: str, by: By) -> None:
    """Close what was given back, open the slot again if it should be there, and write it down."""
    slot, clinic = conflict.slot, conflict.clinic
    close(session, slot_ids=[slot.id])
    remake(session, clinic=clinic, now=by.now)
    subject = Subject(SupplyKind.SLOT, slot.id, clinic.hospital_id, clinic.id)
    write_down(session, subject=subject, act=act, before=None, after={"why": CLOSED}, by=by)
