"""The switch: a kind of reminders, or all, stopped for the hospital at once, and resumed."""

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.queries import staff_by_ids
from accounts.rules import Act
from console import typed
from console.guard import actor, check_member_may, house, member
from console.presenters import reminders as presenters
from console.typed import NOTHING, Refused
from core.db import Session
from core.errors import BadRequest, NotFound
from scheduler import preferences, queries
from scheduler.errors import NoReason
from scheduler.models import ReminderKind
from scheduler.models_wishes import Pause

blueprint = Blueprint("reminders_stops", __name__, url_prefix="/reminders/stops")

STOP = "stop"
EVERYTHING = "everything"
WRITTEN_AHEAD = timedelta(days=2)
"""Reminders are written so far ahead (`scheduler/plans.py`)."""


@blueprint.before_request
def check_may_switch() -> None:
    """Pass only those who answer for what is sent."""
    check_member_may(Act.SWITCH_REMINDERS)


@blueprint.get("/")
def page() -> str:
    """Show what is stopped, what may be stopped, and what was."""
    now, hospital_id = house().clock.now(), member().hospital_id
    with house().database.transaction() as session:
        live = preferences.stops_in(session, hospital_id=hospital_id, now=now)
        ended = preferences.stops_ended(session, hospital_id=hospital_id)
        lines = _lines(session, [*live, *ended])
    held = {one.kind for one in live}
    kinds = [(EVERYTHING, None), *((kind.value, kind) for kind in ReminderKind)]
    return render_template(
        "console/reminders/stops.html",
        is_silent=None in held,
        live=lines[: len(live)],
        ended=lines[len(live) :],
        kinds=[(key, presenters.kind_name(kind)) for key, kind in kinds if kind not in held],
    )


@blueprint.get("/new")
def ask() -> tuple[str, int]:
    """Say what a stop will do, before it is done."""
    return _ask(request.args.get("kind", ""), refused=NOTHING)


@blueprint.post("/")
def stop() -> Response | tuple[str, int]:
    """Stop a kind, or everything, from this moment on."""
    key = request.form.get("kind", "")
    try:
        with house().database.transaction() as session:
            preferences.stop_kind(
                session, hospital_id=member().hospital_id, kind=_kind(key), note=typed.note(),
                actor=actor(), now=house().clock.now(),
            )  # fmt: skip
    except NoReason as refusal:
        return _ask(key, refused=Refused.of(STOP, refusal, at="note"))
    return redirect(url_for("console.reminders_stops.page"), 303)


@blueprint.get("/<stop_id>/end")
def ask_end(stop_id: str) -> str:
    """Say what resuming will do, before it is done.

    Raises:
        NotFound: no such stop, or it is over.
    """
    now, hospital_id = house().clock.now(), member().hospital_id
    with house().database.transaction() as session:
        live = preferences.stops_in(session, hospital_id=hospital_id, now=now)
        found = next((one for one in live if one.id == stop_id), None)
        if found is None:
            raise NotFound
        waiting = queries.waiting_of_kind(
            session, hospital_id=hospital_id, kind=found.kind, until=now
        )
        (line,) = _lines(session, [found])
    return render_template("console/reminders/resume.html", stop=line, waiting=waiting)


@blueprint.post("/<stop_id>/end")
def resume(stop_id: str) -> Response:
    """Let it be said again."""
    with house().database.transaction() as session:
        preferences.resume_kind(
            session, hospital_id=member().hospital_id, pause_id=stop_id, actor=actor(),
            now=house().clock.now(),
        )  # fmt: skip
    return redirect(url_for("console.reminders_stops.page"), 303)


def stopped() -> list[presenters.StopLine]:
    """Return what is stopped in the hospital of who is asking: every page says so."""
    with house().database.reading() as session:
        live = preferences.stops_in(
            session, hospital_id=member().hospital_id, now=house().clock.now()
        )
        return _lines(session, live) if live else []


def _lines(session: Session, stops: list[Pause]) -> list[presenters.StopLine]:
    staff = staff_by_ids(session, {one.made_by_id for one in stops} | {
        one.ended_by_id for one in stops if one.ended_by_id
    })  # fmt: skip
    return [presenters.stop_line(one, staff=staff) for one in stops]


def _ask(key: str, *, refused: Refused) -> tuple[str, int]:
    kind, now = _kind(key), house().clock.now()
    with house().database.transaction() as session:
        waiting = queries.waiting_of_kind(
            session, hospital_id=member().hospital_id, kind=kind, until=now + WRITTEN_AHEAD
        )
    page = render_template(
        "console/reminders/stop.html", key=key, what=presenters.kind_name(kind),
        waiting=waiting, refused=refused,
    )  # fmt: skip
    return page, refused.status


def _kind(key: str) -> ReminderKind | None:
    """Return a kind, or None for everything.

    Raises:
        core.errors.BadRequest: there is no such kind.
    """
    if key == EVERYTHING:
        return None
    if key not in set(ReminderKind):
        raise BadRequest
    return ReminderKind(key)
