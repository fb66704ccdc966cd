"""What may be asked of the worklist; nothing of a lost or silent pregnancy but its aftercare."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from accounts.models import Person, Staff
from core.db import Session
from core.errors import NotFound
from handbook.follow_up.models import FollowUpCall, FollowUpEvent, FollowUpTask
from handbook.follow_up.rules import LIVE, URGENCY, TaskKind, TaskState
from handbook.follow_up.truth import is_of_child_gone, is_silent, is_unwanted

URGENCY_OF = sa.case(
    {kind.value: urgency for kind, urgency in URGENCY.items()},
    value=sa.cast(FollowUpTask.kind, sa.Text),
)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which tasks are asked for; what is empty or None does not narrow.

    `day` leaves out what is only to be looked at again later than that day. `after` is the id of
    the last task of the page before.
    """

    kinds: Collection[TaskKind] = ()
    states: Collection[TaskState] = LIVE
    assigned_to: str | None = None
    family_id: str | None = None
    day: date | None = None
    after: str | None = None
    limit: int = 100


@dataclass(frozen=True)
class TaskRow:
    """A task, whom it is about, and the name of who has it."""

    task: FollowUpTask
    person: Person | None
    assigned_name: str | None


def worklist(session: Session, *, hospital_id: str, filters: Filters) -> list[TaskRow]:
    """Return the tasks of a hospital, the most urgent first, in one statement."""
    found = (
        sa.select(FollowUpTask, Person, Staff.name)
        .outerjoin(Person, Person.id == FollowUpTask.person_id)
        .outerjoin(Staff, Staff.id == FollowUpTask.assigned_to)
        .where(_true_in(hospital_id), *_narrowed(filters))
        .order_by(URGENCY_OF, FollowUpTask.due_at, FollowUpTask.id)
        .limit(filters.limit)
    )
    if filters.after is not None:
        last = task_in(session, task_id=filters.after, hospital_id=hospital_id)
        place = sa.tuple_(URGENCY_OF, FollowUpTask.due_at, FollowUpTask.id)
        found = found.where(place > sa.tuple_(sa.literal(URGENCY[last.kind]), last.due_at, last.id))
    return [TaskRow(*row) for row in session.execute(found)]


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
    is_over = sa.or_(is_silent(), is_of_child_gone(), is_unwanted())
    is_true = sa.or_(FollowUpTask.state.not_in(LIVE), ~is_over)
    return sa.and_(FollowUpTask.hospital_id == hospital_id, is_true)


def _narrowed(filters: Filters) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = [FollowUpTask.state.in_(filters.states)]
    if filters.kinds:
        found.append(FollowUpTask.kind.in_(filters.kinds))
    if filters.assigned_to is not None:
        found.append(FollowUpTask.assigned_to == filters.assigned_to)
    if filters.family_id is not None:
        found.append(FollowUpTask.family_id == filters.family_id)
    if filters.day is not None:
        later = sa.func.coalesce(FollowUpTask.next_day, filters.day) > filters.day
        found.append(~later)
    return found
