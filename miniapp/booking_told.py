"""What a family is told of slots and of its appointments."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from accounts.models import Hospital
from booking import queries
from booking.attendance.queries_line import before_you
from booking.models import AppointmentState, Care, Share
from booking.models_supply import Doctor
from booking.policy import Policy
from booking.pool import pooled
from booking.queries import Booked, Place
from booking.queries_seats import remote_left
from booking.rules import cancel_until, may_cancel
from booking.supply.queries_supply import doctors
from core.clock import beijing, beijing_date
from core.dates import WEEKDAYS, hour, short_day, when
from core.db import Session
from core.words import label
from handbook.models_lives import Child
from miniapp import guard
from miniapp.guard import house, today
from miniapp.shapes_booking import (
    AppointmentOut,
    AppointmentPageOut,
    DayOut,
    QueueOut,
    SlotOut,
)

IN_LINE = frozenset({AppointmentState.CHECKED_IN, AppointmentState.CALLED})


def by_day(session: Session, places: Sequence[Place], *, hospital: Hospital) -> list[DayOut]:
    """Return slots by day as families see them; a query where doctors are chosen, one for classes.

    `places` is read more than once.
    """
    named = doctors_of(session, places, hospital=hospital)
    classes = [one.slot.id for one in places if one.clinic.care is Care.COURSE]
    seats = remote_left(session, slot_ids=classes) if classes else {}
    days: dict[date, list[Place]] = defaultdict(list)
    for place in pooled(places):
        days[beijing_date(place.slot.starts_at)].append(place)
    return [_day_out(day, found, named, seats) for day, found in days.items()]


def doctors_of(
    session: Session, places: Iterable[Place], *, hospital: Hospital
) -> Mapping[str, Doctor]:
    """Return the doctors by id if any of these places is with a doctor who is chosen."""
    if all(one.clinic.is_pooled or one.slot.doctor_id is None for one in places):
        return {}
    return {one.id: one for one in doctors(session, hospital_id=hospital.id)}


def slot_out(place: Place, doctors: Mapping[str, Doctor]) -> SlotOut:
    """Return one slot as families see it."""
    slot, clinic = place.slot, place.clinic
    doctor = None if clinic.is_pooled else doctors.get(slot.doctor_id or "")
    return SlotOut(
        id=slot.id, time=f"{hour(slot.starts_at)}-{hour(slot.ends_at)}",
        starts_at=beijing(slot.starts_at).isoformat(), free=place.free, clinic=clinic.name,
        room=clinic.room, clinic_id=clinic.id,
        doctor=None if doctor is None else said_doctor(doctor),
    )  # fmt: skip


def said_doctor(doctor: Doctor) -> str:
    """Return a doctor as families call one: 王敏 主任医师."""
    return f"{doctor.name} {doctor.title}".strip()


def said_moment(moment: datetime) -> str:
    """Return a moment without its year: 6月2日 11:00."""
    return f"{short_day(beijing_date(moment))} {hour(moment)}"


def out(session: Session, held: Booked) -> AppointmentOut:
    """Return what a family is told of an appointment of hers."""
    policy = queries.policy_of(session, clinic=held.clinic)
    name = guard.hospital(session).name
    return appointment_out(held, hospital_name=name, policy=policy, now=house().clock.now())


def page_out(session: Session, held: Booked, children: Mapping[str, Child]) -> AppointmentPageOut:
    """Return an appointment with whom it is for, with which doctor, and where she is in line.

    `children` are those she looks after, by id. Two queries, three while she waits.
    """
    appointment, slot = held.appointment, held.slot
    doctor = None if slot.doctor_id is None else session.get(Doctor, slot.doctor_id)
    is_today = beijing_date(slot.starts_at) == today()
    return AppointmentPageOut(
        **vars(out(session, held)),
        patient=said_patient(appointment.child_id, children),
        doctor=None if doctor is None or held.clinic.is_pooled else said_doctor(doctor),
        moved_to=appointment.moved_to,
        may_check_in=appointment.state is AppointmentState.BOOKED and is_today,
        queue=_queue(session, held),
    )


def said_patient(child_id: str | None, children: Mapping[str, Child]) -> str | None:
    """Return how a child is called, None if it is nobody's but herself."""
    if child_id is None:
        return None
    child = children.get(child_id)
    return (None if child is None else child.name) or label("miniapp.booking_child")


def appointment_out(
    held: Booked, *, hospital_name: str, policy: Policy, now: datetime
) -> AppointmentOut:
    """Return what a family is told of an appointment, without asking the database."""
    appointment, slot, clinic = held.appointment, held.slot, held.clinic
    is_booked = appointment.state is AppointmentState.BOOKED
    may = is_booked and may_cancel(starts_at=slot.starts_at, now=now, policy=policy)
    until = cancel_until(starts_at=slot.starts_at, policy=policy)
    is_remote = appointment.share is Share.REMOTE
    is_held = appointment.state is AppointmentState.HELD
    expires_at = appointment.expires_at if is_held else None
    return AppointmentOut(
        id=appointment.id,
        number=str(appointment.number),
        state=appointment.state,
        state_name=label(f"booking.{appointment.state}"),
        care=clinic.care,
        care_name=label(f"booking.{clinic.care}"),
        clinic_id=clinic.id,
        clinic=clinic.name,
        room=clinic.room,
        place=label("miniapp.booking_remote") if is_remote else f"{hospital_name} {clinic.room}",
        starts_at=beijing(slot.starts_at).isoformat(),
        ends_at=beijing(slot.ends_at).isoformat(),
        when=when(slot.starts_at, slot.ends_at),
        preparation=said_preparation(held),
        may_cancel=may,
        cancel_until=said_moment(until) if may else None,
        expires_at=None if expires_at is None else beijing(expires_at).isoformat(),
        child_id=appointment.child_id,
        course_id=appointment.course_id,
        is_remote=is_remote,
    )


def said_preparation(held: Booked) -> str:
    """Return what she prepares for a visit; of a seat on-line, how she takes part."""
    is_remote = held.appointment.share is Share.REMOTE
    return label(
        "miniapp.booking_remote_join" if is_remote else f"booking.{held.clinic.care}_preparation"
    )


def _queue(session: Session, held: Booked) -> QueueOut | None:
    appointment = held.appointment
    if appointment.state not in IN_LINE or appointment.queue_number is None:
        return None
    is_called = appointment.state is AppointmentState.CALLED
    before = 0 if is_called else before_you(session, held=held)
    return QueueOut(number=appointment.queue_number, before_you=before, is_called=is_called)


def _day_out(
    day: date, places: list[Place], doctors: Mapping[str, Doctor], seats: Mapping[str, int]
) -> DayOut:
    found = [
        slot_out(place, doctors).model_copy(update={"remote_free": seats.get(place.slot.id)})
        for place in places
    ]
    return DayOut(
        day=day, weekday=WEEKDAYS[day.weekday()], label=short_day(day),
        free=sum(slot.free for slot in found), slots=found,
    )  # fmt: skip
