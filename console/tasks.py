"""One follow-up task: the phone number on asking, the calls, and how it ends."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.actions import read_family
from accounts.audit import record
from accounts.models import Person
from accounts.queries import colleagues, staff_by_ids
from accounts.rules import Act
from console import typed
from console.errors import NothingChosen
from console.guard import actor, check_member_may, house, member
from console.presenters import worklist as presenters
from console.presenters.children import called
from console.presenters.inbox import name_of
from console.presenters.records import item_name
from console.typed import NOTHING, Refused
from core.clock import beijing_date
from core.db import Session
from core.errors import NotFound, Refusal
from handbook.care.schedule import load
from handbook.errors_risk import ItemsLeft
from handbook.follow_up import actions
from handbook.follow_up.models import EarlierItem, FollowUpTask
from handbook.follow_up.queries import TaskRow, calls_of, items_of_task, task_in
from handbook.follow_up.rules import CallOutcome, DropReason, ItemOutcome, TaskState
from handbook.queries import pregnancy_in
from handbook.queries_children import child_in
from scheduler import calling

blueprint = Blueprint("tasks", __name__, url_prefix="/worklist/<task_id>")

CALL, DROP, ITEMS = "call", "drop", "items"
Answer = Response | tuple[str, int]


@dataclass(frozen=True)
class TaskPage:
    """All that the page of a task shows; the phone number stands apart, on asking."""

    line: presenters.TaskLine
    name: str
    item: str
    hint: str
    items: list[presenters.ItemLine]
    calls: list[presenters.CallLine]
    colleagues: list[tuple[str, str]]
    has_phone: bool
    is_mine: bool


@blueprint.before_request
def check_may_follow() -> None:
    """Pass only those who follow families up."""
    check_member_may(Act.RECORD_LIFE)


@blueprint.get("/")
def task(task_id: str) -> tuple[str, int]:
    """Show a task; that its family was read is written down."""
    return _page(task_id, refused=NOTHING)


@blueprint.post("/phone")
def phone(task_id: str) -> tuple[str, int]:
    """Show the phone number, and write down that it was asked for."""
    now = house().clock.now()
    with house().database.transaction() as session:
        found = task_in(session, task_id=task_id, hospital_id=member().hospital_id)
        person = _person(session, found, now=now)
        if person is None or not person.phone:
            raise NotFound
        record(
            session, actor=actor(), act="show_phone", subject_kind="person",
            subject_id=person.id, hospital_id=member().hospital_id, now=now,
        )  # fmt: skip
    return _page(task_id, refused=NOTHING, number=person.phone)


@blueprint.post("/calls")
def call(task_id: str) -> Answer:
    """Write down a call, and when to look again."""
    try:
        outcome = request.form.get("outcome", "")
        if outcome not in set(CallOutcome):
            raise NothingChosen
        made = actions.Call(CallOutcome(outcome), typed.note(), typed.day_or_none("next_day"))
        with house().database.transaction() as session:
            actions.note_call(
                session, staff=member(), task_id=task_id, call=made, now=house().clock.now()
            )
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(task_id, refused=Refused.of(CALL, refusal))
    return redirect(url_for("console.tasks.task", task_id=task_id), 303)


@blueprint.post("/assignment")
def assign(task_id: str) -> Response:
    """Take a task on, or hand it to the colleague who is named."""
    with house().database.transaction() as session:
        actions.assign(
            session, staff=member(), task_id=task_id, now=house().clock.now(),
            assignee_id=request.form.get("colleague") or member().id,
        )  # fmt: skip
    return redirect(url_for("console.tasks.task", task_id=task_id), 303)


@blueprint.post("/items/<item_id>")
def settle(task_id: str, item_id: str) -> Answer:
    """Write down what came of asking after an earlier item."""
    try:
        outcome = request.form.get("outcome", "")
        if outcome not in set(ItemOutcome):
            raise NothingChosen
        with house().database.transaction() as session:
            actions.settle_item(
                session, staff=member(), task_id=task_id, item_id=item_id,
                outcome=ItemOutcome(outcome), now=house().clock.now(),
            )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(task_id, refused=Refused.of(ITEMS, refusal))
    return redirect(f"{url_for('console.tasks.task', task_id=task_id)}#items", 303)


@blueprint.post("/completion")
def finish(task_id: str) -> Answer:
    """Mark a task as done; whom no message reached has been told then."""
    try:
        with house().database.transaction() as session:
            calling.finish(session, staff=member(), task_id=task_id, now=house().clock.now())
    except ItemsLeft as refusal:
        return _page(task_id, refused=Refused.of(ITEMS, refusal))
    return redirect(url_for("console.worklist.board"), 303)


@blueprint.post("/dropping")
def drop(task_id: str) -> Answer:
    """Drop a task that need not be done, with the reason."""
    try:
        reason = request.form.get("reason", "")
        if reason not in set(DropReason):
            raise NothingChosen
        with house().database.transaction() as session:
            actions.drop(
                session, staff=member(), task_id=task_id, reason=DropReason(reason),
                now=house().clock.now(),
            )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(task_id, refused=Refused.of(DROP, refusal))
    return redirect(url_for("console.worklist.board"), 303)


def _page(task_id: str, *, refused: Refused, number: str = "") -> tuple[str, int]:
    now = house().clock.now()
    with house().database.transaction() as session:
        found = task_in(session, task_id=task_id, hospital_id=member().hospital_id)
        shown = _shown(session, found, now=now)
    page = render_template(
        "console/task.html",
        task=shown,
        number=number,
        outcomes=presenters.outcomes(found.kind),
        reasons=presenters.reasons(),
        item_outcomes=presenters.item_outcomes(),
        refused=refused,
        today=beijing_date(now).isoformat(),
    )
    return page, refused.status


def _shown(session: Session, found: FollowUpTask, *, now: datetime) -> TaskPage:
    hospital_id = member().hospital_id
    person = _person(session, found, now=now)
    calls = calls_of(session, task_id=found.id, hospital_id=hospital_id)
    staff = staff_by_ids(session, [*(one.made_by for one in calls), found.assigned_to or ""])
    assigned = staff[found.assigned_to].name if found.assigned_to else None
    last_called_at = calls[-1].made_at if calls else None
    row = TaskRow(found, person, assigned, len(calls), last_called_at)
    items = items_of_task(session, task_id=found.id, hospital_id=hospital_id)
    return TaskPage(
        line=presenters.task_line(row, now=now),
        name=name_of(person) if person else presenters.NOBODY,
        item=_item(session, found, found.item_key)[0] if found.item_key else "",
        hint=presenters.HINTS[found.kind],
        items=[_item_line(session, one) for one in items],
        calls=presenters.call_lines(calls, staff=staff),
        colleagues=_colleagues(session, found),
        has_phone=bool(person and person.phone),
        is_mine=found.state is TaskState.ASSIGNED and found.assigned_to == member().id,
    )


def _colleagues(session: Session, found: FollowUpTask) -> list[tuple[str, str]]:
    """Return to whom a task may be handed: neither who has it nor who asks."""
    others = colleagues(session, hospital_id=member().hospital_id, act=Act.RECORD_LIFE)
    return [(one.id, one.name) for one in others if one.id not in {found.assigned_to, member().id}]


def _person(session: Session, found: FollowUpTask, *, now: datetime) -> Person | None:
    """Return whom a task is about; that her family was read is written down."""
    people = read_family(session, staff=member(), family_id=found.family_id, now=now)
    return next((person for person in people if person.id == found.person_id), None)


def _item_line(session: Session, one: EarlierItem) -> presenters.ItemLine:
    name, whose = _item(session, one, one.item_key)
    return presenters.item_line(one, name=name, whose=whose)


def _item(session: Session, of: FollowUpTask | EarlierItem, key: str) -> tuple[str, str]:
    """Return what a care item is called, and whose it is."""
    hospital_id = member().hospital_id
    if of.child_id is not None:
        child = child_in(session, child_id=of.child_id, hospital_id=hospital_id)
        return item_name(load(child.schedule), key), called(child)
    if of.pregnancy_id is None:
        return key, ""
    pregnancy = pregnancy_in(session, pregnancy_id=of.pregnancy_id, hospital_id=hospital_id)
    return item_name(load(pregnancy.schedule), key), ""
