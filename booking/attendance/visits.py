"""What the hospital does with appointments: check in, call, see, add, cancel, move."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

import sqlalchemy as sa

from booking import moving, patients, places
from booking.actions import Request
from booking.attendance import missed
from booking.attendance.line import behind, in_line_on, next_ticket, turn, waits_on
from booking.entering import enter, planned
from booking.errors import NotTheDay, NotThisStep, SlotPast
from booking.models import Appointment, AppointmentState, Share, Slot, Step
from booking.queries import Booked, appointment_in, appointment_of_key, place, policy_of
from booking.release.freeing import let_go
from booking.steps import By, is_repeated, lock, take
from core.clock import beijing_date
from core.dates import short_day
from core.db import Session

TO_COME = frozenset({AppointmentState.BOOKED, AppointmentState.NO_SHOW})
"""States of who has not come yet, as far as the desk knows."""


def check_in(session: Session, *, hospital_id: str, appointment_id: str, by: By) -> Appointment:
    """Check somebody in on the day of her visit: she gets a queue number and her turn.

    Who comes late goes behind others; who was marked as missed has come after all.

    Raises:
        NotFound: no such appointment in this hospital.
        NotTheDay: it is of another day.
        NotThisStep: it is not booked.
    """
    held = appointment_in(session, hospital_id=hospital_id, appointment_id=appointment_id)
    appointment, slot = held.appointment, held.slot
    if is_repeated(session, appointment_id=appointment_id, key=by.key):
        return appointment
    lock(session, appointment_ids=[appointment_id])
    _check_stands(appointment, TO_COME)
    _check_day(slot, now=by.now)
    return _checked_in(session, held, due_at=slot.starts_at, by=by)


def call_next(
    session: Session, *, hospital_id: str, clinic_id: str, by: By, doctor_id: str | None = None
) -> Appointment | None:
    """Call who is next in a clinic's line, or in one doctor's; None if nobody waits.

    Two who call at once call two; the same key again returns the same appointment.
    """
    day = beijing_date(by.now)
    if (same := _called_with(session, clinic_id, day, by)) is not None:
        return same
    whose = [] if doctor_id is None else [Slot.doctor_id == doctor_id]
    first = session.scalar(
        sa.select(Appointment)
        .join(Slot, Slot.id == Appointment.slot_id)
        .where(*waits_on(clinic_id, day), *whose, Appointment.hospital_id == hospital_id)
        .order_by(Appointment.queued_at, Appointment.queue_number)
        .limit(1)
        .with_for_update(of=Appointment, skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    )
    if first is not None:
        take(session, appointment=first, after=AppointmentState.CALLED, by=by, values={})
    return first


def call(session: Session, *, hospital_id: str, appointment_id: str, by: By) -> Appointment:
    """Call somebody who has checked in, whatever her turn.

    Raises:
        NotFound, NotThisStep: as `finish`.
    """
    return _taken(session, hospital_id, appointment_id, AppointmentState.CALLED, by)


def recall(session: Session, *, hospital_id: str, appointment_id: str, by: By) -> Appointment:
    """Put somebody who did not hear her call back into the line, behind others (过号).

    Raises:
        NotFound, NotThisStep: as `finish`.
    """
    held = appointment_in(session, hospital_id=hospital_id, appointment_id=appointment_id)
    if is_repeated(session, appointment_id=appointment_id, key=by.key):
        return held.appointment
    _check_stands(held.appointment, {AppointmentState.CALLED})
    turn_at = behind(
        session, clinic_id=held.clinic.id, own=held.appointment.queued_at or by.now, now=by.now,
        policy=policy_of(session, clinic=held.clinic),
    )  # fmt: skip
    take(
        session, appointment=held.appointment, after=AppointmentState.CHECKED_IN, by=by,
        values={"queued_at": turn_at},
    )  # fmt: skip
    return held.appointment


def finish(session: Session, *, hospital_id: str, appointment_id: str, by: By) -> Appointment:
    """Note that somebody was seen; visits kept in a row clear a missed one.

    Raises:
        NotFound: no such appointment in this hospital.
        NotThisStep: her visit is not under way.
    """
    seen = _taken(session, hospital_id, appointment_id, AppointmentState.SEEN, by)
    missed.note_kept(session, appointment=seen, by=by)
    return seen


def leave(session: Session, *, hospital_id: str, appointment_id: str, by: By) -> Appointment:
    """Note that somebody who came left without being seen.

    Raises:
        NotFound, NotThisStep: as `finish`.
    """
    return _taken(session, hospital_id, appointment_id, AppointmentState.LEFT, by)


def miss(session: Session, *, hospital_id: str, appointment_id: str, by: By) -> Appointment:
    """Note that somebody did not come, once her time is over; she may still check in that day.

    Raises:
        NotFound, NotThisStep: as `finish`.
        NotTheDay: her time is still to come.
    """
    held = appointment_in(session, hospital_id=hospital_id, appointment_id=appointment_id)
    if held.slot.starts_at > by.now:
        raise NotTheDay(day=short_day(beijing_date(held.slot.starts_at)))
    gone = _taken(session, hospital_id, appointment_id, AppointmentState.NO_SHOW, by)
    missed.note_missed(session, appointment=gone)
    return gone


def walk_in(session: Session, *, request: Request, by: By) -> Booked:
    """Book somebody who stands at the desk into a slot that is not over, and check her in.

    Her turn is now, or the time of the slot if that is later.

    Raises:
        NotFound: no such slot in this hospital.
        SlotPast: the slot is over.
        NotTheDay: it is of another day.
        SlotFull, Overlapping: as `booking.actions.book`.
    """
    booked = _entered(session, request, by)
    if booked.appointment.state is AppointmentState.BOOKED:
        _check_day(booked.slot, now=by.now)
        due_at = max(booked.slot.starts_at, by.now)
        _checked_in(session, booked, due_at=due_at, by=By(by.actor, by.why, by.now))
    return booked


def add_extra(session: Session, *, request: Request, by: By) -> Booked:
    """Book somebody into a place that the doctor adds for her (加号); it goes when she gives it up.

    Raises:
        NotFound: no such slot in this hospital.
        SlotPast: the slot is over.
        Overlapping: as `booking.actions.book`.
    """
    return _entered(session, replace(request, share=Share.EXTRA), by)


def cancel_by_clinic(
    session: Session, *, hospital_id: str, appointment_id: str, by: By
) -> Appointment:
    """Cancel an appointment for the hospital; whoever cancels several locks them all first.

    Raises:
        NotFound: no such appointment in this hospital.
        NotThisStep: it was given up before, or the visit is over.
    """
    held = appointment_in(session, hospital_id=hospital_id, appointment_id=appointment_id)
    if not is_repeated(session, appointment_id=appointment_id, key=by.key):
        let_go(
            session, appointment=held.appointment, after=AppointmentState.CANCELLED_BY_CLINIC,
            by=by, values={"cancelled_at": by.now},
        )  # fmt: skip
    return held.appointment


def move_by_clinic(
    session: Session, *, hospital_id: str, appointment_id: str, slot_id: str, share: Share, by: By
) -> Booked:
    """Move an appointment for the hospital into a share of another slot, in one act.

    No hour binds the hospital, and no rule of who may book what. The same key again returns the
    same new appointment.

    Raises:
        NotFound: no such appointment or slot in this hospital.
        SlotPast: the slot is over.
        NotThisStep, SlotFull, Overlapping: as `booking.actions.move`.
    """
    held = appointment_in(session, hospital_id=hospital_id, appointment_id=appointment_id)
    if is_repeated(session, appointment_id=appointment_id, key=by.key):
        return moving.moved(session, held=held)
    found = place(session, hospital_id=hospital_id, slot_id=slot_id, share=share)
    if found.slot.ends_at <= by.now:
        raise SlotPast
    return moving.move(session, held=held, place=found, share=share, by=by)


def _taken(
    session: Session, hospital_id: str, appointment_id: str, after: AppointmentState, by: By
) -> Appointment:
    held = appointment_in(session, hospital_id=hospital_id, appointment_id=appointment_id)
    if not is_repeated(session, appointment_id=appointment_id, key=by.key):
        take(session, appointment=held.appointment, after=after, by=by, values={})
    return held.appointment


def _checked_in(session: Session, held: Booked, *, due_at: datetime, by: By) -> Appointment:
    slot, day = held.slot, beijing_date(held.slot.starts_at)
    policy = policy_of(session, clinic=held.clinic)
    number = next_ticket(session, clinic_id=slot.clinic_id, day=day)
    turn_at = turn(
        session, clinic_id=slot.clinic_id, number=number, due_at=due_at, now=by.now, policy=policy
    )
    take(
        session, appointment=held.appointment, after=AppointmentState.CHECKED_IN, by=by,
        values={"checked_in_at": by.now, "queue_number": number, "queued_at": turn_at},
    )  # fmt: skip
    missed.note_came(session, appointment_id=held.appointment.id, by=by)
    return held.appointment


def _called_with(session: Session, clinic_id: str, day: date, by: By) -> Appointment | None:
    if by.key is None:
        return None
    return session.scalar(
        sa.select(Appointment)
        .join(Slot, Slot.id == Appointment.slot_id)
        .join(Step, Step.appointment_id == Appointment.id)
        .where(*in_line_on(clinic_id, day), Step.idempotency_key == by.key)
        .where(Step.after == AppointmentState.CALLED)
    )


def _check_stands(appointment: Appointment, states: Collection[AppointmentState]) -> None:
    """Pass if it is in one of these: who checks in has not been called, and who is put back has.

    The table of steps cannot tell: both lead to the same state.
    """
    if appointment.state not in states:
        raise NotThisStep(state=appointment.state.value, after=AppointmentState.CHECKED_IN.value)


def _check_day(slot: Slot, *, now: datetime) -> None:
    day = beijing_date(slot.starts_at)
    if day != beijing_date(now):
        raise NotTheDay(day=short_day(day))


def _entered(session: Session, request: Request, by: By) -> Booked:
    patients.lock(session, numbers=[request.patient_number])
    same = appointment_of_key(session, person_id=request.person_id, key=request.key)
    if same is not None:
        return same
    found = place(
        session, hospital_id=request.hospital_id, slot_id=request.slot_id, share=request.share
    )
    if found.slot.ends_at <= by.now:
        raise SlotPast
    appointment = planned(
        request, slot=found.slot, share=request.share, channel=request.channel, key=request.key,
        now=by.now,
    )  # fmt: skip
    with session.begin_nested():
        if request.share is Share.EXTRA:
            places.add_extra(session, slot_id=request.slot_id)
        enter(session, appointment=appointment, by=by)
    return Booked(appointment, found.slot, found.clinic)
