"""Clinics: where they are held, what they are, and what is to be settled."""

from collections import Counter
from datetime import timedelta

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from booking.policy import default
from booking.supply import actions_supply
from booking.supply.conflicts import conflicts
from booking.supply.official_days import unknown_years
from booking.supply.queries_supply import all_clinics, changes_of_clinic, clinic_in, institutions
from console import clinics_frame, clinics_typed
from console.guard import house, member
from console.presenters import clinics as presenters
from console.presenters.risk import COLOURS
from console.typed import NOTHING, Refused
from core.clock import beijing_date
from core.errors import NotFound, Refusal
from handbook.risk.colours import GENERAL

blueprint = Blueprint("clinics", __name__, url_prefix="/clinics")
blueprint.before_request(clinics_typed.check_may_read)

INSTITUTION, CLINIC, CARD = "institution", "clinic", "card"
Answer = Response | tuple[str, int]


@blueprint.get("/")
def board() -> tuple[str, int]:
    """Show institutions and clinics, and what warns the clerk."""
    return _board(refused=NOTHING)


@blueprint.post("/")
def open_clinic() -> Answer:
    """Open a clinic."""
    try:
        card = clinics_typed.clinic_card()
        with house().database.transaction() as session:
            clinic = actions_supply.add_clinic(
                session, hospital_id=member().hospital_id, card=card, by=clinics_typed.by()
            )
    except NotFound:
        raise
    except Refusal as refusal:
        return _board(refused=Refused.of(CLINIC, refusal))
    return redirect(url_for("console.clinics_week.page", clinic_id=clinic.id), 303)


@blueprint.post("/institutions")
def open_institution() -> Answer:
    """Add an institution."""
    try:
        place = clinics_typed.place()
        with house().database.transaction() as session:
            actions_supply.add_institution(
                session, hospital_id=member().hospital_id, place=place, by=clinics_typed.by()
            )
    except NotFound:
        raise
    except Refusal as refusal:
        return _board(refused=Refused.of(INSTITUTION, refusal))
    return redirect(url_for("console.clinics.board"), 303)


@blueprint.get("/<clinic_id>/card")
def card(clinic_id: str) -> tuple[str, int]:
    """Show what a clinic is, and its last changes."""
    return _card(clinic_id, refused=NOTHING)


@blueprint.post("/<clinic_id>/card")
def change(clinic_id: str) -> Answer:
    """Change what a clinic is."""
    try:
        card = clinics_typed.clinic_card()
        with house().database.transaction() as session:
            actions_supply.change_clinic(
                session, hospital_id=member().hospital_id, clinic_id=clinic_id, card=card,
                by=clinics_typed.by(),
            )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return _card(clinic_id, refused=Refused.of(CARD, refusal))
    return redirect(url_for("console.clinics.card", clinic_id=clinic_id), 303)


def _board(*, refused: Refused) -> tuple[str, int]:
    hospital_id, now = member().hospital_id, house().clock.now()
    with house().database.transaction() as session:
        places = institutions(session, hospital_id=hospital_id)
        found = all_clinics(session, hospital_id=hospital_id)
        waiting = Counter(
            one.clinic.id for one in conflicts(session, hospital_id=hospital_id, now=now)
        )
    names = {one.id: one.name for one in places}
    today = beijing_date(now)
    page = render_template(
        "console/clinics/board.html",
        institutions=[presenters.institution_line(one, names=names) for one in places],
        choices=[(one.id, presenters.institution_name(one)) for one in places],
        clinics=[
            presenters.clinic_line(one, where=names, conflicts=waiting[one.id]) for one in found
        ],
        waiting=waiting.total(),
        years=unknown_years(today, today + timedelta(days=default().ahead_days)),
        cares=presenters.cares(),
        levels=presenters.levels(),
        refused=refused,
        key=clinics_typed.new_key(),
    )
    return page, refused.status


def _card(clinic_id: str, *, refused: Refused) -> tuple[str, int]:
    hospital_id = member().hospital_id
    with house().database.transaction() as session:
        clinic = clinic_in(session, hospital_id=hospital_id, clinic_id=clinic_id)
        places = institutions(session, hospital_id=hospital_id)
        changes = clinics_frame.change_lines(
            session, changes_of_clinic(session, clinic_id=clinic_id)
        )
    page = render_template(
        "console/clinics/card.html",
        clinic=presenters.clinic_form(clinic),
        colours=[(one.value, COLOURS[one]) for one in GENERAL],
        choices=[(one.id, presenters.institution_name(one)) for one in places],
        cares=presenters.cares(),
        changes=changes,
        refused=refused,
        key=clinics_typed.new_key(),
    )
    return page, refused.status
