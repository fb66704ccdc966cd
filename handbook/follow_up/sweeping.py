"""Ends the tasks whose truth is over: losses first, then births, then what was done."""

from datetime import datetime

import sqlalchemy as sa

from accounts.audit import PROGRAM
from accounts.models import SubjectKind
from core.db import Session
from handbook.follow_up.closing import close
from handbook.follow_up.models import EarlierItem, FollowUpTask
from handbook.follow_up.rules import ENDED_BY_BIRTH, DropReason, ItemOutcome, TaskKind
from handbook.follow_up.truth import is_emptied, is_of_child_gone, is_silent, is_unwanted
from handbook.models import Pregnancy, PregnancyState
from handbook.models_records import DoseRecord, VisitRecord


def sweep(session: Session, *, now: datetime) -> None:
    """End every live task that a loss, a birth, a death or a record has made untrue."""
    _settle_recorded(session, now=now)
    for which, reason in (
        (is_silent(), DropReason.LOSS),
        (_from_before_birth(), DropReason.BORN),
        (is_of_child_gone(), DropReason.CHILD_GONE),
        (is_unwanted(), DropReason.CONSENT_WITHDRAWN),
        (_recorded(), None),
        (_worked_off(), None),
        (is_emptied(), DropReason.OVERTAKEN),
    ):
        close(session, which=which, reason=reason, actor=PROGRAM, now=now)


def _from_before_birth() -> sa.ColumnElement[bool]:
    born_since = sa.exists().where(
        Pregnancy.id == FollowUpTask.pregnancy_id,
        Pregnancy.state == PregnancyState.DELIVERED,
        Pregnancy.closed_at > FollowUpTask.opened_at,
    )
    return sa.and_(FollowUpTask.kind.in_(ENDED_BY_BIRTH), born_since)


def _settle_recorded(session: Session, *, now: datetime) -> None:
    """Settle the earlier items of which there is a record by now."""
    visit = sa.exists().where(
        VisitRecord.item_key == EarlierItem.item_key,
        sa.or_(
            VisitRecord.pregnancy_id == EarlierItem.pregnancy_id,
            VisitRecord.child_id == EarlierItem.child_id,
        ),
        VisitRecord.withdrawn_at.is_(None),
    )
    dose = sa.exists().where(
        DoseRecord.child_id == EarlierItem.child_id,
        _dose_key() == EarlierItem.item_key,
        DoseRecord.withdrawn_at.is_(None),
    )
    session.execute(
        sa.update(EarlierItem)
        .where(EarlierItem.outcome.is_(None), sa.or_(visit, dose))
        .values(
            outcome=ItemOutcome.RECORDED, settled_by_kind=SubjectKind(PROGRAM.kind),
            settled_by_id=PROGRAM.id, settled_at=now,
        )
    )  # fmt: skip


def _worked_off() -> sa.ColumnElement[bool]:
    """Return the condition of tasks about earlier items of which each is settled."""
    left = sa.exists().where(
        EarlierItem.task_id == FollowUpTask.id, EarlierItem.outcome.is_(None)
    )  # fmt: skip
    return sa.and_(FollowUpTask.kind == TaskKind.EARLIER_ITEMS, ~left)


def _dose_key() -> sa.Function[str]:
    return sa.func.concat("dose:", DoseRecord.vaccine, ":", DoseRecord.number)


def _recorded() -> sa.ColumnElement[bool]:
    """Return the condition of overdue items of which a record was written since."""
    visit = sa.exists().where(
        VisitRecord.item_key == FollowUpTask.item_key,
        sa.or_(
            VisitRecord.pregnancy_id == FollowUpTask.pregnancy_id,
            VisitRecord.child_id == FollowUpTask.child_id,
        ),
        *_told_since(VisitRecord),
    )
    dose = sa.exists().where(
        DoseRecord.child_id == FollowUpTask.child_id,
        _dose_key() == FollowUpTask.item_key,
        *_told_since(DoseRecord),
    )
    return sa.and_(FollowUpTask.kind == TaskKind.OVERDUE_ITEM, sa.or_(visit, dose))


def _told_since(table: type[VisitRecord] | type[DoseRecord]) -> list[sa.ColumnElement[bool]]:
    told_at = sa.func.greatest(table.reported_at, table.confirmed_at)
    return [table.withdrawn_at.is_(None), told_at >= FollowUpTask.opened_at]
