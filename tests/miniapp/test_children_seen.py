"""JSON about children: what each guardian sees, and what nobody does."""

from datetime import date

import pytest

from handbook.actions_births import record_delivery
from handbook.actions_children import move_away
from handbook.births import Delivery
from handbook.queries import pregnancy_of
from tests import scene
from tests.miniapp.children_asked import bury, child_row, keys
from tests.miniapp.family import add_child, page_of, stand_of
from tests.world import NOW

pytestmark = pytest.mark.slow  # each asks the whole program several times


def test_a_child_that_died_is_never_spoken_of(lin, database, cast):
    child_id = add_child(lin)
    bury(database, cast, child_id)

    assert lin.get("/children").json["items"] == []
    assert lin.get("/me").json["children"] == []
    assert lin.get(f"/children/{child_id}").status_code == 404


def test_when_no_child_of_a_birth_lives_any_more_only_the_gentle_page_is_left(
    lin, expecting, database, cast
):
    with database.transaction() as session:
        pregnancy = pregnancy_of(session, person_id=cast.mother.id)
        pregnancy.last_period_day = date(2025, 8, 1)
        record_delivery(
            session, hospital_id=cast.hospital.id, pregnancy_id=pregnancy.id,
            delivery=Delivery(date(2026, 5, 1)), actor=scene.HOSPITAL_PROGRAM, now=NOW,
        )  # fmt: skip
    assert lin.get("/timeline").json["state"] == "delivered"

    with database.transaction() as session:
        pregnancy_of(session, person_id=cast.mother.id).quiet_at = NOW

    told = lin.get("/timeline").json
    assert (told["state"], told["items"]) == ("ended", [])
    assert told["page"]["phone"] == cast.hospital.phone
    assert lin.get("/me").json["pregnancy"]["state"] == "ended"
    assert lin.get("/articles").json["items"] == []


def test_a_child_that_moved_away_has_no_list_any_more(lin, database, cast):
    child_id = add_child(lin)
    with database.transaction() as session:
        child = child_row(session, cast, child_id)
        move_away(session, child=child, day=scene.TODAY, actor=scene.HOSPITAL_PROGRAM, now=NOW)

    page = page_of(lin, child_id)

    assert (page["state"], page["groups"], page["next_doses"]) == ("moved_away", [], [])
    assert page["corrected"] is None
    assert lin.get(f"/children/{child_id}/signs").json["checklist"] is None


def test_a_childs_list_stands_in_the_order_of_need(lin):
    child_id = add_child(lin)

    page = page_of(lin, child_id)

    assert [group["key"] for group in page["groups"]] == ["now", "overdue", "next", "missed"]
    assert "signs_3m" in keys(page, "now")
    assert "dose:DTaP:1" in keys(page, "now")
    assert "dose:DTaP:2" in keys(page, "next")


def test_every_thing_on_the_list_tells_why_and_by_which_document(lin):
    child_id = add_child(lin)

    items = [item for group in page_of(lin, child_id)["groups"] for item in group["items"]]

    assert [item for item in items if not (item["standing_reason"] and item["source"])] == []


@pytest.mark.parametrize(
    ("key", "name", "when"),
    [
        ("dose:BCG:1", "卡介苗", "出生后尽早"),
        ("dose:DTaP:1", "百白破疫苗第1剂", "满2个月起"),
        ("signs_3m", "3月龄发育自查", "满3个月"),
    ],
)
def test_doses_and_self_checks_say_their_age(lin, key, name, when):
    stand = stand_of(lin, add_child(lin), key)

    assert (stand["name"], stand["when"]) == (name, when)


def test_the_next_doses_are_those_that_can_be_given_now(lin):
    doses = page_of(lin, add_child(lin))["next_doses"]

    assert {"vaccine": "DTaP", "number": 1} in [each["dose"] for each in doses]
    assert {each["from_day"] <= "2026-06-01" for each in doses} == {True}


def test_when_no_dose_can_be_given_now_the_first_to_come_are_told(lin):
    child_id = add_child(lin, birth_day="2026-05-31")
    for vaccine in ("HepB", "BCG"):
        dose = {"vaccine": vaccine, "number": 1, "day": "2026-05-31"}
        assert lin.post(f"/children/{child_id}/doses", dose).status_code == 201

    doses = page_of(lin, child_id)["next_doses"]

    assert [each["key"] for each in doses] == ["dose:HepB:2"]
    assert doses[0]["from_day"] == "2026-06-30"


def test_a_term_child_has_no_corrected_age(lin):
    page = page_of(lin, add_child(lin, gestation_at_birth="38+2", weight_g=3200))

    assert (page["gestation_at_birth"], page["weight_g"]) == ("38+2", 3200)
    assert page["corrected"] is None


@pytest.mark.parametrize(
    ("born", "age", "is_in_use", "words"),
    [
        ("2026-01-10", "3个月13天", True, "矫正年龄"),
        ("2026-05-20", "还没到原来的预产期", True, "疫苗按实际年龄"),
        ("2023-05-10", "35个月", False, "实际年龄"),
    ],
    ids=["corrected", "before-the-due-day", "grown-out-of-it"],
)
def test_a_preterm_child_is_told_its_corrected_age(lin, born, age, is_in_use, words):
    page = page_of(lin, add_child(lin, birth_day=born, gestation_at_birth="34+2"))

    assert (page["corrected"]["age"], page["corrected"]["is_in_use"]) == (age, is_in_use)
    assert words in page["corrected"]["sentence"]
    assert "34周+2天" in page["corrected"]["sentence"]


def test_the_self_check_is_that_of_the_childs_age(lin):
    told = lin.get(f"/children/{add_child(lin)}/signs").json

    assert told["checklist"]["key"] == "signs_3m"
    assert len(told["checklist"]["signs"]) == 4
    assert "不是诊断" in told["checklist"]["advice"]
    assert told["checklist"]["is_corrected"] is False
    assert told["next"] == {"name": "6月龄", "from_day": "2026-07-10"}
    assert told["care"] == "child"


def test_a_preterm_child_is_checked_by_its_corrected_age(lin):
    child_id = add_child(lin, birth_day="2026-02-20", gestation_at_birth="34+0")

    told = lin.get(f"/children/{child_id}/signs").json

    assert told["checklist"] is None
    assert told["next"] == {"name": "3月龄", "from_day": "2026-07-03"}


def test_the_corrected_self_check_says_so(lin):
    child_id = add_child(lin, birth_day="2025-12-20", gestation_at_birth="34+0")

    checklist = lin.get(f"/children/{child_id}/signs").json["checklist"]

    assert (checklist["key"], checklist["is_corrected"]) == ("signs_3m", True)
