"""The desk closes a day: who did not come, for whom it counts, whose reason is taken."""

from datetime import timedelta

import pytest

from booking.attendance import missed
from booking.models import AppointmentState
from booking.models_waiting import Excuse, MissedVisit
from core.clock import beijing_moment
from tests import scene, world
from tests.console.desk_day.ways import at, last_step, now_of, step

EVENING = beijing_moment(scene.TODAY, hour=17)


@pytest.fixture
def reminded(database, visit):
    """A reminder of Lin's visit was delivered."""
    early = world.NOW - timedelta(hours=1)
    with database.transaction() as session:
        missed.note_reminded(session, appointment_id=visit.appointment.id, at=early)
    return visit


@pytest.fixture
def evening(desk, clock, clinic):
    """The clerk in the evening, when everybody's time is over."""
    clock.set_to(EVENING)
    return desk("clerk")


def noted(database, visit):
    with database.transaction() as session:
        return session.get_one(MissedVisit, visit.appointment.id)


def test_it_is_told_before_for_whom_it_will_count(evening, clinic, reminded):
    page = evening.read(at(clinic, "closing/"))

    assert "计入爽约" in page
    assert "提醒已送达" in page
    assert f'name="excuse_{reminded.appointment.id}"' in page


def test_without_a_delivered_reminder_it_will_not(evening, clinic, visit):
    page = evening.read(at(clinic, "closing/"))

    assert "不计入" in page
    assert "提醒没有送达" in page
    assert "<select" not in page


def test_one_act_closes_the_day(evening, clinic, reminded, database):
    answer = evening.send(at(clinic, "closing/"), key="close")

    assert answer.location == f"/console{at(clinic, 'closing/?day=2026-06-01')}"
    assert now_of(database, reminded).state is AppointmentState.NO_SHOW
    assert last_step(database, reminded).why == "day_closed"
    assert noted(database, reminded).counts


def test_a_reason_is_taken_with_it(evening, clinic, reminded, database):
    field = {f"excuse_{reminded.appointment.id}": "child_fever"}

    evening.send(at(clinic, "closing/"), key="close", **field)

    assert noted(database, reminded).excuse is Excuse.CHILD_FEVER
    assert "孩子发热" in evening.read(at(clinic, "closing/"))


def test_a_reason_is_taken_later(evening, clinic, reminded, database):
    evening.send(at(clinic, "closing/"), key="close")
    page = evening.read(at(clinic, "closing/"))
    assert "补登原因" in page

    answer = evening.send(at(clinic, f"closing/{reminded.appointment.id}"), reason="in_labour")

    assert answer.status_code == 303
    assert not noted(database, reminded).counts


@pytest.mark.parametrize(
    ("path", "fields"),
    [("closing/", {"excuse_apt_one": "rain"}), ("closing/{}", {"reason": ""})],
    ids=["unknown", "none"],
)
def test_no_other_reason_is_taken(evening, clinic, reminded, database, path, fields):
    evening.send(at(clinic, "closing/"), key="close")

    answer = evening.send(at(clinic, path.format(reminded.appointment.id)), **fields)

    assert answer.status_code == 400
    assert noted(database, reminded).excuse is None


def test_what_was_cleared_says_so(evening, clinic, reminded, database):
    evening.send(at(clinic, "closing/"), key="close")
    with database.transaction() as session:
        session.get_one(MissedVisit, reminded.appointment.id).cleared_at = EVENING

    assert "已经抵消" in evening.read(at(clinic, "closing/"))


def test_a_day_cannot_be_closed_while_somebody_is_to_come(clerk, clinic, visit, database):
    page = clerk.read(at(clinic, "closing/"))
    answer = clerk.send(at(clinic, "closing/"))

    assert "还有 1 位的时间没过，12:00 以后" in page
    assert "结束这一天</button>" not in page
    assert answer.status_code == 409
    assert "请等 6月1日 12:00 以后再结束这一天" in answer.text
    assert now_of(database, visit).state is AppointmentState.BOOKED


def test_who_came_is_seen(evening, clinic, visit, database):
    evening.send(step(clinic, visit, "check_in"))
    assert "签到了还没登记就诊的 1 位" in evening.read(at(clinic, "closing/"))

    evening.send(at(clinic, "closing/"), key="close")

    assert now_of(database, visit).state is AppointmentState.SEEN


def test_an_empty_day_has_nobody_to_note(evening, clinic):
    assert "没有要登记的人" in evening.read(at(clinic, "closing/"))


def test_nothing_is_noted_of_a_visit_of_another_hospital(evening, clinic, foreign, database, cast):
    with database.transaction() as session:
        other = scene.booked(session, cast.mother, foreign.slots[0], hospital=cast.other_hospital)

    path = at(clinic, f"closing/{other.appointment.id}")

    assert evening.send(path, reason="in_labour").status_code == 404
