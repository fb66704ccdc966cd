"""Appointments that no longer fit their clinic's hours, with every way to settle them."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking.models import Slot
from booking.supply import settling
from booking.supply.conflicts import Conflict, conflicts
from booking.supply.queries_supply import free_slots
from console import clinics_frame, clinics_typed
from console.errors import NothingChosen
from console.guard import house, member
from console.presenters import clinics_people
from console.typed import NOTHING, Refused
from core.db import Session
from core.errors import NotFound, Refusal

blueprint = Blueprint("clinics_conflicts", __name__, url_prefix="/clinics/conflicts")
blueprint.before_request(clinics_typed.check_may_read)

LOOK_DAYS = 14
"""How far ahead free times are offered on the page."""

OFFERED = 30
Answer = Response | tuple[str, int]


@blueprint.get("/")
def page() -> tuple[str, int]:
    """Show what is to be settled, soonest first."""
    return _page(refused=NOTHING)


@blueprint.post("/<slot_id>")
def settle(slot_id: str) -> Answer:
    """Keep, move or cancel those of a slot who do not fit."""
    try:
        with house().database.transaction() as session:
            _settle(session, slot_id, request.form.get("way", ""))
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(refused=Refused.of(slot_id, refusal))
    return redirect(url_for("console.clinics_conflicts.page"), 303)


def _settle(session: Session, slot_id: str, way: str) -> None:
    hospital_id, by = member().hospital_id, clinics_typed.by()
    match way:
        case "keep":
            settling.keep(session, hospital_id=hospital_id, slot_id=slot_id, by=by)
        case "cancel":
            settling.cancel(session, hospital_id=hospital_id, slot_id=slot_id, by=by)
        case "move" if to_slot_id := request.form.get("to", ""):
            settling.move(
                session, hospital_id=hospital_id, slot_id=slot_id, to_slot_id=to_slot_id, by=by
            )
        case _:
            raise NothingChosen


def _page(*, refused: Refused) -> tuple[str, int]:
    now = house().clock.now()
    with house().database.transaction() as session:
        found = conflicts(session, hospital_id=member().hospital_id, now=now)
        people = clinics_frame.names(
            session, [each for one in found for each in settling.misfits(one)]
        )
        lines = [
            clinics_people.conflict_line(one, free=_free(session, one), people=people)
            for one in found
        ]
    page = render_template(
        "console/clinics/conflicts.html",
        lines=lines,
        waiting=len(lines),
        refused=refused,
        key=clinics_typed.new_key(),
    )
    return page, refused.status


def _free(session: Session, one: Conflict) -> list[tuple[Slot, int]]:
    """Return the next times of the clinic that have room for them."""
    found = free_slots(
        session, clinic_id=one.clinic.id, after=house().clock.now(), days=LOOK_DAYS,
        places=len(settling.misfits(one)),
    )  # fmt: skip
    return sorted(found, key=lambda each: abs(each[0].starts_at - one.slot.starts_at))[:OFFERED]
