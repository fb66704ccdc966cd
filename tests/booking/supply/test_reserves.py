"""Unused reserves return to all families, once; and families of a pooled clinic see times."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa

from booking.models import Care, Share
from booking.models_supply import Template
from booking.models_waiting import HalfDay, WaitingState
from booking.pool import pooled
from booking.queries import slots
from booking.supply.actions_weeks import Week, change_template
from booking.supply.closing import Closing, Way, close_sessions
from booking.supply.reserves import return_reserves
from booking.waiting import WaitingWish, join
from tests.booking.supply.weeks import MONDAY, MORNING, TODAY, by, opened
from tests.world import NOW

NEXT_MONDAY = date(2026, 6, 8)
SPLIT = {Share.ONLINE: 2, Share.DESK: 2, Share.RETURN: 1, Share.PROTECTED: 1}
DAY_BEFORE = NOW + timedelta(days=6, hours=1)


@pytest.fixture
def split(weekly):
    weekly.sits(MONDAY, sitting=replace(MORNING, shares=SPLIT))
    return weekly


def test_what_the_desk_did_not_use_is_for_all(split):
    slot = split.slots(day=NEXT_MONDAY)[0]
    split.booked(slot, share=Share.DESK)

    count = return_reserves(split.session, now=DAY_BEFORE)

    assert count == 3 + 4
    assert split.places(slot) == {
        "online": (5, 0), "desk": (1, 1), "return": (0, 0), "protected": (0, 0),
    }  # fmt: skip


def test_they_return_once_and_not_before_their_time(split):
    early = return_reserves(split.session, now=NOW)
    return_reserves(split.session, now=DAY_BEFORE)
    again = return_reserves(split.session, now=DAY_BEFORE)

    assert (early, again) == (0, 0)


def test_reserves_of_a_slot_without_places_for_all_return_too(weekly):
    weekly.sits(MONDAY, sitting=replace(MORNING, shares={Share.REFERRAL: 2}))

    return_reserves(weekly.session, now=DAY_BEFORE)

    assert weekly.places(weekly.slots(day=NEXT_MONDAY)[0]) == {
        "online": (2, 0), "referral": (0, 0),
    }  # fmt: skip


def test_a_closed_slot_returns_nothing(split):
    slot = split.slots(day=NEXT_MONDAY)[0]
    split.booked(slot)
    closing = Closing(
        split.cast.hospital.id, split.clinic.id, NEXT_MONDAY, NEXT_MONDAY, "停诊", Way.LEAVE
    )
    close_sessions(split.session, closing=closing, by=by(split.cast))

    count = return_reserves(split.session, now=DAY_BEFORE)

    assert count == 0
    assert split.places(slot)["online"] == (1, 1)


def waits(weekly):
    """Mei waits for a place on that Monday."""
    wish = WaitingWish(
        person=weekly.cast.newcomer, hospital_id=weekly.cast.hospital.id,
        clinic_id=weekly.clinic.id, pregnancy_id=None, item_key=None, from_day=NEXT_MONDAY,
        to_day=NEXT_MONDAY, half_day=HalfDay.ANY, key="wish", actor=by(weekly.cast).actor,
    )  # fmt: skip
    return join(weekly.session, wish=wish, now=NOW)


@pytest.fixture
def full(weekly):
    """All that families may have of that Monday is taken; the desk still has places."""
    sitting = replace(MORNING, to_time=time(8, 30), shares={Share.ONLINE: 1, Share.DESK: 1})
    weekly.sits(MONDAY, sitting=sitting)
    weekly.booked(weekly.slots(day=NEXT_MONDAY)[0])
    return weekly


def test_who_waits_is_offered_what_returns_before_anybody_sees_it(full):
    entry = waits(full)

    return_reserves(full.session, now=DAY_BEFORE)

    assert entry.state is WaitingState.OFFERED
    assert full.places(full.slots(day=NEXT_MONDAY)[0])["online"] == (2, 2)


def test_who_waits_is_offered_what_a_changed_week_adds(full):
    entry = waits(full)
    template = full.session.scalars(sa.select(Template)).one()
    more = replace(MORNING, to_time=time(8, 30), shares={Share.ONLINE: 2})

    change_template(
        full.session, hospital_id=full.cast.hospital.id, template_id=template.id,
        week=Week(more, MONDAY, date(2026, 6, 2)), by=by(full.cast),
    )  # fmt: skip

    assert entry.state is WaitingState.OFFERED


def seen(session, cast):
    return pooled(
        slots(
            session, hospital_id=cast.hospital.id, care=Care.ANTENATAL, from_day=TODAY, days=8,
            now=NOW,
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("is_pooled", "free"), [(True, [4, 6]), (False, [1, 3, 3, 3])],
    ids=["times", "doctors"],
)  # fmt: skip
def test_families_see_times_or_doctors(session, cast, is_pooled, free):
    weekly = opened(session, cast, is_pooled=is_pooled)
    for name in ("李医生", "王医生"):
        doctor = weekly.doctor(name)
        weekly.sits(MONDAY, sitting=replace(MORNING, shares={Share.ONLINE: 3}, doctor_id=doctor.id))
    full = weekly.slots(day=NEXT_MONDAY)[0]
    weekly.booked(full)
    weekly.booked(full, person=cast.newcomer)

    found = seen(session, cast)

    assert sorted(one.free for one in found) == free


def test_the_slot_that_stands_for_a_time_has_places(session, cast):
    weekly = opened(session, cast)
    weekly.sits(MONDAY, sitting=replace(MORNING, shares={Share.ONLINE: 1}))
    doctor = weekly.doctor()
    weekly.sits(MONDAY, sitting=replace(MORNING, shares={Share.ONLINE: 1}, doctor_id=doctor.id))
    team = next(one for one in weekly.slots(day=NEXT_MONDAY) if one.doctor_id is None)
    weekly.booked(team)

    first = seen(session, cast)[0]

    assert (first.slot.doctor_id, first.free) == (doctor.id, 1)
