"""What can be done at a birth: the pregnancy closes as delivered, each child's record opens."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from accounts.models import Consent, Family, Person, Purpose
from accounts.queries import check_consent
from accounts.rules import Actor
from core.clock import beijing_date
from core.db import Session, claim
from core.ids import new_id
from handbook.births import Delivery, Newborn, check_birth, check_delivery, check_newborn
from handbook.care.schedule import CURRENT_CHILD
from handbook.errors import (
    AlreadyClosed,
    ChildConsentNeeded,
    ChildKnown,
    DayOutOfRange,
    NotDelivered,
)
from handbook.follow_up.closing import open_aftercare
from handbook.models import Aspect, LossKind, Pregnancy, PregnancyState
from handbook.models_lives import Child, ChildState, Guardian, GuardianKind
from handbook.plan_days import set_next_visit
from handbook.queries import pregnancy_in
from handbook.trail import Change, write_down, write_down_child


@dataclass(frozen=True)
class _Origin:
    """Where a child's record comes from."""

    family: Family
    guardian_id: str
    kind: GuardianKind
    pregnancy: Pregnancy | None
    gestation_at_birth_days: int | None
    discharge_day: date | None


def record_delivery(
    session: Session,
    *,
    hospital_id: str,
    pregnancy_id: str,
    delivery: Delivery,
    actor: Actor,
    now: datetime,
) -> Pregnancy:
    """Close a pregnancy as delivered, opening no child's record.

    When one of several was born dead, somebody asks after the mother.

    Raises:
        NotFound: no such pregnancy in this hospital.
        ConsentNeeded: she has not agreed to keep a handbook.
        BirthDayOutOfRange: the day does not fit the pregnancy.
        DayOutOfRange: the discharge lies before the delivery or is to come.
        AlreadyClosed: it is over already.
    """
    pregnancy = pregnancy_in(session, pregnancy_id=pregnancy_id, hospital_id=hospital_id)
    check_consent(session, person_id=pregnancy.person_id, purpose=Purpose.HANDBOOK)
    check_delivery(delivery, last_period_day=pregnancy.last_period_day, today=beijing_date(now))
    is_closed = claim(
        session,
        sa.update(Pregnancy)
        .where(Pregnancy.id == pregnancy_id, Pregnancy.state == PregnancyState.ONGOING)
        .values(
            state=PregnancyState.DELIVERED,
            delivery_day=delivery.day,
            discharge_day=delivery.discharge_day,
            loss=LossKind.STILLBIRTH if delivery.is_one_stillborn else None,
            loss_day=delivery.day if delivery.is_one_stillborn else None,
            closed_at=now,
            known_at=now,
        ),
    )
    if not is_closed:
        raise AlreadyClosed
    session.refresh(pregnancy)
    change = Change(
        "record_delivery", Aspect.STATE, PregnancyState.ONGOING, pregnancy.state, delivery.note
    )
    write_down(session, pregnancy, change=change, actor=actor, now=now)
    if delivery.is_one_stillborn:
        open_aftercare(session, pregnancy=pregnancy, occasion="stillborn", actor=actor, now=now)
    return pregnancy


def record_birth(
    session: Session,
    *,
    hospital_id: str,
    pregnancy_id: str,
    delivery: Delivery,
    newborns: tuple[Newborn, ...],
    actor: Actor,
    now: datetime,
) -> list[Child]:
    """Close a pregnancy as delivered and open the record of each living child.

    1. Check that the mother has agreed to children's records.
    2. Check each child against the pregnancy, then close it (`record_delivery`).
    3. Write each child with its mother as guardian, its event and its audit row.

    Raises:
        ChildConsentNeeded: she has not agreed; the delivery alone can be recorded.
        BirthMomentElsewhere: a moment of birth lies on another day.
        MeasurementOutOfRange: nobody weighs this at birth.
        ChildKnown: two children have the same rank.
        And whatever `record_delivery` raises.
    """
    pregnancy = pregnancy_in(session, pregnancy_id=pregnancy_id, hospital_id=hospital_id)
    _check_agreed(session, pregnancy.person_id)
    for newborn in newborns:
        check_birth(newborn, last_period_day=pregnancy.last_period_day, today=beijing_date(now))
    pregnancy = record_delivery(
        session, hospital_id=hospital_id, pregnancy_id=pregnancy_id, delivery=delivery,
        actor=actor, now=now,
    )  # fmt: skip
    family = session.get_one(Family, pregnancy.family_id)
    found = []
    for newborn in newborns:
        days = (newborn.birth_day - pregnancy.last_period_day).days
        origin = _Origin(
            family, pregnancy.person_id, GuardianKind.MOTHER, pregnancy, days,
            delivery.discharge_day,
        )  # fmt: skip
        found.append(_open(session, newborn, origin=origin, actor=actor, now=now))
    return found


def add_child(
    session: Session,
    *,
    guardian: Person,
    kind: GuardianKind,
    newborn: Newborn,
    gestation_at_birth_days: int | None,
    actor: Actor,
    now: datetime,
) -> Child:
    """Open the record of a child whose family comes later.

    Raises:
        ChildConsentNeeded: the guardian has not agreed.
        ChildAgeOutOfRange: not born yet, or grown up.
        BirthDayOutOfRange: nobody is born at this gestation.
        BirthMomentElsewhere: the moment of birth lies on another day.
        MeasurementOutOfRange: nobody weighs this at birth.
        ChildKnown: the family has this child already.
    """
    _check_agreed(session, guardian.id)
    check_newborn(newborn, gestation_at_birth_days=gestation_at_birth_days, today=beijing_date(now))
    family = session.get_one(Family, guardian.family_id)
    origin = _Origin(family, guardian.id, kind, None, gestation_at_birth_days, None)
    return _open(session, newborn, origin=origin, actor=actor, now=now)


def record_discharge(
    session: Session,
    *,
    hospital_id: str,
    pregnancy_id: str,
    day: date,
    actor: Actor,
    now: datetime,
) -> Pregnancy:
    """Write down when mother and children went home: home visits are counted from it.

    Raises:
        NotFound: no such pregnancy in this hospital.
        ConsentNeeded: she has not agreed to keep a handbook.
        NotDelivered: the birth is not recorded.
        DayOutOfRange: before the delivery, or to come.
    """
    pregnancy = pregnancy_in(session, pregnancy_id=pregnancy_id, hospital_id=hospital_id)
    check_consent(session, person_id=pregnancy.person_id, purpose=Purpose.HANDBOOK)
    if pregnancy.state is not PregnancyState.DELIVERED or pregnancy.delivery_day is None:
        raise NotDelivered
    if not pregnancy.delivery_day <= day <= beijing_date(now):
        raise DayOutOfRange
    before = pregnancy.discharge_day
    # Home visits begin on that day: whoever plans must look at it again.
    pregnancy.discharge_day, pregnancy.known_at = day, now
    said_before = None if before is None else before.isoformat()
    change = Change("record_discharge", Aspect.DISCHARGE, said_before, day.isoformat())
    write_down(session, pregnancy, change=change, actor=actor, now=now)
    for child in session.scalars(sa.select(Child).where(Child.pregnancy_id == pregnancy_id)):
        child.discharge_day, child.known_at = day, now
        set_next_visit(session, child)
        write_down_child(session, child, change=change, day=day, actor=actor, now=now)
    return pregnancy


def _check_agreed(session: Session, person_id: str) -> None:
    agreed = sa.exists().where(
        Consent.person_id == person_id,
        Consent.purpose == Purpose.CHILD_RECORD,
        Consent.withdrawn_at.is_(None),
    )
    if not session.scalar(sa.select(agreed)):
        raise ChildConsentNeeded


def _open(
    session: Session, newborn: Newborn, *, origin: _Origin, actor: Actor, now: datetime
) -> Child:
    child: Child | None = session.scalar(
        postgresql.insert(Child)
        .values(
            id=new_id("chd", now=now),
            family_id=origin.family.id,
            hospital_id=origin.family.hospital_id,
            pregnancy_id=origin.pregnancy and origin.pregnancy.id,
            schedule=CURRENT_CHILD,
            name=newborn.name,
            birth_day=newborn.birth_day,
            birth_at=newborn.birth_at,
            birth_rank=newborn.rank,
            sex=newborn.sex,
            gestation_at_birth_days=origin.gestation_at_birth_days,
            weight_g=newborn.weight_g,
            discharge_day=origin.discharge_day,
            state=ChildState.LIVING,
            opened_at=now,
            known_at=now,
        )
        .on_conflict_do_nothing()
        .returning(Child)
    )
    if child is None:
        raise ChildKnown
    session.add(
        Guardian(
            id=new_id("grd", now=now), person_id=origin.guardian_id, child_id=child.id,
            kind=origin.kind, since_at=now,
        )
    )  # fmt: skip
    change = Change("open_child_record", Aspect.STATE, None, child.state)
    write_down_child(session, child, change=change, day=child.birth_day, actor=actor, now=now)
    return child
