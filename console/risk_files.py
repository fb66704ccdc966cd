"""The clinical file: purple, every finding, infections. Only for who may; every look is audited."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.audit import record
from accounts.queries import staff_by_ids
from accounts.rules import Act
from console.errors import NothingChosen
from console.family_frame import RISK, child_of_family, frame, pregnancy_of_family
from console.guard import actor, check_member_may, house, member
from console.presenters import risk as presenters
from console.presenters.children import called
from core.db import Session
from handbook.actions_children import record_exposure
from handbook.models_lives import Child, Finding
from handbook.queries_children import exposure_of
from handbook.risk.actions import open_risk_file

blueprint = Blueprint(
    "risk_files", __name__, url_prefix="/families/<family_id>/risk/<pregnancy_id>/file"
)  # fmt: skip


@blueprint.before_request
def check_may_read() -> None:
    """Pass only those who may read about infections."""
    check_member_may(Act.READ_INFECTIOUS)


@blueprint.get("/")
def page(family_id: str, pregnancy_id: str) -> str:
    """Show everything about a pregnancy's risk, and what its children were exposed to."""
    now = house().clock.now()
    with house().database.transaction() as session:
        pregnancy_of_family(session, family_id=family_id, pregnancy_id=pregnancy_id)
        framed = frame(session, family_id=family_id, here=RISK, now=now)
        file = open_risk_file(session, staff=member(), pregnancy_id=pregnancy_id, now=now)
        staff = staff_by_ids(session, (one.made_by for one in file.assessments))
        exposures = [_exposure(session, child) for child in framed.children]
    return render_template(
        "console/risk_file.html",
        frame=framed,
        pregnancy_id=pregnancy_id,
        assessed=[presenters.filed_line(one, staff=staff) for one in file.assessments],
        screened=[presenters.answered_line(one) for one in file.screenings],
        exposures=exposures,
        findings=[(each.value, label) for each, label in presenters.FINDINGS.items()],
    )


@blueprint.post("/exposures/<child_id>")
def expose(family_id: str, pregnancy_id: str, child_id: str) -> Response:
    """Write down, sealed, what is known of the mother's HBsAg at a child's birth."""
    finding = request.form.get("finding", "")
    if finding not in set(Finding):
        raise NothingChosen
    with house().database.transaction() as session:
        record_exposure(
            session, child=child_of_family(session, family_id=family_id, child_id=child_id),
            finding=Finding(finding), staff=member(), now=house().clock.now(),
        )  # fmt: skip
    address = url_for(
        "console.risk_files.page", family_id=family_id, pregnancy_id=pregnancy_id
    )  # fmt: skip
    return redirect(address, 303)


def _exposure(session: Session, child: Child) -> presenters.ExposureLine:
    found = exposure_of(session, staff=member(), child_id=child.id)
    record(
        session, actor=actor(), act="read_exposure", subject_kind="child", subject_id=child.id,
        hospital_id=member().hospital_id, now=house().clock.now(),
    )  # fmt: skip
    return presenters.exposure_line(child, name=called(child), exposure=found)
