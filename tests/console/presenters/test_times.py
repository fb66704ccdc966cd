"""Moments, days and weeks as people read them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import BadWeeks
from console.presenters import times

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_a_moment_is_shown_as_beijing_sees_it():
    assert times.moment(datetime(2026, 12, 31, 16, 5, tzinfo=UTC)) == "2027年1月1日 00:05"


def test_a_day_has_no_leading_zeros():
    assert times.day(date(2026, 3, 5)) == "2026年3月5日"


def test_a_span_names_the_weekday_in_beijing():
    begins = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)

    assert times.span(begins, begins + timedelta(minutes=30)) == "11月23日 周一 00:30–01:00"


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=59), "刚刚"),
        (timedelta(minutes=1), "1分钟前"),
        (timedelta(minutes=59, seconds=59), "59分钟前"),
        (timedelta(hours=1), "1小时前"),
        (timedelta(hours=23, minutes=59), "23小时前"),
        (timedelta(days=1), "1天前"),
        (timedelta(days=6, hours=23), "6天前"),
        (timedelta(days=7), "2026年11月14日"),
    ],
    ids=str,
)
def test_how_long_ago_is_said_in_the_largest_whole_unit(passed, words):
    assert times.since(NOON - passed, now=NOON) == words


@pytest.mark.parametrize(
    ("text", "days"),
    [("11+0", 77), ("13+6", 97), ("0", 0), (" 12 ", 84), ("13＋6", 97), ("365+1", 2556)],
    ids=["weeks", "weeks and days", "nothing", "weeks alone", "full width", "seven years"],
)
def test_weeks_are_read_as_obstetricians_write_them(text, days):
    assert times.read_weeks(text) == days


@pytest.mark.parametrize("text", ["", "11+7", "11+", "+3", "-1", "1000", "11周", "11.5"])
def test_other_weeks_are_refused(text):
    with pytest.raises(BadWeeks):
        times.read_weeks(text)


@given(st.integers(min_value=0, max_value=999 * 7 + 6))
def test_what_is_shown_as_weeks_is_read_back(days):
    assert times.read_weeks(times.weeks(days)) == days
