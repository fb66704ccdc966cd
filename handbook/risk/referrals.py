"""Referral (转诊): sent, accepted, seen, answered within its time, or declined or withdrawn."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from accounts.audit import record
from accounts.models import Staff, SubjectKind
from accounts.rules import Act, Actor, check_may
from core.clock import beijing_date
from core.db import Session
from core.errors import NotFound
from core.ids import new_id
from handbook.errors_risk import NoInstitution, NotThisStep
from handbook.follow_up.closing import close
from handbook.follow_up.models import FollowUpTask
from handbook.follow_up.rules import TaskKind
from handbook.follow_up.sightings import Sighting, open_found
from handbook.risk.duties import DUTIES
from handbook.risk.gate import admit
from handbook.risk.models import Referral, ReferralEvent
from handbook.risk.rules import NEXT_REFERRAL, Direction, ReferralStep


@dataclass(frozen=True)
class Wish:
    """Who is referred, up or back, to which institution, and why (for staff only)."""

    pregnancy_id: str
    direction: Direction
    institution: str
    reason: str


def refer(session: Session, *, staff: Staff, wish: Wish, now: datetime) -> Referral:
    """Send a referral; its answer goes on the worklist with its time.

    Raises:
        Forbidden, NotFound, ConsentNeeded, AlreadyClosed: see `gate.admit`.
        NoInstitution: it says not where to.
    """
    pregnancy = admit(session, staff=staff, act=Act.RECORD_LIFE, pregnancy_id=wish.pregnancy_id)
    if not wish.institution.strip():
        raise NoInstitution
    referral = Referral(
        id=new_id("rfl", now=now), pregnancy_id=pregnancy.id, hospital_id=pregnancy.hospital_id,
        direction=wish.direction, institution=wish.institution.strip(), reason=wish.reason,
        step=ReferralStep.SENT, sent_at=now,
        answer_due_at=DUTIES.referral_answer.runs_out_at(day=beijing_date(now), now=now),
    )  # fmt: skip
    session.add(referral)
    session.flush()
    _write_down(session, referral, staff=staff, old_step=None, note="", now=now)
    sighting = Sighting(
        TaskKind.REFERRAL_ANSWER, referral.id, referral.answer_due_at, pregnancy_id=pregnancy.id
    )
    open_found(session, sightings=[sighting], actor=_actor(staff), now=now)
    return referral


def move_referral(
    session: Session,
    *,
    staff: Staff,
    referral_id: str,
    step: ReferralStep,
    note: str,
    now: datetime,
) -> Referral:
    """Write down the next step of a referral; with its last one nothing is waited for any more.

    A woman seen where she was sent up to has kept her positive referral.

    Raises:
        Forbidden: she may not record lives.
        NotFound: no such referral in her hospital.
        NotThisStep: the referral does not go there from where it is.
    """
    check_may(staff.roles, Act.RECORD_LIFE)
    referral = session.scalar(
        sa.select(Referral)
        .where(Referral.id == referral_id, Referral.hospital_id == staff.hospital_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if referral is None:
        raise NotFound
    if step not in NEXT_REFERRAL[referral.step]:
        raise NotThisStep
    old_step, referral.step = referral.step, step
    _write_down(session, referral, staff=staff, old_step=old_step, note=note, now=now)
    which = _no_longer_waited_for(referral)
    close(session, which=which, reason=None, actor=_actor(staff), now=now)
    return referral


def _no_longer_waited_for(referral: Referral) -> sa.ColumnElement[bool]:
    of_pregnancy = FollowUpTask.pregnancy_id == referral.pregnancy_id
    kept: sa.ColumnElement[bool] = sa.false()
    answered: sa.ColumnElement[bool] = sa.false()
    if referral.step is ReferralStep.SEEN and referral.direction is Direction.UP:
        kept = sa.and_(of_pregnancy, FollowUpTask.kind == TaskKind.POSITIVE_REFERRAL)
    if not NEXT_REFERRAL[referral.step]:
        answered = sa.and_(
            FollowUpTask.kind == TaskKind.REFERRAL_ANSWER,
            FollowUpTask.occasion == f"{referral.pregnancy_id}:{referral.id}",
        )
    return sa.or_(kept, answered)


def _actor(staff: Staff) -> Actor:
    return Actor(SubjectKind.STAFF, staff.id)


def _write_down(
    session: Session,
    referral: Referral,
    *,
    staff: Staff,
    old_step: ReferralStep | None,
    note: str,
    now: datetime,
) -> None:
    session.add(
        ReferralEvent(
            id=new_id("rfe", now=now), referral_id=referral.id, old_step=old_step,
            new_step=referral.step, note=note, made_by=staff.id, made_at=now,
        )
    )  # fmt: skip
    record(
        session, actor=_actor(staff), act=f"referral_{referral.step}", subject_kind="referral",
        subject_id=referral.id, hospital_id=referral.hospital_id, now=now,
    )  # fmt: skip
    session.flush()
