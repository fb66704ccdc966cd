"""Lengths of time as schedules write them, and the month arithmetic."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbook.care.spans import Span, add_months, whole_months

DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2060, 12, 31))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        pytest.param("11+0", Span(days=77), id="weeks-and-days"),
        pytest.param("42d", Span(days=42), id="days"),
        pytest.param("2w", Span(days=14), id="weeks"),
        pytest.param("18m", Span(months=18), id="months"),
        pytest.param("6y", Span(months=72), id="years"),
        pytest.param("3m29d", Span(months=3, days=29), id="months-and-days"),
        pytest.param("-3m", Span(months=-3), id="before"),
        pytest.param("72h", Span(hours=72), id="hours"),
    ],
)
def test_a_span_is_read_as_it_is_written(text: str, span: Span):
    assert Span.read(text) == span


@pytest.mark.parametrize("text", ["11+7", "", "12", "3x", "+3", "d", 12, None], ids=repr)
def test_what_is_no_span_is_refused(text: object):
    with pytest.raises(ValueError, match="span"):
        Span.read(text)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        pytest.param(date(2026, 1, 31), 1, date(2026, 2, 28), id="last-of-february"),
        pytest.param(date(2027, 12, 31), 2, date(2028, 2, 29), id="leap-february"),
        pytest.param(date(2024, 2, 29), 12, date(2025, 2, 28), id="leap-birthday"),
        pytest.param(date(2024, 2, 29), 48, date(2028, 2, 29), id="leap-to-leap"),
        pytest.param(date(2026, 3, 15), -3, date(2025, 12, 15), id="backwards"),
        pytest.param(date(2026, 5, 31), 1, date(2026, 6, 30), id="last-of-june"),
    ],
)
def test_a_missing_day_is_the_last_of_its_month(day: date, months: int, expected: date):
    assert add_months(day, months) == expected


def test_a_clamped_month_is_known_as_such():
    month = Span(months=1)

    clamped = [month.is_clamped_after(date(2026, 1, day)) for day in (28, 29, 31)]

    assert clamped == [False, True, True]


def test_days_alone_are_never_clamped():
    assert not Span(days=31).is_clamped_after(date(2026, 1, 31))


@given(day=DAYS, months=st.integers(-60, 240))
def test_adding_months_never_leaves_the_month_it_aims_at(day: date, months: int):
    reached = add_months(day, months)

    assert (reached.year * 12 + reached.month) - (day.year * 12 + day.month) == months
    assert reached.day <= day.day


@given(born=DAYS, months=st.integers(0, 240))
def test_whole_months_turn_over_on_the_day_that_adding_reaches(born: date, months: int):
    birthday = add_months(born, months)

    assert whole_months(born=born, day=birthday) == months
    assert whole_months(born=born, day=birthday - timedelta(days=1)) == months - 1


def test_begun_hours_do_not_make_a_day():
    day = date(2026, 7, 1)

    reached = [Span(hours=hours).after(day) for hours in (6, 24, 47, 72)]

    assert reached == [day, date(2026, 7, 2), date(2026, 7, 2), date(2026, 7, 4)]


def test_hours_count_from_the_hour_of_birth():
    born_at = datetime(2026, 7, 1, 10, tzinfo=ZoneInfo("Asia/Shanghai"))

    opens, due, latest = (Span.read(text).after_moment(born_at) for text in ("72h", "7d", "20d"))

    assert opens == born_at + timedelta(hours=72)
    assert (due.date(), latest.date()) == (date(2026, 7, 8), date(2026, 7, 21))
