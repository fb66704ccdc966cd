"""JSON about the waiting list: joined when all is full, offers taken or refused, why not me."""

from datetime import timedelta

import pytest

from core.clock import beijing_moment
from tests import scene


@pytest.fixture
def full(hospital):
    """A clinic whose only place, on Wednesday at 08:30, is Mei's; and her appointment."""
    return hospital.full()


def wish(desk, **more):
    days = {"from_day": "2026-06-03", "to_day": "2026-06-03"}
    return {"clinic_id": desk.clinic.id} | days | more


@pytest.fixture
def waits(lin, full):
    """Lin waits for that place."""
    return lin.act("/waiting", wish(full[0]), key="wait-1").json


def test_who_waits_is_told_her_place_in_line(waits):
    assert (waits["state"], waits["position"], waits["offer"]) == ("waiting", 1, None)
    assert (waits["clinic"], waits["care_name"]) == ("产科普通门诊", "产前检查")
    assert waits["closes"] == "就诊前一天 23:00 停止候补"


def test_joining_again_with_the_same_key_is_the_same_entry(lin, full, waits):
    again = lin.act("/waiting", wish(full[0]), key="wait-1")

    assert (again.status_code, again.json) == (201, waits)
    assert lin.get("/waiting").json["items"] == [waits]


def test_waiting_twice_for_a_clinic_is_refused(lin, full, waits):
    answer = lin.act("/waiting", wish(full[0]), key="wait-2")

    assert (answer.status_code, answer.json["code"]) == (409, "booking.already_waiting")


def test_nobody_waits_where_a_place_is_free(lin, antenatal):
    answer = lin.act("/waiting", wish(antenatal))

    assert (answer.status_code, answer.json["code"]) == (409, "booking.place_free")
    assert answer.json["message"] == "6月3日 周三 08:30-09:00 还有号，不用候补，可以直接预约。"


@pytest.mark.parametrize("clinic_id", ["cln_none", "", "\x00"])
def test_a_clinic_that_is_not_there_is_not_waited_for(lin, clinic_id):
    body = {"clinic_id": clinic_id, "from_day": "2026-06-03", "to_day": "2026-06-03"}

    assert lin.act("/waiting", body).status_code == 404


@pytest.mark.parametrize("act", ["", "/wai_1/leave", "/wai_1/take", "/wai_1/refuse"])
def test_every_act_needs_a_key(lin, full, act):
    answer = lin.post(f"/waiting{act}", None if act else wish(full[0]))

    assert (answer.status_code, answer.json["code"]) == (400, "core.bad_request")


def test_a_freed_place_is_offered_and_taken(lin, full, waits, hospital, session):
    hospital.give_back(full[1])

    [told] = lin.get("/waiting").json["items"]
    taken = lin.act(f"/waiting/{waits['id']}/take").json

    assert told["state"] == "offered"
    assert (told["offer"]["when"], told["offer"]["until"]) == (
        "6月3日 周三 08:30-09:00",
        "6月1日 10:15",
    )
    assert (taken["id"], taken["state"]) == (told["offer"]["appointment_id"], "booked")
    assert lin.get("/waiting").json["items"] == []
    assert scene.taken(session, full[0].slots[0]) == 1


def test_an_offer_that_is_refused_goes_on_and_she_waits_on(lin, full, waits, hospital, session):
    hospital.give_back(full[1])

    answer = lin.act(f"/waiting/{waits['id']}/refuse").json

    assert (answer["state"], answer["offer"]) == ("waiting", None)
    assert scene.taken(session, full[0].slots[0]) == 0


def test_an_offer_that_ran_out_is_not_taken(signed, full, waits, hospital, clock):
    hospital.give_back(full[1])
    clock.move_on(timedelta(minutes=16))

    answer = signed("uoOA_lin").act(f"/waiting/{waits['id']}/take")

    assert (answer.status_code, answer.json["code"]) == (409, "booking.hold_expired")


def test_who_leaves_waits_no_more(lin, waits):
    answer = lin.act(f"/waiting/{waits['id']}/leave")

    assert (answer.status_code, answer.json) == (200, {"items": []})


@pytest.mark.parametrize("act", ["leave", "take", "refuse"])
def test_nobody_elses_wait_is_touched(mei, waits, act):
    assert mei.act(f"/waiting/{waits['id']}/{act}").status_code == 404


def test_why_not_me_is_answered(lin, full, waits, hospital):
    hospital.give_back(full[1])
    lin.act(f"/waiting/{waits['id']}/refuse")

    [answer] = lin.get(f"/waiting/{waits['id']}/why").json["items"][-1:]

    assert (answer["when"], answer["outcome"]) == ("6月3日 周三 08:30-09:00", "offered")
    assert answer["sentence"] == "这个号曾为您保留"


def test_why_not_me_of_somebody_else_is_not_told(mei, waits):
    assert mei.get(f"/waiting/{waits['id']}/why").status_code == 404


def test_a_list_that_has_closed_takes_nobody(signed, full, clock):
    clock.moment = beijing_moment(scene.WEDNESDAY - timedelta(days=1), hour=23)

    answer = signed("uoOA_lin").act("/waiting", wish(full[0]))

    assert (answer.status_code, answer.json["code"]) == (409, "booking.nothing_to_wait_for")
