"""JSON about one appointment: held, confirmed, given up, moved, checked in, in a calendar."""

from datetime import datetime, timedelta

import pytest
from icalendar import Calendar

from booking.attendance.check_in_codes import appointment_of_code
from booking.errors import NotTheDay
from booking.models import Care
from booking.models_supply import Clinic, Doctor
from core.clock import beijing_moment
from core.errors import NotFound
from tests import scene


@pytest.fixture
def held(lin, antenatal):
    """A place that is held for Lin, on Wednesday at 08:30."""
    return lin.act("/holds", {"slot_id": antenatal.slots[0].id}, key="hold-1").json


def test_a_place_is_held_for_some_minutes(held, antenatal, session):
    assert (held["state"], held["state_name"]) == ("held", "为您保留中")
    assert held["expires_at"] == "2026-06-01T10:15:00+08:00"
    assert scene.taken(session, antenatal.slots[0]) == 1


def test_holding_again_with_the_same_key_is_the_same_hold(lin, held, antenatal, session):
    again = lin.act("/holds", {"slot_id": antenatal.slots[0].id}, key="hold-1")

    assert (again.status_code, again.json) == (201, held)
    assert scene.taken(session, antenatal.slots[0]) == 1


def test_a_held_place_is_confirmed(lin, held):
    booked = lin.act(f"/appointments/{held['id']}/confirm").json

    assert (booked["id"], booked["state"], booked["expires_at"]) == (held["id"], "booked", None)
    assert booked["cancel_until"] == "6月2日 11:00"


def test_a_held_place_that_she_leaves_is_free_again(lin, held, antenatal, session):
    gone = lin.act(f"/appointments/{held['id']}/cancel").json

    assert gone["state"] == "cancelled"
    assert scene.taken(session, antenatal.slots[0]) == 0


def test_a_hold_that_ran_out_is_not_confirmed(signed, held, clock):
    clock.move_on(timedelta(minutes=16))

    answer = signed("uoOA_lin").act(f"/appointments/{held['id']}/confirm")

    assert (answer.status_code, answer.json["code"]) == (409, "booking.hold_expired")


def test_an_appointment_is_moved_in_one_act(lin, booked, antenatal, session):
    moved = lin.act(f"/appointments/{booked['id']}/move", {"slot_id": antenatal.slots[1].id}).json

    assert (moved["state"], moved["when"]) == ("booked", "6月3日 周三 09:00-09:30")
    assert [scene.taken(session, one) for one in antenatal.slots] == [0, 1]
    old = lin.get(f"/appointments/{booked['id']}").json
    assert (old["state"], old["moved_to"]) == ("moved", moved["id"])


def test_a_move_that_is_repeated_returns_the_same_appointment(lin, booked, antenatal):
    path, body = f"/appointments/{booked['id']}/move", {"slot_id": antenatal.slots[1].id}
    first = lin.act(path, body)

    again = lin.act(path, body)

    assert again.json == first.json


def test_a_move_into_a_full_slot_changes_nothing(lin, booked, hospital):
    full, _ = hospital.full()

    answer = lin.act(f"/appointments/{booked['id']}/move", {"slot_id": full.slots[0].id})

    assert (answer.status_code, answer.json["code"]) == (409, "booking.slot_full")
    assert lin.get(f"/appointments/{booked['id']}").json["state"] == "booked"


@pytest.mark.parametrize("act", ["confirm", "cancel", "move", "move-rest"])
def test_every_act_needs_a_key(lin, booked, antenatal, act):
    body = {"slot_id": antenatal.slots[1].id} if act == "move" else None

    answer = lin.post(f"/appointments/{booked['id']}/{act}", body)

    assert (answer.status_code, answer.json["code"]) == (400, "core.bad_request")


@pytest.mark.parametrize(
    ("page", "query"),
    [("", {}), ("/check-in-code", {}), ("/calendar.ics", {}), ("/neighbours", {"care": "child"})],
    ids=["itself", "code", "calendar", "neighbours"],
)
def test_nobody_elses_appointment_is_told(mei, booked, page, query):
    assert mei.get(f"/appointments/{booked['id']}{page}", **query).status_code == 404


def test_a_doctor_who_was_chosen_is_named(lin, booked, database, antenatal, cast):
    with database.transaction() as session:
        doctor = Doctor(
            id="doc_1", hospital_id=cast.hospital.id, name="王敏", title="主任医师", rank=1
        )
        session.add(doctor)
        session.flush()
        session.merge(antenatal.slots[0]).doctor_id = doctor.id
        session.get_one(Clinic, antenatal.clinic.id).is_pooled = False

    told = lin.get(f"/appointments/{booked['id']}").json
    [day] = lin.get("/slots", care="antenatal").json["days"]

    assert told["doctor"] == "王敏 主任医师"
    assert [one["doctor"] for one in day["slots"]] == ["王敏 主任医师", None]


def test_who_waits_is_told_how_many_are_before_her(lin, booked, signed, antenatal, hospital, clock):
    mei = signed("uoOA_mei")
    second = mei.book(antenatal.slots[1].id).json
    clock.moment = beijing_moment(scene.WEDNESDAY, hour=8, minute=10)
    hospital.check_in(booked["id"])
    hospital.check_in(second["id"])

    waits = mei.get(f"/appointments/{second['id']}").json
    hospital.call(booked["id"])
    called = lin.get(f"/appointments/{booked['id']}").json

    assert waits["queue"] == {"number": 2, "before_you": 1, "is_called": False}
    assert called["queue"] == {"number": 1, "before_you": 0, "is_called": True}


def test_the_code_checks_in_on_the_day_of_the_visit(lin, booked, session, cast, clock):
    told = lin.get(f"/appointments/{booked['id']}/check-in-code").json
    clock.moment = beijing_moment(scene.WEDNESDAY, hour=8)

    read = appointment_of_code(
        session, hospital_id=cast.hospital.id, code=told["code"].upper(), now=clock.now()
    )

    assert told["code"].startswith(f"{booked['number']}-")
    assert told["svg"].startswith("<svg")
    assert told["day"] == "2026-06-03"
    assert read.appointment.id == booked["id"]


def test_the_code_does_not_count_on_another_day(lin, booked, session, cast, clock):
    told = lin.get(f"/appointments/{booked['id']}/check-in-code").json

    with pytest.raises(NotTheDay) as refused:
        appointment_of_code(
            session, hospital_id=cast.hospital.id, code=told["code"], now=clock.now()
        )

    assert refused.value.details == {"day": "6月3日"}


@pytest.mark.parametrize("code", ["", "{number}", "{number}-0000000000", "999999-0000000000", "é"])
def test_a_code_that_nobody_was_given_is_none(booked, session, cast, clock, code):
    written = code.format(number=booked["number"])

    with pytest.raises(NotFound):
        appointment_of_code(session, hospital_id=cast.hospital.id, code=written, now=clock.now())


def test_a_code_of_another_hospital_is_none(lin, booked, session, cast, clock):
    told = lin.get(f"/appointments/{booked['id']}/check-in-code").json

    with pytest.raises(NotFound):
        appointment_of_code(
            session, hospital_id=cast.other_hospital.id, code=told["code"], now=clock.now()
        )


def test_what_was_given_up_has_no_code_and_no_calendar_file(lin, booked):
    lin.act(f"/appointments/{booked['id']}/cancel")

    code = lin.get(f"/appointments/{booked['id']}/check-in-code")
    file = lin.get(f"/appointments/{booked['id']}/calendar.ics")

    assert (code.status_code, file.status_code) == (409, 404)


def test_the_calendar_file_says_when_and_where_and_reminds(lin, booked):
    answer = lin.get(f"/appointments/{booked['id']}/calendar.ics")

    [event] = Calendar.from_ical(answer.data).walk("VEVENT")
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert event["DTSTART"].params["TZID"] == "Asia/Shanghai"
    assert event.start == datetime.fromisoformat("2026-06-03T08:30:00+08:00")
    assert event.end - event.start == timedelta(minutes=30)
    assert event["LOCATION"] == "测试第一妇幼保健院 门诊楼3层301室 测试路1号"
    assert f"预约号 {booked['number']}\n请带好身份证" in event["DESCRIPTION"]
    assert [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")] == [
        timedelta(days=-1), timedelta(hours=-2)
    ]  # fmt: skip


def test_the_calendar_file_is_written_as_the_standard_asks(lin, booked):
    file = lin.get(f"/appointments/{booked['id']}/calendar.ics").data

    lines = file.split(b"\r\n")
    assert b"\n" not in file.replace(b"\r\n", b"")
    assert max(len(line) for line in lines) <= 75
    assert (lines[0], lines[-2:]) == (b"BEGIN:VCALENDAR", [b"END:VCALENDAR", b""])
    assert b"BEGIN:VTIMEZONE" in lines
    assert b"VERSION:2.0" in lines


def test_the_calendar_file_does_not_say_who_comes_nor_what_for(lin, booked):
    file = lin.get(f"/appointments/{booked['id']}/calendar.ics").data.decode()

    unfolded = file.replace("\r\n ", "")
    assert "SUMMARY:到医院就诊" in unfolded
    assert "产前检查" not in unfolded
    assert "产科" not in unfolded


def test_free_times_beside_an_appointment_are_offered(lin, booked, hospital):
    hospital.desk(care=Care.ULTRASOUND, name="产科超声室", hours=((8, 30), (9, 0), (14, 0)))

    [day] = lin.get(f"/appointments/{booked['id']}/neighbours", care="ultrasound").json["days"]

    assert [one["time"] for one in day["slots"]] == ["09:00-09:30"]
