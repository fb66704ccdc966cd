"""JSON about fair places: kept for her, drawn for, or held because her session was closed."""

from datetime import date, timedelta

from booking.drawing import actions as drawing
from booking.drawing.queries import Asked, asked_by, published
from booking.models_supply import Doctor
from booking.protecting.queries import OfHers, kept_for
from booking.queries import Booked
from booking.rescuing import actions as rescuing
from booking.rescuing.queries import Offer, offers_to
from core.clock import beijing, beijing_date
from core.dates import when
from core.db import Session
from core.errors import BadRequest
from core.words import label
from handbook.models import PregnancyState
from handbook.queries import pregnancy_of
from miniapp import guard
from miniapp.booking_asked import by, key, request_for
from miniapp.booking_lives import hers
from miniapp.booking_told import by_day, out, said_doctor, said_moment, said_patient
from miniapp.guard import api, house
from miniapp.shapes_booking import AppointmentIn, AppointmentOut, SlotsOut
from miniapp.shapes_fair import (
    ChooseIn,
    DrawAskedOut,
    DrawEntryOut,
    DrawOut,
    DrawsAskedOut,
    KeptQuery,
    RescueOut,
    RescuesOut,
)

TOLD_FOR = timedelta(days=30)
"""Draws of the last month stay in her list."""


@api.get("/kept-slots")
@api.input(KeptQuery, location="query")
@api.output(SlotsOut)
def kept_slots(query_data: KeptQuery) -> SlotsOut:
    """List the places kept for her: none while a place is free to all before her window closes."""
    with house().database.transaction() as session:
        hospital = guard.hospital(session)
        person = guard.me(session)
        pregnancy = pregnancy_of(session, person_id=person.id)
        is_hers = pregnancy is not None and pregnancy.state is PregnancyState.ONGOING
        visit = OfHers(pregnancy.id if pregnancy and is_hers else None, query_data.item_key)
        found = kept_for(
            session, hospital_id=hospital.id, visit=visit, care=query_data.care,
            now=house().clock.now(),
        )  # fmt: skip
        return SlotsOut(care=query_data.care, days=by_day(session, found, hospital=hospital))


@api.get("/draws")
@api.output(DrawsAskedOut)
def draws() -> DrawsAskedOut:
    """List her entries in draws, with what came of them."""
    since = house().clock.now() - TOLD_FOR
    with house().database.transaction() as session:
        found = asked_by(session, person_id=guard.me(session).id, since=since)
        return DrawsAskedOut(items=[_asked_out(session, one) for one in found])


@api.post("/draws")
@api.input(AppointmentIn)
@api.output(DrawAskedOut, status_code=201)
def ask(json_data: AppointmentIn) -> DrawAskedOut:
    """Ask for a slot that is being drawn; asking again, or sooner, changes nothing.

    Of a time that was asked for before she gets the entry that stands.
    """
    given, now = key(), house().clock.now()
    with house().database.transaction() as session:
        person = guard.me(session)
        request = request_for(
            session, person=person, hospital=guard.hospital(session), asked=json_data, key=given
        )
        entry = drawing.ask(session, request=request, now=now)
        found = asked_by(session, person_id=person.id, since=entry.asked_at)
        return next(_asked_out(session, one) for one in found if one.request.id == entry.id)


@api.get("/draws/<clinic_id>/<draw_day>")
@api.output(DrawOut)
def draw(clinic_id: str, draw_day: str) -> DrawOut:
    """Tell what is published of a draw, so that anybody can check it."""
    with house().database.transaction() as session:
        found = published(
            session, hospital_id=guard.hospital(session).id, clinic_id=clinic_id,
            draw_day=_day(draw_day),
        )  # fmt: skip
    held_at = found.draw.held_at
    return DrawOut(
        clinic_id=clinic_id, draw_day=found.draw.draw_day, seed=found.seed,
        closes_at=beijing(found.draw.closes_at).isoformat(),
        held_at=None if held_at is None else beijing(held_at).isoformat(),
        seed_digest=found.draw.seed_digest,
        entries=[DrawEntryOut(id=one.id, days_left=one.days_left) for one in found.entries],
        how=label("miniapp.draw_how"),
    )  # fmt: skip


@api.get("/rescues")
@api.output(RescuesOut)
def rescues() -> RescuesOut:
    """List the places held for her because a session was closed."""
    with house().database.transaction() as session:
        found = offers_to(session, person_id=guard.me(session).id)
        return RescuesOut(items=[_rescue_out(session, one) for one in found])


@api.post("/rescues/<appointment_id>/accept")
@api.output(AppointmentOut)
def accept(appointment_id: str) -> AppointmentOut:
    """Book the place that is held for her."""
    with house().database.transaction() as session:
        person = guard.me(session)
        return out(
            session,
            rescuing.accept(
                session, person_id=person.id, appointment_id=appointment_id, by=by(person)
            ),
        )


@api.post("/rescues/<appointment_id>/choose")
@api.input(ChooseIn)
@api.output(AppointmentOut)
def choose(appointment_id: str, json_data: ChooseIn) -> AppointmentOut:
    """Take another time than the one held for her."""
    with house().database.transaction() as session:
        person = guard.me(session)
        chosen = rescuing.choose(
            session, person_id=person.id, appointment_id=appointment_id,
            slot_id=json_data.slot_id, by=by(person),
        )  # fmt: skip
        return out(session, chosen)


@api.post("/rescues/<appointment_id>/give-back")
@api.output(AppointmentOut)
def give_back(appointment_id: str) -> AppointmentOut:
    """Let the place that is held for her go."""
    with house().database.transaction() as session:
        person = guard.me(session)
        gone = rescuing.give_back(
            session, person_id=person.id, appointment_id=appointment_id, by=by(person)
        )
        return out(session, gone)


def _asked_out(session: Session, asked: Asked) -> DrawAskedOut:
    request, draw, clinic = asked.request, asked.draw, asked.clinic
    said = label(f"miniapp.draw_{request.outcome or 'asked'}")
    return DrawAskedOut(
        id=request.id, clinic_id=clinic.id, clinic=clinic.name,
        care_name=label(f"booking.{clinic.care}"),
        patient=said_patient(request.child_id, hers(session)), draw_day=draw.draw_day,
        closes_at=beijing(draw.closes_at).isoformat(),
        times=[when(one.starts_at, one.ends_at) for one in asked.slots],
        outcome=request.outcome, rank=request.rank, appointment_id=request.appointment_id,
        sentence=said.format(at=said_moment(draw.closes_at), rank=request.rank),
    )  # fmt: skip


def _rescue_out(session: Session, offer: Offer) -> RescueOut:
    lost, held = offer.lost, offer.held
    expires_at = held.appointment.expires_at
    if expires_at is None:
        raise AssertionError("what is held has a time until which it is")
    days = abs((beijing_date(held.slot.starts_at) - beijing_date(lost.slot.starts_at)).days)
    return RescueOut(
        appointment_id=held.appointment.id, care_name=label(f"booking.{held.clinic.care}"),
        patient=said_patient(held.appointment.child_id, hers(session)),
        lost_when=when(lost.slot.starts_at, lost.slot.ends_at),
        when=when(held.slot.starts_at, held.slot.ends_at), clinic=held.clinic.name,
        room=held.clinic.room, doctor=_doctor(session, held),
        expires_at=beijing(expires_at).isoformat(),
        sentence=label("miniapp.rescue_held").format(until=said_moment(expires_at), days=days),
    )  # fmt: skip


def _doctor(session: Session, held: Booked) -> str | None:
    if held.clinic.is_pooled or held.slot.doctor_id is None:
        return None
    return said_doctor(session.get_one(Doctor, held.slot.doctor_id))


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError as unreadable:
        raise BadRequest from unreadable
