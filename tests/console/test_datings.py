"""Re-dating: compared first, written down, answered by name."""

from datetime import timedelta

import pytest

from accounts.models import SubjectKind
from accounts.rules import Actor
from handbook.actions import open_pregnancy
from handbook.actions_dating import propose_dating
from handbook.dating import reading_of_scan, reading_of_transfer
from handbook.models import Pregnancy
from handbook.queries import datings_of
from tests import world
from tests.console.people import by
from tests.console.wards import TODAY

SCAN = {"source": "ultrasound", "day": "2026-04-06", "weeks": "11", "days": "0"}
"""Eight weeks ago, when she was 12+0 by her last period: seven days apart."""


@pytest.fixture
def datings(pregnancy):
    return f"/families/{pregnancy.family_id}/datings/{pregnancy.id}"


@pytest.fixture
def proposed(database, cast, pregnancy):
    """Lin gave a scan that differs by a week."""
    reading = reading_of_scan(scan_day=TODAY - timedelta(days=56), weeks=11, days=0, today=TODAY)
    with database.transaction() as session:
        return propose_dating(
            session, pregnancy=pregnancy, reading=reading, now=world.NOW,
            actor=Actor(SubjectKind.PERSON, cast.mother.id),
        )  # fmt: skip


def states(database, pregnancy):
    with database.transaction() as session:
        return [one.state.value for one in datings_of(session, pregnancy_id=pregnancy.id)]


def due(database, pregnancy):
    with database.transaction() as session:
        return session.get_one(Pregnancy, pregnancy.id).due_day


def test_what_a_scan_gives_is_shown_with_the_rule_and_nothing_is_written(
    desk, database, datings, pregnancy
):
    answer = desk("care_worker").send(f"{datings}/comparison", **SCAN)

    assert answer.status_code == 200
    assert "晚 7 天" in answer.text
    assert "早孕超声相差超过 5 天" in answer.text
    assert "相差 7 天，超过规则的 5 天" in answer.text
    assert "孕19周+0天" in answer.text
    assert states(database, pregnancy) == ["accepted"]


def test_the_rule_is_the_one_that_the_hospital_chose(desk, datings):
    desk("clinician").send("/care-rules/redating", rule="acog700")

    answer = desk("care_worker").send(f"{datings}/comparison", **SCAN)

    assert "ACOG" in answer.text
    assert "相差没有超过规则的界限" in answer.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            {"source": "embryo_transfer", "day": "2026-01-28", "embryo_days": "5"},
            "日期不同，记下后请核对。",
        ),
        ({"source": "clinician", "day": "2026-10-19"}, "日期相同，只记下，不用核对。"),
        ({"source": "last_period", "day": "2026-01-05"}, "日期不同，记下后请核对。"),
    ],
    ids=["transfer", "clinician, the same", "another last period"],
)  # fmt: skip
def test_other_datings_are_compared_by_their_day(desk, datings, typed, said):
    assert said in desk("care_worker").send(f"{datings}/comparison", **typed).text


def test_a_scan_does_not_touch_a_transfer(desk, database, cast):
    reading = reading_of_transfer(
        transfer_day=TODAY - timedelta(days=100), embryo_days=5, today=TODAY
    )
    with database.transaction() as session:
        pregnancy = open_pregnancy(
            session, person=cast.mother, reading=reading, actor=by(cast.care_worker), now=world.NOW
        )
    path = f"/families/{pregnancy.family_id}/datings/{pregnancy.id}/comparison"

    assert "超声不改动它" in desk("care_worker").send(path, **SCAN).text


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"weeks": "99"}, 409, "超声孕周要在"),
        ({"weeks": "x"}, 400, "请填数字"),
        ({"day": ""}, 400, "请填写日期。"),
        ({"day": "2026-06-02"}, 409, "这一天还没有到"),
        ({"source": "guess"}, 400, "请先选择一项。"),
        ({"source": ""}, 400, "请先选择一项。"),
    ],
    ids=["99 weeks", "weeks in words", "no day", "to come", "made-up source", "no source"],
)
@pytest.mark.parametrize("step", ["/comparison", "/"])
def test_a_dating_that_cannot_be_is_refused(
    desk, database, datings, pregnancy, step, typed, status, said
):
    answer = desk("care_worker").send(f"{datings}{step}", **{**SCAN, **typed})

    assert answer.status_code == status
    assert said in answer.text
    assert states(database, pregnancy) == ["accepted"]


def test_a_proposal_changes_nothing_until_it_is_accepted(desk, database, datings, pregnancy):
    before = due(database, pregnancy)

    answer = desk("care_worker").send(f"{datings}/", **SCAN)

    assert answer.status_code == 303
    assert sorted(states(database, pregnancy)) == ["accepted", "proposed"]
    assert due(database, pregnancy) == before


def test_an_accepted_proposal_moves_the_due_day_and_names_who(
    desk, database, datings, pregnancy, proposed
):
    care_worker = desk("care_worker")

    answer = care_worker.send(f"{datings}/{proposed.id}/acceptance")
    page = care_worker.read(f"{datings}/")

    assert answer.status_code == 303
    assert due(database, pregnancy) == proposed.due_day
    assert "已被替换" in page
    assert "care_worker老师 · 2026年6月1日 10:00" in page


def test_a_declined_proposal_is_kept_and_moves_nothing(
    desk, database, datings, pregnancy, proposed
):
    care_worker = desk("care_worker")
    before = due(database, pregnancy)

    care_worker.send(f"{datings}/{proposed.id}/refusal")

    assert due(database, pregnancy) == before
    assert "未采用" in care_worker.read(f"{datings}/")


def test_what_was_answered_cannot_be_answered_again(desk, datings, proposed):
    care_worker = desk("care_worker")
    care_worker.send(f"{datings}/{proposed.id}/refusal")

    assert care_worker.send(f"{datings}/{proposed.id}/acceptance").status_code == 409


def test_waiting_proposals_stand_in_one_list_with_masked_names(desk, datings, proposed):
    page = desk("care_worker").read("/datings/")

    assert "林**" in page
    assert "林晓雨" not in page
    assert "晚 7 天" in page
    assert "家长在手机上填写" in page
    assert f'href="/console{datings}/"' in page


def test_an_empty_list_says_so(desk):
    assert "都核对完了" in desk("care_worker").read("/datings/")


def test_the_first_page_counts_them(desk, proposed):
    page = desk("care_worker").read("/")

    assert "待核对的预产期" in page
    assert "待随访" in page


def test_the_page_of_the_pregnancy_says_that_one_waits(desk, pregnancy, proposed):
    page = desk("care_worker").read(f"/families/{pregnancy.family_id}/lives/{pregnancy.id}/")

    assert "1 条待核对" in page


def test_a_dating_of_somebody_else_is_not_found(desk, database, cast, datings, proposed):
    path = f"/families/{cast.newcomer.family_id}/datings/{proposed.pregnancy_id}"

    assert desk("care_worker").send(f"{path}/{proposed.id}/acceptance").status_code == 404
    assert desk("care_worker").send(f"{datings}/dat_none/acceptance").status_code == 404
    assert desk("care_worker").send(f"{path}/", **SCAN).status_code == 404


@pytest.mark.parametrize(("username", "status"), [("clerk", 403), ("stranger", 404)])
def test_who_may_not_record_re_dates_nothing(desk, datings, proposed, username, status):
    somebody = desk(username)

    assert somebody.open(f"{datings}/").status_code == status
    assert somebody.send(f"{datings}/{proposed.id}/acceptance").status_code == status


def test_a_dating_needs_the_mark_of_the_sign_in(desk, datings):
    assert desk("care_worker").client.post(f"/console{datings}/", data=SCAN).status_code == 400
