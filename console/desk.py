"""The day of a clinic at the desk: who comes, found, checked in, called, seen."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking.attendance import visits
from booking.attendance.check_in_codes import appointment_of_code
from booking.attendance.queries_day import coming_on
from booking.attendance.queries_news import News, news, read_mark
from booking.models import Appointment
from booking.models_supply import Clinic
from booking.queries import clinics
from booking.supply.queries_supply import day_counts
from console import clinics_typed, desk_frame, screen
from console.guard import house, member
from console.presenters import desk as presenters
from console.presenters.desk import Step
from console.typed import NOTHING, Refused
from core.clock import beijing_date
from core.db import Session
from core.errors import NotFound, Refusal

blueprint = Blueprint("desk", __name__, url_prefix="/desk")
blueprint.before_request(desk_frame.check_may_run)

CODE, NEXT, STEP = "code", "next", "step"
DAY = timedelta(days=1)
Answer = Response | tuple[str, int]

STEPS: Mapping[Step, tuple[Callable[..., Appointment], str]] = {
    Step.CHECK_IN: (visits.check_in, "came"),
    Step.CALL: (visits.call, "called"),
    Step.RECALL: (visits.recall, "not_there"),
    Step.FINISH: (visits.finish, "seen"),
    Step.LEAVE: (visits.leave, "asked"),
    Step.MISS: (visits.miss, "did_not_come"),
}
"""What each button does, and why the step was taken."""


@blueprint.get("/")
def board() -> str:
    """Show the clinics that are held, with their places of today."""
    today = beijing_date(house().clock.now())
    with house().database.transaction() as session:
        found = clinics(session, hospital_id=member().hospital_id)
        counts = [
            day_counts(session, clinic_id=one.id, first=today, last=today).get(today)
            for one in found
        ]
    lines = [presenters.clinic_line(*pair) for pair in zip(found, counts, strict=True)]
    return render_template("console/desk/board.html", lines=lines)


@blueprint.get("/<clinic_id>/")
def day(clinic_id: str) -> tuple[str, int]:
    """Show who comes to a clinic on a day; that names were shown is written down."""
    return _day(clinic_id, refused=NOTHING)


@blueprint.get("/<clinic_id>/fresh")
def fresh(clinic_id: str) -> tuple[str, int]:
    """Give the list again if somebody has changed it since the mark; nothing (204) if not.

    Asked by every open list every few seconds: one query when nothing is new.
    """
    since, day = read_mark(request.args.get("since", "")), desk_frame.day()
    with house().database.transaction() as session:
        found = news(
            session, hospital_id=member().hospital_id, clinic_ids=[clinic_id], day=day, since=since
        )
        if found.mark == since:
            return "", 204
        clinic, lines = _lines(session, clinic_id)
    page = render_template(
        "console/desk/day_list.html",
        clinic=clinic,
        told=presenters.told(lines, changed=found.appointment_ids),
        **_list(lines, found, day=day),
    )
    return page, 200


@blueprint.post("/<clinic_id>/find")
def find(clinic_id: str) -> tuple[str, int]:
    """Show whom a part of a name or the tail of a number finds; by POST: no name in an address."""
    return _day(clinic_id, refused=NOTHING, words=request.form.get("words", "").strip())


@blueprint.post("/<clinic_id>/code")
def check_in_code(clinic_id: str) -> Answer:
    """Check somebody in by the code she shows."""
    by = desk_frame.by("came")
    try:
        with house().database.transaction() as session:
            held = appointment_of_code(
                session, hospital_id=member().hospital_id, code=request.form.get("code", ""),
                now=by.now,
            )  # fmt: skip
            visits.check_in(
                session, hospital_id=member().hospital_id, appointment_id=held.appointment.id, by=by
            )
    except Refusal as refusal:
        return _day(clinic_id, refused=Refused.of(CODE, refusal))
    # The code says which clinic she comes to, whatever page lay open.
    return _to_day(held.clinic.id)


@blueprint.post("/<clinic_id>/next")
def call_next(clinic_id: str) -> Response:
    """Call who is next in the line; if nobody waits, the list shows so."""
    with house().database.transaction() as session:
        desk_frame.clinic(session, clinic_id=clinic_id)
        visits.call_next(
            session, hospital_id=member().hospital_id, clinic_id=clinic_id,
            by=desk_frame.by("called"),
        )  # fmt: skip
    return _to_day(clinic_id)


@blueprint.post("/<clinic_id>/visits/<appointment_id>/<step>")
def take(clinic_id: str, appointment_id: str, step: str) -> Answer:
    """Take a step of a visit."""
    if step not in set(Step):
        raise NotFound
    act, why = STEPS[Step(step)]
    try:
        with house().database.transaction() as session:
            act(
                session, hospital_id=member().hospital_id, appointment_id=appointment_id,
                by=desk_frame.by(why),
            )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return _day(clinic_id, refused=Refused.of(STEP, refusal))
    return _to_day(clinic_id)


def _to_day(clinic_id: str) -> Response:
    return redirect(url_for("console.desk.day", clinic_id=clinic_id), 303)


def _day(clinic_id: str, *, refused: Refused, words: str = "") -> tuple[str, int]:
    day, now = desk_frame.day(), house().clock.now()
    with house().database.transaction() as session:
        # Before the list is read: what changes in between is shown once more, never missed.
        found = news(session, hospital_id=member().hospital_id, clinic_ids=[clinic_id], day=day)
        clinic, lines = _lines(session, clinic_id)
    page = render_template(
        "console/desk/day.html",
        clinic=clinic,
        is_today=day == beijing_date(now),
        title=presenters.day_title(day),
        before=day - DAY,
        after=day + DAY,
        screen=screen.address(clinic_id),
        refused=refused,
        **_list(lines, found, day=day, words=words),
    )
    return page, refused.status


def _list(
    lines: Sequence[presenters.ComingLine], found: News, *, day: date, words: str = ""
) -> dict[str, object]:
    """Return what the list itself shows; one that was searched stays as it is."""
    return {
        "shown": [one for one in lines if presenters.is_found(one, words)],
        "counts": presenters.counts(lines), "changed": found.appointment_ids,
        "since": str(found.mark), "day": day, "words": words, "key": clinics_typed.new_key(),
    }  # fmt: skip


def _lines(session: Session, clinic_id: str) -> tuple[Clinic, list[presenters.ComingLine]]:
    clinic = desk_frame.clinic(session, clinic_id=clinic_id)
    found = coming_on(
        session, hospital_id=clinic.hospital_id, clinic_id=clinic_id, day=desk_frame.day()
    )
    desk_frame.note_names_shown(session, clinic=clinic, act="day_list_read")
    return clinic, presenters.coming_lines(found, now=house().clock.now())
