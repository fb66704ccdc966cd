"""JSON about appointments: what can be booked, when, and hers."""

from collections import Counter
from datetime import date, timedelta

from booking import actions, queries
from booking.queries import Booked
from booking.rules import LIVES
from core.clock import beijing_date
from core.words import label
from handbook.queries_children import children_of
from miniapp import guard
from miniapp.booking_asked import key, request_for
from miniapp.booking_told import by_day, out, page_out
from miniapp.guard import api, house, today
from miniapp.shapes_booking import (
    AppointmentIn,
    AppointmentOut,
    AppointmentsOut,
    CareOut,
    CaresOut,
    ClinicOut,
    ClinicsOut,
    DayCountOut,
    DaysOut,
    DaysQuery,
    SlotsOut,
    SlotsQuery,
)

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


@api.get("/clinics")
@api.output(ClinicsOut)
def clinics() -> ClinicsOut:
    """List the clinics that can be booked."""
    with house().database.transaction() as session:
        found = queries.clinics(session, hospital_id=guard.hospital(session).id)
    return ClinicsOut(
        items=[ClinicOut(id=one.id, name=one.name, room=one.room, care=one.care) for one in found]
    )


@api.get("/days")
@api.input(DaysQuery, location="query")
@api.output(DaysOut)
def days(query_data: DaysQuery) -> DaysOut:
    """Count the free places of a kind of care on each day that has slots."""
    with house().database.transaction() as session:
        found = queries.slots(
            session, hospital_id=guard.hospital(session).id, care=query_data.care,
            from_day=query_data.from_day or today(), days=query_data.days,
            now=house().clock.now(),
        )  # fmt: skip
    free: Counter[date] = Counter()
    for place in found:
        free[beijing_date(place.slot.starts_at)] += place.free
    return DaysOut(
        care=query_data.care, days=[DayCountOut(day=day, free=left) for day, left in free.items()]
    )


@api.get("/slots")
@api.input(SlotsQuery, location="query")
@api.output(SlotsOut)
def slots(query_data: SlotsQuery) -> SlotsOut:
    """List days and times of a kind of care; where doctors are pooled, each time once."""
    with house().database.transaction() as session:
        hospital = guard.hospital(session)
        found = queries.slots(
            session, hospital_id=hospital.id, care=query_data.care,
            from_day=query_data.from_day or today(), days=query_data.days,
            now=house().clock.now(),
        )  # fmt: skip
        return SlotsOut(care=query_data.care, days=by_day(session, found, hospital=hospital))


@api.post("/appointments")
@api.input(AppointmentIn)
@api.output(AppointmentOut, status_code=201)
def book(json_data: AppointmentIn) -> AppointmentOut:
    """Book a slot; the header Idempotency-Key makes a repeated call harmless."""
    given = key()
    with house().database.transaction() as session:
        request = request_for(
            session, person=guard.me(session), hospital=guard.hospital(session), asked=json_data,
            key=given,
        )  # fmt: skip
        return out(session, actions.book(session, request=request, now=house().clock.now()))


@api.get("/appointments")
@api.output(AppointmentsOut)
def appointments() -> AppointmentsOut:
    """List her appointments: what stands, soonest first, then what is over, newest first."""
    now = house().clock.now()
    with house().database.transaction() as session:
        person = guard.me(session)
        children = {one.id: one for one in children_of(session, person_id=person.id)}
        held = queries.appointments_of(session, person_id=person.id, since=now - SHOWN_SINCE)
        stands = [one for one in held if _stands(one)]
        over = [one for one in reversed(held) if not _stands(one)]
        return AppointmentsOut(items=[page_out(session, one, children) for one in stands + over])


def _stands(held: Booked) -> bool:
    is_past = beijing_date(held.slot.starts_at) < today()
    return held.appointment.state in LIVES and not is_past
