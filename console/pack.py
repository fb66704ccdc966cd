"""A clinic's day taken along without a network (断网日包): exported as one file, merged later."""

import base64
import hashlib
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from functools import cache
from pathlib import Path
from urllib.parse import quote

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from booking.attendance import pack
from booking.attendance.pack_files import LARGEST_BYTES, LONGEST_NAME, read_result
from booking.attendance.queries_day import Coming, coming_all, coming_on
from booking.models import AppointmentState
from booking.models_pack import Pack
from booking.models_supply import Clinic
from console import desk_frame, typed
from console.guard import house, member
from console.presenters import desk as desk_presenters
from console.presenters import pack as presenters
from console.presenters import times
from console.typed import NOTHING, Refused
from core.clock import beijing_date
from core.errors import BadRequest, NotFound, Refusal

blueprint = Blueprint("pack", __name__, url_prefix="/desk/<clinic_id>/pack")
blueprint.before_request(desk_frame.check_may_run)

EXPORT, MERGE = "export", "merge"
LOOK_BACK = timedelta(days=31)
"""Packs of older days are not listed: none can be merged any more."""

FOLDER = Path(__file__).parent / "static" / "console"
Answer = Response | tuple[str, int]


@blueprint.get("/")
def page(clinic_id: str) -> tuple[str, int]:
    """Show what was taken along, what came back, and what of it staff look at."""
    return _page(clinic_id, refused=NOTHING)


@blueprint.post("/export")
def export(clinic_id: str) -> Answer:
    """Give a day as one file that opens without a network; that names were given is written down.

    The same form sent again gives another pack: both can be merged.
    """
    try:
        day = typed.day()
        with house().database.transaction() as session:
            clinic = desk_frame.clinic(session, clinic_id=clinic_id)
            issued = pack.issue(session, clinic=clinic, day=day, by=desk_frame.by("asked"))
            found = coming_on(session, hospital_id=clinic.hospital_id, clinic_id=clinic_id, day=day)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(clinic_id, refused=Refused.of(EXPORT, refusal))
    kept = [one for one in found if one.held.appointment.state is not AppointmentState.HELD]
    answer = make_response(_file(clinic, issued, kept))
    name = quote(f"断网日包-{clinic.name}-{day}.html")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return answer


@blueprint.post("/merge")
def merge(clinic_id: str) -> Answer:
    """Take a result file in; the page of the clinic it belongs to says what came of it."""
    try:
        result = read_result(_sent())
        with house().database.transaction() as session:
            merged = pack.merge(
                session, hospital_id=member().hospital_id, result=result,
                by=desk_frame.by("asked"),
            )  # fmt: skip
            home, new = merged.pack.clinic_id, sum(merged.new.values())
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(clinic_id, refused=Refused.of(MERGE, refusal))
    return redirect(url_for(".page", clinic_id=home, new=new, known=merged.known), 303)


@blueprint.post("/<pack_id>/settle")
def settle(clinic_id: str, pack_id: str) -> Response:
    """Note that somebody has looked at a visit that a merge left to staff."""
    with house().database.transaction() as session:
        pack.settle(
            session, hospital_id=member().hospital_id, pack_id=pack_id,
            visit=request.form.get("visit", ""), by=desk_frame.by("asked"),
        )  # fmt: skip
    return redirect(url_for(".page", clinic_id=clinic_id), 303)


def _sent() -> bytes:
    """Return the file that was sent, no more of it than is read.

    Raises:
        BadRequest: none was.
    """
    sent = request.files.get("file")
    if sent is None:
        raise BadRequest
    with closing(sent):
        content: bytes = sent.read(LARGEST_BYTES + 1)
    return content


def _page(clinic_id: str, *, refused: Refused) -> tuple[str, int]:
    now = house().clock.now()
    today = beijing_date(now)
    with house().database.transaction() as session:
        clinic = desk_frame.clinic(session, clinic_id=clinic_id)
        packs = pack.packs_of(session, clinic_id=clinic_id, since=today - LOOK_BACK)
        lines = pack.lines_of(session, pack_ids=[one.id for one in packs])
        open_lines = pack.lines_to_look_at(session, clinic_id=clinic_id)
        keys = {one.appointment_id for one in open_lines if one.appointment_id}
        found = coming_all(session, hospital_id=clinic.hospital_id, appointment_ids=keys)
        if open_lines:
            desk_frame.note_names_shown(session, clinic=clinic, act="day_list_read")
    page = render_template(
        "console/desk/pack.html",
        clinic=clinic,
        today=today,
        packs=[presenters.pack_line(one, lines, now=now) for one in packs],
        to_look_at=presenters.to_look_at(open_lines, found),
        merged=presenters.merged(request.args.get("new", ""), request.args.get("known", "")),
        refused=refused,
    )
    return page, refused.status


def _file(clinic: Clinic, issued: Pack, found: Sequence[Coming]) -> str:
    """Return the file: the list, and the one script and style its own policy lets run."""
    script, style = _own("pack.js"), _own("pack.css")
    return render_template(
        "console/desk/pack_file.html",
        clinic=clinic,
        title=desk_presenters.day_title(issued.day),
        issued=times.moment(issued.issued_at),
        until=times.moment(issued.merge_until),
        longest_name=LONGEST_NAME,
        pack=presenters.taken_along(
            issued, found, file=f"断网日包-{clinic.name}-{issued.day}-结果"
        ),
        script=Markup(script),  # noqa: S704 - a file of ours
        style=Markup(style),  # noqa: S704 - a file of ours
        script_hash=_hash(script),
        style_hash=_hash(style),
    )  # fmt: skip


@cache
def _own(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Return the hash by which the file's own policy knows its one script and its one style."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
