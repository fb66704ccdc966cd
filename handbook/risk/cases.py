"""Case management (高危专案): found, registered, reported, managed, rescued, closed."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from accounts.audit import record
from accounts.models import Staff, SubjectKind
from accounts.rules import Act, Actor, check_may
from core.db import Session
from core.errors import NotFound
from core.ids import new_id
from handbook.errors_risk import NotThisStep
from handbook.follow_up.closing import settle
from handbook.follow_up.rules import TaskKind
from handbook.risk.colours import rank
from handbook.risk.models import RiskAssessment, RiskCase, RiskCaseEvent
from handbook.risk.queries import seen_by
from handbook.risk.rules import NEXT_CASE, CaseStep


def find_case(
    session: Session, *, staff: Staff, assessment: RiskAssessment, now: datetime
) -> RiskCase:
    """Open the case of a pregnancy that was judged high, or find a closed one again."""
    case: RiskCase | None = session.scalar(
        postgresql.insert(RiskCase)
        .values(
            id=new_id("rcs", now=now), pregnancy_id=assessment.pregnancy_id,
            hospital_id=assessment.hospital_id, highest=assessment.colour, step=CaseStep.FOUND,
            found_at=now,
        )
        .on_conflict_do_nothing()
        .returning(RiskCase)
    )  # fmt: skip
    if case is not None:
        _write_down(session, case, staff=staff, old_step=None, note="", now=now)
        return case
    case = session.scalars(
        sa.select(RiskCase)
        .where(RiskCase.pregnancy_id == assessment.pregnancy_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    case.highest = max(case.highest, assessment.colour, key=rank)
    if CaseStep.FOUND in NEXT_CASE[case.step]:
        _take(session, case, staff=staff, step=CaseStep.FOUND, note="", now=now)
    return case


def move_case(
    session: Session, *, staff: Staff, case_id: str, step: CaseStep, note: str, now: datetime
) -> RiskCase:
    """Take a case one step on; the report that is written down is no longer due.

    Raises:
        Forbidden: she may not record lives.
        NotFound: no such case in her hospital, or none that she may know of.
        NotThisStep: the case does not go there from where it is.
    """
    check_may(staff.roles, Act.RECORD_LIFE)
    case = session.scalar(
        sa.select(RiskCase)
        .where(RiskCase.id == case_id, seen_by(staff))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if case is None:
        raise NotFound
    if step not in NEXT_CASE[case.step]:
        raise NotThisStep
    _take(session, case, staff=staff, step=step, note=note, now=now)
    if step is CaseStep.REPORTED:
        actor = Actor(SubjectKind.STAFF, staff.id)
        kinds = (TaskKind.REPORT_DUTY,)
        settle(session, pregnancy_id=case.pregnancy_id, kinds=kinds, actor=actor, now=now)
    return case


def _take(
    session: Session, case: RiskCase, *, staff: Staff, step: CaseStep, note: str, now: datetime
) -> None:
    old_step, case.step = case.step, step
    _write_down(session, case, staff=staff, old_step=old_step, note=note, now=now)


def _write_down(
    session: Session,
    case: RiskCase,
    *,
    staff: Staff,
    old_step: CaseStep | None,
    note: str,
    now: datetime,
) -> None:
    session.add(
        RiskCaseEvent(
            id=new_id("rce", now=now), case_id=case.id, old_step=old_step, new_step=case.step,
            note=note, made_by=staff.id, made_at=now,
        )
    )  # fmt: skip
    record(
        session, actor=Actor(SubjectKind.STAFF, staff.id), act=f"case_{case.step}",
        subject_kind="risk_case", subject_id=case.id, hospital_id=case.hospital_id, now=now,
    )  # fmt: skip
    session.flush()
