"""What can be done in a child's life: who looks after it, where it goes, how it is followed.

The child is handed in: whoever asks got it through a query that says who may see it.
"""

from datetime import date, datetime

import sqlalchemy as sa

from accounts.models import Person, Staff, SubjectKind
from accounts.rules import Act, Actor, check_may
from core.clock import beijing_date
from core.db import Session, claim
from core.ids import new_id
from handbook.actions import Loss, has_child, record_loss
from handbook.care.schedule import load
from handbook.errors import (
    AlreadyGuardian,
    ChildClosed,
    DayOutOfRange,
    LastGuardian,
    NoSuchItem,
    TooManyGuardians,
)
from handbook.follow_up.closing import close_after_loss, close_of_child, open_aftercare
from handbook.models import Aspect, LossKind, Pregnancy, PregnancyState
from handbook.models_lives import (
    Child,
    ChildState,
    EndReason,
    Exposure,
    Finding,
    Guardian,
    GuardianKind,
)
from handbook.plan_days import set_next_visit
from handbook.queries_children import check_child_consent
from handbook.ranges import RANGES
from handbook.rules import may_become
from handbook.trail import Change, write_down, write_down_child

MOST_CAREGIVERS = RANGES.most_caregivers.value
NEONATAL_DAYS = RANGES.neonatal_days.value


def add_guardian(
    session: Session,
    *,
    child: Child,
    person: Person,
    kind: GuardianKind,
    actor: Actor,
    now: datetime,
) -> Guardian:
    """Let somebody else look after a child, with a WeChat of their own.

    Raises:
        ChildClosed: the child moved away or died.
        ChildConsentNeeded: nobody who looks after the child agrees to its record.
        AlreadyGuardian: this person does so already.
        TooManyGuardians: there are enough beside the mother.
    """
    check_open(session, child)
    others = _live_guardians(session, child)
    if any(each.person_id == person.id for each in others):
        raise AlreadyGuardian
    caregivers = [each for each in others if each.kind is not GuardianKind.MOTHER]
    if kind is not GuardianKind.MOTHER and len(caregivers) >= MOST_CAREGIVERS:
        raise TooManyGuardians(most=MOST_CAREGIVERS)
    guardian = Guardian(
        id=new_id("grd", now=now), person_id=person.id, child_id=child.id, kind=kind, since_at=now
    )
    session.add(guardian)
    change = Change("add_guardian", Aspect.GUARDIAN, None, guardian.id)
    _write(session, child, change, actor=actor, now=now)
    return guardian


def end_guardianship(
    session: Session,
    *,
    child: Child,
    person_id: str,
    reason: EndReason,
    actor: Actor,
    now: datetime,
) -> None:
    """End somebody's looking after a child, for a reason; from this moment they see nothing of it.

    Nothing happens if they do not look after it.

    Raises:
        LastGuardian: nobody else would be left.
    """
    guardians = _live_guardians(session, child)
    ended = [each for each in guardians if each.person_id == person_id]
    if not ended:
        return
    if len(guardians) == len(ended) and child.state is ChildState.LIVING:
        raise LastGuardian
    (guardian,) = ended
    guardian.until_at, guardian.end_reason = now, reason
    change = Change("end_guardianship", Aspect.GUARDIAN, guardian.id, reason)
    _write(session, child, change, actor=actor, now=now)


def move_away(session: Session, *, child: Child, day: date, actor: Actor, now: datetime) -> Child:
    """Write down that a child is looked after elsewhere now: nothing of it is sent any more.

    Raises:
        ChildClosed: it moved away or died already.
        DayOutOfRange: before birth, or to come.
    """
    return _become(session, child, ChildState.MOVED_AWAY, day=day, note="", actor=actor, now=now)


def come_back(session: Session, *, child: Child, day: date, actor: Actor, now: datetime) -> Child:
    """Write down that a child that had moved away is here again.

    Raises:
        ChildClosed: it had not moved away.
        DayOutOfRange: before birth, or to come.
    """
    return _become(session, child, ChildState.LIVING, day=day, note="", actor=actor, now=now)


def record_death(
    session: Session, *, child: Child, day: date, note: str, actor: Actor, now: datetime
) -> Child:
    """Write down a child's death; from this moment nothing of it is sent.

    1. Close the child's record with its event and audit row; drop what staff were to do for it.
    2. If no child of its pregnancy is left, close that too: lost if it died as a newborn, else
       quiet. If one is left and this one died as a newborn, note the loss with the pregnancy.
    3. Put the aftercare of the mother on the worklist, also while a sibling's care goes on.

    Raises:
        ChildClosed: it is written down already.
        DayOutOfRange: before birth, or to come.
    """
    died = _become(session, child, ChildState.DIED, day=day, note=note, actor=actor, now=now)
    died.plan_from_day = died.plan_to_day = None
    pregnancy = died.pregnancy_id and session.get_one(
        Pregnancy, died.pregnancy_id, with_for_update=True, populate_existing=True
    )
    if pregnancy and pregnancy.state is PregnancyState.DELIVERED:
        _tell_pregnancy(session, died, pregnancy, actor=actor, now=now)
    return died


def choose_plan(
    session: Session, *, child: Child, plan: str | None, actor: Actor, now: datetime
) -> Child:
    """Write down the follow-up plan that clinicians chose for a child, or that it needs none.

    Raises:
        ChildClosed: the child moved away or died.
        ChildConsentNeeded: nobody who looks after the child agrees to its record.
        NoSuchItem: the child's edition has no such plan.
    """
    check_open(session, child)
    if plan is not None and plan not in {each.key for each in load(child.schedule).plans}:
        raise NoSuchItem
    before, child.plan, child.known_at = child.plan, plan, now
    set_next_visit(session, child)
    change = Change("choose_plan", Aspect.PLAN, before, plan or "none")
    _write(session, child, change, actor=actor, now=now)
    return child


def record_exposure(
    session: Session, *, child: Child, finding: Finding, staff: Staff, now: datetime
) -> Exposure:
    """Write down, sealed and apart, what is known of the mother's HBsAg at birth.

    Raises:
        Forbidden: this member of staff may not read infections.
        ChildClosed: the child moved away or died.
        ChildConsentNeeded: nobody who looks after the child agrees to its record.
    """
    check_may(staff.roles, Act.READ_INFECTIOUS)
    check_open(session, child)
    exposure = Exposure(
        id=new_id("exp", now=now), child_id=child.id, hbsag=finding.value,
        made_by_kind=SubjectKind.STAFF, made_by_id=staff.id, made_at=now,
    )  # fmt: skip
    session.add(exposure)
    # The event says that something was written, never what.
    change = Change("record_exposure", Aspect.EXPOSURE, None, "recorded")
    _write(session, child, change, actor=Actor(SubjectKind.STAFF, staff.id), now=now)
    return exposure


def check_open(session: Session, child: Child) -> None:
    """Pass if something may be written of a child now.

    Raises:
        ChildClosed: the child moved away or died.
        ChildConsentNeeded: nobody who looks after the child agrees to its record.
    """
    if child.state is not ChildState.LIVING:
        raise ChildClosed
    check_child_consent(session, child_id=child.id)


def _live_guardians(session: Session, child: Child) -> list[Guardian]:
    """Return who looks after a child now; others who want to change that wait."""
    session.get_one(Child, child.id, with_for_update=True, populate_existing=True)
    live = sa.select(Guardian).where(Guardian.child_id == child.id, Guardian.until_at.is_(None))
    return list(session.scalars(live))


def _become(
    session: Session,
    child: Child,
    state: ChildState,
    *,
    day: date,
    note: str,
    actor: Actor,
    now: datetime,
) -> Child:
    old_state = child.state
    if not may_become(state=old_state, new_state=state):
        raise ChildClosed
    if not child.birth_day <= day <= beijing_date(now):
        raise DayOutOfRange
    is_open = state is ChildState.LIVING
    has_become = claim(
        session,
        sa.update(Child)
        .where(Child.id == child.id, Child.state == old_state)
        .values(
            state=state,
            state_day=None if is_open else day,
            closed_at=None if is_open else now,
            # What lapsed while the child was away is told in one task.
            known_at=now if is_open else child.known_at,
        ),
    )
    if not has_become:
        raise ChildClosed
    session.refresh(child)
    change = Change(f"child_{state}", Aspect.STATE, old_state, state, note)
    write_down_child(session, child, change=change, day=day, actor=actor, now=now)
    if not is_open:
        close_of_child(session, child=child, actor=actor, now=now)
    return child


def _tell_pregnancy(
    session: Session, child: Child, pregnancy: Pregnancy, *, actor: Actor, now: datetime
) -> None:
    day = child.state_day or beijing_date(now)
    was_newborn = (day - child.birth_day).days < NEONATAL_DAYS
    is_last = not has_child(session, pregnancy)
    if was_newborn and is_last:
        record_loss(
            session, hospital_id=pregnancy.hospital_id, pregnancy_id=pregnancy.id,
            loss=Loss(LossKind.NEONATAL_DEATH, day, ""), actor=actor, now=now,
        )  # fmt: skip
    elif is_last:
        pregnancy.quiet_at = now
        change = Change("quiet_pregnancy", Aspect.QUIET, None, now.isoformat())
        write_down(session, pregnancy, change=change, actor=actor, now=now)
        close_after_loss(session, pregnancy=pregnancy, actor=actor, now=now)
    else:
        _tell_of_sibling(session, child, pregnancy, was_newborn=was_newborn, actor=actor, now=now)


def _tell_of_sibling(
    session: Session,
    child: Child,
    pregnancy: Pregnancy,
    *,
    was_newborn: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Note a death beside a living sibling, whose care goes on; somebody asks after the mother."""
    if was_newborn:
        before, pregnancy.loss = pregnancy.loss, LossKind.NEONATAL_DEATH
        pregnancy.loss_day = child.state_day
        change = Change("record_loss", Aspect.LOSS, before, LossKind.NEONATAL_DEATH)
        write_down(session, pregnancy, change=change, actor=actor, now=now)
    open_aftercare(session, pregnancy=pregnancy, occasion=child.id, actor=actor, now=now)


def _write(session: Session, child: Child, change: Change, *, actor: Actor, now: datetime) -> None:
    day = beijing_date(now)
    write_down_child(session, child, change=change, day=day, actor=actor, now=now)
