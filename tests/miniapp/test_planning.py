"""JSON before a pregnancy, and of a handbook that the hospital made on paper."""

import json
import re

import pytest

from accounts.actions import set_phone
from accounts.models import Person
from handbook.roster.actions import import_roster
from handbook.roster.linking import answer_claim, claims_in
from handbook.roster.models import ClaimState
from handbook.roster.rows import Row
from handbook.timeline import read_dating
from scheduler.union import unite_seen
from tests import scene, world

PHONE = "13800001111"
OPENING = {"source": "last_period", "day": "2026-03-05"}
DATE = re.compile(r"2026-|2027-|\d+月\d+日|预产期")


@pytest.fixture
def paper(database, cast):
    """The handbook of 王小云, of whom only a roster knows; Mei has her number."""
    reading = read_dating(source="last_period", day=scene.LAST_PERIOD, today=scene.TODAY)
    row = Row(2, "王小云", PHONE, reading, None, "", "")
    with database.transaction() as session:
        (pregnancy,) = import_roster(session, staff=cast.care_worker, rows=[row], now=world.NOW)
        mei = session.get_one(Person, cast.newcomer.id)
        set_phone(session, person=mei, phone=PHONE, now=world.NOW)
    return pregnancy


@pytest.fixture
def desk_links(database, cast):
    """Staff confirm every claim, and the two persons become one."""

    def link():
        with database.transaction() as session:
            for claim in claims_in(session, hospital_id=cast.hospital.id):
                answer_claim(
                    session, staff=cast.care_worker, claim_id=claim.id, answer=ClaimState.LINKED,
                    now=world.NOW,
                )  # fmt: skip
            unite_seen(session, now=world.NOW)

    return link


def test_at_first_she_plans_nothing(lin):
    assert lin.get("/planning").json == {"state": "none", "since_day": None, "items": []}


def test_a_planning_says_what_to_do_and_no_day_of_a_pregnancy(lin):
    answer = lin.post("/planning")

    assert answer.status_code == 201
    assert answer.json["since_day"] == "2026-06-01"
    assert [item["key"] for item in answer.json["items"]] == ["folic_acid", "prepregnancy_check"]
    assert all(item["source"] for item in answer.json["items"])
    assert not DATE.search(json.dumps(answer.json["items"], ensure_ascii=False))
    assert lin.get("/planning").json == answer.json
    assert lin.get("/timeline").json["state"] == "none"


def test_without_her_consent_no_planning_is_kept(mei):
    answer = mei.post("/planning")

    assert (answer.status_code, answer.json["code"]) == (409, "accounts.consent_needed")


def test_a_dating_ends_the_planning_in_a_pregnancy(lin):
    lin.post("/planning")

    lin.post("/pregnancies", OPENING)

    assert lin.get("/planning").json["state"] == "none"
    assert lin.get("/timeline").json["state"] == "ongoing"


def test_she_may_end_her_planning(lin):
    lin.post("/planning")

    assert lin.post("/planning/close").json["state"] == "none"
    assert lin.get("/planning").json["state"] == "none"
    assert lin.post("/planning/close").status_code == 409


def test_nobody_claims_at_first(mei):
    assert mei.get("/me/handbook-claim").json == {"state": None}


def test_number_and_name_find_the_handbook_and_staff_are_asked(mei, paper):
    answer = mei.post("/me/handbook-claim", {"name": "王小云"})

    assert answer.json == {"state": "waiting"}
    assert mei.get("/me/handbook-claim").json == {"state": "waiting"}
    assert mei.get("/timeline").json["state"] == "none"


@pytest.mark.parametrize("name", ["李小云", "王小"])
def test_another_name_is_answered_like_no_handbook(mei, paper, name):
    assert mei.post("/me/handbook-claim", {"name": name}).json == {"state": "not_found"}
    assert mei.get("/me/handbook-claim").json == {"state": None}


def test_tries_are_counted_though_nothing_is_found(mei, paper):
    answers = [mei.post("/me/handbook-claim", {"name": "别人"}).status_code for _ in range(4)]

    assert answers == [200, 200, 200, 429]


def test_without_her_number_there_is_no_claim(mei):
    answer = mei.post("/me/handbook-claim", {"name": "王小云"})

    assert (answer.status_code, answer.json["code"]) == (409, "handbook.no_phone_yet")


def test_once_linked_the_handbook_is_hers_and_messages_are_asked_of_her(desk_links, mei, paper):
    mei.post("/me/handbook-claim", {"name": "王小云"})

    desk_links()

    me = mei.get("/me").json
    given = {one["purpose"]: one["given"] for one in me["consents"]}
    assert mei.get("/timeline").json["state"] == "ongoing"
    assert me["person"]["name"] == "王小云"
    assert (given["handbook"], given["messages"]) == (True, False)


def test_a_code_for_the_desk_is_given_with_its_time(mei):
    answer = mei.post("/me/link-code")

    assert answer.status_code == 201
    assert re.fullmatch(r"\d{8}", answer.json["code"])
    assert answer.json["minutes"] == 10


def test_who_keeps_a_handbook_herself_gets_no_code(lin, expecting):
    assert lin.post("/me/link-code").json["code"] == "handbook.has_own_handbook"
