"""A clinic's week and calendar on their pages: hours, closures, extra sessions."""

from datetime import date

import pytest

from booking.models import Appointment, AppointmentState
from booking.models_supply import DayException, Template
from tests.console.clinics.sitting import CLOSING, HOURS, booked, count, one, times


def test_hours_make_slots(clerk, sitting, database):
    page = clerk.read(f"/clinics/{sitting.id}/")

    assert times(database, sitting) == ["08:00", "08:30"]
    assert "08:00–09:00" in page
    assert "每 30 分钟一段，共 2 段 · 每段 线上 2、窗口 1 · 2026年6月2日起" in page


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"weekdays": ""}, 400, "请先选择一项"),
        ({"from_time": "8 点"}, 400, "时间请写"),
        ({"to_time": "07:00"}, 400, "结束时间要晚于开始时间"),
        ({"share_online": "0", "share_desk": ""}, 400, "至少要有一个号"),
        ({"from_day": ""}, 400, "日期"),
        ({}, 409, "已经在产科普通门诊出诊"),
    ],
    ids=["no day", "no time", "upside down", "no place", "no first day", "twice"],
)
def test_hours_that_cannot_be_are_said_and_typed_values_stay(
    clerk, sitting, database, fields, status, sentence
):
    typed = {"weekdays": "0", "from_day": "2026-06-02"} | HOURS | fields

    answer = clerk.send(f"/clinics/{sitting.id}/", **typed)

    assert answer.status_code == status
    assert sentence in answer.text
    assert count(database, Template) == 1


def test_changed_hours_leave_who_is_booked_to_be_settled(clerk, sitting, database, cast):
    appointment = booked(database, cast, sitting, index=1)
    template = one(database, Template)
    path = f"/clinics/{sitting.id}/hours/{template.id}"
    assert "修改周一的出诊" in clerk.read(path)

    answer = clerk.send(path, from_day="2026-06-02", **(HOURS | {"to_time": "08:30"}))

    page = clerk.read("/clinics/conflicts/")
    assert answer.location == "/console/clinics/conflicts/"
    assert "6月8日 周一 08:30–09:00" in page
    assert f"{appointment.number} 号" in page
    assert "1 个时段的预约要处理" in clerk.read("/clinics/")


def test_hours_end(clerk, sitting, database):
    template = one(database, Template)
    path = f"/clinics/{sitting.id}/hours/{template.id}"

    wrong = clerk.send(f"{path}/end", last_day="")
    answer = clerk.send(f"{path}/end", last_day="2026-06-07")

    assert (wrong.status_code, answer.status_code) == (400, 303)
    assert times(database, sitting) == []


def test_hours_that_cannot_be_changed_so_are_shown_again(clerk, sitting, database):
    template = one(database, Template)

    answer = clerk.send(
        f"/clinics/{sitting.id}/hours/{template.id}", from_day="2026-05-01", **HOURS
    )

    assert answer.status_code == 409
    assert "已经过去" in answer.text


def test_the_calendar_shows_what_there_is_and_what_the_official_one_says(clerk, sitting):
    page = clerk.read(f"/clinics/{sitting.id}/days/?month=2026-06")
    december = clerk.read(f"/clinics/{sitting.id}/days/?month=2026-12")

    assert "0/6" in page
    assert "法定假日" in page
    assert "放假安排未公布" in december
    assert "2026年6月" in clerk.read(f"/clinics/{sitting.id}/days/?month=nonsense")


def test_an_extra_session_is_added_and_taken_back(clerk, sitting, database):
    typed = HOURS | {"day": "2026-06-07", "reason": "周日加诊"}
    wrong = clerk.send(f"/clinics/{sitting.id}/days/extra", **(typed | {"reason": ""}))
    clerk.send(f"/clinics/{sitting.id}/days/extra", **typed)
    exception = one(database, DayException)
    assert times(database, sitting, date(2026, 6, 7)) == ["08:00", "08:30"]
    assert "周日加诊" in clerk.read(f"/clinics/{sitting.id}/days/?month=2026-06")

    clerk.send(f"/clinics/{sitting.id}/days/exceptions/{exception.id}/withdrawal")

    assert wrong.status_code == 400
    assert times(database, sitting, date(2026, 6, 7)) == []


def test_who_is_affected_is_shown_before_anything_is_closed(clerk, sitting, database, cast):
    booked(database, cast, sitting)

    page = clerk.send(f"/clinics/{sitting.id}/days/closing", **CLOSING)

    assert "1</strong> 个预约受影响" in page.text
    assert "6月8日 周一 08:00–08:30" in page.text
    assert count(database, DayException) == 0


@pytest.mark.parametrize(
    ("way", "words", "state"),
    [
        ("cancel", "已取消 1 人", AppointmentState.CANCELLED_BY_CLINIC),
        ("move", "已改期 1 人", AppointmentState.MOVED),
        ("rescue", "等她回答 1 人", AppointmentState.CANCELLED_BY_CLINIC),
        ("leave", "逐个处理", AppointmentState.BOOKED),
    ],
)
def test_a_closure_says_what_became_of_everybody(clerk, sitting, database, cast, way, words, state):
    appointment = booked(database, cast, sitting)

    page = clerk.send(f"/clinics/{sitting.id}/days/closed", **(CLOSING | {"way": way}))

    with database.transaction() as session:
        assert session.get_one(Appointment, appointment.id).state is state
    assert words in page.text
    assert times(database, sitting) == []
    assert "停诊" in clerk.read(f"/clinics/{sitting.id}/days/?month=2026-06")


def test_a_closure_taken_back_gives_the_slots_back(clerk, sitting, database):
    clerk.send(f"/clinics/{sitting.id}/days/closed", **CLOSING)
    exception = one(database, DayException)

    clerk.send(f"/clinics/{sitting.id}/days/exceptions/{exception.id}/withdrawal")

    assert times(database, sitting) == ["08:00", "08:30"]


@pytest.mark.parametrize("step", ["closing", "closed"])
@pytest.mark.parametrize(
    ("fields", "status"),
    [({"way": "burn"}, 400), ({"reason": " "}, 400), ({"from_day": "2026-05-01"}, 409)],
    ids=["no way", "no reason", "past"],
)
def test_a_closure_that_cannot_be_is_said(clerk, sitting, database, step, fields, status):
    answer = clerk.send(f"/clinics/{sitting.id}/days/{step}", **(CLOSING | fields))

    assert answer.status_code == status
    assert count(database, DayException) == 0
