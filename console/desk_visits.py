"""One visit at the desk: moved, or cancelled by the clinic, with the reason."""

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking.attendance import visits
from booking.attendance.queries_day import Coming, coming, places_left
from booking.models import Share
from console import clinics_frame, clinics_typed, desk_frame
from console.errors import NothingChosen
from console.guard import house, member
from console.presenters import desk as presenters
from console.typed import NOTHING, Refused
from core.clock import beijing_date
from core.errors import NotFound, Refusal
from core.words import label

blueprint = Blueprint("desk_visits", __name__, url_prefix="/desk/visits")
blueprint.before_request(desk_frame.check_may_run)

MOVE, CANCEL = "move", "cancel"
SHARES = (Share.ONLINE, Share.DESK, Share.RETURN, Share.REFERRAL)
"""The shares a clerk may move somebody into, the usual one first."""

LOOK_AHEAD = timedelta(days=28)
OFFERED = 60
REASONS = ("asked", "by_phone", "doctor_away", "clinic_closed", "urgent", "entered_wrongly")
Answer = Response | tuple[str, int]


@blueprint.get("/<appointment_id>")
def page(appointment_id: str) -> tuple[str, int]:
    """Show a visit with what the clinic may do to it; that it was read is written down."""
    return _page(appointment_id, refused=NOTHING)


@blueprint.post("/<appointment_id>/move")
def move(appointment_id: str) -> Answer:
    """Move it into another slot; the page of the new one is shown."""
    try:
        slot_id, share = chosen_place()
        with house().database.transaction() as session:
            new = visits.move_by_clinic(
                session, hospital_id=member().hospital_id, appointment_id=appointment_id,
                slot_id=slot_id, share=share, by=desk_frame.by(_reason()),
            )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(appointment_id, refused=Refused.of(MOVE, refusal))
    return redirect(url_for(".page", appointment_id=new.appointment.id), 303)


@blueprint.post("/<appointment_id>/cancel")
def cancel(appointment_id: str) -> Answer:
    """Cancel it for the clinic; its place goes to who waits, or to all."""
    try:
        with house().database.transaction() as session:
            visits.cancel_by_clinic(
                session, hospital_id=member().hospital_id, appointment_id=appointment_id,
                by=desk_frame.by(_reason()),
            )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(appointment_id, refused=Refused.of(CANCEL, refusal))
    return redirect(url_for(".page", appointment_id=appointment_id), 303)


def chosen_place() -> tuple[str, Share]:
    """Return the slot and the share that were chosen, written as `slot/share`.

    Raises:
        NothingChosen: none was.
    """
    slot_id, _, share = request.form.get("place", "").rpartition("/")
    if not slot_id or share not in set(Share):
        raise NothingChosen
    return slot_id, Share(share)


def reasons() -> list[tuple[str, str]]:
    """Return why the clinic may move or cancel."""
    return [(one, label(f"booking.why_{one}")) for one in REASONS]


def _reason() -> str:
    reason = request.form.get("reason", "")
    if reason not in REASONS:
        raise NothingChosen
    return reason


def _page(appointment_id: str, *, refused: Refused) -> tuple[str, int]:
    now = house().clock.now()
    with house().database.transaction() as session:
        found = coming(session, hospital_id=member().hospital_id, appointment_id=appointment_id)
        clinic = found.held.clinic
        left = places_left(
            session, clinic_id=clinic.id, since=now, until=now + LOOK_AHEAD, shares=SHARES
        )
        doctors = clinics_frame.doctors_by_id(session)
        desk_frame.note_names_shown(session, clinic=clinic, act="visit_read")
    line = presenters.coming_line(found, before={}, now=now)
    page = render_template(
        "console/desk/visit.html",
        clinic=clinic,
        line=line,
        when=presenters.when(found),
        day=beijing_date(found.held.slot.starts_at),
        places=[
            presenters.left_choice(one, doctors=doctors)
            for one in left
            if _is_other(one.slot.id, found)
        ][:OFFERED],
        preparation=label(f"booking.{clinic.care}_preparation"),
        reasons=reasons(),
        refused=refused,
        key=clinics_typed.new_key(),
    )
    return page, refused.status


def _is_other(slot_id: str, found: Coming) -> bool:
    return slot_id != found.held.slot.id
