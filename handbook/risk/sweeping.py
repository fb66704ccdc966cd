"""Ends the tasks whose truth is over: losses first, then births, then what was done."""

from datetime import datetime

import sqlalchemy as sa

from accounts.audit import PROGRAM
from core.db import Session
from handbook.follow_up.closing import close
from handbook.follow_up.models import FollowUpTask
from handbook.follow_up.rules import ENDED_BY_BIRTH, DropReason, TaskKind
from handbook.models import Pregnancy, PregnancyState
from handbook.models_lives import Child, ChildState
from handbook.models_records import DoseRecord, VisitRecord


def sweep(session: Session, *, now: datetime) -> None:
    """End every live task that a loss, a birth, a death or a record has made untrue."""
    for which, reason in (
        (_of_silent_pregnancies(), DropReason.LOSS),
        (_from_before_birth(), DropReason.BORN),
        (_of_children_gone(), DropReason.CHILD_GONE),
        (_recorded(), None),
    ):
        close(session, which=which, reason=reason, actor=PROGRAM, now=now)


def _of_silent_pregnancies() -> sa.ColumnElement[bool]:
    is_silent = sa.or_(Pregnancy.state == PregnancyState.ENDED, Pregnancy.quiet_at.is_not(None))
    silent = sa.exists().where(Pregnancy.id == FollowUpTask.pregnancy_id, is_silent)
    return sa.and_(FollowUpTask.kind != TaskKind.LOSS_AFTERCARE, silent)


def _from_before_birth() -> sa.ColumnElement[bool]:
    born_since = sa.exists().where(
        Pregnancy.id == FollowUpTask.pregnancy_id,
        Pregnancy.state == PregnancyState.DELIVERED,
        Pregnancy.closed_at >= FollowUpTask.opened_at,
    )
    return sa.and_(FollowUpTask.kind.in_(ENDED_BY_BIRTH), born_since)


def _of_children_gone() -> sa.ColumnElement[bool]:
    return sa.exists().where(Child.id == FollowUpTask.child_id, Child.state != ChildState.LIVING)


def _recorded() -> sa.ColumnElement[bool]:
    visit = sa.exists().where(
        VisitRecord.item_key == FollowUpTask.item_key,
        VisitRecord.withdrawn_at.is_(None),
        sa.or_(
            VisitRecord.pregnancy_id == FollowUpTask.pregnancy_id,
            VisitRecord.child_id == FollowUpTask.child_id,
        ),
    )
    dose = sa.exists().where(
        DoseRecord.child_id == FollowUpTask.child_id,
        DoseRecord.withdrawn_at.is_(None),
        FollowUpTask.item_key
        == sa.func.concat("dose:", DoseRecord.vaccine, ":", DoseRecord.number),
    )
    return sa.and_(FollowUpTask.kind == TaskKind.OVERDUE_ITEM, sa.or_(visit, dose))
