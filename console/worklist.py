"""The worklist (随访): who has to be followed up, and until when; a loss stands first."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from flask import Blueprint, render_template, request

from accounts.rules import Act
from console.guard import check_member_may, house, member
from console.presenters import worklist as presenters
from core.clock import beijing_date, beijing_moment
from core.db import Session
from core.errors import NotFound
from handbook.follow_up.queries import Filters, TaskRow, counts, worklist
from handbook.follow_up.rules import TaskKind

blueprint = Blueprint("worklist", __name__, url_prefix="/worklist")

LINES = 30
DAY = timedelta(days=1)


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

    def filters(self, *, kinds: Collection[TaskKind], now: datetime) -> Filters:
        """Return what of these kinds is asked for; one more than a page, to know of the next."""
        midnight = beijing_moment(beijing_date(now))
        is_today = self.due is Due.TODAY
        return Filters(
            kinds=kinds,
            assigned_to=member().id if self.is_mine else None,
            due_from=midnight if is_today else None,
            due_before={Due.TODAY: midnight + DAY, Due.LATE: now}.get(self.due),
            limit=LINES + 1,
        )


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
        gentle = _gentle(session, choice, now=now)
        found = _others(session, choice, now=now)
    others = [presenters.task_line(row, now=now) for row in found[:LINES]]
    chips = [Chip(kind.value, label, numbers.get(kind, 0))
             for kind, label in presenters.KINDS.items()]  # fmt: skip
    return render_template(
        "console/worklist.html",
        chips=[Chip("", "全部", sum(numbers.values())), *(chip for chip in chips if chip.count)],
        choice=choice,
        gentle=[presenters.task_line(row, now=now) for row in gentle],
        others=others,
        after=others[-1].id if len(found) > LINES else "",
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


def _gentle(session: Session, choice: Choice, *, now: datetime) -> list[TaskRow]:
    """Return the aftercare of losses; all of it stands on the first page."""
    is_first = "after" not in request.args
    if not is_first or choice.kind not in ("", TaskKind.LOSS_AFTERCARE):
        return []
    filters = choice.filters(kinds=(TaskKind.LOSS_AFTERCARE,), now=now)
    found: list[TaskRow] = []
    while rows := worklist(session, hospital_id=member().hospital_id, filters=filters):
        found += rows
        filters = replace(filters, after=rows[-1].task.id)
    return found


def _others(session: Session, choice: Choice, *, now: datetime) -> list[TaskRow]:
    """Return a page of all other tasks and the first of the next, the most urgent first."""
    kinds = [kind for kind in TaskKind if choice.kind in ("", kind)]
    others = [kind for kind in kinds if kind is not TaskKind.LOSS_AFTERCARE]
    if not others:
        return []
    after = request.args.get("after") or None
    filters = replace(choice.filters(kinds=others, now=now), after=after)
    return worklist(session, hospital_id=member().hospital_id, filters=filters)
