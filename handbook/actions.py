"""What can be done in this room: a pregnancy is opened, and closed when it is lost."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from accounts.audit import record
from accounts.models import Family, Person, Purpose, SubjectKind
from accounts.queries import check_consent
from accounts.rules import Actor
from core.clock import beijing_date
from core.db import Session, claim
from core.ids import new_id
from handbook.errors import AlreadyClosed, AlreadyOpen, LossDayOutOfRange
from handbook.models import (
    Dating,
    DatingSource,
    LossKind,
    Pregnancy,
    PregnancyEvent,
    PregnancyState,
)
from handbook.queries import pregnancy_in
from handbook.rules import may_be_lost
from handbook.schedule import CURRENT
from handbook.timeline import Reading


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
    3. Write the dating, the event and the audit row.

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
        )
        .on_conflict_do_nothing()
        .returning(Pregnancy)
    )
    if pregnancy is None:
        raise AlreadyOpen
    session.add(_dating(pregnancy, reading, actor=actor, now=now))
    _write_down(session, pregnancy, act="open_pregnancy", note=None, actor=actor, now=now)
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
    3. Write the event and the audit row.

    Raises:
        NotFound: no such pregnancy in this hospital.
        LossDayOutOfRange: the day is in the future or before the pregnancy.
        AlreadyClosed: it is over already.
    """
    pregnancy = pregnancy_in(session, pregnancy_id=pregnancy_id, hospital_id=hospital_id)
    old_state = pregnancy.state
    if not may_be_lost(state=old_state, loss=loss.kind):
        raise AlreadyClosed
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
    _write_down(
        session,
        pregnancy,
        act="record_loss",
        old_state=old_state,
        note=loss.note,
        actor=actor,
        now=now,
    )
    return pregnancy


def _dating(pregnancy: Pregnancy, reading: Reading, *, actor: Actor, now: datetime) -> Dating:
    return Dating(
        id=new_id("dat", now=now),
        pregnancy_id=pregnancy.id,
        source=DatingSource(reading.source),
        given_day=reading.given_day,
        last_period_day=reading.last_period_day,
        due_day=reading.due_day,
        made_by_kind=SubjectKind(actor.kind),
        made_by_id=actor.id,
        made_at=now,
        accepted_at=now,
    )


def _write_down(
    session: Session,
    pregnancy: Pregnancy,
    *,
    act: str,
    old_state: PregnancyState | None = None,
    note: str | None,
    actor: Actor,
    now: datetime,
) -> None:
    session.add(
        PregnancyEvent(
            id=new_id("pev", now=now),
            pregnancy_id=pregnancy.id,
            old_state=old_state,
            new_state=pregnancy.state,
            note=note,
            made_by_kind=SubjectKind(actor.kind),
            made_by_id=actor.id,
            made_at=now,
        )
    )
    record(
        session,
        actor=actor,
        act=act,
        subject_kind="pregnancy",
        subject_id=pregnancy.id,
        hospital_id=pregnancy.hospital_id,
        now=now,
    )
