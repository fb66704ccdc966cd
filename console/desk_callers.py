"""Somebody calls, or asks at the window: found, and booked, moved or cancelled by the clerk."""

import re
from datetime import date, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.audit import record
from accounts.models import Person
from accounts.queries import families, person_of
from booking.actions import Request
from booking.attendance import callers
from booking.models import Slot
from booking.models_supply import Clinic
from booking.queries import Booked, appointments_of
from booking.rules import LIVES
from console import clinics_frame, clinics_typed, desk_frame, desk_visits
from console.errors import NothingTyped
from console.guard import actor, house, member
from console.presenters import desk_callers as presenters
from console.typed import NOTHING, Refused
from core.clock import beijing_date, beijing_moment
from core.db import Session
from core.errors import NotFound, Refusal
from handbook.models import Pregnancy, PregnancyState
from handbook.models_lives import Child, ChildState
from handbook.queries_children import child_of_guardian, children_of

blueprint = Blueprint("desk_callers", __name__, url_prefix="/desk/<clinic_id>/callers")
blueprint.before_request(desk_frame.check_may_run)

WHOLE_NUMBER = 7
"""A number of as many digits is looked up in the whole hospital, a shorter one is a tail."""

MOST_PEOPLE = 20
LOOK_AHEAD = timedelta(days=28)
OFFERED = 80
Answer = Response | tuple[str, int]


@blueprint.get("/")
def find(clinic_id: str) -> str:
    """Ask who calls."""
    with house().database.transaction() as session:
        clinic = desk_frame.clinic(session, clinic_id=clinic_id)
    return render_template(
        "console/desk/callers.html", clinic=clinic, words="", lines=None, slot=_slot_asked()
    )


@blueprint.post("/")
def found(clinic_id: str) -> Response | str:
    """Show whom a name, the tail of a number or a whole number finds; one alone is opened."""
    words = re.sub(r"[\s-]", "", request.form.get("words", ""))
    with house().database.transaction() as session:
        clinic = desk_frame.clinic(session, clinic_id=clinic_id)
        people = _people(session, clinic, words)
        desk_frame.note_names_shown(session, clinic=clinic, act="people_found")
    if len(people) == 1:
        return _to_her(clinic_id, people[0].id)
    lines = [presenters.caller_line(one) for one in people[:MOST_PEOPLE]]
    return render_template(
        "console/desk/callers.html", clinic=clinic, words=words, lines=lines, slot=_slot_asked(),
        is_cut=len(people) > MOST_PEOPLE,
    )  # fmt: skip


@blueprint.get("/<person_id>")
def page(clinic_id: str, person_id: str) -> tuple[str, int]:
    """Show what she has booked, and the places for her and her children; it is written down."""
    return _page(clinic_id, person_id, refused=NOTHING)


@blueprint.post("/<person_id>")
def book(clinic_id: str, person_id: str) -> Answer:
    """Book her, or a child of hers; what to tell her is shown."""
    try:
        with house().database.transaction() as session:
            desk_frame.clinic(session, clinic_id=clinic_id)
            wish = _request(session, _person(session, person_id))
            booked = callers.book_for(session, request=wish, now=house().clock.now())
    except NotFound:
        raise
    except Refusal as refusal:
        form = request.form.get("patient", "")
        return _page(clinic_id, person_id, refused=Refused.of(form, refusal))
    return redirect(url_for("console.desk_visits.page", appointment_id=booked.appointment.id), 303)


def _slot_asked() -> str:
    return request.args.get("slot", "")


def _to_her(clinic_id: str, person_id: str) -> Response:
    slot = _slot_asked() or None
    return redirect(url_for(".page", clinic_id=clinic_id, person_id=person_id, slot=slot), 303)


def _people(session: Session, clinic: Clinic, words: str) -> list[Person]:
    if words.isdecimal() and len(words) >= WHOLE_NUMBER:
        hers = families(
            session, hospital_id=clinic.hospital_id, search=words, after="", limit=MOST_PEOPLE
        )
        return [one for one in hers if not one.closed_at]
    known = callers.known_here(session, clinic_id=clinic.id, now=house().clock.now())
    return [one for one in known if presenters.is_meant(one, words)]


def _person(session: Session, person_id: str) -> Person:
    """Return who calls.

    Raises:
        NotFound: no such person in this hospital, or she has left.
    """
    person = person_of(session, person_id=person_id, hospital_id=member().hospital_id)
    if person.closed_at is not None:
        raise NotFound
    return person


def _request(session: Session, person: Person) -> Request:
    """Return what was chosen for her.

    Raises:
        NothingTyped: the form has lost its key.
        NothingChosen: no place was chosen.
        NotFound: no such child of hers.
    """
    slot_id, share = desk_visits.chosen_place()
    patient, key = request.form.get("patient", ""), request.form.get("key", "")
    item_key = request.form.get("item") or None
    if not key:
        raise NothingTyped
    is_herself = patient == person.id
    return Request(
        person=person, hospital_id=member().hospital_id, slot_id=slot_id,
        pregnancy_id=_pregnancy_id(session, person, item_key) if is_herself else None,
        item_key=item_key, channel="desk", key=key, actor=actor(),
        child=None if is_herself else child_of_guardian(
            session, person_id=person.id, child_id=patient
        ),
        share=share,
    )  # fmt: skip


def _pregnancy_id(session: Session, person: Person, item_key: str | None) -> str | None:
    """Return the pregnancy her visit is for; one that has ended well only if an item of it is."""
    found = callers.pregnancy_for(session, person=person)
    if found is None or (found.state is not PregnancyState.ONGOING and item_key is None):
        return None
    return found.id


def _page(clinic_id: str, person_id: str, *, refused: Refused) -> tuple[str, int]:
    now = house().clock.now()
    with house().database.transaction() as session:
        clinic = desk_frame.clinic(session, clinic_id=clinic_id)
        person = _person(session, person_id)
        from_day = _from_day(session, clinic)
        begins = beijing_moment(from_day)
        left = callers.places_for_callers(
            session, clinic=clinic, since=begins, until=begins + LOOK_AHEAD, now=now
        )
        doctors = clinics_frame.doctors_by_id(session)
        patients = _patients(session, clinic, person)
        visits = _visits(session, person)
        record(
            session, actor=actor(), act="caller_read", subject_kind="person",
            subject_id=person.id, hospital_id=clinic.hospital_id, now=now,
        )  # fmt: skip
    places = presenters.place_choices(left, doctors=doctors)[:OFFERED]
    chosen = presenters.chosen(places, slot_id=_slot_asked())
    page = render_template(
        "console/desk/caller.html",
        clinic=clinic,
        person=presenters.caller_line(person),
        visits=[presenters.visit_line(one) for one in visits],
        patients=patients,
        places=places,
        chosen=chosen,
        is_gone=bool(_slot_asked()) and not chosen,
        from_day=from_day,
        refused=refused,
        key=clinics_typed.new_key(),
    )
    return page, refused.status


def _from_day(session: Session, clinic: Clinic) -> date:
    """Return the day from which places are offered: as asked, or of the slot that was chosen."""
    slot = session.get(Slot, _slot_asked()) if _slot_asked() else None
    if slot is not None and slot.clinic_id == clinic.id and "day" not in request.args:
        return beijing_date(slot.starts_at)
    return desk_frame.day()


def _patients(session: Session, clinic: Clinic, person: Person) -> list[presenters.Patient]:
    """Return who can be booked: herself, then the children she looks after, with what is left."""
    children = [
        one for one in children_of(session, person_id=person.id) if one.state is ChildState.LIVING
    ]
    whom: list[Pregnancy | Child | None] = [
        callers.pregnancy_for(session, person=person), *children
    ]  # fmt: skip
    now = house().clock.now()
    return [
        presenters.patient(
            person, one, items=callers.items_left(
                session, patient=one, person=person, care=clinic.care, now=now
            ),
        )
        for one in whom
    ]  # fmt: skip


def _visits(session: Session, person: Person) -> list[Booked]:
    since = beijing_moment(beijing_date(house().clock.now()))
    return [
        one
        for one in appointments_of(session, person_id=person.id, since=since)
        if one.appointment.hospital_id == member().hospital_id and one.appointment.state in LIVES
    ]
