"""Case management: found, registered, reported, managed, rescued, closed."""

from datetime import datetime, timedelta

import pytest

from core.db import Session
from core.errors import Forbidden, NotFound
from handbook.errors_risk import NotThisStep
from handbook.follow_up.rules import TaskKind
from handbook.models import Pregnancy
from handbook.risk.cases import move_case
from handbook.risk.colours import Colour
from handbook.risk.models import RiskCase
from handbook.risk.queries import cases, steps_of_case
from handbook.risk.rules import CaseStep
from tests import world
from tests.handbook.risk import ward

HOUR = timedelta(hours=1)


@pytest.fixture
def case(session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime) -> RiskCase:
    """A case that was found, with its report due."""
    ward.assessed(session, cast.clinician, pregnancy, Colour.ORANGE, now=now)
    (row,) = cases(session, staff=cast.care_worker)
    return row.case


def walk(
    session: Session, cast: world.Cast, case: RiskCase, *steps: CaseStep, now: datetime
) -> RiskCase:
    """Take a case along some steps, one an hour."""
    for hours, step in enumerate(steps, start=1):
        move_case(
            session, staff=cast.care_worker, case_id=case.id, step=step, note=f"第{hours}步",
            now=now + hours * HOUR,
        )  # fmt: skip
    return case


def test_a_high_colour_opens_the_case(case: RiskCase, pregnancy: Pregnancy):
    assert (case.step, case.highest) == (CaseStep.FOUND, Colour.ORANGE)
    assert case.pregnancy_id == pregnancy.id


def test_yellow_opens_no_case(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    ward.assessed(session, cast.clinician, pregnancy, Colour.YELLOW, now=now)

    assert cases(session, staff=cast.clinician) == []


def test_the_report_ends_its_duty(
    session: Session, cast: world.Cast, case: RiskCase, now: datetime
):
    before = ward.kinds(session, cast.hospital.id)

    walk(session, cast, case, CaseStep.REGISTERED, CaseStep.REPORTED, now=now)

    assert before == [TaskKind.REPORT_DUTY]
    assert ward.kinds(session, cast.hospital.id) == []


def test_every_step_is_kept_with_who_when_and_why(
    session: Session, cast: world.Cast, case: RiskCase, now: datetime
):
    path = (CaseStep.REGISTERED, CaseStep.REPORTED, CaseStep.MANAGED, CaseStep.RESCUED)

    walk(session, cast, case, *path, now=now)

    steps = steps_of_case(session, staff=cast.care_worker, case_id=case.id)
    assert [(step.old_step, step.new_step) for step in steps] == [
        (None, CaseStep.FOUND), (CaseStep.FOUND, CaseStep.REGISTERED),
        (CaseStep.REGISTERED, CaseStep.REPORTED), (CaseStep.REPORTED, CaseStep.MANAGED),
        (CaseStep.MANAGED, CaseStep.RESCUED),
    ]  # fmt: skip
    assert (steps[-1].note, steps[-1].made_by) == ("第4步", cast.care_worker.id)
    assert ward.acts(session, [case.id])[-1] == "case_rescued"


def test_a_step_that_does_not_follow_is_refused(
    session: Session, cast: world.Cast, case: RiskCase, now: datetime
):
    with pytest.raises(NotThisStep):
        walk(session, cast, case, CaseStep.RESCUED, now=now)

    assert case.step is CaseStep.FOUND


def test_a_higher_colour_finds_the_same_case(
    session: Session, cast: world.Cast, case: RiskCase, pregnancy: Pregnancy, now: datetime
):
    ward.assessed(session, cast.clinician, pregnancy, Colour.RED, now=now + HOUR)

    (row,) = cases(session, staff=cast.care_worker)
    assert (row.case.id, row.case.highest, row.case.step) == (case.id, Colour.RED, CaseStep.FOUND)


def test_a_closed_case_is_found_again_when_the_risk_comes_back(
    session: Session, cast: world.Cast, case: RiskCase, pregnancy: Pregnancy, now: datetime
):
    steps = (CaseStep.REGISTERED, CaseStep.MANAGED, CaseStep.CLOSED)
    walk(session, cast, case, *steps, now=now)

    ward.assessed(session, cast.clinician, pregnancy, Colour.RED, now=now + 9 * HOUR)

    assert case.step is CaseStep.FOUND


def test_another_hospital_does_not_find_the_case(
    session: Session, cast: world.Cast, case: RiskCase, now: datetime
):
    assert cases(session, staff=cast.stranger) == []
    with pytest.raises(NotFound):
        move_case(
            session, staff=cast.stranger, case_id=case.id, step=CaseStep.REGISTERED, note="",
            now=now,
        )  # fmt: skip


def test_a_clerk_moves_no_case(session: Session, cast: world.Cast, case: RiskCase, now: datetime):
    with pytest.raises(Forbidden):
        move_case(
            session, staff=cast.clerk, case_id=case.id, step=CaseStep.REGISTERED, note="", now=now
        )


def test_a_case_outlives_a_loss_and_says_so(
    session: Session, cast: world.Cast, case: RiskCase, pregnancy: Pregnancy, now: datetime
):
    (before,) = cases(session, staff=cast.care_worker)

    ward.lose(session, cast.care_worker, pregnancy, now=now)

    (after,) = cases(session, staff=cast.care_worker)
    assert (before.is_silent, after.is_silent) == (False, True)
    assert after.case.step is CaseStep.FOUND
