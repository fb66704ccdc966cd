"""What may be asked of the worklist; nothing of a lost or silent pregnancy but its aftercare."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from accounts.models import Person, Staff
from core.db import Session
from core.errors import NotFound
from handbook.follow_up.models import EarlierItem, FollowUpCall, FollowUpEvent, FollowUpTask
from handbook.follow_up.rules import LIVE, TaskKind, TaskState
from handbook.follow_up.truth import (
    is_asked,
    is_emptied,
    is_of_child_gone,
    is_silent,
    is_unwanted,
)

PLACE = (FollowUpTask.urgency, FollowUpTask.due_at, FollowUpTask.id)
IS_LIVE = sa.text("follow_up_task.state in ('open', 'assigned')")
"""Written out, not bound: the index of live tasks is used only where the planner sees the words."""


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which tasks are asked for; what is empty or None does not narrow.

    `due_from` and `due_before` are when their time runs out, `[due_from, due_before)`. `day` leaves
    out what is only to be looked at again later than that day. `after` is the id of the last task
    of the page before.
    """

    kinds: Collection[TaskKind] = ()
    states: Collection[TaskState] = LIVE
    assigned_to: str | None = None
    family_id: str | None = None
    due_from: datetime | None = None
    due_before: datetime | None = None
    day: date | None = None
    after: str | None = None
    limit: int = 100


@dataclass(frozen=True)
class TaskRow:
    """A task, whom it is about, the name of who has it, and how often and when she was called."""

    task: FollowUpTask
    person: Person | None
    assigned_name: str | None
    calls: int
    last_called_at: datetime | None


def worklist(session: Session, *, hospital_id: str, filters: Filters) -> list[TaskRow]:
    """Return the tasks of a hospital, the most urgent first; the list walks along an index."""
    last = None
    if filters.after is not None:
        last = task_in(session, task_id=filters.after, hospital_id=hospital_id)
    found = session.execute(listed(hospital_id, filters=filters, last=last))
    return [TaskRow(*row) for row in found]


def listed(
    hospital_id: str, *, filters: Filters, last: FollowUpTask | None
) -> sa.Select[*tuple[Any, ...]]:
    """Return the statement of a page of the list, behind `last`."""
    of_task = FollowUpCall.task_id == FollowUpTask.id
    calls = sa.select(sa.func.count()).select_from(FollowUpCall).where(of_task)
    last_call = sa.select(sa.func.max(FollowUpCall.made_at)).where(of_task)
    found = (
        sa.select(
            FollowUpTask, Person, Staff.name, calls.scalar_subquery(), last_call.scalar_subquery()
        )
        .outerjoin(Person, Person.id == FollowUpTask.person_id)
        .outerjoin(Staff, Staff.id == FollowUpTask.assigned_to)
        .where(_true_in(hospital_id), *_narrowed(filters))
        .order_by(*PLACE)
        .limit(filters.limit)
    )
    if last is not None:
        place = (last.urgency, last.due_at, last.id)
        found = found.where(sa.tuple_(*PLACE) > sa.tuple_(*place))
    return found


def counts(session: Session, *, hospital_id: str) -> Mapping[TaskKind, int]:
    """Return how many live tasks of each kind a hospital has; a kind without any is left out."""
    found = (
        sa.select(FollowUpTask.kind, sa.func.count())
        .where(_true_in(hospital_id), FollowUpTask.state.in_(LIVE))
        .group_by(FollowUpTask.kind)
    )
    return dict(session.execute(found).all())


def task_in(session: Session, *, task_id: str, hospital_id: str) -> FollowUpTask:
    """Return a task of this hospital.

    Raises:
        NotFound: no such task, of another hospital, or of a pregnancy that fell silent.
    """
    found = sa.select(FollowUpTask).where(FollowUpTask.id == task_id, _true_in(hospital_id))
    task = session.scalar(found)
    if task is None:
        raise NotFound
    return task


def items_of_task(session: Session, *, task_id: str, hospital_id: str) -> list[EarlierItem]:
    """Return the earlier items of a task of this hospital: still asked about, or dealt with."""
    return list(
        session.scalars(
            sa.select(EarlierItem)
            .join(FollowUpTask, FollowUpTask.id == EarlierItem.task_id)
            .where(EarlierItem.task_id == task_id, FollowUpTask.hospital_id == hospital_id)
            .where(sa.or_(EarlierItem.outcome.is_not(None), is_asked()))
            .order_by(EarlierItem.to_day, EarlierItem.id)
        )
    )


def items_left(session: Session, *, task_id: str) -> list[EarlierItem]:
    """Return the earlier items of a task that still are to be asked about."""
    left = sa.select(EarlierItem).where(EarlierItem.task_id == task_id, is_asked())
    return list(session.scalars(left.order_by(EarlierItem.id)))


def calls_of(session: Session, *, task_id: str, hospital_id: str) -> list[FollowUpCall]:
    """Return the calls made for a task of this hospital, oldest first."""
    return list(
        session.scalars(
            sa.select(FollowUpCall)
            .join(FollowUpTask, FollowUpTask.id == FollowUpCall.task_id)
            .where(FollowUpCall.task_id == task_id, FollowUpTask.hospital_id == hospital_id)
            .order_by(FollowUpCall.made_at, FollowUpCall.id)
        )
    )


def steps_of(session: Session, *, task_id: str, hospital_id: str) -> list[FollowUpEvent]:
    """Return the steps of a task of this hospital, oldest first."""
    return list(
        session.scalars(
            sa.select(FollowUpEvent)
            .join(FollowUpTask, FollowUpTask.id == FollowUpEvent.task_id)
            .where(FollowUpEvent.task_id == task_id, FollowUpTask.hospital_id == hospital_id)
            .order_by(FollowUpEvent.made_at, FollowUpEvent.id)
        )
    )


def _true_in(hospital_id: str) -> sa.ColumnElement[bool]:
    """Ask the truth again: a live task that a loss or a withdrawn consent made untrue is none."""
    is_over = sa.or_(is_silent(), is_of_child_gone(), is_unwanted(), is_emptied())
    is_true = sa.or_(FollowUpTask.state.not_in(LIVE), ~is_over)
    return sa.and_(FollowUpTask.hospital_id == hospital_id, is_true)


def _narrowed(filters: Filters) -> list[sa.ColumnElement[bool] | sa.TextClause]:
    states = IS_LIVE if filters.states == LIVE else FollowUpTask.state.in_(filters.states)
    found: list[sa.ColumnElement[bool] | sa.TextClause] = [states]
    if filters.kinds:
        found.append(FollowUpTask.kind.in_(filters.kinds))
    if filters.assigned_to is not None:
        found.append(FollowUpTask.assigned_to == filters.assigned_to)
    if filters.family_id is not None:
        found.append(FollowUpTask.family_id == filters.family_id)
    if filters.due_from is not None:
        found.append(FollowUpTask.due_at >= filters.due_from)
    if filters.due_before is not None:
        found.append(FollowUpTask.due_at < filters.due_before)
    if filters.day is not None:
        later = sa.func.coalesce(FollowUpTask.next_day, filters.day) > filters.day
        found.append(~later)
    return found
