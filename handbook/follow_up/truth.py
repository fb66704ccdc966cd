"""Whose tasks are no longer true: asked when the worklist is read, and when it is swept."""

import sqlalchemy as sa

from accounts.models import Consent, Purpose
from handbook.follow_up.models import EarlierItem, FollowUpTask
from handbook.follow_up.rules import WITHOUT_CONSENT, TaskKind
from handbook.models import Pregnancy, PregnancyState
from handbook.models_lives import Child, ChildState, Guardian


def is_silent() -> sa.ColumnElement[bool]:
    """Return the condition of tasks of a pregnancy that was lost or fell silent, but aftercare."""
    fell_silent = sa.or_(Pregnancy.state == PregnancyState.ENDED, Pregnancy.quiet_at.is_not(None))
    pregnancy = sa.exists().where(Pregnancy.id == FollowUpTask.pregnancy_id, fell_silent)
    return sa.and_(FollowUpTask.kind != TaskKind.LOSS_AFTERCARE, pregnancy)


def is_of_child_gone() -> sa.ColumnElement[bool]:
    """Return the condition of tasks of a child that died or moved away."""
    return sa.exists().where(Child.id == FollowUpTask.child_id, Child.state != ChildState.LIVING)


def is_unwanted() -> sa.ColumnElement[bool]:
    """Return the condition of tasks that nobody agrees to any more."""
    handbook = sa.exists().where(
        Pregnancy.id == FollowUpTask.pregnancy_id,
        Consent.person_id == Pregnancy.person_id,
        *_stands(Purpose.HANDBOOK),
    )
    child_record = sa.exists().where(
        Guardian.child_id == FollowUpTask.child_id,
        Guardian.until_at.is_(None),
        Consent.person_id == Guardian.person_id,
        *_stands(Purpose.CHILD_RECORD),
    )
    return sa.and_(
        FollowUpTask.kind.not_in(WITHOUT_CONSENT),
        sa.or_(
            sa.and_(FollowUpTask.pregnancy_id.is_not(None), ~handbook),
            sa.and_(FollowUpTask.child_id.is_not(None), ~child_record),
        ),
    )


def is_asked() -> sa.ColumnElement[bool]:
    """Return the condition of earlier items that still are to be asked about.

    Not so after a loss or a birth that came since, where a child is gone, or without consent.
    """
    pregnancy = sa.exists().where(
        Pregnancy.id == EarlierItem.pregnancy_id,
        Pregnancy.state != PregnancyState.ENDED,
        Pregnancy.quiet_at.is_(None),
        sa.or_(
            Pregnancy.closed_at.is_(None),
            Pregnancy.closed_at <= EarlierItem.told_at,
        ),
        sa.exists().where(Consent.person_id == Pregnancy.person_id, *_stands(Purpose.HANDBOOK)),
    )
    child = sa.exists().where(
        Child.id == EarlierItem.child_id,
        Child.state == ChildState.LIVING,
        sa.exists().where(
            Guardian.child_id == Child.id,
            Guardian.until_at.is_(None),
            Consent.person_id == Guardian.person_id,
            *_stands(Purpose.CHILD_RECORD),
        ),
    )
    return sa.and_(EarlierItem.outcome.is_(None), sa.or_(pregnancy, child))


def is_emptied(*which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Return the condition of tasks about earlier items of which none is to be asked about."""
    asked = sa.exists().where(EarlierItem.task_id == FollowUpTask.id, is_asked())
    return sa.and_(FollowUpTask.kind == TaskKind.EARLIER_ITEMS, *which, ~asked)


def _stands(purpose: Purpose) -> tuple[sa.ColumnElement[bool], ...]:
    return (Consent.purpose == purpose, Consent.withdrawn_at.is_(None))
