"""Where the house and the hospital's own system differ, as they were last compared."""

from flask import Blueprint, render_template

from booking.his.pushing import unsent
from booking.his.reconciling import last_report
from console import clinics_typed
from console.guard import house, member
from console.presenters import his as presenters

blueprint = Blueprint("his", __name__, url_prefix="/clinics/his")
blueprint.before_request(clinics_typed.check_may_read)


@blueprint.get("/")
def page() -> str:
    """Show what differs, and how much the other system has yet to be told."""
    hospital_id = member().hospital_id
    with house().database.transaction() as session:
        report = last_report(session, hospital_id=hospital_id)
        waiting = unsent(session, hospital_id=hospital_id)
    return render_template(
        "console/clinics/his.html",
        report=None if report is None else presenters.report(report),
        waiting=waiting,
    )
