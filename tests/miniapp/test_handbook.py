"""JSON about her handbook: dates read, opened, and the timeline."""

import re

import pytest
import sqlalchemy as sa

from handbook.models import Pregnancy
from tests import scene

OPENING = {"source": "last_period", "day": "2026-03-05"}


@pytest.mark.parametrize(
    ("text", "source", "last_period_day"),
    [
        ("末次月经3月5号", "last_period", "2026-03-05"),
        ("末次月经农历正月十七", "last_period", "2026-03-05"),
        ("预产期12月10日", "due_date", "2026-03-05"),
        ("怀孕12周4天", "gestation", "2026-03-05"),
    ],
)
def test_her_words_are_read_and_nothing_is_stored(mei, session, text, source, last_period_day):
    answer = mei.post("/datings/reading", {"text": text})

    assert answer.status_code == 200
    assert answer.json["source"] == source
    assert answer.json["last_period_day"] == last_period_day
    assert answer.json["edd_day"] == "2026-12-10"
    assert answer.json["gestation"] == "12周+4天"
    assert answer.json["source_label"]
    assert answer.json["sentence"]
    assert session.scalars(sa.select(Pregnancy)).all() == []


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        ("末次月经2026年7月1日", 409, "handbook.last_period_in_future"),
        ("怀孕45周", 409, "handbook.bad_gestation"),
        ("末次月经不记得", 400, "core.bad_request"),
        ("你好", 400, "core.bad_request"),
    ],
)
def test_words_that_cannot_be_read_or_be_true_are_refused(mei, text, status, code):
    answer = mei.post("/datings/reading", {"text": text})

    assert (answer.status_code, answer.json["code"]) == (status, code)


@pytest.mark.parametrize(
    ("sent", "label"),
    [
        (OPENING, "末次月经"),
        ({"source": "due_date", "day": "2026-12-10"}, "预产期"),
        ({"source": "gestation", "day": "2026-03-05"}, "孕周"),
    ],
    ids=["last-period", "due-date", "gestation"],
)
def test_confirmed_dates_open_the_handbook(lin, sent, label):
    answer = lin.post("/pregnancies", sent)

    assert answer.status_code == 201
    assert answer.json["state"] == "ongoing"
    assert answer.json["edd_day"] == "2026-12-10"
    assert answer.json["gestation"] == "12周+4天"
    assert answer.json["dating_source"] == label
    assert lin.get("/me").json["pregnancy"]["id"] == answer.json["id"]


def test_a_second_handbook_is_refused(lin, expecting):
    answer = lin.post("/pregnancies", OPENING)

    assert (answer.status_code, answer.json["code"]) == (409, "handbook.already_open")
    assert answer.json["message"].startswith("您已经有一份正在使用的孕期手册")


@pytest.mark.parametrize(
    ("day", "code"),
    [
        ("2026-07-01", "handbook.last_period_in_future"),
        ("2025-06-01", "handbook.pregnancy_too_long"),
        ("1900-01-01", "handbook.pregnancy_too_long"),
        ("2200-01-01", "handbook.last_period_in_future"),
    ],
)
def test_a_last_period_that_cannot_be_true_is_refused(lin, day, code):
    answer = lin.post("/pregnancies", {"source": "last_period", "day": day})

    assert (answer.status_code, answer.json["code"]) == (409, code)


@pytest.mark.parametrize("day", ["1900-01-01", "2200-01-01", "2025-01-01", "2028-01-01"])
def test_a_due_day_that_cannot_be_true_is_refused(lin, day):
    answer = lin.post("/pregnancies", {"source": "due_date", "day": day})

    assert answer.status_code == 409
    assert answer.json["code"].startswith("handbook.due_day")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("source", ["last_period", "due_date", "gestation"])
def test_a_day_at_the_end_of_time_is_no_day_of_hers(lin, source, day):
    answer = lin.post("/pregnancies", {"source": source, "day": day})

    assert (answer.status_code, answer.json["code"]) == (422, "core.bad_request")


def test_the_timeline_of_nobody_in_particular_is_empty(mei):
    assert mei.get("/timeline").json == {
        "state": "none", "pregnancy": None, "items": [], "page": None, "note": "", "weight": None
    }  # fmt: skip


def test_the_timeline_tells_each_items_days_reason_and_source(lin, expecting):
    timeline = lin.get("/timeline").json

    scan = next(one for one in timeline["items"] if "NT" in one["name"])
    assert timeline["state"] == "ongoing"
    assert (scan["from_day"], scan["to_day"]) == ("2026-05-21", "2026-06-10")
    assert scan["status"] == "open"
    assert "末次月经2026年3月5日" in scan["reason"]
    assert scan["source"].startswith("《")
    assert scan["care"] == "ultrasound"
    assert {one["status"] for one in timeline["items"]} == {"open", "coming"}


def test_the_timeline_tells_which_items_are_booked(lin, expecting, database, cast):
    with database.transaction() as session:
        scans = scene.desk(session, cast.hospital, care="ultrasound", name="产科超声室")
    scan = next(one for one in lin.get("/timeline").json["items"] if "NT" in one["name"])

    booked = lin.book(scans.slots[0].id, item_key=scan["key"]).json

    items = {one["key"]: one["appointment_id"] for one in lin.get("/timeline").json["items"]}
    assert items[scan["key"]] == booked["id"]


def test_after_a_loss_there_is_only_a_gentle_page(lin, database, cast):
    with database.transaction() as session:
        scene.bereaved(session, scene.expecting(session, cast.mother))

    timeline, me = lin.get("/timeline"), lin.get("/me").json

    assert timeline.json["state"] == "ended"
    assert timeline.json["items"] == []
    assert timeline.json["pregnancy"] is None
    assert timeline.json["page"]["phone"] == "010-55550100"
    assert not re.search(r"\d+周|预产期|2026-\d\d-\d\d", timeline.text)
    assert (me["pregnancy"]["edd_day"], me["pregnancy"]["gestation"]) == (None, None)


def test_after_a_birth_the_timeline_says_so(lin, database, cast):
    with database.transaction() as session:
        scene.delivered(session, scene.expecting(session, cast.mother))

    timeline = lin.get("/timeline").json

    assert timeline["state"] == "delivered"
    assert timeline["pregnancy"]["gestation"] is None
