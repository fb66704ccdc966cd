"""The waiting list of a clinic: who stands where, and why somebody was not served."""

from flask import Blueprint, render_template

from accounts.queries import people_by_ids
from booking.queries_waiting import Waited, queue_of_clinic, why_not_me
from console import desk_frame
from console.guard import house, member
from console.presenters import desk_waiting as presenters
from core.db import Session
from core.errors import NotFound

blueprint = Blueprint("desk_waiting", __name__, url_prefix="/desk")
blueprint.before_request(desk_frame.check_may_run)


@blueprint.get("/<clinic_id>/waiting")
def page(clinic_id: str) -> str:
    """Show who waits for a clinic, in the order of being served."""
    with house().database.transaction() as session:
        clinic = desk_frame.clinic(session, clinic_id=clinic_id)
        found = _queue(session, clinic_id)
        people = people_by_ids(session, [one.entry.person_id for one in found])
        desk_frame.note_names_shown(session, clinic=clinic, act="waiting_list_read")
    lines = [
        presenters.waiting_line(one, place=place, people=people)
        for place, one in enumerate(found, start=1)
    ]
    return render_template("console/desk/waiting.html", clinic=clinic, lines=lines)


@blueprint.get("/<clinic_id>/waiting/<waiting_id>")
def why(clinic_id: str, waiting_id: str) -> str:
    """Show every place that came free since somebody waits, and what became of it."""
    with house().database.transaction() as session:
        clinic = desk_frame.clinic(session, clinic_id=clinic_id)
        found = _queue(session, clinic_id)
        places = [place for place, one in enumerate(found) if one.entry.id == waiting_id]
        if not places:
            raise NotFound
        entry = found[places[0]]
        people = people_by_ids(session, [entry.entry.person_id])
        answers = why_not_me(session, waiting_id=waiting_id)
        desk_frame.note_names_shown(session, clinic=clinic, act="waiting_list_read")
    return render_template(
        "console/desk/why.html",
        clinic=clinic,
        line=presenters.waiting_line(entry, place=places[0] + 1, people=people),
        answers=[presenters.answer_line(one) for one in answers],
    )


def _queue(session: Session, clinic_id: str) -> list[Waited]:
    return queue_of_clinic(session, hospital_id=member().hospital_id, clinic_id=clinic_id)
