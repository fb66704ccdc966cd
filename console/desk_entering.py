"""Who stands at the desk without an appointment: a walk-in, or a place the doctor adds (加号)."""

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.models import Person
from accounts.queries import families, person_of
from booking.actions import Request
from booking.attendance import visits
from booking.attendance.queries_day import places_left, slots_left
from booking.models import Share
from console import clinics_frame, clinics_typed, desk_frame, desk_visits
from console.errors import NothingChosen, NothingTyped
from console.guard import actor, house, member
from console.presenters import desk as presenters
from console.typed import NOTHING, Refused
from core.clock import beijing_date, beijing_moment
from core.db import Session
from core.errors import NotFound, Refusal
from handbook.models_lives import Child
from handbook.queries_children import child_of_guardian, children_of

blueprint = Blueprint("desk_entering", __name__, url_prefix="/desk")
blueprint.before_request(desk_frame.check_may_run)

FORM = "enter"
MOST_PEOPLE = 10
SHARES = (Share.DESK, Share.ONLINE, Share.RETURN, Share.REFERRAL)
"""Where a walk-in finds a place, the desk's own first."""

Answer = Response | tuple[str, int]


@blueprint.get("/<clinic_id>/enter")
def page(clinic_id: str) -> tuple[str, int]:
    """Ask for the phone number of who stands there."""
    return _page(clinic_id, phone="", refused=NOTHING)


@blueprint.post("/<clinic_id>/who")
def who(clinic_id: str) -> tuple[str, int]:
    """Show whom a phone number finds, with their children, and the places of today."""
    return _page(clinic_id, phone=_phone(), refused=NOTHING)


@blueprint.post("/<clinic_id>/enter")
def enter(clinic_id: str) -> Answer:
    """Enter a walk-in and check her in, or enter her into an extra place."""
    try:
        with house().database.transaction() as session:
            desk_frame.clinic(session, clinic_id=clinic_id)
            _enter(session)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(clinic_id, phone=_phone(), refused=Refused.of(FORM, refusal))
    return redirect(url_for("console.desk.day", clinic_id=clinic_id), 303)


def _phone() -> str:
    return request.form.get("phone", "").strip()


def _enter(session: Session) -> None:
    wish = _request(session)
    if wish.share is Share.EXTRA:
        visits.add_extra(session, request=wish, by=desk_frame.by("added"))
    else:
        visits.walk_in(session, request=wish, by=desk_frame.by("walked_in"))


def _request(session: Session) -> Request:
    """Return what was chosen.

    Raises:
        NothingTyped: the form has lost its key.
        NothingChosen: nobody, or no place, was chosen.
        NotFound: no such person in this hospital, or no such child of hers.
    """
    slot_id, share = desk_visits.chosen_place()
    person_id, _, child_id = request.form.get("patient", "").partition("/")
    key = request.form.get("key", "")
    if not person_id:
        raise NothingChosen
    if not key:
        raise NothingTyped
    person = person_of(session, person_id=person_id, hospital_id=member().hospital_id)
    child = child_of_guardian(session, person_id=person_id, child_id=child_id) if child_id else None
    return Request(
        person=person, hospital_id=member().hospital_id, slot_id=slot_id,
        pregnancy_id=None, item_key=None, channel="desk", key=key, actor=actor(), child=child,
        share=share,
    )  # fmt: skip


def _page(clinic_id: str, *, phone: str, refused: Refused) -> tuple[str, int]:
    now = house().clock.now()
    midnight = beijing_moment(beijing_date(now) + timedelta(days=1))
    with house().database.transaction() as session:
        clinic = desk_frame.clinic(session, clinic_id=clinic_id)
        people = _people(session, phone)
        left = places_left(session, clinic_id=clinic_id, since=now, until=midnight, shares=SHARES)
        slots = slots_left(session, clinic_id=clinic_id, since=now, until=midnight)
        doctors = clinics_frame.doctors_by_id(session)
        if people:
            desk_frame.note_names_shown(session, clinic=clinic, act="people_found")
    page = render_template(
        "console/desk/enter.html",
        clinic=clinic,
        phone=phone,
        patients=[each for one in people for each in presenters.patient_choices(*one)],
        places=[presenters.left_choice(one, doctors=doctors) for one in left],
        extras=[presenters.extra_choice(one, doctors=doctors) for one in slots],
        refused=refused,
        key=clinics_typed.new_key(),
    )
    return page, refused.status


def _people(session: Session, phone: str) -> list[tuple[Person, list[Child]]]:
    """Return whom a whole number finds, with the children they look after; nobody for none."""
    if not phone:
        return []
    found = families(
        session, hospital_id=member().hospital_id, search=phone, after="", limit=MOST_PEOPLE
    )
    return [(one, children_of(session, person_id=one.id)) for one in found if not one.closed_at]
