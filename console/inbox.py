"""The inbox: families who wait for a person, alarms first, and the conversation with each."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.queries import person_of, staff_by_ids
from accounts.rules import Act
from console.guard import check_member_may, house, member
from console.presenters import inbox as presenters
from console.presenters.families import PregnancyCard, pregnancy_card
from conversation import actions, queries
from conversation.models import Alarm, Message
from core.clock import beijing_date
from core.db import Session
from core.errors import Refusal
from core.words import say
from handbook.queries import pregnancy_of

blueprint = Blueprint("inbox", __name__, url_prefix="/inbox")


@dataclass(frozen=True)
class Talk:
    """What changes while a conversation is open: its words, and alarms nobody has opened."""

    bubbles: list[presenters.Bubble]
    fresh: list[presenters.AlarmLine]


@blueprint.before_request
def check_may_answer() -> None:
    """Pass only those who answer families."""
    check_member_may(Act.ANSWER_FAMILIES)


@blueprint.get("/")
def board() -> str:
    """Show the inbox."""
    return render_template("console/inbox.html", rows=_rows())


@blueprint.get("/rows")
def rows() -> str:
    """Show the lines of the inbox alone; the page asks for them again and again."""
    return render_template("console/inbox_rows.html", rows=_rows())


@blueprint.get("/alarms")
def alarms() -> str:
    """Show the alarms nobody has opened, as the bar on top of every page; empty if none."""
    alarmed = [row for row in _rows() if row.alarms]
    return render_template("console/alarm_bar.html", rows=alarmed)


@blueprint.get("/<person_id>")
def talk(person_id: str) -> str:
    """Open a conversation: its alarms count as opened, and the reading is written down."""
    now = house().clock.now()
    with house().database.transaction() as session:
        messages = actions.open_conversation(session, staff=member(), person_id=person_id, now=now)
        recent = _recent(session, person_id, now=now)
        heading = _heading(session, person_id, now=now)
        bubbles = _bubbles(session, messages)
        pregnancy = _pregnancy(session, person_id, now=now)
    return render_template(
        "console/talk.html",
        heading=heading,
        pregnancy=pregnancy,
        recent=recent,
        talk=Talk(bubbles, []),
        problem=None,
        typed="",
    )


@blueprint.get("/<person_id>/words")
def words(person_id: str) -> str:
    """Show what was said alone; the open page asks for it again and again."""
    with house().database.transaction() as session:
        present = _present(session, person_id)
    return render_template("console/words.html", talk=present)


@blueprint.post("/<person_id>/answers")
def answer(person_id: str) -> Response | str | tuple[str, int]:
    """Write an answer; the worker sends it. What was typed is never lost to a refusal."""
    now = house().clock.now()
    text = request.form.get("text", "")
    try:
        with house().database.transaction() as session:
            actions.answer(session, staff=member(), person_id=person_id, text=text, now=now)
    except Refusal as refusal:
        return _once_more(person_id, text, refusal)
    if "HX-Request" in request.headers:
        return words(person_id)
    return redirect(url_for("console.inbox.talk", person_id=person_id), 303)


@blueprint.post("/<person_id>/closing")
def close(person_id: str) -> Response:
    """Take a conversation off the inbox."""
    with house().database.transaction() as session:
        actions.close(session, staff=member(), person_id=person_id, now=house().clock.now())
    return redirect(url_for("console.inbox.board"), 303)


def _rows() -> list[presenters.InboxLine]:
    now = house().clock.now()
    with house().database.transaction() as session:
        found = queries.inbox(session, hospital_id=member().hospital_id)
        return [presenters.inbox_line(row, now=now) for row in found]


def _once_more(person_id: str, typed: str, refusal: Refusal) -> tuple[str, int]:
    now = house().clock.now()
    with house().database.transaction() as session:
        heading = _heading(session, person_id, now=now)
        present = _present(session, person_id)
        pregnancy = _pregnancy(session, person_id, now=now)
        recent = _recent(session, person_id, now=now)
    page = render_template(
        "console/talk.html",
        heading=heading,
        pregnancy=pregnancy,
        recent=recent,
        talk=present,
        problem=say(refusal.code, **refusal.details),
        typed=typed,
    )
    return page, refusal.status


def _heading(session: Session, person_id: str, *, now: datetime) -> presenters.Heading:
    """Return who the conversation is with.

    Raises:
        core.errors.NotFound: no such conversation in this hospital.
    """
    hospital_id = member().hospital_id
    person = person_of(session, person_id=person_id, hospital_id=hospital_id)
    conversation = queries.conversation_of(session, person_id=person_id, hospital_id=hospital_id)
    return presenters.heading(person, conversation, now=now)


def _pregnancy(session: Session, person_id: str, *, now: datetime) -> PregnancyCard | None:
    pregnancy = pregnancy_of(session, person_id=person_id)
    if pregnancy is None:
        return None
    return pregnancy_card(pregnancy, today=beijing_date(now))


def _present(session: Session, person_id: str) -> Talk:
    """Return what was said lately and what nobody has opened.

    Raises:
        core.errors.NotFound: no such conversation in this hospital.
    """
    now = house().clock.now()
    messages = actions.read_on(session, staff=member(), person_id=person_id, now=now)
    fresh = queries.alarms_of(session, person_id=person_id)
    return Talk(_bubbles(session, messages), _lines(session, fresh, now=now))


def _recent(session: Session, person_id: str, *, now: datetime) -> list[presenters.AlarmLine]:
    """Return the alarms of the last days, with who opened them; not those nobody opened yet."""
    found = queries.recent_alarms(session, person_id=person_id, now=now)
    return _lines(session, [alarm for alarm in found if alarm.opened_at], now=now)


def _lines(session: Session, alarms: list[Alarm], *, now: datetime) -> list[presenters.AlarmLine]:
    staff = staff_by_ids(session, {one.opened_by for one in alarms if one.opened_by})
    return [presenters.alarm_line(alarm, staff=staff, now=now) for alarm in alarms]


def _bubbles(session: Session, messages: list[Message]) -> list[presenters.Bubble]:
    speakers = staff_by_ids(session, {one.staff_id for one in messages if one.staff_id})
    return [presenters.bubble(message, staff=speakers) for message in messages]
