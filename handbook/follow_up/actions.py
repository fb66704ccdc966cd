"""What staff do with a task: take it on or hand it on, call, finish it, drop it."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.audit import record
from accounts.models import Staff, SubjectKind
from accounts.rules import Act, Actor, check_may
from core.clock import beijing_date
from core.db import Session
from core.errors import NotFound
from core.ids import new_id
from handbook.errors_risk import NextDayPast, RecordItInstead, TaskOver
from handbook.follow_up.closing import step
from handbook.follow_up.models import FollowUpCall, FollowUpTask
from handbook.follow_up.queries import task_in
from handbook.follow_up.rules import (
    NEXT_TASK,
    STAFF_REASONS,
    CallOutcome,
    DropReason,
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
        NotFound: no such task or member of staff in this hospital.
        TaskOver: it is done or dropped.
    """
    task = _task(session, staff, task_id, TaskState.ASSIGNED)
    assignee = session.get(Staff, assignee_id)
    if assignee is None or assignee.hospital_id != staff.hospital_id or not assignee.is_active:
        raise NotFound
    task.assigned_to = assignee.id
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
        Forbidden: she may not follow up families.
        NotFound: no such task in this hospital.
        TaskOver: it is done or dropped.
    """
    task = _task(session, staff, task_id, TaskState.DONE)
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
