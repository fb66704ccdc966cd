"""Risk: screened, judged, referred and managed; purple only in the clinical file."""

from datetime import timedelta

import pytest

from accounts.models import Purpose
from handbook.actions import open_pregnancy
from handbook.risk.forms import CURRENT_FORM
from handbook.risk.queries import referrals_of
from handbook.risk.tables import CURRENT_TABLE
from handbook.timeline import read_dating
from tests import world
from tests.console.people import by
from tests.console.wards import TODAY, agree

POSITIVE = {"form": CURRENT_FORM, "answer": "1.1", "day": "2026-06-01"}


RED = {"table": CURRENT_TABLE, "colour": "red", "finding": "red-1.2", "day": "2026-06-01"}


UP = {"direction": "up", "institution": "省妇幼保健院", "reason": "<b>血压</b>"}


@pytest.fixture
def risk(pregnancy):
    return f"/families/{pregnancy.family_id}/risk/{pregnancy.id}"


@pytest.fixture
def clinician(desk):
    return desk("clinician")


@pytest.fixture
def judged_red(clinician, risk):
    clinician.send(f"{risk}/assessment", **RED)


@pytest.fixture
def referral(database, cast, desk, risk, pregnancy):
    desk("care_worker").send(f"{risk}/referrals", **UP)
    with database.transaction() as session:
        found = referrals_of(session, pregnancy_id=pregnancy.id, hospital_id=cast.hospital.id)
    return found[0]


def case_path(page):
    return page.split("/cases/rcs_")[1].split('"')[0]


def test_a_case_goes_step_by_step_and_names_who(clinician, desk, risk, judged_red):
    care_worker = desk("care_worker")
    case = f"{risk}/cases/rcs_{case_path(care_worker.read(f'{risk}/'))}"

    registered = care_worker.send(case, step="registered", note="已登记")
    reported = care_worker.send(case, step="reported")
    page = care_worker.read(f"{risk}/")

    assert registered.status_code == reported.status_code == 303
    assert "已登记" in page
    assert "care_worker老师" in page
    assert "高风险上报" not in page


@pytest.mark.parametrize(
    ("step", "status"), [("closed", 409), ("", 400)], ids=["too early", "none chosen"]
)
def test_a_step_out_of_order_is_refused(desk, risk, judged_red, step, status):
    care_worker = desk("care_worker")
    case = f"{risk}/cases/rcs_{case_path(care_worker.read(f'{risk}/'))}"

    assert care_worker.send(case, step=step).status_code == status


def test_a_case_of_nobody_is_not_found(desk, risk):
    assert desk("care_worker").send(f"{risk}/cases/rcs_1", step="closed").status_code == 404


def test_the_board_of_cases_masks_names(desk, risk, judged_red):
    page = desk("care_worker").read("/cases/")

    assert "林**" in page
    assert "林晓雨" not in page
    assert "红色（高风险）" in page


def test_an_empty_board_says_so(desk):
    assert "没有高危专案" in desk("care_worker").read("/cases/")


def test_a_referral_has_a_clock_and_its_steps(desk, clock, risk, referral):
    care_worker = desk("care_worker")
    care_worker.send(f"{risk}/referrals/{referral.id}", step="accepted", note="<i>收到</i>")

    page = care_worker.open(f"{risk}/").text

    assert "上转：省妇幼保健院" in page
    assert "前应有回复" in page
    assert "&lt;b&gt;血压" in page
    assert "&lt;i&gt;收到" in page


def test_an_answered_referral_waits_for_nothing(desk, risk, referral):
    care_worker = desk("care_worker")

    care_worker.send(f"{risk}/referrals/{referral.id}", step="declined")
    page = care_worker.read(f"{risk}/")

    assert "对方未接收" in page
    assert "前应有回复" not in page
    assert "转诊待回复" not in page


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"institution": " "}, 409, "请填写转往哪家机构。"),
        ({"direction": "sideways"}, 400, "请先选择一项。"),
    ],
    ids=["nowhere", "no direction"],
)
def test_a_referral_that_cannot_be_is_refused(desk, risk, typed, status, said):
    answer = desk("care_worker").send(f"{risk}/referrals", **{**UP, **typed})

    assert answer.status_code == status
    assert said in answer.text


@pytest.mark.parametrize(
    ("step", "status"), [("answered", 409), ("lost", 400)], ids=["too early", "made up"]
)
def test_a_referral_takes_no_step_out_of_order(desk, risk, referral, step, status):
    answer = desk("care_worker").send(f"{risk}/referrals/{referral.id}", step=step)

    assert answer.status_code == status


def test_a_referral_of_nobody_is_not_found(desk, risk):
    answer = desk("care_worker").send(f"{risk}/referrals/rfl_1", step="accepted")

    assert answer.status_code == 404


@pytest.mark.parametrize(
    "path", ["", "screening", "assessment", "file/"], ids=["page", "screening", "judging", "file"]
)
def test_risk_is_not_found_under_another_family(desk, cast, pregnancy, path):
    elsewhere = f"/families/{cast.newcomer.family_id}/risk/{pregnancy.id}/{path}"

    assert desk("clinician").open(elsewhere).status_code == 404


@pytest.mark.parametrize(
    ("path", "typed"),
    [("screening", POSITIVE), ("assessment", RED), ("referrals", UP)],
    ids=["screening", "assessment", "referral"],
)
def test_nothing_is_written_under_another_family(clinician, cast, pregnancy, path, typed):
    elsewhere = f"/families/{cast.newcomer.family_id}/risk/{pregnancy.id}/{path}"

    assert clinician.send(elsewhere, **typed).status_code == 404


def test_staff_of_another_hospital_find_no_risk(desk, risk):
    stranger = desk("stranger")

    assert stranger.open(f"{risk}/").status_code == 404
    assert stranger.send(f"{risk}/screening", **POSITIVE).status_code == 404


def test_a_clerk_sees_no_risk(desk, risk, pregnancy):
    clerk = desk("clerk")

    assert clerk.open(f"{risk}/").status_code == 403
    assert clerk.open("/cases/").status_code == 403
    assert ">风险</a>" not in clerk.read(f"/families/{pregnancy.family_id}")


def test_a_case_is_not_moved_under_another_pregnancy(desk, database, cast, risk, judged_red):
    care_worker = desk("care_worker")
    case = f"rcs_{case_path(care_worker.read(f'{risk}/'))}"
    with database.transaction() as session:
        agree(session, cast.newcomer, Purpose.HANDBOOK)
        reading = read_dating(source="last_period", day=TODAY - timedelta(days=70), today=TODAY)
        other = open_pregnancy(
            session, person=cast.newcomer, reading=reading, actor=by(cast.clinician), now=world.NOW
        )
    elsewhere = f"/families/{cast.newcomer.family_id}/risk/{other.id}"

    answer = care_worker.send(f"{elsewhere}/cases/{case}", step="registered")

    assert answer.status_code == 404
    assert "高危专案" not in care_worker.read(f"{elsewhere}/").split("</nav>")[-1]


@pytest.mark.parametrize("path", ["screening", "assessment", "referrals"])
def test_risk_needs_the_mark_of_the_sign_in(clinician, risk, path):
    assert clinician.client.post(f"/console{risk}/{path}", data=RED).status_code == 400
