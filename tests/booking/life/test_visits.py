"""A day at the desk: checked in, called, seen; late, missed, walked in, added, cancelled."""

from datetime import timedelta

import pytest

from booking.attendance import visits
from booking.attendance.queries_line import before_you
from booking.errors import NotTheDay, NotThisStep
from booking.models import Appointment, AppointmentState
from booking.queries import Booked
from core.db import Session
from tests.booking.life.clinic_day import (
    DAY,
    EVE,
    ClinicDay,
    at,
    by,
    clinic_day,
    line,
    where,
)
from tests.world import Cast

MORNING = at(DAY, 8)
MIDNIGHT = at(DAY, 0) + timedelta(days=1)


def called(day: ClinicDay, key: str | None = None) -> Appointment | None:
    """Call the next one."""
    return visits.call_next(
        day.session, hospital_id=day.cast.hospital.id, clinic_id=day.clinic.id,
        by=by("called", MORNING, key),
    )  # fmt: skip


def test_who_checks_in_gets_a_number_and_a_turn(busy: ClinicDay) -> None:
    first, second = busy.books(0, 1), busy.books(1, 0)

    busy.checks_in(first, MORNING)
    busy.checks_in(second, MORNING)

    assert (first.state, first.checked_in_at) == (AppointmentState.CHECKED_IN, MORNING)
    assert (first.queue_number, second.queue_number) == (1, 2)
    assert line(busy) == [second.id, first.id]


def test_the_same_key_checks_in_once(busy: ClinicDay) -> None:
    booked = busy.books(0, 0)
    again = [
        visits.check_in(busy.session, **where(busy, booked), by=by(now=MORNING, key="in"))
        for _ in range(2)
    ]

    assert [one.queue_number for one in again] == [1, 1]


def test_numbers_begin_anew_with_the_day_and_the_clinic(
    session: Session, cast: Cast, busy: ClinicDay
) -> None:
    other = clinic_day(session, cast, starts=[at(DAY, 15)])
    busy.checks_in(busy.books(0, 0), MORNING)

    elsewhere = other.checks_in(other.books(1, 0), MORNING)

    assert elsewhere.queue_number == 1


@pytest.mark.parametrize("moment", [at(EVE, 23, 59), MIDNIGHT], ids=["before", "after"])
def test_nobody_checks_in_on_another_day(busy: ClinicDay, moment) -> None:
    booked = busy.books(0, 0)

    with pytest.raises(NotTheDay) as refused:
        busy.checks_in(booked, moment)
    assert refused.value.details == {"day": "6月3日"}


def test_who_has_given_up_does_not_check_in(busy: ClinicDay) -> None:
    booked = busy.books(0, 0)
    busy.cancels(booked)

    with pytest.raises(NotThisStep):
        busy.checks_in(booked, MORNING)


def test_who_is_late_goes_behind_three_who_wait(busy: ClinicDay) -> None:
    nine = [busy.books(who, 1) for who in range(4)]
    late = busy.books(4, 0)
    for one in nine:
        busy.checks_in(one, MORNING)

    busy.checks_in(late, at(DAY, 8, 46))

    expected = [nine[0], nine[1], nine[2], late, nine[3]]
    assert line(busy) == [one.id for one in expected]


def test_a_quarter_of_an_hour_is_not_late(busy: ClinicDay) -> None:
    nine, punctual = busy.books(0, 1), busy.books(1, 0)
    busy.checks_in(nine, MORNING)

    busy.checks_in(punctual, at(DAY, 8, 45))

    assert line(busy) == [punctual.id, nine.id]


def test_who_is_late_goes_behind_all_if_they_are_few_and_never_forward(busy: ClinicDay) -> None:
    nine, late, alone = busy.books(0, 1), busy.books(1, 0), busy.books(2, 0)
    busy.checks_in(alone, at(DAY, 8, 50))
    busy.checks_in(nine, at(DAY, 8, 51))

    busy.checks_in(late, at(DAY, 8, 52))

    assert line(busy) == [alone.id, nine.id, late.id]


def test_two_who_call_call_two_and_a_repeated_call_calls_nobody_new(busy: ClinicDay) -> None:
    one, two = busy.books(0, 0), busy.books(1, 0)
    busy.checks_in(one, MORNING)
    busy.checks_in(two, MORNING)

    found = [called(busy, "left door"), called(busy, "left door"), called(busy, "right door")]
    nobody = called(busy)

    assert [each and each.id for each in found] == [one.id, one.id, two.id]
    assert nobody is None


def test_a_doctor_calls_from_her_own_line(busy: ClinicDay) -> None:
    busy.checks_in(busy.books(0, 0), MORNING)

    nobody = visits.call_next(
        busy.session, hospital_id=busy.cast.hospital.id, clinic_id=busy.clinic.id,
        by=by(now=MORNING), doctor_id="doc_none",
    )  # fmt: skip

    assert nobody is None


def test_another_hospital_calls_nobody(busy: ClinicDay) -> None:
    busy.checks_in(busy.books(0, 0), MORNING)

    nobody = visits.call_next(
        busy.session, hospital_id=busy.cast.other_hospital.id, clinic_id=busy.clinic.id,
        by=by(now=MORNING),
    )  # fmt: skip

    assert nobody is None


def test_everybody_sees_how_many_are_before_her(busy: ClinicDay) -> None:
    booked = [busy.books(who, 0) for who in range(3)]
    for one in booked:
        busy.checks_in(one, MORNING)
    called(busy)

    before = [
        before_you(busy.session, held=Booked(one, busy.slots[0], busy.clinic)) for one in booked[1:]
    ]

    assert before == [0, 1]


def test_who_does_not_hear_her_call_waits_again_behind_others(busy: ClinicDay) -> None:
    booked = [busy.books(who, 0) for who in range(5)]
    for one in booked:
        busy.checks_in(one, MORNING)
    deaf = called(busy)
    calling = by("not_there", MORNING, "again")

    back = [visits.recall(busy.session, **where(busy, deaf), by=calling) for _ in range(2)]

    assert [one.state for one in back] == [AppointmentState.CHECKED_IN] * 2
    order = [booked[1], booked[2], booked[3], booked[0], booked[4]]
    assert line(busy) == [one.id for one in order]


def test_who_is_called_out_of_turn_is_seen(busy: ClinicDay) -> None:
    booked = busy.books(0, 0)
    busy.checks_in(booked, MORNING)

    visits.call(busy.session, **where(busy, booked), by=by("urgent", MORNING))
    seen = visits.finish(busy.session, **where(busy, booked), by=by("seen", at(DAY, 9), "done"))
    again = visits.finish(busy.session, **where(busy, booked), by=by("seen", at(DAY, 9), "done"))

    assert [one.state for one in (seen, again)] == [AppointmentState.SEEN] * 2
    assert [step for step, _ in busy.steps(booked)] == ["booked", "checked_in", "called", "seen"]
