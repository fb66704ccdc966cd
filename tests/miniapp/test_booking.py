"""JSON about appointments: what can be booked, when, and hers."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from booking.models import Appointment, Care
from booking.models_supply import Clinic
from core.clock import beijing_moment
from tests import scene


def appointments(session):
    return session.scalars(sa.select(Appointment)).all()


def test_what_can_be_booked_is_told_with_what_it_is(mei, antenatal, database, cast):
    with database.transaction() as session:
        scene.desk(session, cast.hospital, care=Care.OGTT, name="糖耐量检查室")

    items = mei.get("/care").json["items"]

    assert [one["name"] for one in items] == ["产前检查", "糖耐量检查"]
    assert [one for one in items if not one["about"]] == []


def test_days_and_times_are_told(mei, antenatal):
    [day] = mei.get("/slots", care="antenatal").json["days"]

    assert (day["day"], day["weekday"], day["label"], day["free"]) == (
        "2026-06-03", "三", "6月3日", 8
    )  # fmt: skip
    assert [one["time"] for one in day["slots"]] == ["08:30-09:00", "09:00-09:30"]
    assert day["slots"][0]["starts_at"] == "2026-06-03T08:30:00+08:00"
    assert day["slots"][0]["clinic"] == "产科普通门诊"


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ({"from_day": "2026-06-03", "days": "1"}, 1),
        ({"from_day": "2026-06-04"}, 0),
        ({"days": "1"}, 0),
        ({"from_day": "2026-05-01", "days": "31"}, 0),
    ],
    ids=["that-day", "the-day-after", "today-only", "long-ago"],
)
def test_only_the_days_asked_for_are_told(mei, antenatal, query, days):
    assert len(mei.get("/slots", care="antenatal", **query).json["days"]) == days


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"care": "surgery"},
        {"care": "antenatal", "days": "0"},
        {"care": "antenatal", "days": "32"},
        {"care": "antenatal", "from_day": "soon"},
        {"care": "antenatal", "more": "1"},
    ],
    ids=["no-care", "other-care", "no-day", "too-many", "no-date", "unknown"],
)
def test_a_question_in_another_shape_is_refused(mei, query):
    answer = mei.get("/slots", **query)

    assert answer.status_code == 422
    assert answer.json["code"] == "core.bad_request"


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_at_the_end_of_time_is_refused(mei, day):
    assert mei.get("/slots", care="antenatal", from_day=day).status_code == 422


def test_a_slot_of_another_hospital_is_not_shown(mei, database, cast):
    with database.transaction() as session:
        scene.desk(session, cast.other_hospital)

    assert mei.get("/slots", care="antenatal").json["days"] == []


def test_a_booked_place_is_told_with_all_she_needs_on_the_day(lin, booked, antenatal):
    assert booked["state"] == "booked"
    assert booked["when"] == "6月3日 周三 08:30-09:00"
    assert booked["place"] == "测试第一妇幼保健院 门诊楼3层301室"
    assert booked["care_name"] == "产前检查"
    assert booked["preparation"].startswith("请带好身份证")
    assert booked["may_cancel"] is True
    assert int(booked["number"]) > 1_000


def test_the_same_key_again_is_the_same_appointment(lin, booked, antenatal, session):
    again = lin.book(antenatal.slots[0].id)

    assert (again.status_code, again.json) == (201, booked)
    assert len(appointments(session)) == 1


def test_the_same_key_of_somebody_else_is_another_appointment(mei, booked, antenatal, session):
    hers = mei.book(antenatal.slots[0].id)

    assert hers.status_code == 201
    assert hers.json["id"] != booked["id"]
    assert len(appointments(session)) == 2


@pytest.mark.parametrize("key", ["", "k" * 81])
def test_a_booking_needs_a_key(lin, antenatal, key):
    answer = lin.book(antenatal.slots[0].id, key=key)

    assert (answer.status_code, answer.json["code"]) == (400, "core.bad_request")


def test_a_full_slot_is_refused(lin, database, cast):
    with database.transaction() as session:
        small = scene.desk(session, cast.hospital, places=1)
        scene.booked(session, cast.newcomer, small.slots[0], hospital=cast.hospital)

    answer = lin.book(small.slots[0].id)

    assert (answer.status_code, answer.json["code"]) == (409, "booking.slot_full")
    assert answer.json["message"] == "这个时段已经约满了，请选择其他时段。"


def test_a_slot_that_begins_too_soon_is_refused(lin, antenatal, clock):
    clock.moment = beijing_moment(scene.WEDNESDAY, hour=8, minute=1)

    answer = lin.book(antenatal.slots[0].id)

    assert (answer.status_code, answer.json["code"]) == (409, "booking.slot_past")


def test_two_visits_at_the_same_time_are_refused(lin, booked, database, cast):
    with database.transaction() as session:
        scans = scene.desk(session, cast.hospital, care=Care.ULTRASOUND, name="产科超声室")

    answer = lin.book(scans.slots[0].id, key="key-2")

    assert (answer.status_code, answer.json["code"]) == (409, "booking.overlapping")


@pytest.mark.parametrize("slot_id", ["slt_none", "", "'; --", "\x00"])
def test_a_slot_that_is_not_there_is_not_booked(lin, slot_id):
    assert lin.book(slot_id).status_code in {400, 404}


def test_a_slot_of_another_hospital_is_not_there(lin, database, cast):
    with database.transaction() as session:
        elsewhere = scene.desk(session, cast.other_hospital)

    assert lin.book(elsewhere.slots[0].id).status_code == 404


def test_a_slot_of_a_closed_clinic_is_not_there(lin, antenatal, database):
    with database.transaction() as session:
        session.get_one(Clinic, antenatal.clinic.id).is_open = False

    assert lin.book(antenatal.slots[0].id).status_code == 404


def test_an_item_that_is_not_on_her_timeline_is_not_taken_from_the_client(
    lin, expecting, antenatal, session
):
    lin.book(antenatal.slots[0].id, item_key="vaccination-of-a-cat")

    [appointment] = appointments(session)
    assert appointment.item_key != "vaccination-of-a-cat"


def test_what_stands_is_listed_before_what_is_over(lin, booked, antenatal):
    second = lin.book(antenatal.slots[1].id, key="key-2").json
    lin.act(f"/appointments/{booked['id']}/cancel")

    listed = lin.get("/appointments").json["items"]

    assert [one["id"] for one in listed] == [second["id"], booked["id"]]
    assert [one["may_cancel"] for one in listed] == [True, False]


def test_old_appointments_leave_the_list_after_a_month(signed, booked, clock):
    clock.move_on(timedelta(days=33))

    assert signed("uoOA_lin").get("/appointments").json["items"] == []


def test_nobody_elses_are_listed(mei, booked):
    assert mei.get("/appointments").json["items"] == []


def test_a_cancelled_appointment_gives_its_place_back(lin, booked, antenatal, session):
    answer = lin.act(f"/appointments/{booked['id']}/cancel")

    assert answer.status_code == 200
    assert (answer.json["state"], answer.json["may_cancel"]) == ("cancelled", False)
    assert scene.taken(session, antenatal.slots[0]) == 0


def test_an_appointment_is_cancelled_once(lin, booked, antenatal, session):
    lin.act(f"/appointments/{booked['id']}/cancel")

    again = lin.act(f"/appointments/{booked['id']}/cancel", key="act-2")

    assert (again.status_code, again.json["code"]) == (409, "booking.not_this_step")
    assert scene.taken(session, antenatal.slots[0]) == 0


def test_too_late_to_cancel_is_told_with_the_hour_until_which_it_could(lin, booked, clock):
    clock.moment = beijing_moment(scene.WEDNESDAY, hour=7)

    answer = lin.act(f"/appointments/{booked['id']}/cancel")

    assert (answer.status_code, answer.json["code"]) == (409, "booking.too_late_to_cancel")
    assert answer.json["details"] == {
        "until": "2026-06-02T03:00:00+00:00", "said": "6月2日 11:00"
    }  # fmt: skip


@pytest.mark.parametrize("whose", ["hers", "nobodys"])
def test_what_is_not_hers_is_not_there(mei, booked, session, whose):
    known = {"hers": booked["id"], "nobodys": "apt_none"}

    answer = mei.act(f"/appointments/{known[whose]}/cancel")

    assert answer.status_code == 404
    assert answer.json == {
        "code": "core.not_found", "message": "没有找到这项内容，可能已被移除。", "details": {}
    }  # fmt: skip
    assert appointments(session)[0].cancelled_at is None
