"""JSON about appointments: what can be booked, when, and hers."""

from collections import defaultdict
from datetime import date, timedelta

from flask import request

from accounts.models import Person
from booking import actions, queries
from booking.models import AppointmentState
from booking.queries import Booked, Place
from booking.rules import item_for, may_cancel
from core.clock import beijing, beijing_date
from core.dates import WEEKDAYS, hour, short_day, when
from core.db import Session
from core.errors import BadRequest
from core.words import label
from handbook.models import Pregnancy, PregnancyState
from handbook.queries import items_of, pregnancy_of
from miniapp import guard
from miniapp.guard import api, herself, house, today
from miniapp.shapes import (
    AppointmentIn,
    AppointmentOut,
    AppointmentsOut,
    CareOut,
    CaresOut,
    DayOut,
    SlotOut,
    SlotsOut,
    SlotsQuery,
)
from miniapp.stands import serves_child

LONGEST_KEY = 80
SHOWN_SINCE = timedelta(days=30)
"""Appointments of the last month stay in her list."""


@api.get("/care")
@api.output(CaresOut)
def care() -> CaresOut:
    """List what can be booked."""
    with house().database.transaction() as session:
        offered = queries.care_offered(session, hospital_id=guard.hospital(session).id)
    return CaresOut(
        items=[
            CareOut(key=one, name=label(f"booking.{one}"), about=label(f"booking.{one}_about"))
            for one in offered
        ]
    )


@api.get("/slots")
@api.input(SlotsQuery, location="query")
@api.output(SlotsOut)
def slots(query_data: SlotsQuery) -> SlotsOut:
    """List days and times of a kind of care."""
    from_day = query_data.from_day or today()
    with house().database.transaction() as session:
        found = queries.slots(
            session, hospital_id=guard.hospital(session).id, care=query_data.care,
            from_day=from_day, days=query_data.days, now=house().clock.now(),
        )  # fmt: skip
    by_day: dict[date, list[Place]] = defaultdict(list)
    for place in found:
        by_day[beijing_date(place.slot.starts_at)].append(place)
    return SlotsOut(
        care=query_data.care, days=[_day_out(day, places) for day, places in by_day.items()]
    )


@api.post("/appointments")
@api.input(AppointmentIn)
@api.output(AppointmentOut, status_code=201)
def book(json_data: AppointmentIn) -> AppointmentOut:
    """Book a slot; the header Idempotency-Key makes a repeated call harmless."""
    key = request.headers.get("Idempotency-Key", "")
    if not 1 <= len(key) <= LONGEST_KEY:
        raise BadRequest
    now = house().clock.now()
    with house().database.transaction() as session:
        person, hospital = guard.me(session), guard.hospital(session)
        pregnancy = _ongoing(session, person)
        place = queries.place(session, hospital_id=hospital.id, slot_id=json_data.slot_id)
        booked = actions.book(
            session,
            request=actions.Request(
                person=person, hospital_id=hospital.id, slot_id=json_data.slot_id,
                pregnancy_id=None if pregnancy is None else pregnancy.id,
                item_key=_item_key(session, person, pregnancy, place, json_data.item_key),
                channel="client", key=key, actor=herself(person),
            ),
            now=now,
        )  # fmt: skip
        return _appointment_out(booked, hospital.name)


@api.get("/appointments")
@api.output(AppointmentsOut)
def appointments() -> AppointmentsOut:
    """List her appointments, the coming ones first."""
    now = house().clock.now()
    with house().database.transaction() as session:
        person, hospital = guard.me(session), guard.hospital(session)
        held = queries.appointments_of(session, person_id=person.id, since=now - SHOWN_SINCE)
    held.sort(key=lambda one: (one.slot.starts_at < now, one.slot.starts_at))
    return AppointmentsOut(items=[_appointment_out(one, hospital.name) for one in held])


@api.post("/appointments/<appointment_id>/cancel")
@api.output(AppointmentOut)
def cancel(appointment_id: str) -> AppointmentOut:
    """Cancel one of her appointments."""
    with house().database.transaction() as session:
        person, hospital = guard.me(session), guard.hospital(session)
        gone = actions.cancel(
            session, person_id=person.id, appointment_id=appointment_id,
            actor=herself(person), now=house().clock.now(),
        )  # fmt: skip
        return _appointment_out(gone, hospital.name)


def _ongoing(session: Session, person: Person) -> Pregnancy | None:
    pregnancy = pregnancy_of(session, person_id=person.id)
    if pregnancy is None or pregnancy.state is not PregnancyState.ONGOING:
        return None
    return pregnancy


def _item_key(
    session: Session, person: Person, pregnancy: Pregnancy | None, place: Place, wished: str | None
) -> str | None:
    """Return the item the visit serves: the one she came from if it fits, else her next one.

    An item that is neither on her timeline nor on a child's list is not taken from a client's word.
    """
    if wished is not None and serves_child(session, wished, care=place.clinic.care):
        return wished
    if pregnancy is None:
        return None
    items = items_of(pregnancy, today=today())
    if wished in {item.key for item in items if item.care == place.clinic.care}:
        return wished
    item = item_for(
        items, care=place.clinic.care, day=beijing_date(place.slot.starts_at),
        taken=queries.live_by_item(session, person_id=person.id, since=house().clock.now()),
    )  # fmt: skip
    return None if item is None else item.key


def _day_out(day: date, places: list[Place]) -> DayOut:
    slots_out = [
        SlotOut(
            id=place.slot.id, time=f"{hour(place.slot.starts_at)}-{hour(place.slot.ends_at)}",
            starts_at=beijing(place.slot.starts_at).isoformat(),
            free=place.slot.places - place.slot.taken, clinic=place.clinic.name,
            room=place.clinic.room,
        )
        for place in places
    ]  # fmt: skip
    return DayOut(
        day=day, weekday=WEEKDAYS[day.weekday()], label=short_day(day),
        free=sum(slot.free for slot in slots_out), slots=slots_out,
    )  # fmt: skip


def _appointment_out(held: Booked, hospital_name: str) -> AppointmentOut:
    appointment, slot, clinic = held.appointment, held.slot, held.clinic
    is_live = appointment.state is AppointmentState.BOOKED
    return AppointmentOut(
        id=appointment.id,
        number=str(appointment.number),
        state=appointment.state,
        care=clinic.care,
        care_name=label(f"booking.{clinic.care}"),
        clinic=clinic.name,
        room=clinic.room,
        place=f"{hospital_name} {clinic.room}",
        starts_at=beijing(slot.starts_at).isoformat(),
        when=when(slot.starts_at, slot.ends_at),
        preparation=label(f"booking.{clinic.care}_preparation"),
        may_cancel=is_live and may_cancel(starts_at=slot.starts_at, now=house().clock.now()),
    )
