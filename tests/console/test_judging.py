"""Screening and assessment: from their papers, nothing proposed, purple only in its file."""

from datetime import timedelta

import pytest

from accounts.models import Purpose
from handbook.actions import open_pregnancy
from handbook.risk.forms import CURRENT_FORM
from handbook.risk.queries import assessments_of, screenings_of
from handbook.risk.tables import CURRENT_TABLE
from handbook.timeline import read_dating
from tests import world
from tests.console.people import by
from tests.console.wards import TODAY, acts, agree, child_of

POSITIVE = {"form": CURRENT_FORM, "answer": "1.1", "day": "2026-06-01"}


RED = {"table": CURRENT_TABLE, "colour": "red", "finding": "red-1.2", "day": "2026-06-01"}


@pytest.fixture
def risk(pregnancy):
    return f"/families/{pregnancy.family_id}/risk/{pregnancy.id}"


@pytest.fixture
def clinician(desk):
    return desk("clinician")


@pytest.fixture
def judged_red(clinician, risk):
    clinician.send(f"{risk}/assessment", **RED)


PURPLE = {"table": CURRENT_TABLE, "colour": "purple", "finding": "purple-1", "day": "2026-06-01"}


@pytest.fixture
def judged_purple(clinician, risk):
    clinician.send(f"{risk}/assessment", **PURPLE)


def test_the_form_comes_from_its_paper_with_its_doubts(desk, risk):
    page = desk("care_worker").read(f"{risk}/screening")

    assert "孕产妇妊娠风险筛查表" in page
    assert "2017 版" in page
    assert "待核对原表" in page
    assert "建议" in page
    assert 'value="1.1"' in page


def test_a_positive_screening_puts_the_referral_on_the_worklist(desk, risk):
    care_worker = desk("care_worker")

    answer = care_worker.send(f"{risk}/screening", **POSITIVE)
    page = care_worker.read(f"{risk}/")

    assert answer.status_code == 303
    assert "阳性" in page
    assert "筛查阳性待评估" in page
    assert "2026年6月15日" in page
    assert "周岁" not in page


def test_a_screening_in_which_nothing_applies_is_negative(desk, risk):
    care_worker = desk("care_worker")

    care_worker.send(f"{risk}/screening", form=CURRENT_FORM, day="2026-06-01")

    assert "阴性" in care_worker.read(f"{risk}/")


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"day": ""}, 400), ({"day": "2026-06-02"}, 409), ({"answer": "99"}, 409),
        ({"form": "mine"}, 409),
    ],
    ids=["no day", "to come", "no such item", "no such form"],
)  # fmt: skip
def test_a_screening_that_cannot_be_is_refused(
    desk, database, cast, risk, pregnancy, typed, status
):
    answer = desk("care_worker").send(f"{risk}/screening", **{**POSITIVE, **typed})

    assert answer.status_code == status
    assert 'class="yy-problem"' in answer.text
    with database.transaction() as session:
        assert not screenings_of(session, pregnancy_id=pregnancy.id, hospital_id=cast.hospital.id)


def test_what_was_ticked_is_still_ticked_after_a_refusal(desk, risk):
    answer = desk("care_worker").send(f"{risk}/screening", **{**POSITIVE, "day": ""})

    assert answer.text.count("checked") == 1


def test_nothing_is_ticked_for_the_clinician(clinician, risk):
    page = clinician.read(f"{risk}/assessment")

    assert "checked" not in page
    assert "颜色由您判断" in page
    assert "2017 版" in page
    assert page.count('name="colour"') == 5


def test_an_assessment_names_colour_table_and_clinician(clinician, risk, judged_red):
    page = clinician.read(f"{risk}/")

    assert "红色（高风险）" in page
    assert "clinician老师" in page
    assert "高风险上报" in page
    assert "高危专案" in page


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"colour": "green"}, 409), ({"colour": "blue"}, 400), ({"day": ""}, 400),
        ({"table": "mine"}, 409), ({"finding": "red-99"}, 409),
    ],
    ids=["lower than its finding", "no colour", "no day", "no such table", "no such finding"],
)  # fmt: skip
def test_an_assessment_that_cannot_be_is_refused(
    clinician, database, cast, risk, pregnancy, typed, status
):
    answer = clinician.send(f"{risk}/assessment", **{**RED, **typed})

    assert answer.status_code == status
    assert 'class="yy-problem"' in answer.text
    with database.transaction() as session:
        assert not assessments_of(session, pregnancy_id=pregnancy.id, hospital_id=cast.hospital.id)


def test_a_care_worker_judges_nothing(desk, risk):
    care_worker = desk("care_worker")

    assert care_worker.open(f"{risk}/assessment").status_code == 403
    assert care_worker.send(f"{risk}/assessment", **RED).status_code == 403
    assert "风险评估</a>" not in care_worker.read(f"{risk}/")


def test_purple_stands_nowhere_but_in_the_clinical_file(
    clinician, desk, database, risk, judged_purple
):
    care_worker = desk("care_worker")
    page = care_worker.read(f"{risk}/")
    board = care_worker.read("/cases/")
    file = desk("clinician").read(f"{risk}/file/")

    assert "绿色（低风险）" in page
    assert "紫色" not in page
    assert "林" not in board
    assert "紫色（传染病）" in file
    assert acts(database)[-1] == "read_risk_file"


def test_the_clinical_file_is_closed_to_others(desk, risk, judged_purple):
    assert desk("care_worker").open(f"{risk}/file/").status_code == 403
    assert desk("clerk").open(f"{risk}/file/").status_code == 403


def test_the_clinical_file_shows_what_a_screening_found(clinician, desk, risk):
    desk("care_worker").send(f"{risk}/screening", **POSITIVE)
    desk("care_worker").send(f"{risk}/screening", form=CURRENT_FORM, day="2026-06-01")

    page = desk("clinician").read(f"{risk}/file/")

    assert "周岁≥35或≤18岁" in page
    assert "没有符合的条目" in page


def test_what_a_child_was_exposed_to_is_sealed_and_its_reading_audited(
    clinician, database, cast, risk, pregnancy
):
    with database.transaction() as session:
        agree(session, cast.mother, Purpose.HANDBOOK)
        child = child_of(session, cast)
        reading = read_dating(source="last_period", day=TODAY - timedelta(days=70), today=TODAY)
        agree(session, cast.newcomer, Purpose.HANDBOOK)
        second = open_pregnancy(
            session, person=cast.newcomer, reading=reading, actor=by(cast.clinician), now=world.NOW
        )
    path = f"/families/{child.family_id}/risk/{second.id}/file"
    before = clinician.read(f"{path}/")

    answer = clinician.send(f"{path}/exposures/{child.id}", finding="positive")
    after = clinician.read(f"{path}/")

    assert "还没有登记" in before
    assert answer.status_code == 303
    assert "小满</strong>：阳性" in after
    assert acts(database)[-1] == "read_exposure"
    assert clinician.send(f"{path}/exposures/{child.id}", finding="maybe").status_code == 400
    assert (
        clinician.send(f"{risk}/file/exposures/{child.id}", finding="positive").status_code == 404
    )
