"""The rules of booking: of the hospital, and of one clinic over them."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from accounts.rules import Act
from booking.supply import actions_policy
from booking.supply.queries_supply import changes_of, clinic_in, hospital_rules
from console import clinics_frame, clinics_typed
from console.guard import check_member_may, house, member
from console.presenters import clinics as presenters
from console.presenters.clinics_changes import rule_lines
from console.typed import NOTHING, Refused
from core.errors import NotFound, Refusal

blueprint = Blueprint("clinics_rules", __name__, url_prefix="/clinics")

RULES = "rules"
Answer = Response | tuple[str, int]


@blueprint.get("/rules")
def page() -> tuple[str, int]:
    """Show the rules of the hospital beside the defaults."""
    clinics_typed.check_may_read()
    return _page(refused=NOTHING)


@blueprint.post("/rules")
def set_hospital() -> Answer:
    """Set the rules of the hospital; an empty field is as the default."""
    check_member_may(Act.SET_BOOKING_RULES)
    try:
        with house().database.transaction() as session:
            actions_policy.set_policy(
                session, hospital_id=member().hospital_id, values=clinics_typed.rules(),
                by=clinics_typed.by(),
            )  # fmt: skip
    except Refusal as refusal:
        return _page(refused=Refused.of(RULES, refusal))
    return redirect(url_for("console.clinics_rules.page"), 303)


@blueprint.get("/<clinic_id>/rules")
def clinic(clinic_id: str) -> tuple[str, int]:
    """Show the rules of a clinic beside those of its hospital."""
    clinics_typed.check_may_read()
    return _clinic(clinic_id, refused=NOTHING)


@blueprint.post("/<clinic_id>/rules")
def set_clinic(clinic_id: str) -> Answer:
    """Set the rules of a clinic; an empty field is as the hospital has it."""
    check_member_may(Act.SET_BOOKING_RULES)
    try:
        with house().database.transaction() as session:
            actions_policy.set_clinic_policy(
                session, hospital_id=member().hospital_id, clinic_id=clinic_id,
                values=clinics_typed.rules(), by=clinics_typed.by(),
            )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return _clinic(clinic_id, refused=Refused.of(RULES, refusal))
    return redirect(url_for("console.clinics_rules.clinic", clinic_id=clinic_id), 303)


def _page(*, refused: Refused) -> tuple[str, int]:
    hospital_id = member().hospital_id
    with house().database.transaction() as session:
        values = hospital_rules(session, hospital_id=hospital_id)
        changes = clinics_frame.change_lines(session, changes_of(session, subject_id=hospital_id))
    page = render_template(
        "console/clinics/rules.html",
        clinic=None,
        address=url_for("console.clinics_rules.set_hospital"),
        rules=rule_lines(values, above=None),
        changes=changes,
        refused=refused,
        key=clinics_typed.new_key(),
    )
    return page, refused.status


def _clinic(clinic_id: str, *, refused: Refused) -> tuple[str, int]:
    hospital_id = member().hospital_id
    with house().database.transaction() as session:
        found = clinic_in(session, hospital_id=hospital_id, clinic_id=clinic_id)
        above = hospital_rules(session, hospital_id=hospital_id)
        changes = clinics_frame.change_lines(
            session,
            [one for one in changes_of(session, subject_id=clinic_id)
             if one.act == "set_clinic_policy"],
        )  # fmt: skip
    page = render_template(
        "console/clinics/rules.html",
        clinic=presenters.clinic_form(found),
        address=url_for("console.clinics_rules.set_clinic", clinic_id=clinic_id),
        rules=rule_lines(found.policy, above=above),
        changes=changes,
        refused=refused,
        key=clinics_typed.new_key(),
    )
    return page, refused.status
