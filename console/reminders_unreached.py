"""Whom no message reaches: called one by one, the most urgent first, until everybody was told."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.actions import read_family
from accounts.audit import record
from accounts.models import Person
from accounts.queries import person_of, staff_by_ids
from accounts.rules import Act
from console import typed
from console.errors import NothingChosen
from console.guard import actor, check_member_may, house, member
from console.presenters import reminders as presenters
from console.presenters import worklist
from console.presenters.inbox import name_of
from console.reminders_frame import outlets
from console.typed import NOTHING, Refused
from core.clock import beijing_date
from core.db import Session
from core.errors import NotFound, Refusal
from handbook.follow_up.actions import Call
from handbook.follow_up.queries import calls_of
from handbook.follow_up.rules import CallOutcome, TaskKind
from scheduler import calling

blueprint = Blueprint("reminders_unreached", __name__, url_prefix="/reminders/unreached")

CALL = "call"
WHOSE = ("", "mine", "nobody")
Answer = Response | tuple[str, int]


@dataclass(frozen=True)
class CallPage:
    """All that the page of a call shows; the phone number stands apart, on asking."""

    name: str
    family_id: str
    line: presenters.CallLine
    untold: list[presenters.UntoldLine]
    calls: list[worklist.CallLine]
    is_mine: bool


@blueprint.before_request
def check_may_follow() -> None:
    """Pass only those who follow families up."""
    check_member_may(Act.RECORD_LIFE)


@blueprint.get("/")
def board() -> str:
    """Show whom to call, the most urgent first, with no more of each than needed.

    Raises:
        NotFound: the list is narrowed to something else than mine, or nobody's.
    """
    now, whose = house().clock.now(), request.args.get("whose", "")
    if whose not in WHOSE:
        raise NotFound
    with house().database.transaction() as session:
        found = calling.to_call(
            session, hospital_id=member().hospital_id, outlets=outlets(), now=now
        )
    lines = [presenters.call_line(one, now=now) for one in found if _is_of(one, whose)]
    return render_template(
        "console/reminders/unreached.html", lines=lines, whose=whose, many=len(found)
    )


@blueprint.get("/<person_id>/")
def page(person_id: str) -> tuple[str, int]:
    """Show what to tell somebody; that her family was read is written down."""
    return _page(person_id, refused=NOTHING)


@blueprint.post("/<person_id>/phone")
def phone(person_id: str) -> tuple[str, int]:
    """Show the phone number, and write down that it was asked for.

    Raises:
        NotFound: nobody of this hospital, or no number is known.
    """
    now, hospital_id = house().clock.now(), member().hospital_id
    with house().database.transaction() as session:
        person = person_of(session, person_id=person_id, hospital_id=hospital_id)
        if not person.phone:
            raise NotFound
        record(
            session, actor=actor(), act="show_phone", subject_kind="person",
            subject_id=person.id, hospital_id=hospital_id, now=now,
        )  # fmt: skip
    return _page(person_id, refused=NOTHING, number=person.phone)


@blueprint.post("/<person_id>/assignment")
def take(person_id: str) -> Response:
    """Take it on to call somebody."""
    with house().database.transaction() as session:
        calling.take(session, staff=member(), person_id=person_id, now=house().clock.now())
    return redirect(url_for("console.reminders_unreached.page", person_id=person_id), 303)


@blueprint.post("/<person_id>/calls")
def call(person_id: str) -> Answer:
    """Write down a call; who was told leaves the list."""
    try:
        outcome = request.form.get("outcome", "")
        if outcome not in set(CallOutcome):
            raise NothingChosen
        made = Call(CallOutcome(outcome), typed.note(), typed.day_or_none("next_day"))
        with house().database.transaction() as session:
            is_told = calling.note_call(
                session, staff=member(), person_id=person_id, call=made, now=house().clock.now()
            )
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(person_id, refused=Refused.of(CALL, refusal))
    if is_told:
        return redirect(url_for("console.reminders_unreached.board"), 303)
    return redirect(url_for("console.reminders_unreached.page", person_id=person_id), 303)


def _is_of(one: calling.ToCall, whose: str) -> bool:
    holder = one.task.task.assigned_to if one.task else None
    return whose == "" or holder == (member().id if whose == "mine" else None)


def _page(person_id: str, *, refused: Refused, number: str = "") -> tuple[str, int]:
    now = house().clock.now()
    with house().database.transaction() as session:
        one = calling.call_of(
            session, hospital_id=member().hospital_id, person_id=person_id, outlets=outlets(),
            now=now,
        )  # fmt: skip
        read_family(session, staff=member(), family_id=one.person.family_id, now=now)
        shown = _shown(session, one, now=now)
    page = render_template(
        "console/reminders/call.html", shown=shown, number=number, refused=refused,
        outcomes=worklist.outcomes(TaskKind.UNREACHABLE), today=beijing_date(now).isoformat(),
    )  # fmt: skip
    return page, refused.status


def _shown(session: Session, one: calling.ToCall, *, now: datetime) -> CallPage:
    person: Person = one.person
    calls, assigned_to = [], ""
    if one.task is not None:
        task = one.task.task
        calls = calls_of(session, task_id=task.id, hospital_id=member().hospital_id)
        assigned_to = task.assigned_to or ""
    staff = staff_by_ids(session, [made.made_by for made in calls])
    return CallPage(
        name=name_of(person),
        family_id=person.family_id,
        line=presenters.call_line(one, now=now),
        untold=[presenters.untold_line(each, now=now) for each in one.untold],
        calls=worklist.call_lines(calls, staff=staff),
        is_mine=assigned_to == member().id,
    )
