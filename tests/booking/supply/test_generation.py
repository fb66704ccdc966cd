"""Slots are made ahead, once; a change of the week never loses a booked place."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa

from booking.errors import DayPast
from booking.models import Share, Slot
from booking.supply.actions_policy import set_policy
from booking.supply.actions_supply import release_slots
from booking.supply.actions_weeks import Week, change_template, end_template
from booking.supply.conflicts import ConflictKind
from booking.supply.generation import generate_ahead, remake
from booking.supply.plan import Sitting
from core.clock import beijing, beijing_moment
from tests.booking.supply.weeks import MONDAY, MORNING, TODAY, TUESDAY, by, opened
from tests.world import NOW

NEXT_MONDAY = date(2026, 6, 8)
TOMORROW = date(2026, 6, 2)


def changed(weekly, template, sitting=MORNING, *, from_day=TOMORROW, weekday=None, **week):
    weekday = template.weekday if weekday is None else weekday
    return change_template(
        weekly.session, hospital_id=weekly.cast.hospital.id, template_id=template.id,
        week=Week(sitting, weekday, from_day, **week), by=by(weekly.cast),
    )  # fmt: skip


def test_slots_are_made_for_as_many_days_as_the_policy_says(weekly):
    weekly.sits(MONDAY)

    days = [beijing(one.starts_at).date() for one in weekly.slots()]

    assert (days[0], days[-1]) == (NEXT_MONDAY, date(2026, 7, 13))
    assert len(days) == 12


def test_a_slot_says_when_it_is_shown_and_when_its_reserves_return(weekly):
    weekly.sits(MONDAY)

    slot = weekly.slots()[-1]

    assert slot.shown_at == beijing_moment(date(2026, 6, 29), hour=6, minute=30)
    assert slot.reserves_return_at == slot.starts_at - timedelta(hours=24)
    assert weekly.places(slot) == {"online": (4, 0), "desk": (1, 0)}


def test_a_slot_without_reserves_has_nothing_to_return(weekly):
    weekly.sits(MONDAY, sitting=replace(MORNING, shares={Share.ONLINE: 4}))

    assert {one.reserves_return_at for one in weekly.slots()} == {None}


def test_to_generate_twice_is_as_good_as_once(weekly):
    weekly.sits(MONDAY)
    before = [one.id for one in weekly.slots()]

    again = generate_ahead(weekly.session, now=NOW)

    assert again == 0
    assert [one.id for one in weekly.slots()] == before


def test_the_next_day_only_the_new_day_is_made(weekly):
    weekly.sits(MONDAY)

    made = generate_ahead(weekly.session, now=NOW + timedelta(days=7))

    assert made == 2


def test_a_shut_clinic_gets_no_slots(session, cast):
    shut = opened(session, cast, is_open=False)

    shut.sits(MONDAY)

    assert generate_ahead(session, now=NOW) == 0
    assert shut.slots() == []


def test_fewer_places_leave_those_that_are_booked(weekly):
    template = weekly.sits(TUESDAY, sitting=replace(MORNING, shares={Share.ONLINE: 2}))[0]
    slot = weekly.slots(day=TOMORROW + timedelta(days=7))[0]
    weekly.booked(slot)
    weekly.booked(slot, person=weekly.cast.newcomer)

    found = changed(weekly, template, replace(MORNING, shares={Share.ONLINE: 1}))

    assert weekly.places(slot) == {"online": (2, 2)}
    assert [(one.kind, one.planned, len(one.appointments)) for one in found] == [
        (ConflictKind.OVER, 1, 2)
    ]


def test_hours_that_go_leave_a_booked_slot_closed_and_listed(weekly):
    template = weekly.sits(MONDAY)[0]
    first, second = weekly.slots(day=NEXT_MONDAY)
    appointment = weekly.booked(second)

    found = changed(weekly, template, replace(MORNING, to_time=time(8, 30)))

    assert [one.appointments for one in found] == [[appointment]]
    assert found[0].kind is ConflictKind.CLOSED
    assert weekly.slots(day=NEXT_MONDAY) == [first]
    assert weekly.places(second) == {"online": (1, 1), "desk": (0, 0)}


def test_slots_nobody_had_go_without_a_trace(weekly):
    template = weekly.sits(MONDAY)[0]

    changed(weekly, template, weekday=TUESDAY)

    stand = weekly.session.scalars(sa.select(Slot).where(Slot.clinic_id == weekly.clinic.id))
    assert {beijing(one.starts_at).weekday() for one in stand} == {TUESDAY}


def test_longer_slots_replace_those_nobody_has_and_leave_the_booked_one(weekly):
    template = weekly.sits(MONDAY)[0]
    slot = weekly.slots(day=NEXT_MONDAY)[0]
    appointment = weekly.booked(slot)

    found = changed(weekly, template, replace(MORNING, slot_minutes=60))

    lengths = {one.ends_at - one.starts_at for one in weekly.slots() if one.id != slot.id}
    assert found == []
    assert lengths == {timedelta(hours=1)}
    assert appointment.during.upper == slot.ends_at == slot.starts_at + timedelta(minutes=30)


def test_a_change_from_a_later_day_leaves_the_days_before(weekly):
    template = weekly.sits(MONDAY)[0]

    changed(
        weekly, template, replace(MORNING, shares={Share.ONLINE: 9}), from_day=date(2026, 6, 15)
    )

    before, after = weekly.slots(day=NEXT_MONDAY)[0], weekly.slots(day=date(2026, 6, 15))[0]
    assert (weekly.places(before)["online"], weekly.places(after)["online"]) == ((4, 0), (9, 0))
    assert template.valid_to_day == date(2026, 6, 14)


def test_a_template_that_has_not_begun_is_changed_itself(weekly):
    template = weekly.sits(MONDAY, from_day=date(2026, 6, 15))[0]

    changed(weekly, template, from_day=NEXT_MONDAY, valid_to_day=NEXT_MONDAY)

    assert template.valid_from_day == NEXT_MONDAY
    assert {beijing(one.starts_at).date() for one in weekly.slots()} == {NEXT_MONDAY}


def test_a_template_ends(weekly):
    template = weekly.sits(MONDAY)[0]

    found = end_template(
        weekly.session, hospital_id=weekly.cast.hospital.id, template_id=template.id,
        last_day=NEXT_MONDAY, by=by(weekly.cast),
    )  # fmt: skip

    assert found == []
    assert {beijing(one.starts_at).date() for one in weekly.slots()} == {NEXT_MONDAY}


def test_what_is_over_cannot_be_changed(weekly):
    template = weekly.sits(MONDAY, valid_to_day=NEXT_MONDAY)[0]

    with pytest.raises(DayPast):
        changed(weekly, template, from_day=date(2026, 5, 31))
    with pytest.raises(DayPast):
        changed(weekly, template, from_day=date(2026, 6, 9))
    with pytest.raises(DayPast):
        end_template(
            weekly.session, hospital_id=weekly.cast.hospital.id, template_id=template.id,
            last_day=date(2026, 5, 30), by=by(weekly.cast),
        )  # fmt: skip


def test_a_session_that_has_begun_is_left_alone(weekly):
    template = weekly.sits(MONDAY, sitting=Sitting(time(9, 30), time(11), 30, {Share.ONLINE: 1}))[0]
    assert weekly.times(TODAY) == ["10:30"]

    end_template(
        weekly.session, hospital_id=weekly.cast.hospital.id, template_id=template.id,
        last_day=TODAY, by=by(weekly.cast, now=NOW + timedelta(minutes=40)),
    )  # fmt: skip

    assert weekly.times(TODAY) == ["10:30"]


def test_slots_released_by_hand_stand_by_themselves(weekly):
    release_slots(
        weekly.session, clinic_id=weekly.clinic.id, starts=[beijing_moment(TOMORROW, hour=9)],
        lasts=timedelta(minutes=30), shares={Share.ONLINE: 1}, now=NOW,
    )  # fmt: skip

    remake(weekly.session, clinic=weekly.clinic, now=NOW)

    assert weekly.times(TOMORROW) == ["09:00"]


def test_slots_of_the_hospitals_own_system_are_left_alone(weekly):
    template = weekly.sits(MONDAY)[0]
    slot = weekly.slots(day=NEXT_MONDAY)[0]
    slot.external_id = "his-1"

    changed(weekly, template, weekday=TUESDAY)

    assert weekly.times(NEXT_MONDAY) == ["08:00"]


def test_near_slots_keep_their_split_and_get_what_more_is_planned(weekly):
    template = weekly.sits(TUESDAY)[0]
    slot = weekly.slots(day=TOMORROW)[0]
    assert weekly.places(slot) == {"online": (4, 0), "desk": (1, 0)}

    changed(weekly, template, replace(MORNING, shares={Share.ONLINE: 6, Share.RETURN: 2}))

    assert weekly.places(slot) == {"online": (7, 0), "desk": (1, 0)}


def test_another_rule_of_release_moves_what_is_not_shown_yet(weekly):
    weekly.sits(MONDAY)
    shown = {one.id: one.shown_at for one in weekly.slots() if one.shown_at <= NOW}

    set_policy(
        weekly.session, hospital_id=weekly.cast.hospital.id,
        values={"release_days": 7, "release_time": "06:00", "reserves_return_hours": 48},
        by=by(weekly.cast),
    )  # fmt: skip

    last = weekly.slots()[-1]
    assert last.shown_at == beijing_moment(date(2026, 7, 6), hour=6)
    assert last.reserves_return_at == last.starts_at - timedelta(hours=48)
    assert {one.id: one.shown_at for one in weekly.slots() if one.id in shown} == shown
