"""Holidays, make-up workdays, and years whose calendar is not known yet."""

from datetime import date

import pytest

from booking.supply.official_days import (
    AFTER,
    BEFORE,
    DayKind,
    holidays,
    is_known,
    kind_of,
    unknown_years,
)  # fmt: skip
from handbook.workdays import work_year


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 6, 1), DayKind.ORDINARY),
        (date(2026, 6, 6), DayKind.ORDINARY),
        (date(2026, 10, 1), DayKind.HOLIDAY),
        (date(2026, 10, 3), DayKind.HOLIDAY),
        (date(2026, 10, 5), DayKind.HOLIDAY),
        (date(2026, 10, 10), DayKind.MAKE_UP),
        (date(2026, 10, 11), DayKind.ORDINARY),
        (date(2026, 12, 31), DayKind.DOUBTFUL),
        (date(2027, 2, 5), DayKind.DOUBTFUL),
        (date(2027, 3, 8), DayKind.ORDINARY),
    ],
    ids=[
        "Monday", "Saturday", "holiday", "weekend in a holiday", "moved day off", "make-up",
        "weekend after", "before an unknown new year", "spring festival of an unknown year",
        "far from holidays of an unknown year",
    ],
)  # fmt: skip
def test_a_day_is_what_the_calendar_makes_of_it(day, kind):
    assert kind_of(day) is kind


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_every_day_off_that_was_ever_published_would_have_been_doubted(year):
    doubts = [(first - BEFORE, last + AFTER) for first, last in holidays(year)]

    assert [
        day
        for day in work_year(year).days_off
        if not any(first <= day <= last for first, last in doubts)
    ] == []


def test_years_without_a_calendar_are_told():
    assert unknown_years(date(2026, 12, 1), date(2028, 1, 1)) == [2027, 2028]
    assert is_known(2026)
