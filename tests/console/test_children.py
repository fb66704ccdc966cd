"""The lives of children: who looks after them, where they go, and a death told calmly."""

import pytest

from console.presenters import children as presenters
from handbook.models_lives import Child, ChildState
from handbook.queries_children import guardians_of
from tests.console.wards import acts, caregiver


@pytest.fixture
def dad(database, child):
    with database.transaction() as session:
        return caregiver(session, child.family_id)


@pytest.fixture
def childhood(child):
    return f"/families/{child.family_id}/children/{child.id}"


def state(database, thing):
    with database.transaction() as session:
        return session.get_one(type(thing), thing.id).state


def test_a_father_is_added_and_ended(desk, database, child, childhood, dad):
    care_worker = desk("care_worker")
    life = f"/families/{child.family_id}/lives/{child.id}/"

    added = care_worker.send(f"{childhood}/guardians", person=dad.id, kind="father")
    with_dad = care_worker.read(life)
    care_worker.send(f"{childhood}/guardians/end", person=dad.id, reason="custody")

    assert added.status_code == 303
    assert "陈爸爸" in with_dad
    with database.transaction() as session:
        found = guardians_of(session, child_id=child.id)
    assert {one.person_id: one.until_at is None for one in found}[dad.id] is False
    assert "结束（监护关系改变）" in care_worker.read(life)


def test_the_last_guardian_stays(desk, cast, childhood):
    care_worker, mother = desk("care_worker"), cast.newcomer.id

    answer = care_worker.send(f"{childhood}/guardians/end", person=mother, reason="other")

    assert answer.status_code == 409
    assert "宝宝至少要有一位看护人" in answer.text


def test_a_guardianship_does_not_end_without_a_reason(desk, cast, childhood):
    care_worker = desk("care_worker")

    answer = care_worker.send(f"{childhood}/guardians/end", person=cast.newcomer.id, reason="so")

    assert answer.status_code == 400
    assert "请先选择一项。" in answer.text


def test_a_sex_is_corrected_with_its_reason_and_the_doses_follow(desk, child, childhood):
    care_worker, life = desk("care_worker"), f"/families/{child.family_id}/lives/{child.id}/"
    before = care_worker.read(life)

    refused = care_worker.send(f"{childhood}/sex", sex="male", reason="")
    answer = care_worker.send(f"{childhood}/sex", sex="male", reason="登记时填反")

    after = care_worker.read(life)
    assert "更正要写明原因。" in refused.text
    assert answer.status_code == 303
    assert "HPV" in before
    assert "HPV" not in after
    assert "登记时填反" in after


@pytest.mark.parametrize("sex", ["", "other"])
def test_a_sex_that_there_is_not_is_refused(desk, childhood, sex):
    assert desk("care_worker").send(f"{childhood}/sex", sex=sex).status_code == 400


@pytest.mark.parametrize(
    ("kind", "status"), [("aunt", 400), ("", 400)], ids=["made-up kind", "no kind"]
)
def test_a_guardian_without_a_kind_is_refused(desk, childhood, dad, kind, status):
    answer = desk("care_worker").send(f"{childhood}/guardians", person=dad.id, kind=kind)

    assert answer.status_code == status


def test_a_stranger_becomes_no_guardian(desk, cast, childhood):
    answer = desk("care_worker").send(f"{childhood}/guardians", person=cast.mother.id, kind="other")

    assert answer.status_code == 404


def test_a_child_moves_away_and_comes_back(desk, database, child, childhood):
    care_worker = desk("care_worker")
    life = f"/families/{child.family_id}/lives/{child.id}/"

    care_worker.send(f"{childhood}/moves", day="2026-05-01")
    away = care_worker.read(life)
    care_worker.send(f"{childhood}/returns", day="2026-05-20")

    assert "已迁出" in away
    assert "迁回本地" in away
    assert "乙肝疫苗" not in away
    assert state(database, child) is ChildState.LIVING


def test_a_move_without_a_day_is_asked_again(desk, childhood):
    answer = desk("care_worker").send(f"{childhood}/moves", day="")

    assert answer.status_code == 400
    assert "请填写日期。" in answer.text


def test_a_clinician_chooses_a_plan_and_a_care_worker_does_not(desk, database, child, childhood):
    refused = desk("care_worker").send(f"{childhood}/plan", plan="preterm_low_risk")
    clinician = desk("clinician")

    clinician.send(f"{childhood}/plan", plan="preterm_low_risk")
    page = clinician.read(f"/families/{child.family_id}/lives/{child.id}/")

    assert refused.status_code == 403
    assert 'value="preterm_low_risk" selected' in page
    assert "随访方案" in page


def test_a_plan_may_be_ended(desk, database, child, childhood):
    clinician = desk("clinician")
    clinician.send(f"{childhood}/plan", plan="preterm_low_risk")

    clinician.send(f"{childhood}/plan", plan="")

    with database.transaction() as session:
        assert session.get_one(Child, child.id).plan is None


def test_what_will_happen_is_shown_before_a_death_is_recorded(desk, database, child, childhood):
    care_worker = desk("care_worker")
    asked = care_worker.read(f"{childhood}/death")

    answer = care_worker.send(
        f"{childhood}/death/confirmation", day="2026-05-30", note="<i>家中</i>"
    )

    assert "登记孩子去世" in asked
    assert "有关这个孩子的提醒立即停止" in answer.text
    assert "2026年5月30日" in answer.text
    assert "<i>家中" not in answer.text
    assert state(database, child) is ChildState.LIVING


def test_a_death_closes_the_record_and_its_page_is_quiet(desk, database, child, childhood):
    care_worker = desk("care_worker")

    answer = care_worker.send(f"{childhood}/death", day="2026-05-30", note="家中")
    page = care_worker.read(f"/families/{child.family_id}/lives/{child.id}/")

    assert answer.status_code == 303
    assert state(database, child) is ChildState.DIED
    assert "系统不再发送有关这个孩子的任何消息" in page
    assert "登记孩子去世" not in page
    assert "8个月" not in page
    assert "家中" in page


@pytest.mark.parametrize("step", ["/death/confirmation", "/death"])
def test_a_death_without_a_day_is_asked_again(desk, database, child, childhood, step):
    answer = desk("care_worker").send(f"{childhood}{step}", day="", note="家中")

    assert answer.status_code == 400
    assert "家中" in answer.text
    assert state(database, child) is ChildState.LIVING


def test_a_death_before_birth_is_refused(desk, database, child, childhood):
    answer = desk("care_worker").send(f"{childhood}/death", day="2020-01-01")

    assert answer.status_code == 409
    assert state(database, child) is ChildState.LIVING


def test_the_first_page_of_the_family_leads_to_the_child(desk, child):
    page = desk("care_worker").read(f"/families/{child.family_id}")

    assert "小满" in page
    assert f"/lives/{child.id}/" in page


def test_children_without_a_name_are_told_apart_by_their_rank():
    second = Child(name=None, birth_rank=2)

    assert presenters.called(second) == "宝宝2"


@pytest.mark.parametrize(
    "path",
    ["guardians", "guardians/end", "moves", "returns", "plan", "death/confirmation", "death"],
)
def test_a_childs_life_needs_the_mark_of_the_sign_in(desk, database, childhood, path):
    answer = desk("clinician").client.post(
        f"/console{childhood}/{path}", data={"day": "2026-05-30"}
    )

    assert answer.status_code == 400
    assert not {"child_died", "child_moved_away"} & set(acts(database))
