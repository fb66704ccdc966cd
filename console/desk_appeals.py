"""Appeals against missed visits: read, and upheld or dismissed."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.audit import record
from booking.attendance.missed import appeals_in, decide_appeal
from booking.attendance.queries_day import coming_all
from booking.models_waiting import AppealState
from console import clinics_typed, desk_frame
from console.errors import NothingChosen
from console.guard import actor, house, member
from console.presenters import desk_waiting as presenters
from console.typed import NOTHING, Refused
from core.errors import NotFound, Refusal

blueprint = Blueprint("desk_appeals", __name__, url_prefix="/desk/appeals")
blueprint.before_request(desk_frame.check_may_run)

VERDICTS = frozenset({AppealState.UPHELD, AppealState.DISMISSED})
Answer = Response | tuple[str, int]


@blueprint.get("/")
def page() -> tuple[str, int]:
    """Show the appeals that wait for an answer, the oldest first."""
    return _page(refused=NOTHING)


@blueprint.post("/<appointment_id>")
def decide(appointment_id: str) -> Answer:
    """Uphold an appeal, or dismiss it."""
    verdict = request.form.get("verdict", "")
    try:
        if verdict not in VERDICTS:
            raise NothingChosen
        with house().database.transaction() as session:
            decide_appeal(
                session, hospital_id=member().hospital_id, appointment_id=appointment_id,
                verdict=AppealState(verdict), by=desk_frame.by(verdict),
            )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(refused=Refused.of(appointment_id, refusal))
    return redirect(url_for("console.desk_appeals.page"), 303)


def _page(*, refused: Refused) -> tuple[str, int]:
    hospital_id = member().hospital_id
    with house().database.transaction() as session:
        appeals = appeals_in(session, hospital_id=hospital_id)
        ids = [one.appointment.id for one in appeals]
        found = coming_all(session, hospital_id=hospital_id, appointment_ids=ids)
        record(
            session, actor=actor(), act="appeals_read", subject_kind="hospital",
            subject_id=hospital_id, hospital_id=hospital_id, now=house().clock.now(),
        )  # fmt: skip
    page = render_template(
        "console/desk/appeals.html",
        lines=presenters.appeal_lines(appeals, found=found),
        refused=refused,
        key=clinics_typed.new_key(),
    )
    return page, refused.status
