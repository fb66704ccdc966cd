"""Purple never leaks: not by what is there, not by what is missing, not by its length."""

from dataclasses import fields
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from accounts.models import AuditRow, Role
from core.db import Session
from core.errors import Forbidden, NotFound
from handbook.follow_up.models import FollowUpTask
from handbook.models import Pregnancy
from handbook.risk.actions import open_risk_file
from handbook.risk.cases import move_case
from handbook.risk.colours import Colour
from handbook.risk.queries import (
    Assessed,
    Screened,
    assessments_of,
    cases,
    priority_of,
    steps_of_case,
)
from handbook.risk.rules import CaseStep
from tests import world
from tests.handbook.risk import ward

GREEN, YELLOW, ORANGE, RED, PURPLE = Colour


def seen(session: Session, pregnancy: Pregnancy) -> list[tuple[Colour, Colour | None]]:
    history = assessments_of(session, pregnancy_id=pregnancy.id, hospital_id=pregnancy.hospital_id)
    return [(each.colour, priority_of(session, pregnancy_id=pregnancy.id)) for each in history]


@pytest.mark.parametrize(
    ("colours", "general"),
    [
        pytest.param([PURPLE], GREEN, id="alone"),
        pytest.param([YELLOW, PURPLE], YELLOW, id="beside-yellow"),
        pytest.param([RED, PURPLE], RED, id="beside-red"),
    ],
)
def test_what_all_staff_see_is_the_general_colour(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime,
    colours: list[Colour], general: Colour,
):  # fmt: skip
    ward.assessed(session, cast.clinician, pregnancy, *colours, now=now)

    assert seen(session, pregnancy) == [(general, general)]


def test_what_all_staff_see_has_no_field_for_findings():
    assert [field.name for field in fields(Assessed)] == [
        "colour", "day", "table_title", "made_by",
    ]  # fmt: skip
    assert [field.name for field in fields(Screened)] == ["is_positive", "day", "form_title"]


def test_a_clinician_reads_colours_findings_and_answers_and_the_reading_is_audited(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    ward.screened(session, cast.care_worker, pregnancy, "1.1", "6.3", now=now)
    ward.assessed(session, cast.clinician, pregnancy, ORANGE, PURPLE, now=now)

    file = open_risk_file(session, staff=cast.clinician, pregnancy_id=pregnancy.id, now=now)

    (assessment,), (screening,) = file.assessments, file.screenings
    assert assessment.colours == (ORANGE, PURPLE)
    assert [finding.key for finding in assessment.findings] == ["orange-1.1", "purple-1"]
    assert (assessment.table_key, assessment.table_version) == ("national-2017", "2017")
    assert [answer.key for answer in screening.answers] == ["1.1", "6.3"]
    assert file.case is not None
    assert ward.acts(session, [pregnancy.id])[-1] == "read_risk_file"


def test_purple_alone_is_its_own_label(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    ward.assessed(session, cast.clinician, pregnancy, PURPLE, now=now)

    file = open_risk_file(session, staff=cast.clinician, pregnancy_id=pregnancy.id, now=now)

    assert file.assessments[0].colours == (PURPLE,)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CLINICIAN])
def test_nobody_else_opens_the_file(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime, role: Role
):
    with pytest.raises(Forbidden):
        open_risk_file(session, staff=getattr(cast, role), pregnancy_id=pregnancy.id, now=now)


def test_a_clinician_of_another_hospital_does_not_find_it(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    cast.stranger.roles = [Role.CLINICIAN]

    with pytest.raises(NotFound):
        open_risk_file(session, staff=cast.stranger, pregnancy_id=pregnancy.id, now=now)


def test_a_case_for_purple_alone_is_only_there_for_clinicians(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    ward.assessed(session, cast.clinician, pregnancy, PURPLE, now=now)

    (row,) = cases(session, staff=cast.clinician)

    assert row.person.id == cast.mother.id
    assert cases(session, staff=cast.care_worker) == []
    assert steps_of_case(session, staff=cast.care_worker, case_id=row.case.id) == []
    with pytest.raises(NotFound):
        move_case(
            session, staff=cast.care_worker, case_id=row.case.id, step=CaseStep.REGISTERED,
            note="", now=now,
        )  # fmt: skip


def test_purple_puts_nothing_on_the_worklist(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    ward.assessed(session, cast.clinician, pregnancy, PURPLE, now=now)

    assert session.scalar(sa.select(sa.func.count()).select_from(FollowUpTask)) == 0


@pytest.mark.parametrize("name", ["risk_assessment", "risk_screening"])
def test_at_rest_an_infection_looks_like_none(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime, name: str
):
    ward.screened(session, cast.care_worker, pregnancy, "1.1", now=now)
    ward.screened(session, cast.care_worker, pregnancy, "1.1", "6.3", "6.4", now=now)
    ward.assessed(session, cast.clinician, pregnancy, GREEN, now=now)
    ward.assessed(session, cast.clinician, pregnancy, PURPLE, now=now)

    rows = session.execute(sa.text(f"select * from {name}")).mappings().all()  # noqa: S608

    sealed = [{key: len(it) for key, it in row.items() if isinstance(it, bytes)} for row in rows]
    assert sealed[0]
    assert sealed[0] == sealed[1]
    assert "purple" not in repr([*rows])


def test_the_audit_trail_names_no_colour_of_a_woman(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    ward.assessed(session, cast.clinician, pregnancy, ORANGE, PURPLE, now=now)

    acts = session.scalars(sa.select(AuditRow.act)).all()

    assert [act for act in acts if "purple" in act or "orange" in act] == []


@pytest.mark.parametrize("door", ["bot", "miniapp"])
def test_no_door_of_families_knows_of_risk(root: Path, door: str):
    sources = [path.read_text("utf-8") for path in (root / door).rglob("*.py")]

    assert sources
    assert [source for source in sources if "handbook.risk" in source] == []
