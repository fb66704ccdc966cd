"""What can be done in this room: a pregnancy is opened, and closed when it is lost."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from accounts.models import Family, Person, Purpose, SubjectKind
from accounts.queries import check_consent
from accounts.rules import Actor
from core.clock import beijing_date
from core.db import Session, claim
from core.ids import new_id
from handbook.care.schedule import CURRENT
from handbook.errors import AlreadyClosed, AlreadyOpen, ChildIsLiving, LossDayOutOfRange
from handbook.follow_up.closing import close_after_loss
from handbook.models import (
    Aspect,
    Dating,
    DatingSource,
    DatingState,
    LossKind,
    Pregnancy,
    PregnancyState,
)
from handbook.models_lives import Child, ChildState
from handbook.planning.actions import become_pregnant
from handbook.queries import pregnancy_in
from handbook.rules import may_be_lost
from handbook.timeline import Reading
from handbook.trail import Change, write_down


@dataclass(frozen=True)
class Loss:
    """What is recorded of a loss; `note` may be empty and is for staff only."""

    kind: LossKind
    day: date
    note: str


def open_pregnancy(
    session: Session, *, person: Person, reading: Reading, actor: Actor, now: datetime
) -> Pregnancy:
    """Begin a pregnancy's handbook, with `reading` as its accepted dating.

    1. Check that she has agreed to keep a handbook.
    2. Write the pregnancy; of two racing callers one does, the unique index stops the other.
    3. Write the dating, the event and the audit row; her planning, if there was one, ends in it.

    Raises:
        ConsentNeeded: she has not agreed.
        AlreadyOpen: she has an ongoing pregnancy.
    """
    check_consent(session, person_id=person.id, purpose=Purpose.HANDBOOK)
    family = session.get_one(Family, person.family_id)
    pregnancy: Pregnancy | None = session.scalar(
        postgresql.insert(Pregnancy)
        .values(
            id=new_id("prg", now=now),
            family_id=family.id,
            person_id=person.id,
            hospital_id=family.hospital_id,
            state=PregnancyState.ONGOING,
            schedule=CURRENT,
            last_period_day=reading.last_period_day,
            due_day=reading.due_day,
            dating_source=DatingSource(reading.source),
            opened_at=now,
            known_at=now,
        )
        .on_conflict_do_nothing()
        .returning(Pregnancy)
    )
    if pregnancy is None:
        raise AlreadyOpen
    accepted = dating_of(pregnancy, reading, state=DatingState.ACCEPTED, actor=actor, now=now)
    session.add(accepted)
    change = Change("open_pregnancy", Aspect.STATE, None, pregnancy.state)
    write_down(session, pregnancy, change=change, actor=actor, now=now)
    become_pregnant(session, pregnancy=pregnancy, actor=actor, now=now)
    return pregnancy


def record_loss(
    session: Session,
    *,
    hospital_id: str,
    pregnancy_id: str,
    loss: Loss,
    actor: Actor,
    now: datetime,
) -> Pregnancy:
    """Close a pregnancy that was lost; from this moment nothing about it is sent.

    1. Check the day and the state.
    2. Close it with one conditional UPDATE; of two racing callers one does.
    3. Write the event and the audit row; what staff were to do for it is dropped.

    Raises:
        NotFound: no such pregnancy in this hospital.
        ChildIsLiving: a child of it has a record; the loss is told there (`record_death`).
        LossDayOutOfRange: the day is in the future or before the pregnancy.
        AlreadyClosed: it is over already.
    """
    pregnancy = pregnancy_in(session, pregnancy_id=pregnancy_id, hospital_id=hospital_id)
    old_state = pregnancy.state
    if not may_be_lost(state=old_state, loss=loss.kind):
        raise AlreadyClosed
    if has_child(session, pregnancy):
        raise ChildIsLiving
    if not pregnancy.last_period_day <= loss.day <= beijing_date(now):
        raise LossDayOutOfRange
    is_closed = claim(
        session,
        sa.update(Pregnancy)
        .where(Pregnancy.id == pregnancy_id, Pregnancy.state == old_state)
        .values(state=PregnancyState.ENDED, loss=loss.kind, loss_day=loss.day, closed_at=now),
    )
    if not is_closed:
        raise AlreadyClosed
    session.refresh(pregnancy)
    change = Change("record_loss", Aspect.STATE, old_state, pregnancy.state, loss.note)
    write_down(session, pregnancy, change=change, actor=actor, now=now)
    close_after_loss(session, pregnancy=pregnancy, actor=actor, now=now)
    return pregnancy


def dating_of(
    pregnancy: Pregnancy, reading: Reading, *, state: DatingState, actor: Actor, now: datetime
) -> Dating:
    """Return the row of a dating, to be added by the caller."""
    return Dating(
        id=new_id("dat", now=now),
        pregnancy_id=pregnancy.id,
        source=DatingSource(reading.source),
        given_day=reading.given_day,
        last_period_day=reading.last_period_day,
        due_day=reading.due_day,
        state=state,
        made_by_kind=SubjectKind(actor.kind),
        made_by_id=actor.id,
        made_at=now,
        accepted_at=now if state is DatingState.ACCEPTED else None,
    )


def has_child(session: Session, pregnancy: Pregnancy) -> bool:
    """Say whether a child of this pregnancy has a record and has not died."""
    known = sa.exists().where(Child.pregnancy_id == pregnancy.id, Child.state != ChildState.DIED)
    return bool(session.scalar(sa.select(known)))
