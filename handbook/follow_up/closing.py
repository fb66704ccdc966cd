"""How tasks end in numbers: because something was done, a child was born, or a child was lost."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from accounts.audit import record
from accounts.models import SubjectKind
from accounts.rules import Actor
from core.clock import beijing_date
from core.db import Session
from core.ids import new_id
from handbook.follow_up.clocks import CLOCKS
from handbook.follow_up.models import EarlierItem, FollowUpEvent, FollowUpTask
from handbook.follow_up.rules import LIVE, DropReason, ItemOutcome, TaskKind, TaskState
from handbook.follow_up.sightings import Sighting, open_found
from handbook.follow_up.truth import is_emptied
from handbook.models import Pregnancy
from handbook.models_lives import Child


def settle(
    session: Session,
    *,
    pregnancy_id: str,
    kinds: Collection[TaskKind],
    actor: Actor,
    now: datetime,
) -> None:
    """Mark the live tasks of these kinds of a pregnancy as done: what they asked for was done."""
    which = sa.and_(FollowUpTask.pregnancy_id == pregnancy_id, FollowUpTask.kind.in_(kinds))
    close(session, which=which, reason=None, actor=actor, now=now)


def close_after_loss(
    session: Session, *, pregnancy: Pregnancy, actor: Actor, now: datetime
) -> None:
    """Drop every live task of a lost pregnancy at once, and put its aftercare on the list."""
    which = sa.and_(
        FollowUpTask.pregnancy_id == pregnancy.id, FollowUpTask.kind != TaskKind.LOSS_AFTERCARE
    )
    close(session, which=which, reason=DropReason.LOSS, actor=actor, now=now)
    emptied = is_emptied(FollowUpTask.family_id == pregnancy.family_id)
    close(session, which=emptied, reason=DropReason.LOSS, actor=actor, now=now)
    open_aftercare(session, pregnancy=pregnancy, occasion="loss", actor=actor, now=now)


def open_aftercare(
    session: Session, *, pregnancy: Pregnancy, occasion: str, actor: Actor, now: datetime
) -> None:
    """Put the aftercare of a mother on the list: somebody asks after her, gently, in some days.

    `occasion` names the loss: of twins each may be one.
    """
    due_at = CLOCKS.loss_aftercare.runs_out_at(day=beijing_date(now), now=now)
    aftercare = Sighting(TaskKind.LOSS_AFTERCARE, occasion, due_at, pregnancy_id=pregnancy.id)
    open_found(session, sightings=[aftercare], actor=actor, now=now)


def close_of_child(session: Session, *, child: Child, actor: Actor, now: datetime) -> None:
    """Drop every live task of a child that died or moved away."""
    emptied = is_emptied(FollowUpTask.family_id == child.family_id)
    which = sa.or_(FollowUpTask.child_id == child.id, emptied)
    close(session, which=which, reason=DropReason.CHILD_GONE, actor=actor, now=now)


def overtake(
    session: Session, *, child: Child, item_keys: Collection[str], actor: Actor, now: datetime
) -> None:
    """End what staff were to ask about these items of a child: they are no longer the child's."""
    session.execute(
        sa.update(EarlierItem)
        .where(
            EarlierItem.child_id == child.id, EarlierItem.item_key.in_(item_keys),
            EarlierItem.outcome.is_(None),
        )
        .values(
            outcome=ItemOutcome.NOT_NEEDED, settled_by_kind=SubjectKind(actor.kind),
            settled_by_id=actor.id, settled_at=now,
        )
    )  # fmt: skip
    which = sa.or_(
        sa.and_(FollowUpTask.child_id == child.id, FollowUpTask.item_key.in_(item_keys)),
        is_emptied(FollowUpTask.family_id == child.family_id),
    )
    close(session, which=which, reason=DropReason.OVERTAKEN, actor=actor, now=now)


def close(
    session: Session,
    *,
    which: sa.ColumnElement[bool],
    reason: DropReason | None,
    actor: Actor,
    now: datetime,
) -> int:
    """End the live tasks that fit, dropped for a reason or else done; return how many."""
    session.flush()
    locked = sa.select(FollowUpTask).where(which, FollowUpTask.state.in_(LIVE))
    # In the order of their ids, so that two who close the same tasks wait and do not deadlock.
    tasks = session.scalars(
        locked.order_by(FollowUpTask.id).with_for_update(of=FollowUpTask),
        execution_options={"populate_existing": True},
    ).all()
    _end(session, tasks, reason=reason, actor=actor, now=now)
    return len(tasks)


def _end(
    session: Session,
    tasks: Sequence[FollowUpTask],
    *,
    reason: DropReason | None,
    actor: Actor,
    now: datetime,
) -> None:
    state = TaskState.DONE if reason is None else TaskState.DROPPED
    for task in tasks:
        step(session, task, state=state, reason=reason, actor=actor, now=now)


def step(
    session: Session,
    task: FollowUpTask,
    *,
    state: TaskState,
    reason: DropReason | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Take a locked task to its next state, with the row of its life and the audit row."""
    session.add(
        FollowUpEvent(
            id=new_id("fev", now=now), task_id=task.id, old_state=task.state, new_state=state,
            reason=reason, assigned_to=task.assigned_to, made_by_kind=SubjectKind(actor.kind),
            made_by_id=actor.id, made_at=now,
        )
    )  # fmt: skip
    task.state, task.reason = state, reason
    task.closed_at = None if state in LIVE else now
    record(
        session, actor=actor, act=f"{state}_follow_up", subject_kind="follow_up",
        subject_id=task.id, hospital_id=task.hospital_id, now=now,
    )  # fmt: skip
    session.flush()
