"""The worklist (随访): who has to be followed up, and until when; a loss stands first."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import islice

from flask import Blueprint, render_template, request

from accounts.rules import Act
from console.guard import check_member_may, house, member
from console.presenters import worklist as presenters
from core.db import Session
from core.errors import NotFound
from handbook.follow_up.queries import Filters, TaskRow, calls_of, counts, worklist
from handbook.follow_up.rules import TaskKind

blueprint = Blueprint("worklist", __name__, url_prefix="/worklist")

LINES = 30


class Due(StrEnum):
    """Which tasks by their time."""

    ANY = ""
    TODAY = "today"
    LATE = "late"


@dataclass(frozen=True)
class Chip:
    """A kind of task, and how many there are."""

    kind: str
    label: str
    count: int


@dataclass(frozen=True)
class Choice:
    """Which tasks are asked for."""

    kind: str
    is_mine: bool
    due: Due

    @property
    def assigned_to(self) -> str | None:
        """Return whose tasks are asked for; None: anybody's."""
        return member().id if self.is_mine else None

    def takes(self, line: presenters.TaskLine) -> bool:
        """Say whether a task is among them by its time."""
        return (
            self.due is Due.ANY
            or (self.due is Due.TODAY and line.is_today)
            or (self.due is Due.LATE and line.is_late)
        )


@dataclass(frozen=True)
class Listed:
    """A task in the list, and how often somebody called."""

    line: presenters.TaskLine
    attempts: int


@blueprint.before_request
def check_may_follow() -> None:
    """Pass only those who follow families up."""
    check_member_may(Act.RECORD_LIFE)


@blueprint.get("/")
def board() -> str:
    """Show the tasks of the hospital, those of a loss first, then the most urgent."""
    choice, now = _choice(), house().clock.now()
    hospital_id = member().hospital_id
    with house().database.transaction() as session:
        numbers = counts(session, hospital_id=hospital_id)
        gentle = [_listed(session, line) for line in _gentle(session, choice, now=now)]
        found = list(islice(_others(session, choice, now=now), LINES + 1))
        others = [_listed(session, line) for line in found[:LINES]]
    chips = [Chip(kind.value, label, numbers.get(kind, 0))
             for kind, label in presenters.KINDS.items()]  # fmt: skip
    return render_template(
        "console/worklist.html",
        chips=[Chip("", "全部", sum(numbers.values())), *(chip for chip in chips if chip.count)],
        choice=choice,
        gentle=gentle,
        others=others,
        after=found[LINES - 1].id if len(found) > LINES else "",
    )


def _choice() -> Choice:
    """Return what the address asks for.

    Raises:
        NotFound: there is no such kind or time.
    """
    kind, due = request.args.get("kind", ""), request.args.get("due", "")
    if kind not in {"", *TaskKind} or due not in set(Due):
        raise NotFound
    return Choice(kind, request.args.get("mine") == "yes", Due(due))


def _gentle(session: Session, choice: Choice, *, now: datetime) -> Iterator[presenters.TaskLine]:
    """Yield the aftercare of losses; all of it stands on the first page."""
    is_first = "after" not in request.args
    if is_first and choice.kind in ("", TaskKind.LOSS_AFTERCARE):
        filters = Filters(kinds=(TaskKind.LOSS_AFTERCARE,), assigned_to=choice.assigned_to)
        yield from _matching(session, filters, choice, now=now)


def _others(session: Session, choice: Choice, *, now: datetime) -> Iterator[presenters.TaskLine]:
    """Yield all other tasks, the most urgent first."""
    kinds = [kind for kind in TaskKind if choice.kind in ("", kind)]
    others = [kind for kind in kinds if kind is not TaskKind.LOSS_AFTERCARE]
    if others:
        after = request.args.get("after") or None
        filters = Filters(kinds=others, assigned_to=choice.assigned_to, after=after)
        yield from _matching(session, filters, choice, now=now)


def _matching(
    session: Session, filters: Filters, choice: Choice, *, now: datetime
) -> Iterator[presenters.TaskLine]:
    for row in _all(session, filters):
        line = presenters.task_line(row, now=now)
        if choice.takes(line):
            yield line


def _all(session: Session, filters: Filters) -> Iterator[TaskRow]:
    """Yield every task of some filters, page after page."""
    while rows := worklist(session, hospital_id=member().hospital_id, filters=filters):
        yield from rows
        filters = replace(filters, after=rows[-1].task.id)


def _listed(session: Session, line: presenters.TaskLine) -> Listed:
    calls = calls_of(session, task_id=line.id, hospital_id=member().hospital_id)
    return Listed(line, len(calls))
