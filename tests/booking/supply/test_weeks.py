"""Who sits when: nobody twice at a time; doctors leave, sessions are added and taken back."""

from dataclasses import replace
from datetime import date, time

import pytest
import sqlalchemy as sa

from booking.errors import DayPast, DaysUpsideDown, SeatTaken
from booking.models_supply import DayException
from booking.supply.actions_days import withdraw_exception
from booking.supply.actions_supply import DoctorCard, change_doctor
from core.errors import NotFound
from tests.booking.supply.weeks import MONDAY, MORNING, TODAY, TUESDAY, by, opened

NEXT_MONDAY = date(2026, 6, 8)
TOMORROW = date(2026, 6, 2)


def test_days_upside_down_are_refused(weekly):
    with pytest.raises(DaysUpsideDown):
        weekly.sits(MONDAY, from_day=NEXT_MONDAY, valid_to_day=TODAY)


def test_a_team_does_not_sit_twice_at_a_time(weekly):
    weekly.sits(MONDAY)

    with pytest.raises(SeatTaken) as refused:
        weekly.sits(MONDAY, sitting=replace(MORNING, from_time=time(8, 30), to_time=time(10)))

    assert refused.value.details == {"where": "产科普通门诊", "hours": "08:00–09:00"}


def test_a_doctor_does_not_sit_in_two_clinics_at_a_time(weekly):
    doctor = weekly.doctor()
    sitting = replace(MORNING, doctor_id=doctor.id)
    weekly.sits(MONDAY, sitting=sitting)
    other = opened(weekly.session, weekly.cast, name="高危门诊")

    with pytest.raises(SeatTaken):
        other.sits(MONDAY, sitting=sitting)
    with pytest.raises(SeatTaken):
        other.sits_on(NEXT_MONDAY, sitting=sitting)


def test_doctor_and_team_sit_side_by_side(weekly):
    weekly.sits(MONDAY)
    weekly.sits(MONDAY, sitting=replace(MORNING, doctor_id=weekly.doctor().id))

    assert len(weekly.slots(day=NEXT_MONDAY)) == 4


def test_the_slots_of_a_doctor_who_leaves_are_taken_away(weekly):
    doctor = weekly.doctor()
    weekly.sits(MONDAY, sitting=replace(MORNING, doctor_id=doctor.id))

    change_doctor(
        weekly.session, hospital_id=weekly.cast.hospital.id, doctor_id=doctor.id,
        card=DoctorCard("李医生", "主任医师", 1, is_active=False), by=by(weekly.cast),
    )  # fmt: skip

    assert weekly.slots() == []
    with pytest.raises(NotFound):
        weekly.sits(TUESDAY, sitting=replace(MORNING, doctor_id=doctor.id))


def test_an_extra_session_is_added_once_and_taken_back(weekly):
    sunday = date(2026, 6, 7)
    weekly.sits_on(sunday, key="extra-1")
    weekly.sits_on(sunday, key="extra-1")
    one = weekly.session.scalars(sa.select(DayException)).one()

    assert weekly.times(sunday) == ["08:00", "08:30"]
    found = withdraw_exception(
        weekly.session, hospital_id=weekly.cast.hospital.id, exception_id=one.id,
        by=by(weekly.cast),
    )  # fmt: skip

    assert found == []
    assert weekly.slots() == []


def test_an_extra_session_of_yesterday_is_refused(weekly):
    with pytest.raises(DayPast):
        weekly.sits_on(date(2026, 5, 31))


def test_an_extra_session_keeps_its_places_for_whom_it_was_added(weekly):
    weekly.sits_on(TODAY, sitting=replace(MORNING, from_time=time(18), to_time=time(19)))

    assert {one.reserves_return_at for one in weekly.slots()} == {None}
