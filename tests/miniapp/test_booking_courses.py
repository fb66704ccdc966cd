"""JSON about several visits at once: a whole course, and visits of one family."""

from datetime import date

import pytest

from booking.models import Care, Quota, Share
from tests.miniapp.family import add_child


@pytest.fixture
def course(lin, expecting, hospital):
    """Clinics for antenatal visits and scans on days of Lin's windows; hers to choose from."""
    antenatal = hospital.desk()
    hospital.desk(care=Care.ULTRASOUND, name="产科超声室", day=date(2026, 6, 5))
    query = {"clinic_id": antenatal.clinic.id, "weekday": "2", "half_day": "morning"}
    return lin.get("/course/proposal", **query).json["items"]


def picks(course):
    return [
        {"item_key": one["item_key"], "slot_id": one["slot"]["id"]} for one in course if one["slot"]
    ]


def test_a_place_is_proposed_for_each_visit_or_the_reason_why_not(course):
    placed = [one["when"] for one in course if one["slot"]]
    others = {(one["why_not"], one["sentence"]) for one in course if not one["slot"]}

    assert placed == ["6月3日 周三 08:30-09:00", "6月5日 周五 08:30-09:00"]
    assert ("not_released", "这段时间还没有放号，放号后再来约") in others


def test_a_course_is_booked_in_one_act(lin, course, session):
    answer = lin.act("/course", {"picks": picks(course)})

    booked = answer.json["items"]
    assert answer.status_code == 201
    assert [one["state"] for one in booked] == ["booked", "booked"]
    assert len({one["course_id"] for one in booked}) == 1


def test_a_course_that_is_asked_for_again_is_the_same(lin, course):
    first = lin.act("/course", {"picks": picks(course)})

    again = lin.act("/course", {"picks": picks(course)})

    assert again.json == first.json


def test_of_a_course_that_cannot_be_had_nothing_is_booked(lin, course, hospital):
    full, _ = hospital.full(day=date(2026, 6, 10))
    wanted = picks(course) + [{"item_key": course[0]["item_key"], "slot_id": full.slots[0].id}]

    answer = lin.act("/course", {"picks": wanted})

    assert answer.status_code == 409
    assert lin.get("/appointments").json["items"] == []


def test_the_rest_of_a_course_follows_a_move(lin, course, hospital):
    first, _ = lin.act("/course", {"picks": picks(course)}).json["items"]
    later = hospital.desk(name="产科下午门诊", hours=((15, 0),))
    moved = lin.act(f"/appointments/{first['id']}/move", {"slot_id": later.slots[0].id}).json

    [rest] = lin.act(f"/appointments/{moved['id']}/move-rest", key="act-2").json["items"]

    assert (rest["moved"], rest["appointment"]["when"]) == (False, "6月5日 周五 08:30-09:00")


@pytest.mark.parametrize("path", ["/course", "/appointments/together"])
def test_booking_several_needs_a_key(lin, expecting, antenatal, path):
    several = {"visits": [{"slot_id": one.id} for one in antenatal.slots]}
    body = several if path.endswith("together") else {"picks": [{"item_key": "a", "slot_id": "b"}]}

    assert lin.post(path, body).status_code == 400


@pytest.mark.parametrize("picked", [[], [{"item_key": "a", "slot_id": "b"}] * 31])
def test_a_course_of_no_visit_or_of_too_many_is_refused(lin, picked):
    assert lin.act("/course", {"picks": picked}).status_code == 422


def test_who_is_not_pregnant_has_no_course(mei, antenatal):
    answer = mei.get("/course/proposal", clinic_id=antenatal.clinic.id)

    assert answer.status_code == 404


def test_clinics_to_choose_from_are_told(lin, antenatal):
    assert lin.get("/clinics").json["items"] == [
        {
            "id": antenatal.clinic.id, "name": "产科普通门诊", "room": "门诊楼3层301室",
            "care": "antenatal",
        }
    ]  # fmt: skip


def test_two_of_a_family_are_booked_at_neighbouring_times(lin, hospital):
    child_id = add_child(lin)
    children = hospital.desk(care=Care.CHILD, name="儿童保健门诊")
    own = hospital.desk(care=Care.POSTPARTUM, name="产后门诊", hours=((9, 0),))
    visits = [
        {"slot_id": children.slots[0].id, "child_id": child_id}, {"slot_id": own.slots[0].id}
    ]  # fmt: skip

    answer = lin.act("/appointments/together", {"visits": visits})

    booked = answer.json["items"]
    assert answer.status_code == 201
    assert [(one["child_id"], one["when"][-11:]) for one in booked] == [
        (child_id, "08:30-09:00"), (None, "09:00-09:30")
    ]  # fmt: skip


def test_visits_that_are_far_apart_are_not_booked_together(lin, hospital):
    own = hospital.desk(hours=((8, 30), (15, 0)))
    visits = [{"slot_id": one.id} for one in own.slots]

    answer = lin.act("/appointments/together", {"visits": visits})

    assert (answer.status_code, answer.json["code"]) == (409, "booking.not_neighbours")


@pytest.fixture
def school(hospital, database):
    """A class with four places on site, of which nobody has one, and two seats on-line."""
    desk = hospital.desk(care=Care.COURSE, name="孕妇学校", hours=((9, 0),))
    with database.transaction() as session:
        session.add(Quota(slot_id=desk.slots[0].id, share=Share.REMOTE, places=2))
    return desk


def test_a_class_tells_its_seats_on_line_beside_its_places(lin, school):
    [day] = lin.get("/slots", care="course").json["days"]

    assert [(one["free"], one["remote_free"]) for one in day["slots"]] == [(4, 2)]


def test_a_visit_has_no_seats_on_line(lin, antenatal):
    days = lin.get("/slots", care="antenatal").json["days"]

    assert {one["remote_free"] for day in days for one in day["slots"]} == {None}


def test_who_takes_a_seat_on_line_is_told_how_to_take_part_and_not_to_come(lin, school):
    wish = {"slot_id": school.slots[0].id, "share": "remote"}

    told = lin.act("/appointments", wish).json

    assert told["is_remote"] is True
    assert told["place"] == "线上听课，不用到院"
    assert told["preparation"].startswith("到时间在家里听就好")


def test_who_takes_a_place_on_site_is_told_where_it_is(lin, school):
    told = lin.act("/appointments", {"slot_id": school.slots[0].id}).json

    assert told["is_remote"] is False
    assert told["place"].endswith("门诊楼3层301室")


def test_beside_a_slot_two_children_may_share_it_or_follow_one_another(lin, hospital):
    desk = hospital.desk(care=Care.CHILD, name="儿童保健门诊", hours=((8, 30), (9, 0), (15, 0)))

    [day] = lin.get(f"/slots/{desk.slots[0].id}/neighbours", care="child").json["days"]

    assert [one["time"] for one in day["slots"]] == ["08:30-09:00", "09:00-09:30"]


def test_a_slot_with_one_place_is_no_place_for_two(lin, hospital):
    desk = hospital.desk(care=Care.CHILD, name="儿童保健门诊", hours=((8, 30),), places=1)

    answer = lin.get(f"/slots/{desk.slots[0].id}/neighbours", care="child")

    assert answer.json["days"] == []


def test_beside_a_childs_slot_her_own_visit_comes_before_or_after(lin, hospital):
    desk = hospital.desk(care=Care.CHILD, name="儿童保健门诊", hours=((8, 30),))
    hospital.desk(care=Care.POSTPARTUM, name="产后门诊", hours=((8, 30), (9, 0)))

    [day] = lin.get(f"/slots/{desk.slots[0].id}/neighbours", care="postpartum").json["days"]

    assert [one["time"] for one in day["slots"]] == ["09:00-09:30"]


def test_beside_a_slot_that_is_not_there_nothing_is_told(lin):
    assert lin.get("/slots/slt_none/neighbours", care="child").status_code == 404


def test_the_calendar_leads_nobody_to_the_hospital_for_a_seat_on_line(lin, school):
    booked = lin.act("/appointments", {"slot_id": school.slots[0].id, "share": "remote"}).json

    file = lin.get(f"/appointments/{booked['id']}/calendar.ics").data.decode()

    unfolded = file.replace("\r\n ", "")
    assert "SUMMARY:医院的线上安排" in unfolded
    assert "LOCATION:线上，不用到院" in unfolded
    assert "教室" not in unfolded
