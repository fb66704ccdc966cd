"""What staff do with a task: take it on or hand it on, call, finish it, drop it."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.audit import record
from accounts.models import Staff, SubjectKind
from accounts.queries import colleagues
from accounts.rules import Act, Actor, check_may
from core.clock import beijing_date
from core.db import Session
from core.errors import NotFound
from core.ids import new_id
from handbook.errors_risk import ItemsLeft, NextDayPast, RecordItInstead, TaskOver
from handbook.follow_up.closing import step
from handbook.follow_up.models import FollowUpCall, FollowUpTask
from handbook.follow_up.queries import items_left, task_in
from handbook.follow_up.rules import (
    NEXT_TASK,
    STAFF_OUTCOMES,
    STAFF_REASONS,
    CallOutcome,
    DropReason,
    ItemOutcome,
    TaskState,
)


@dataclass(frozen=True)
class Call:
    """A call: how it ended, what was said (for staff only), and when to look again, if at all."""

    outcome: CallOutcome
    note: str
    next_day: date | None


def assign(
    session: Session, *, staff: Staff, task_id: str, assignee_id: str, now: datetime
) -> FollowUpTask:
    """Give a task to a member of staff of the same hospital, or hand it on to another.

    Raises:
        Forbidden: she may not follow up families.
        NotFound: no such task in this hospital, or nobody there who may follow up families.
        TaskOver: it is done or dropped.
    """
    task = _task(session, staff, task_id, TaskState.ASSIGNED)
    others = colleagues(session, hospital_id=staff.hospital_id, act=Act.RECORD_LIFE)
    if assignee_id not in {one.id for one in others}:
        raise NotFound
    task.assigned_to = assignee_id
    _step(session, staff, task, TaskState.ASSIGNED, None, now=now)
    return task


def note_call(
    session: Session, *, staff: Staff, task_id: str, call: Call, now: datetime
) -> FollowUpCall:
    """Write down a call for a live task, and when it is to be looked at again.

    Raises:
        Forbidden: she may not follow up families.
        NotFound: no such task in this hospital.
        TaskOver: it is done or dropped.
        NextDayPast: the next day lies before today.
    """
    task = _task(session, staff, task_id, TaskState.DONE)
    if call.next_day is not None and call.next_day < beijing_date(now):
        raise NextDayPast
    task.next_day = call.next_day
    made = FollowUpCall(
        id=new_id("fcl", now=now), task_id=task.id, outcome=call.outcome, note=call.note,
        next_day=call.next_day, made_by=staff.id, made_at=now,
    )  # fmt: skip
    session.add(made)
    record(
        session, actor=Actor(SubjectKind.STAFF, staff.id), act="note_call",
        subject_kind="follow_up", subject_id=task.id, hospital_id=staff.hospital_id, now=now,
    )  # fmt: skip
    session.flush()
    return made


def finish(session: Session, *, staff: Staff, task_id: str, now: datetime) -> FollowUpTask:
    """Mark a task as done.

    Raises:
        ItemsLeft: it is about several items, and not all are dealt with.
        Forbidden: she may not follow up families.
        NotFound: no such task in this hospital.
        TaskOver: it is done or dropped.
    """
    task = _task(session, staff, task_id, TaskState.DONE)
    if items_left(session, task_id=task.id):
        raise ItemsLeft
    _step(session, staff, task, TaskState.DONE, None, now=now)
    return task


def settle_item(
    session: Session,
    *,
    staff: Staff,
    task_id: str,
    item_id: str,
    outcome: ItemOutcome,
    now: datetime,
) -> FollowUpTask:
    """Write down what came of asking after an earlier item; with the last one the task is done.

    What was done here is recorded in the handbook instead, which settles it by itself.

    Raises:
        Forbidden: she may not follow up families.
        NotFound: no such task in this hospital, or no such item left on it.
        RecordItInstead: that it was done here is told to the handbook.
        TaskOver: the task is done or dropped.
    """
    if outcome not in STAFF_OUTCOMES:
        raise RecordItInstead
    task = _task(session, staff, task_id, TaskState.DONE)
    left = {item.id: item for item in items_left(session, task_id=task.id)}
    if item_id not in left:
        raise NotFound
    item, actor = left[item_id], Actor(SubjectKind.STAFF, staff.id)
    item.outcome, item.settled_at = outcome, now
    item.settled_by_kind, item.settled_by_id = SubjectKind.STAFF, staff.id
    record(
        session, actor=actor, act=f"settle_item:{outcome}", subject_kind="follow_up",
        subject_id=task.id, hospital_id=staff.hospital_id, now=now,
    )  # fmt: skip
    session.flush()
    if len(left) == 1:
        _step(session, staff, task, TaskState.DONE, None, now=now)
    return task


def drop(
    session: Session, *, staff: Staff, task_id: str, reason: DropReason, now: datetime
) -> FollowUpTask:
    """Drop a task that need not be done.

    Raises:
        Forbidden: she may not follow up families.
        NotFound: no such task in this hospital.
        RecordItInstead: a loss or a birth is told to the handbook, which then drops its tasks.
        TaskOver: it is done or dropped.
    """
    if reason not in STAFF_REASONS:
        raise RecordItInstead
    task = _task(session, staff, task_id, TaskState.DROPPED)
    _step(session, staff, task, TaskState.DROPPED, reason, now=now)
    return task


def _task(session: Session, staff: Staff, task_id: str, state: TaskState) -> FollowUpTask:
    """Return a task of her hospital, locked, that may go to `state`."""
    check_may(staff.roles, Act.RECORD_LIFE)
    task = task_in(session, task_id=task_id, hospital_id=staff.hospital_id)
    session.refresh(task, with_for_update=True)
    if state not in NEXT_TASK[task.state]:
        raise TaskOver
    return task


def _step(
    session: Session,
    staff: Staff,
    task: FollowUpTask,
    state: TaskState,
    reason: DropReason | None,
    *,
    now: datetime,
) -> None:
    actor = Actor(SubjectKind.STAFF, staff.id)
    step(session, task, state=state, reason=reason, actor=actor, now=now)
