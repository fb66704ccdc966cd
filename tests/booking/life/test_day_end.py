"""The desk closes a day: who did not come, whose reason is taken, who came and is seen."""

import pytest

from booking.attendance import missed
from booking.attendance.day_end import close_day, missed_among
from booking.errors import DayNotOver
from booking.models import AppointmentState
from booking.models_waiting import Excuse
from tests.booking.life.clinic_day import DAY, ClinicDay, at, audited, by, clinic_day

MORNING = at(DAY, 8)
EVENING = at(DAY, 17)


def closes(day: ClinicDay, now=EVENING, **excuses: Excuse):
    return close_day(
        day.session, hospital_id=day.cast.hospital.id, clinic_id=day.clinic.id, day=DAY,
        excuses=excuses, by=by("day_closed", now, "key"),
    )  # fmt: skip


def counts(day: ClinicDay, appointment) -> bool:
    found = missed_among(day.session, appointment_ids=[appointment.id])
    return found[appointment.id].counts


@pytest.fixture
def reminded(busy: ClinicDay):
    """Person 0 has a visit at 8:30, and was reminded of it."""
    booked = busy.books(0, 0)
    missed.note_reminded(busy.session, appointment_id=booked.id, at=at(DAY, 7))
    busy.session.refresh(booked)
    return booked


def test_who_did_not_come_is_noted_and_who_came_was_seen(busy, reminded):
    came = busy.books(1, 0)
    busy.checks_in(came, MORNING)

    missing = closes(busy)

    assert missing == [reminded]
    assert (reminded.state, came.state) == (AppointmentState.NO_SHOW, AppointmentState.SEEN)
    assert busy.steps(reminded)[-1] == ("no_show", "day_closed")
    assert counts(busy, reminded)


def test_it_counts_only_after_a_reminder(busy):
    booked = busy.books(0, 0)

    closes(busy)

    assert not counts(busy, booked)


def test_with_a_reason_it_does_not_count(busy, reminded):
    closes(busy, **{reminded.id: Excuse.IN_HOSPITAL})

    assert not counts(busy, reminded)
    assert "missed_visit_excused" in audited(busy.session, reminded.id)


def test_a_reason_for_somebody_who_came_is_left_aside(busy):
    came = busy.books(1, 0)
    busy.checks_in(came, MORNING)

    closes(busy, **{came.id: Excuse.IN_LABOUR})

    assert missed_among(busy.session, appointment_ids=[came.id]) == {}


def test_a_day_is_not_closed_while_somebodys_time_is_to_come(busy, reminded):
    busy.books(1, 2)

    with pytest.raises(DayNotOver) as refused:
        closes(busy, now=at(DAY, 10))

    assert refused.value.details == {"count": 1, "said": "6月3日 14:30"}
    assert reminded.state is AppointmentState.BOOKED


def test_closing_twice_finds_nobody(busy, reminded):
    closes(busy)

    assert closes(busy) == []
    assert [after for after, _ in busy.steps(reminded)].count("no_show") == 1


def test_a_place_that_is_only_held_is_not_missed(busy):
    held = busy.holds(0, 0)

    closes(busy)

    assert held.state is AppointmentState.HELD


def test_other_days_and_other_clinics_are_left_alone(session, cast, busy):
    starts = [at(DAY.replace(day=2), 8)]
    before = clinic_day(session, cast, people=0, starts=starts)
    before.people = busy.people
    other = before.books(0, 0)

    closes(busy)

    assert other.state is AppointmentState.BOOKED
