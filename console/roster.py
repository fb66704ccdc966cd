"""The import of a roster: a file is checked, shown with every problem, sent again, and imported.

Nothing of a file is kept between its check and its import: it is sent twice, and its SHA-256
says that it is the same.
"""

import hashlib
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from accounts.rules import Act
from console.errors import RosterChanged, RosterHasProblems, RosterMissing, RosterNotAgreed
from console.guard import check_member_may, house, member
from console.presenters import roster as presenters
from console.presenters.spreadsheets import csv_text
from core.clock import beijing_date
from core.db import Session
from core.errors import BadRequest, Refusal
from core.words import say
from handbook.roster.actions import import_roster
from handbook.roster.errors import RosterOutdated
from handbook.roster.queries import Known, known_rows
from handbook.roster.rows import Row
from handbook.roster.rules import MOST_ROWS, Roster, read_roster
from handbook.roster.sheets import LARGEST_BYTES

blueprint = Blueprint("roster", __name__, url_prefix="/roster")


@dataclass(frozen=True)
class Look:
    """A file that was sent, as it stands against what the hospital knows now."""

    digest: str
    roster: Roster
    known: list[Known]

    @property
    def new(self) -> list[Row]:
        """Return the rows that somebody new stands in."""
        numbers = {each.row.number for each in self.known}
        return [row for row in self.roster.rows if row.number not in numbers]


@blueprint.before_request
def check_may_import() -> None:
    """Pass only those who import rosters."""
    check_member_may(Act.IMPORT_ROSTER)


@blueprint.get("/")
def page() -> str:
    """Ask for the file."""
    return _page()


@blueprint.get("/form.csv")
def form() -> Response:
    """Give out an empty form."""
    answer = make_response(csv_text([presenters.titles()]))
    answer.mimetype = "text/csv"
    answer.headers["Content-Disposition"] = 'attachment; filename="roster.csv"'
    return answer


@blueprint.post("/check")
def check() -> str | tuple[str, int]:
    """Show every row's problem, and what would be made; nothing is written."""
    today = beijing_date(house().clock.now())
    try:
        content = _sent()
        with house().database.transaction() as session:
            look = _look(session, content, today=today)
    except Refusal as refusal:
        return _once_more(refusal)
    shown = presenters.checked(
        look.roster, known=look.known, new=look.new, digest=look.digest, today=today
    )
    if "HX-Request" in request.headers:
        return render_template("console/roster_checked.html", checked=shown)
    return _page(shown)


@blueprint.post("/")
def record() -> AnyResponse | tuple[str, int]:
    """Import the file that was checked: all that was shown, or nothing."""
    now = house().clock.now()
    try:
        content = _sent()
        with house().database.transaction() as session:
            look = _look(session, content, today=beijing_date(now))
            _check_as_shown(look)
            made = import_roster(session, staff=member(), rows=look.new, now=now)
    except Refusal as refusal:
        return _once_more(refusal)
    return redirect(url_for("console.roster.done", made=len(made)), 303)


@blueprint.get("/done")
def done() -> str:
    """Say what was made, and what to do next."""
    return render_template(
        "console/roster_done.html", made=request.args.get("made", default=0, type=int)
    )


def _sent() -> bytes:
    file = request.files.get("file")
    if file is None or not file.filename:
        raise RosterMissing
    return file.stream.read()


def _look(session: Session, content: bytes, *, today: date) -> Look:
    roster = read_roster(content, today=today)
    known = known_rows(session, hospital_id=member().hospital_id, rows=roster.rows)
    return Look(hashlib.sha256(content).hexdigest(), roster, known)


def _check_as_shown(look: Look) -> None:
    """Pass if this is the file that was checked, and it would still make what was shown.

    Raises:
        RosterChanged: it is another file.
        RosterNotAgreed: the tick for the consent on paper is missing.
        RosterHasProblems: a row cannot be taken.
        RosterOutdated: it would make another number of handbooks by now.
    """
    if look.digest != request.form.get("digest"):
        raise RosterChanged
    if request.form.get("agreed") != "yes":
        raise RosterNotAgreed
    if look.roster.problems:
        raise RosterHasProblems
    if len(look.new) != _shown_count():
        raise RosterOutdated


def _shown_count() -> int:
    count = request.form.get("made", "")
    if not count.isdecimal():
        raise BadRequest
    return int(count)


def _once_more(refusal: Refusal) -> tuple[str, int]:
    return _page(problem=say(refusal.code, **refusal.details)), refusal.status


def _page(checked: presenters.Checked | None = None, *, problem: str | None = None) -> str:
    return render_template(
        "console/roster.html",
        checked=checked,
        problem=problem,
        titles=presenters.titles(),
        most_rows=MOST_ROWS,
        largest=LARGEST_BYTES,
    )
