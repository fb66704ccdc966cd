"""The list of a day: found, checked in, called, seen."""

import re
from datetime import timedelta

import pytest

from booking.attendance.check_in_codes import code_for
from booking.models import AppointmentState
from tests import scene, world
from tests.console.desk_day.ways import at, now_of, step, trail
from tests.console.wards import PHONE


def other_visit(database, cast, clinic):
    """Mei comes to a time of the clinic too."""
    with database.transaction() as session:
        return scene.booked(session, cast.newcomer, clinic.slots[0], hospital=cast.hospital)


def test_the_board_shows_each_clinic_with_its_places_of_today(clerk, visit):
    page = clerk.read("/desk/")

    assert "产科普通门诊" in page
    assert "今天已约 1 / 12" in page


def test_the_day_shows_who_comes_and_that_names_were_shown_is_written_down(
    clerk, clinic, visit, database
):
    page = clerk.read(at(clinic))

    assert "林晓雨" in page
    assert "尾号 5678" in page
    assert PHONE not in page
    assert "day_list_read" in trail(database)


def test_another_day_has_its_own_list_and_no_buttons(clerk, clinic, visit):
    page = clerk.read(at(clinic, "?day=2026-06-02"))

    assert "这一天没有人预约" in page
    assert "叫下一位" not in page


def test_a_day_that_is_none_is_not_found(clerk, clinic):
    assert clerk.open(at(clinic, "?day=tomorrow")).status_code == 404


@pytest.mark.parametrize(
    ("words", "is_found"),
    [("晓雨", True), ("5678", True), ("678", False), ("王", False)],
    ids=["name", "tail", "short tail", "nobody"],
)
def test_a_name_or_the_tail_of_a_number_finds_who_comes(clerk, clinic, visit, words, is_found):
    page = clerk.send(at(clinic, "find"), words=words).text

    assert ("林晓雨" in page) is is_found


def test_the_number_of_an_appointment_finds_it(clerk, clinic, visit):
    page = clerk.send(at(clinic, "find"), words=str(visit.appointment.number)).text

    assert "林晓雨" in page


def test_who_checks_in_gets_a_number_once_however_often_the_button_is_pressed(
    clerk, clinic, visit, database
):
    key = re.search(r'name="key" value="([^"]+)"', clerk.read(at(clinic)))[1]

    first = clerk.send(step(clinic, visit, "check_in"), key=key)
    second = clerk.send(step(clinic, visit, "check_in"), key=key)

    assert (first.status_code, second.status_code) == (303, 303)
    assert now_of(database, visit).queue_number == 1
    assert "下一位" in clerk.read(at(clinic))


def test_a_shown_code_checks_in(clerk, clinic, visit, database):
    answer = clerk.send(at(clinic, "code"), code=code_for(visit))

    assert answer.status_code == 303
    assert now_of(database, visit).state is AppointmentState.CHECKED_IN


def test_a_code_that_is_none_is_refused_beside_its_field(clerk, clinic, visit):
    answer = clerk.send(at(clinic, "code"), code="1001-0000000000")

    assert answer.status_code == 404
    assert 'id="problem-form"' in answer.text


def test_who_is_called_is_seen(clerk, clinic, visit, database):
    clerk.send(step(clinic, visit, "check_in"))

    clerk.send(at(clinic, "next"))
    clerk.send(step(clinic, visit, "finish"))

    assert now_of(database, visit).state is AppointmentState.SEEN


def test_calling_an_empty_line_changes_nothing(clerk, clinic, visit, database):
    assert clerk.send(at(clinic, "next")).status_code == 303
    assert now_of(database, visit).state is AppointmentState.BOOKED


def test_who_did_not_hear_her_call_goes_behind_others(clerk, clinic, visit, database, cast):
    other = other_visit(database, cast, clinic)
    clerk.send(step(clinic, visit, "check_in"))
    clerk.send(step(clinic, other, "check_in"))
    clerk.send(step(clinic, visit, "call"))

    clerk.send(step(clinic, visit, "recall"))

    assert now_of(database, visit).queued_at > now_of(database, other).queued_at
    assert "前面 1 人" in clerk.read(at(clinic))


def test_who_came_may_leave(clerk, clinic, visit, database):
    clerk.send(step(clinic, visit, "check_in"))

    clerk.send(step(clinic, visit, "leave"))

    assert now_of(database, visit).state is AppointmentState.LEFT


def test_who_did_not_come_is_noted_only_when_her_time_has_begun(
    desk, clerk, clinic, visit, database, clock
):
    assert "/miss" not in clerk.read(at(clinic))
    clock.set_to(world.NOW + timedelta(minutes=100))
    later = desk("clerk")
    assert "/miss" in later.read(at(clinic))

    later.send(step(clinic, visit, "miss"))

    assert now_of(database, visit).state is AppointmentState.NO_SHOW


def test_a_step_that_her_visit_does_not_take_is_refused_on_the_list(clerk, clinic, visit):
    answer = clerk.send(step(clinic, visit, "finish"))

    assert answer.status_code == 409
    assert "林晓雨" in answer.text


@pytest.mark.parametrize("which", ["dance", "check-in"])
def test_a_step_that_there_is_not_is_not_found(clerk, clinic, visit, which):
    assert clerk.send(step(clinic, visit, which)).status_code == 404
