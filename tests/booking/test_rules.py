"""Until when a slot can be booked and an appointment cancelled, and what a visit serves."""

from datetime import date, timedelta

import pytest

from booking.errors import SlotPast, TooLateToCancel
from booking.models import AppointmentState
from booking.rules import (
    CANCEL_BEFORE,
    CLOSES_BEFORE,
    NEXT,
    check_cancel,
    check_open,
    is_open,
    item_for,
    may_cancel,
)
from handbook.care.schedule import CURRENT, load
from handbook.timeline import items
from tests.world import NOW

INSTANT = timedelta(microseconds=1)
LAST_PERIOD = date(2026, 3, 5)


@pytest.mark.parametrize(
    ("before", "is_still_open"),
    [(CLOSES_BEFORE, True), (CLOSES_BEFORE - INSTANT, False), (-CLOSES_BEFORE, False)],
    ids=["to the instant", "an instant late", "begun"],
)
def test_booking_closes_half_an_hour_before(before: timedelta, is_still_open: bool) -> None:
    assert is_open(starts_at=NOW + before, now=NOW) is is_still_open


def test_what_is_closed_is_refused() -> None:
    check_open(starts_at=NOW + CLOSES_BEFORE, now=NOW)

    with pytest.raises(SlotPast):
        check_open(starts_at=NOW, now=NOW)


@pytest.mark.parametrize(
    ("before", "may"),
    [(CANCEL_BEFORE, True), (CANCEL_BEFORE - INSTANT, False)],
    ids=["to the instant", "an instant late"],
)
def test_cancelling_closes_two_hours_before(before: timedelta, may: bool) -> None:
    assert may_cancel(starts_at=NOW + before, now=NOW) is may


def test_who_cancels_too_late_is_told_the_hours() -> None:
    check_cancel(starts_at=NOW + CANCEL_BEFORE, now=NOW)

    with pytest.raises(TooLateToCancel) as refused:
        check_cancel(starts_at=NOW, now=NOW)
    assert refused.value.details == {"hours": 2}


def test_the_table_of_steps_knows_every_state_and_reaches_it() -> None:
    states = {state.value for state in AppointmentState}

    assert set(NEXT) == states
    assert {"booked"}.union(*NEXT.values()) == states


@pytest.mark.parametrize(
    ("care", "day", "taken", "key"),
    [
        ("ogtt", date(2026, 8, 20), [], "ogtt"),
        ("ogtt", date(2026, 9, 23), [], "ogtt"),
        ("ogtt", date(2026, 8, 19), [], None),
        ("ogtt", date(2026, 9, 24), [], None),
        ("ogtt", date(2026, 8, 20), ["ogtt"], None),
        ("child", date(2026, 8, 20), [], None),
    ],
    ids=["first day", "last day", "too early", "too late", "booked already", "other care"],
)
def test_a_visit_serves_the_open_item_of_its_care(
    care: str, day: date, taken: list[str], key: str | None
) -> None:
    timeline = items(load(CURRENT), last_period_day=LAST_PERIOD, today=date(2026, 6, 1))

    found = item_for(timeline, care=care, day=day, taken=taken)

    assert (found and found.key) == key


def test_of_several_items_the_one_that_closes_first_is_served() -> None:
    timeline = items(load(CURRENT), last_period_day=LAST_PERIOD, today=date(2026, 6, 1))
    day = date(2026, 6, 1)

    first = item_for(timeline, care="ultrasound", day=day, taken=[])

    fitting = [one for one in timeline if one.care == "ultrasound" and one.from_day <= day]
    assert first is not None
    assert first.to_day == min(one.to_day for one in fitting if one.to_day >= day)
