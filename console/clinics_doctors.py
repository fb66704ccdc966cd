"""The doctors of a hospital as families see them."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from booking.supply.actions_supply import add_doctor, change_doctor
from booking.supply.queries_supply import doctors
from console import clinics_typed
from console.guard import house, member
from console.presenters.clinics import doctor_line
from console.typed import NOTHING, Refused
from core.errors import NotFound, Refusal

blueprint = Blueprint("clinics_doctors", __name__, url_prefix="/clinics/doctors")
blueprint.before_request(clinics_typed.check_may_read)

NEW = "new"
Answer = Response | tuple[str, int]


@blueprint.get("/")
def page() -> tuple[str, int]:
    """Show the doctors."""
    return _page(refused=NOTHING)


@blueprint.post("/")
def add() -> Answer:
    """Add a doctor."""
    try:
        card = clinics_typed.doctor_card()
        with house().database.transaction() as session:
            add_doctor(session, hospital_id=member().hospital_id, card=card, by=clinics_typed.by())
    except Refusal as refusal:
        return _page(refused=Refused.of(NEW, refusal))
    return redirect(url_for("console.clinics_doctors.page"), 303)


@blueprint.post("/<doctor_id>")
def change(doctor_id: str) -> Answer:
    """Change a doctor; the slots of one who has left are taken away."""
    try:
        card = clinics_typed.doctor_card()
        with house().database.transaction() as session:
            change_doctor(
                session, hospital_id=member().hospital_id, doctor_id=doctor_id, card=card,
                by=clinics_typed.by(),
            )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(refused=Refused.of(doctor_id, refusal))
    return redirect(url_for("console.clinics_doctors.page"), 303)


def _page(*, refused: Refused) -> tuple[str, int]:
    with house().database.transaction() as session:
        found = doctors(session, hospital_id=member().hospital_id)
    page = render_template(
        "console/clinics/doctors.html",
        doctors=[doctor_line(one) for one in found],
        ranks=range(1, clinics_typed.LOWEST_RANK + 1),
        refused=refused,
        key=clinics_typed.new_key(),
    )
    return page, refused.status
