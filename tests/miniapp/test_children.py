"""JSON about children: added with consent, seen by those who look after them, and their list."""

from datetime import date

import pytest
import sqlalchemy as sa

from accounts.models import Person
from booking.models import Appointment, Care
from handbook.actions_births import record_delivery
from handbook.actions_children import add_guardian, end_guardianship, move_away, record_death
from handbook.births import Delivery
from handbook.models_lives import Child, GuardianKind
from handbook.queries import pregnancy_of
from handbook.queries_children import child_in
from tests import scene
from tests.miniapp.family import BORN, add_child, agree, page_of, stand_of
from tests.world import NOW

pytestmark = pytest.mark.slow  # each asks the whole program several times

VISIT = "c03"


def child_row(session, cast, child_id):
    return child_in(session, child_id=child_id, hospital_id=cast.hospital.id)


def bury(database, cast, child_id):
    with database.transaction() as session:
        record_death(
            session, child=child_row(session, cast, child_id), day=scene.TODAY, note="",
            actor=scene.HOSPITAL_PROGRAM, now=NOW,
        )  # fmt: skip


def keys(page, group):
    found = [each for each in page["groups"] if each["key"] == group]
    return [item["key"] for each in found for item in each["items"]]


def test_a_child_is_added_with_consent_and_listed(lin):
    child_id = add_child(lin)

    listed = lin.get("/children").json["items"]

    assert listed == [
        {
            "id": child_id, "name": "小满", "sex": "female", "birth_day": BORN, "birth_rank": 1,
            "age": "4个月22天", "state": "living",
        }
    ]  # fmt: skip
    assert lin.get("/me").json["children"] == listed


def test_nothing_of_a_child_is_kept_without_consent(lin, session):
    refused = lin.post("/children", {"birth_day": BORN, "kind": "mother"})

    assert (refused.status_code, refused.json["code"]) == (409, "accounts.consent_needed")
    assert refused.json["details"] == {"purpose": "child_record"}
    assert session.scalars(sa.select(Child)).all() == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"birth_day": "2026-06-02"}, "handbook.child_age_out_of_range"),
        ({"birth_day": "2000-01-01"}, "handbook.child_age_out_of_range"),
        ({"gestation_at_birth": "12+0"}, "handbook.birth_day_out_of_range"),
        ({"weight_g": 20}, "handbook.measurement_out_of_range"),
    ],
    ids=["unborn", "grown-up", "too-early", "too-light"],
)
def test_a_child_that_cannot_be_is_refused(lin, body, code):
    agree(lin)

    refused = lin.post("/children", {"birth_day": BORN, "kind": "mother"} | body)

    assert (refused.status_code, refused.json["code"]) == (409, code)
    assert lin.get("/children").json["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"gestation_at_birth": "38周"},
        {"gestation_at_birth": "38+9"},
        {"kind": "aunt"},
        {"sex": "x"},
        {"name": ""},
        {"rank": 0},
        {"more": 1},
    ],
)
def test_a_child_in_another_shape_is_refused(lin, body):
    agree(lin)

    refused = lin.post("/children", {"birth_day": BORN, "kind": "mother"} | body)

    assert (refused.status_code, refused.json["code"]) == (422, "core.bad_request")


def test_the_same_child_twice_is_one(lin):
    add_child(lin)

    again = lin.post("/children", {"birth_day": BORN, "kind": "mother"})

    assert again.json["code"] == "handbook.child_known"


def test_twins_are_told_apart_by_their_rank(lin):
    add_child(lin, name=None)
    add_child(lin, name=None, rank=2)

    assert [one["birth_rank"] for one in lin.get("/children").json["items"]] == [1, 2]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "", None),
        ("get", "/signs", None),
        ("get", "/growth", None),
        ("post", "/visits", {"item_key": VISIT, "day": "2026-05-01"}),
        ("post", "/doses", {"vaccine": "DTaP", "number": 1, "day": "2026-05-01"}),
        ("post", "/measurements", {"kind": "weight", "value": "6.1", "day": "2026-05-01"}),
        ("post", "/records/vis_1/withdraw", {}),
    ],
)
def test_another_familys_child_is_not_there(lin, mei, method, path, body):
    child_id = add_child(lin)
    agree(mei)
    arguments = () if body is None else (body,)

    refused = getattr(mei, method)(f"/children/{child_id}{path}", *arguments)

    assert (refused.status_code, refused.json["code"]) == (404, "core.not_found")
    assert mei.get("/children").json["items"] == []


def test_somebody_who_no_longer_looks_after_a_child_sees_nothing_of_it(lin, mei, database, cast):
    child_id = add_child(lin)
    with database.transaction() as session:
        child = child_row(session, cast, child_id)
        mother = session.get_one(Person, cast.mother.id)
        father = session.get_one(Person, cast.newcomer.id)
        actor = scene.her(mother)
        add_guardian(
            session, child=child, person=father, kind=GuardianKind.FATHER, actor=actor, now=NOW
        )
    assert mei.get(f"/children/{child_id}").status_code == 200

    with database.transaction() as session:
        child = child_row(session, cast, child_id)
        end_guardianship(session, child=child, person_id=cast.newcomer.id, actor=actor, now=NOW)

    assert mei.get(f"/children/{child_id}").status_code == 404
    assert lin.get(f"/children/{child_id}").status_code == 200


def test_a_child_whose_consent_was_taken_back_is_closed(lin):
    child_id = add_child(lin)
    agree(lin, decision="withdraw")

    refused = [lin.get(f"/children/{child_id}{path}") for path in ("", "/signs", "/growth")]

    assert {each.status_code for each in refused} == {409}
    assert {each.json["code"] for each in refused} == {"handbook.child_consent_needed"}


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


def test_a_visit_booked_for_a_child_names_it_and_is_shown(lin, session, cast, database):
    child_id = add_child(lin)
    with database.transaction() as writing:
        desk = scene.desk(writing, cast.hospital, care=Care.VACCINATION)
    stand = stand_of(lin, child_id, "dose:DTaP:1")

    booked = lin.book(desk.slots[0].id, item_key=stand["item_key"])

    assert booked.status_code == 201
    kept = session.scalars(sa.select(Appointment.item_key)).all()
    assert kept == [f"{child_id}:dose:DTaP:1"]
    shown = stand_of(lin, child_id, "dose:DTaP:1")
    assert (shown["standing"], shown["appointment_id"]) == ("booked", booked.json["id"])


@pytest.mark.parametrize("wished", ["chd_of_others:dose:DTaP:1", "{id}:dose:none:1", "{id}:c03"])
def test_an_item_that_is_not_on_a_childs_list_is_not_booked(lin, session, cast, database, wished):
    child_id = add_child(lin)
    with database.transaction() as writing:
        desk = scene.desk(writing, cast.hospital, care=Care.VACCINATION)

    booked = lin.book(desk.slots[0].id, item_key=wished.format(id=child_id))

    assert booked.status_code == 201
    assert session.scalars(sa.select(Appointment.item_key)).all() == [None]
