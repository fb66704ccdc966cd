"""JSON about what was done: reported by a family, confirmed by staff, taken back."""

from datetime import date

import pytest

from accounts.models import Purpose, Staff, SubjectKind
from accounts.rules import Actor
from handbook.actions_records import Given, confirm_dose, confirm_visit
from handbook.queries import pregnancy_of
from handbook.queries_children import child_in
from handbook.telling import Seen
from tests import scene
from tests.miniapp.family import add_child, agree, item_of, stand_of
from tests.world import NOW

pytestmark = pytest.mark.slow  # each asks the whole program several times

NT = "nt"
TODAY = "2026-06-01"
PAST = "2026-05-20"


def staff_of(cast) -> Actor:
    member: Staff = cast.care_worker
    return Actor(SubjectKind.STAFF, member.id)


def confirm_item(database, cast, key, day):
    with database.transaction() as session:
        confirm_visit(
            session, subject=pregnancy_of(session, person_id=cast.mother.id), item_key=key,
            seen=Seen(day), actor=staff_of(cast), now=NOW,
        )  # fmt: skip


def confirm_dtap(database, cast, child_id, day):
    with database.transaction() as session:
        confirm_dose(
            session, child=child_in(session, child_id=child_id, hospital_id=cast.hospital.id),
            given=Given("DTaP", 1, Seen(day)), actor=staff_of(cast), now=NOW,
        )  # fmt: skip


def report(signed, key, day=PAST, place=""):
    return signed.post("/pregnancies/visits", {"item_key": key, "day": day, "place": place})


def open_key(signed):
    """Return the key of an item she can report now."""
    items = signed.get("/timeline").json["items"]
    return next(item["key"] for item in items if item["standing"] == "window_open")


def test_every_item_tells_where_it_stands_and_whether_everybody_needs_it(lin, expecting):
    items = lin.get("/timeline").json["items"]

    assert {item["need"] for item in items} <= {"required", "offered", "indicated"}
    assert [item for item in items if item["need"] == "indicated" and not item["only_for"]] == []
    assert {"due", "window_open"} <= {item["standing"] for item in items}
    assert [item for item in items if item["standing"] and not item["standing_reason"]] == []


def test_what_is_still_to_come_cannot_have_been_done(lin, expecting):
    items = lin.get("/timeline").json["items"]

    assert {item["may_report"] for item in items if item["standing"] == "due"} == {False}
    assert {item["may_report"] for item in items if item["standing"] == "window_open"} == {True}


def test_what_she_says_was_done_is_shown_as_her_own_word(lin, expecting):
    key = open_key(lin)

    written = report(lin, key, place="市第一医院")

    item = item_of(lin, key)
    assert written.status_code == 201
    assert (item["standing"], item["reported_day"]) == ("done", PAST)
    assert (item["confirmed_day"], item["may_report"]) == (None, False)
    assert item["record_id"] == written.json["id"]
    assert "医院还没有确认" in item["standing_reason"]


def test_what_she_said_can_be_taken_back(lin, expecting):
    key = open_key(lin)
    record_id = report(lin, key).json["id"]

    taken = lin.post(f"/pregnancies/records/{record_id}/withdraw", {})

    item = item_of(lin, key)
    assert taken.status_code == 204
    assert (item["standing"], item["reported_day"], item["record_id"]) == (
        "window_open",
        None,
        None,
    )
    assert lin.post(f"/pregnancies/records/{record_id}/withdraw", {}).status_code == 404


def test_what_staff_confirmed_looks_different_and_stays(lin, expecting, database, cast):
    key = open_key(lin)
    record_id = report(lin, key).json["id"]
    confirm_item(database, cast, key, date.fromisoformat(PAST))

    item = item_of(lin, key)
    refused = lin.post(f"/pregnancies/records/{record_id}/withdraw", {})

    assert (item["confirmed_day"], item["record_id"]) == (PAST, None)
    assert "医务人员已确认" in item["standing_reason"]
    assert (refused.status_code, refused.json["code"]) == (409, "handbook.confirmed_by_staff")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"day": "2026-06-02"}, 409, "handbook.day_out_of_range"),
        ({"day": "2020-01-01"}, 409, "handbook.day_out_of_range"),
        ({"item_key": "no-such-item"}, 409, "handbook.no_such_item"),
        ({"day": "昨天"}, 422, "core.bad_request"),
        ({"place": "x" * 61}, 422, "core.bad_request"),
        ({"more": 1}, 422, "core.bad_request"),
    ],
    ids=["to-come", "before-the-pregnancy", "no-item", "no-day", "long-place", "more"],
)
def test_a_report_that_cannot_be_is_refused(lin, expecting, body, status, code):
    refused = lin.post("/pregnancies/visits", {"item_key": open_key(lin), "day": PAST} | body)

    assert (refused.status_code, refused.json["code"]) == (status, code)


def test_the_same_report_twice_is_refused(lin, expecting):
    key = open_key(lin)
    report(lin, key)

    assert report(lin, key).json["code"] == "handbook.already_recorded"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/pregnancies/visits", {"item_key": NT, "day": PAST}),
        ("/pregnancies/measurements", {"day": PAST, "values": {"mother_weight": "55"}}),
        ("/pregnancies/records/vis_1/withdraw", {}),
    ],
    ids=["visit", "measurement", "withdraw"],
)
def test_after_a_loss_nothing_can_be_recorded(lin, expecting, database, cast, path, body):
    with database.transaction() as session:
        scene.bereaved(session, pregnancy_of(session, person_id=cast.mother.id))

    refused = lin.post(path, body)

    assert (refused.status_code, refused.json["code"]) == (404, "core.not_found")
    assert lin.get("/pregnancies/weight").status_code == 404


def test_without_a_pregnancy_there_is_nothing_to_record(mei):
    assert report(mei, NT).status_code == 404
    assert mei.get("/pregnancies/weight").status_code == 404


def test_another_womans_record_is_not_hers_to_take_back(lin, mei, expecting):
    key = open_key(lin)
    record_id = report(lin, key).json["id"]
    agree(mei, Purpose.HANDBOOK)
    opened = mei.post("/pregnancies", {"source": "last_period", "day": "2026-03-05"})

    refused = mei.post(f"/pregnancies/records/{record_id}/withdraw", {})

    assert (opened.status_code, refused.status_code) == (201, 404)
    assert item_of(lin, key)["record_id"] == record_id


def test_a_dose_told_by_a_parent_moves_the_next_one(lin):
    child_id = add_child(lin)
    before = stand_of(lin, child_id, "dose:DTaP:2")["from_day"]

    told = lin.post(
        f"/children/{child_id}/doses", {"vaccine": "DTaP", "number": 1, "day": "2026-03-12"}
    )

    first, second = (stand_of(lin, child_id, f"dose:DTaP:{number}") for number in (1, 2))
    assert told.status_code == 201
    assert (first["standing"], first["reported_day"]) == ("done", "2026-03-12")
    assert first["record_id"] == told.json["id"]
    assert second["from_day"] < before


def test_only_the_first_missing_dose_of_a_series_can_be_told(lin):
    child_id = add_child(lin, birth_day="2024-01-10")

    before = [stand_of(lin, child_id, f"dose:HepB:{number}")["may_report"] for number in (1, 2)]
    lin.post(f"/children/{child_id}/doses", {"vaccine": "HepB", "number": 1, "day": "2024-01-10"})
    after = [stand_of(lin, child_id, f"dose:HepB:{number}")["may_report"] for number in (1, 2)]

    assert before == [True, False]
    assert after == [False, True]


def test_a_dose_told_wrong_is_taken_back(lin):
    child_id = add_child(lin)
    dose = {"vaccine": "DTaP", "number": 1, "day": "2026-03-12"}
    record_id = lin.post(f"/children/{child_id}/doses", dose).json["id"]

    taken = lin.post(f"/children/{child_id}/records/{record_id}/withdraw", {})

    assert taken.status_code == 204
    assert stand_of(lin, child_id, "dose:DTaP:1")["standing"] == "window_open"


def test_a_dose_that_staff_confirmed_cannot_be_taken_back(lin, database, cast):
    child_id = add_child(lin)
    confirm_dtap(database, cast, child_id, date(2026, 3, 12))

    stand = stand_of(lin, child_id, "dose:DTaP:1")

    assert (stand["reported_day"], stand["confirmed_day"]) == (None, "2026-03-12")
    assert stand["record_id"] is None


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"vaccine": "none"}, "handbook.no_such_item"),
        ({"number": 9}, "handbook.no_such_item"),
        ({"day": "2025-12-31"}, "handbook.day_out_of_range"),
        ({"day": "2026-06-02"}, "handbook.day_out_of_range"),
    ],
    ids=["no-vaccine", "no-dose", "before-birth", "to-come"],
)
def test_a_dose_that_cannot_be_is_refused(lin, body, code):
    child_id = add_child(lin)
    dose = {"vaccine": "DTaP", "number": 1, "day": "2026-03-12"}

    refused = lin.post(f"/children/{child_id}/doses", dose | body)

    assert (refused.status_code, refused.json["code"]) == (409, code)


def test_a_visit_of_a_child_is_told_and_taken_back(lin):
    child_id = add_child(lin)

    told = lin.post(f"/children/{child_id}/visits", {"item_key": "c03", "day": "2026-04-15"})
    stand = stand_of(lin, child_id, "c03")
    taken = lin.post(f"/children/{child_id}/records/{told.json['id']}/withdraw", {})

    assert (told.status_code, stand["standing"]) == (201, "done")
    assert (stand["record_id"], stand["may_report"]) == (told.json["id"], False)
    assert taken.status_code == 204
    assert stand_of(lin, child_id, "c03")["standing"] != "done"


def test_a_sibling_is_not_touched(lin):
    elder, younger = add_child(lin, birth_day="2025-12-01"), add_child(lin)

    lin.post(f"/children/{elder}/visits", {"item_key": "c03", "day": "2026-04-15"})

    assert stand_of(lin, younger, "c03")["standing"] != "done"


def test_a_self_check_is_never_reported(lin):
    stand = stand_of(lin, add_child(lin), "signs_3m")

    assert (stand["kind"], stand["may_report"], stand["care"]) == ("checklist", False, None)
