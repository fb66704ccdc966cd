"""The end of a clinic's day: who did not come, for whom it counts, and reasons that are taken."""

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking.attendance import missed
from booking.attendance.day_end import close_day, missed_among
from booking.attendance.queries_day import coming, coming_on
from booking.models_waiting import Excuse
from console import clinics_typed, desk_frame
from console.errors import NothingChosen
from console.guard import house, member
from console.presenters import desk as day_presenters
from console.presenters import desk_closing as presenters
from console.typed import NOTHING, Refused
from core.clock import beijing_date
from core.errors import NotFound, Refusal

blueprint = Blueprint("desk_closing", __name__, url_prefix="/desk/<clinic_id>/closing")
blueprint.before_request(desk_frame.check_may_run)

DAY = timedelta(days=1)
CLOSE = "close"
FIELD = "excuse_"
Answer = Response | tuple[str, int]


@blueprint.get("/")
def page(clinic_id: str) -> tuple[str, int]:
    """Show who has not come, and what closing the day would do to each."""
    return _page(clinic_id, refused=NOTHING)


@blueprint.post("/")
def close(clinic_id: str) -> Answer:
    """Close the day, with the reasons that were told."""
    try:
        with house().database.transaction() as session:
            desk_frame.clinic(session, clinic_id=clinic_id)
            close_day(
                session, hospital_id=member().hospital_id, clinic_id=clinic_id,
                day=desk_frame.day(), excuses=_excuses(), by=desk_frame.by("day_closed"),
            )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(clinic_id, refused=Refused.of(CLOSE, refusal))
    return _back(clinic_id)


@blueprint.post("/<appointment_id>")
def excuse(clinic_id: str, appointment_id: str) -> Answer:
    """Take a reason for a visit that was missed: it does not count any more."""
    try:
        reason = _excuse(request.form.get("reason", ""))
        with house().database.transaction() as session:
            found = coming(session, hospital_id=member().hospital_id, appointment_id=appointment_id)
            missed.excuse(
                session, person_id=found.person.id, appointment_id=appointment_id, reason=reason,
                by=desk_frame.by("asked"),
            )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(clinic_id, refused=Refused.of(appointment_id, refusal))
    return _back(clinic_id)


def _excuse(text: str) -> Excuse:
    """Return a reason.

    Raises:
        NothingChosen: it is none of those that are taken.
    """
    if text not in set(Excuse):
        raise NothingChosen
    return Excuse(text)


def _excuses() -> dict[str, Excuse]:
    told = {key: text for key, text in request.form.items() if key.startswith(FIELD) and text}
    return {key.removeprefix(FIELD): _excuse(text) for key, text in told.items()}


def _back(clinic_id: str) -> Response:
    return redirect(url_for(".page", clinic_id=clinic_id, day=desk_frame.day()), 303)


def _page(clinic_id: str, *, refused: Refused) -> tuple[str, int]:
    day, now = desk_frame.day(), house().clock.now()
    with house().database.transaction() as session:
        clinic = desk_frame.clinic(session, clinic_id=clinic_id)
        found = coming_on(session, hospital_id=clinic.hospital_id, clinic_id=clinic_id, day=day)
        noted = missed_among(session, appointment_ids=[one.held.appointment.id for one in found])
        desk_frame.note_names_shown(session, clinic=clinic, act="day_list_read")
    page = render_template(
        "console/desk/closing.html",
        clinic=clinic,
        title=day_presenters.day_title(day),
        day=day,
        before=day - DAY,
        after=day + DAY,
        is_today=day == beijing_date(now),
        end=presenters.day_end(found, noted=noted, now=now),
        reasons=presenters.reasons(),
        refused=refused,
        key=clinics_typed.new_key(),
    )
    return page, refused.status
