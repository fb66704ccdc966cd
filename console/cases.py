"""The cases of the hospital (高危专案), as far as a member of staff may know of them."""

from flask import Blueprint, render_template

from accounts.rules import Act
from console.guard import check_member_may, house, member
from console.presenters.risk import case_line
from handbook.risk.queries import cases

blueprint = Blueprint("cases", __name__, url_prefix="/cases")


@blueprint.before_request
def check_may_record() -> None:
    """Pass only those who write about risks."""
    check_member_may(Act.RECORD_LIFE)


@blueprint.get("/")
def board() -> str:
    """Show the cases, newest first."""
    with house().database.transaction() as session:
        lines = [case_line(row) for row in cases(session, staff=member())]
    return render_template("console/cases.html", lines=lines)
