"""Until when a slot can be booked, given up and waited for; and what a visit serves."""

from datetime import date, datetime, timedelta

import pytest

from booking.errors import NotThisStep, SlotPast, TooLateToCancel
from booking.models import LIVE, AppointmentState
from booking.models_waiting import WaitingState
from booking.policy import default
from booking.rules import (
    GIVES_BACK,
    LIVES,
    NEXT,
    NEXT_WAITING,
    Attendance,
    attendance,
    check_cancel,
    check_open,
    check_step,
    is_open,
    item_for,
    may_cancel,
    offer_until,
    shown_after,
    waiting_closes_at,
)
from core.clock import beijing_moment
from handbook.care.schedule import CURRENT, load
from handbook.timeline import items
from tests.world import NOW

INSTANT = timedelta(microseconds=1)
LAST_PERIOD = date(2026, 3, 5)
DAY = date(2026, 6, 3)
EVE = date(2026, 6, 2)
POLICY = default()
CLOSES_BEFORE = POLICY.closes_before
STATES = sorted(state.value for state in AppointmentState)

STEPS = {
    ("held", "booked"), ("held", "cancelled"), ("held", "cancelled_by_clinic"),
    ("held", "expired"), ("booked", "checked_in"), ("booked", "cancelled"),
    ("booked", "cancelled_by_clinic"), ("booked", "no_show"), ("booked", "moved"),
    ("checked_in", "called"), ("checked_in", "seen"), ("checked_in", "left"),
    ("checked_in", "cancelled_by_clinic"), ("called", "checked_in"), ("called", "seen"),
    ("called", "left"), ("no_show", "checked_in"),
}  # fmt: skip
"""Every step there is; written out a second time so that none slips in."""


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return beijing_moment(day, hour=hour, minute=minute)


@pytest.mark.parametrize("after", STATES)
@pytest.mark.parametrize("state", STATES)
def test_the_life_of_an_appointment_has_these_steps_and_no_others(state: str, after: str) -> None:
    allowed = after in NEXT[state]

    assert allowed is ((state, after) in STEPS)


def test_a_step_that_is_not_in_the_table_is_refused() -> None:
    check_step(state="booked", after="checked_in")

    with pytest.raises(NotThisStep) as refused:
        check_step(state="seen", after="cancelled")
    assert refused.value.details == {"state": "seen", "after": "cancelled"}


@pytest.mark.parametrize(
    ("table", "states", "first"),
    [(NEXT, AppointmentState, {"held", "booked"}), (NEXT_WAITING, WaitingState, {"waiting"})],
    ids=["appointment", "waiting"],
)
def test_a_table_of_steps_knows_every_state_and_reaches_it(
    table: dict[str, frozenset[str]], states: type[AppointmentState], first: set[str]
) -> None:
    named = {state.value for state in states}

    assert set(table) == named
    assert first.union(*table.values()) == named


def test_no_state_both_keeps_the_time_of_a_patient_and_gives_the_place_back() -> None:
    assert not LIVES & GIVES_BACK
    assert sorted(LIVES, key=LIVE.index) == ["held", "booked", "checked_in", "called"]


@pytest.mark.parametrize(
    ("before", "is_still_open"),
    [(CLOSES_BEFORE, True), (CLOSES_BEFORE - INSTANT, False), (-CLOSES_BEFORE, False)],
    ids=["to the instant", "an instant late", "begun"],
)
def test_booking_closes_some_minutes_before(before: timedelta, is_still_open: bool) -> None:
    assert is_open(starts_at=NOW + before, now=NOW, policy=POLICY) is is_still_open


def test_what_is_closed_is_refused() -> None:
    check_open(starts_at=NOW + CLOSES_BEFORE, now=NOW, policy=POLICY)

    with pytest.raises(SlotPast):
        check_open(starts_at=NOW, now=NOW, policy=POLICY)


@pytest.mark.parametrize(
    ("starts_at", "limit"),
    [
        (at(DAY, 8), at(EVE, 11)),
        (at(DAY, 11, 59), at(EVE, 11)),
        (at(DAY, 12), at(EVE, 16)),
        (at(DAY, 23, 30), at(EVE, 16)),
    ],
    ids=["early", "before noon", "noon", "late"],
)
def test_a_family_cancels_until_an_hour_of_the_day_before(
    starts_at: datetime, limit: datetime
) -> None:
    assert may_cancel(starts_at=starts_at, now=limit - INSTANT, policy=POLICY)
    assert not may_cancel(starts_at=starts_at, now=limit, policy=POLICY)


def test_who_cancels_too_late_is_told_until_when_she_could() -> None:
    check_cancel(starts_at=at(DAY, 8), now=at(EVE, 10), policy=POLICY)

    with pytest.raises(TooLateToCancel) as refused:
        check_cancel(starts_at=at(DAY, 8), now=at(EVE, 11), policy=POLICY)
    assert refused.value.details == {"until": "2026-06-02T03:00:00+00:00", "said": "6月2日 11:00"}


def test_the_waiting_list_of_a_day_closes_late_on_the_day_before() -> None:
    assert waiting_closes_at(starts_at=at(DAY, 8), policy=POLICY) == at(EVE, 23)


@pytest.mark.parametrize(
    ("now", "starts_at", "until"),
    [
        (at(EVE, 15), at(DAY, 14), at(EVE, 15, 15)),
        (at(EVE, 21, 59), at(DAY, 14), at(EVE, 22, 14)),
        (at(EVE, 22), at(DAY, 14), at(DAY, 7, 15)),
        (at(EVE, 3), at(DAY, 14), at(EVE, 7, 15)),
        (at(EVE, 22), at(DAY, 7, 30), at(DAY, 7)),
    ],
    ids=["by day", "last minute", "late at night", "before dawn", "slot closes first"],
)
def test_the_minutes_of_an_offer_count_while_she_is_awake(
    now: datetime, starts_at: datetime, until: datetime
) -> None:
    assert offer_until(starts_at=starts_at, now=now, policy=POLICY) == until


def test_the_delay_of_a_freed_place_follows_from_its_seed_alone() -> None:
    delays = [shown_after(seed=f"apt_{number}", minutes=30) for number in range(200)]

    assert delays == [shown_after(seed=f"apt_{number}", minutes=30) for number in range(200)]
    assert timedelta() <= min(delays) < timedelta(minutes=3)
    assert timedelta(minutes=27) < max(delays) < timedelta(minutes=30)
    assert shown_after(seed="apt_1", minutes=0) == timedelta()


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [
        ([], Attendance(0, None)),
        ([1, 2], Attendance(2, None)),
        ([1, 2, 3], Attendance(3, date(2026, 6, 30))),
        ([29, 40, 50], Attendance(3, date(2026, 6, 2))),
        ([30, 40, 50], Attendance(3, None)),
        ([1, 2, 200], Attendance(2, None)),
    ],
    ids=["none", "two", "three", "last day", "over", "one long ago"],
)
def test_three_missed_visits_in_half_a_year_close_booking_for_a_month(
    days_ago: list[int], expected: Attendance
) -> None:
    missed = [NOW - timedelta(days=days) for days in days_ago]

    assert attendance(missed, policy=POLICY, now=NOW) == expected


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
