"""What can be done with a planning: begun, ended by a pregnancy, or closed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from accounts.audit import record
from accounts.models import Family, Person, Purpose, SubjectKind
from accounts.queries import check_consent
from accounts.rules import Actor
from core.db import Session
from core.ids import new_id
from handbook.care.schedule import CURRENT
from handbook.errors import AlreadyOpen
from handbook.models import Pregnancy, PregnancyState
from handbook.planning.errors import AlreadyPlanning, NotPlanning
from handbook.planning.models import Planning, PlanningEvent, PlanningState


def open_planning(session: Session, *, person: Person, actor: Actor, now: datetime) -> Planning:
    """Begin a handbook for who wants to become pregnant.

    Raises:
        ConsentNeeded: she has not agreed to keep a handbook.
        AlreadyOpen: she is pregnant.
        AlreadyPlanning: she has one already; of two racing callers one opens it.
    """
    check_consent(session, person_id=person.id, purpose=Purpose.HANDBOOK)
    is_pregnant = sa.exists().where(
        Pregnancy.person_id == person.id, Pregnancy.state == PregnancyState.ONGOING
    )
    if session.scalar(sa.select(is_pregnant)):
        raise AlreadyOpen
    family = session.get_one(Family, person.family_id)
    planning: Planning | None = session.scalar(
        postgresql.insert(Planning)
        .values(
            id=new_id("pln", now=now), family_id=family.id, person_id=person.id,
            hospital_id=family.hospital_id, state=PlanningState.PLANNING, schedule=CURRENT,
            opened_at=now,
        )
        .on_conflict_do_nothing()
        .returning(Planning)
    )  # fmt: skip
    if planning is None:
        raise AlreadyPlanning
    _write_down(session, planning, before=None, actor=actor, now=now)
    return planning


def close_planning(session: Session, *, person: Person, actor: Actor, now: datetime) -> Planning:
    """End her planning without a pregnancy; nobody asks why.

    Raises:
        NotPlanning: she has none, or it has ended.
    """
    planning = _held(session, person.id)
    if planning is None:
        raise NotPlanning
    return _end(session, planning, PlanningState.CLOSED, actor=actor, now=now)


def become_pregnant(session: Session, *, pregnancy: Pregnancy, actor: Actor, now: datetime) -> None:
    """Let her planning, if she has one, go on as this pregnancy, which a dating has opened."""
    planning = _held(session, pregnancy.person_id)
    if planning is not None:
        planning.pregnancy_id = pregnancy.id
        _end(session, planning, PlanningState.PREGNANT, actor=actor, now=now)


def _held(session: Session, person_id: str) -> Planning | None:
    """Return her planning, locked, or None."""
    live = (Planning.person_id == person_id, Planning.state == PlanningState.PLANNING)
    return session.scalar(
        sa.select(Planning).where(*live).with_for_update(),
        execution_options={"populate_existing": True},
    )


def _end(
    session: Session, planning: Planning, state: PlanningState, *, actor: Actor, now: datetime
) -> Planning:
    before, planning.state, planning.closed_at = planning.state, state, now
    session.flush()
    _write_down(session, planning, before=before, actor=actor, now=now)
    return planning


def _write_down(
    session: Session,
    planning: Planning,
    *,
    before: PlanningState | None,
    actor: Actor,
    now: datetime,
) -> None:
    session.add(
        PlanningEvent(
            id=new_id("ple", now=now), planning_id=planning.id, before=before,
            after=planning.state, made_by_kind=SubjectKind(actor.kind), made_by_id=actor.id,
            made_at=now,
        )
    )  # fmt: skip
    record(
        session, actor=actor, act=f"planning_{planning.state}", subject_kind="planning",
        subject_id=planning.id, hospital_id=planning.hospital_id, now=now,
    )  # fmt: skip
