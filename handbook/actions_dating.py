"""What can be done about dating: another one is proposed, staff answer; and how many come."""

from datetime import datetime

import sqlalchemy as sa

from accounts.audit import record
from accounts.models import Purpose, Staff, SubjectKind
from accounts.queries import check_consent
from accounts.rules import Act, Actor, check_may
from core.db import Session
from core.errors import Forbidden, NotFound
from core.ids import new_id
from handbook.actions import dating_of
from handbook.dating import REDATING_RULES, redating
from handbook.errors import AlreadyClosed, DatingAnswered, FetusesOutOfRange
from handbook.models import (
    Aspect,
    Dating,
    DatingSource,
    DatingState,
    Pregnancy,
    PregnancyState,
    RedatingChoice,
)
from handbook.queries import pregnancy_in, redating_rule_of
from handbook.ranges import RANGES
from handbook.rules import may_answer
from handbook.timeline import Reading
from handbook.trail import Change, write_down

MOST_FETUSES = RANGES.most_fetuses.value


def set_fetuses(
    session: Session,
    *,
    hospital_id: str,
    pregnancy_id: str,
    count: int,
    actor: Actor,
    now: datetime,
) -> Pregnancy:
    """Write down how many children are expected; more than one makes the schedule clinician-set.

    Raises:
        NotFound: no such pregnancy in this hospital.
        AlreadyClosed: it is over.
        ConsentNeeded: she has not agreed to keep a handbook.
        FetusesOutOfRange: no such number.
    """
    pregnancy = pregnancy_in(session, pregnancy_id=pregnancy_id, hospital_id=hospital_id)
    _check_ongoing(session, pregnancy)
    if not 1 <= count <= MOST_FETUSES:
        raise FetusesOutOfRange(most=MOST_FETUSES)
    before, pregnancy.fetuses = pregnancy.fetuses, count
    pregnancy.known_at = now
    change = Change("set_fetuses", Aspect.FETUSES, str(before), str(count))
    write_down(session, pregnancy, change=change, actor=actor, now=now)
    return pregnancy


def propose_dating(
    session: Session,
    *,
    pregnancy: Pregnancy,
    reading: Reading,
    actor: Actor,
    now: datetime,
) -> Dating:
    """Write down another dating; whether staff are asked is told by its state.

    A scan is `proposed` when the hospital's rule says that it differs enough; any other source when
    its day differs at all. Otherwise it is `noted`. The accepted dating stands until staff answer.

    Raises:
        AlreadyClosed: the pregnancy is over.
        ConsentNeeded: she has not agreed to keep a handbook.
    """
    _check_ongoing(session, pregnancy)
    rule = redating_rule_of(session, hospital_id=pregnancy.hospital_id)
    state = DatingState.PROPOSED if _is_asked(pregnancy, reading, rule) else DatingState.NOTED
    dating = dating_of(pregnancy, reading, state=state, actor=actor, now=now)
    session.add(dating)
    session.flush()
    change = Change("propose_dating", Aspect.DATING, None, f"{dating.id} {state}")
    write_down(session, pregnancy, change=change, actor=actor, now=now)
    return dating


def choose_redating(session: Session, *, staff: Staff, rule: str, now: datetime) -> RedatingChoice:
    """Choose by which rule this hospital's staff are asked whether a scan re-dates a pregnancy.

    Earlier choices are kept; what was asked or noted by them stays as it is.

    Raises:
        Forbidden: she may not set the hospital's rules of care.
        NotFound: there is no such rule.
    """
    check_may(staff.roles, Act.SET_CARE_RULES)
    if rule not in REDATING_RULES:
        raise NotFound
    choice = RedatingChoice(
        id=new_id("rdc", now=now), hospital_id=staff.hospital_id, rule=rule, made_by=staff.id,
        made_at=now,
    )  # fmt: skip
    session.add(choice)
    record(
        session, actor=Actor(SubjectKind.STAFF, staff.id), act=f"choose_redating:{rule}",
        subject_kind="hospital", subject_id=staff.hospital_id, hospital_id=staff.hospital_id,
        now=now,
    )  # fmt: skip
    session.flush()
    return choice


def accept_dating(
    session: Session, *, hospital_id: str, dating_id: str, actor: Actor, now: datetime
) -> Pregnancy:
    """Make a dating the one in force; the one before it is kept as replaced.

    1. Hold the pregnancy, so that of two who answer at once one does.
    2. Mark the old dating as replaced and the new one as accepted.
    3. Move the pregnancy's days, and write the event and the audit row.

    Raises:
        NotFound: no such dating in this hospital.
        Forbidden: only staff answer.
        AlreadyClosed: the pregnancy is over.
        ConsentNeeded: she has not agreed to keep a handbook.
        DatingAnswered: somebody has answered already.
    """
    dating, pregnancy = _to_answer(session, hospital_id, dating_id, actor=actor)
    in_force = sa.select(Dating).where(
        Dating.pregnancy_id == pregnancy.id, Dating.state == DatingState.ACCEPTED
    )
    old = session.scalars(in_force).one()
    old.state = DatingState.REPLACED
    session.flush()
    dating.state = DatingState.ACCEPTED
    dating.accepted_at = dating.answered_at = now
    dating.answered_by_id = actor.id
    pregnancy.last_period_day, pregnancy.due_day = dating.last_period_day, dating.due_day
    pregnancy.dating_source, pregnancy.known_at = dating.source, now
    session.flush()
    change = Change("accept_dating", Aspect.DATING, old.id, dating.id)
    write_down(session, pregnancy, change=change, actor=actor, now=now)
    return pregnancy


def decline_dating(
    session: Session, *, hospital_id: str, dating_id: str, actor: Actor, now: datetime
) -> Dating:
    """Keep the dating in force and write down that another one was declined.

    Raises:
        NotFound: no such dating in this hospital.
        Forbidden: only staff answer.
        AlreadyClosed: the pregnancy is over.
        ConsentNeeded: she has not agreed to keep a handbook.
        DatingAnswered: somebody has answered already.
    """
    dating, pregnancy = _to_answer(session, hospital_id, dating_id, actor=actor)
    before, dating.state = dating.state, DatingState.DECLINED
    dating.answered_at, dating.answered_by_id = now, actor.id
    change = Change("decline_dating", Aspect.DATING, before, f"{dating.id} {dating.state}")
    write_down(session, pregnancy, change=change, actor=actor, now=now)
    return dating


def _check_ongoing(session: Session, pregnancy: Pregnancy) -> None:
    if pregnancy.state is not PregnancyState.ONGOING:
        raise AlreadyClosed
    check_consent(session, person_id=pregnancy.person_id, purpose=Purpose.HANDBOOK)


def _is_asked(pregnancy: Pregnancy, reading: Reading, rule: str) -> bool:
    if reading.source != DatingSource.ULTRASOUND:
        return reading.last_period_day != pregnancy.last_period_day
    proposal = redating(
        last_period_day=pregnancy.last_period_day, source=pregnancy.dating_source,
        scanned=reading, rule=rule,
    )  # fmt: skip
    return proposal is not None


def _to_answer(
    session: Session, hospital_id: str, dating_id: str, *, actor: Actor
) -> tuple[Dating, Pregnancy]:
    if actor.kind != SubjectKind.STAFF:
        raise Forbidden
    dating = session.get(Dating, dating_id)
    if dating is None:
        raise NotFound
    pregnancy_in(session, pregnancy_id=dating.pregnancy_id, hospital_id=hospital_id)
    pregnancy = session.get_one(
        Pregnancy, dating.pregnancy_id, with_for_update=True, populate_existing=True
    )
    session.refresh(dating)
    _check_ongoing(session, pregnancy)
    if not may_answer(state=dating.state):
        raise DatingAnswered
    return dating, pregnancy
