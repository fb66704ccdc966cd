"""What the official calendar makes of a day: an ordinary one, a holiday, a make-up workday.

The calendar of a year is published in the November before it, and clinics are planned across new
year. Until it is known, the days around its public holidays are doubtful: no slot is made there,
since a woman must not be given a time at which the doors may be shut. All other days of such a year
are certain enough, and clinics go on.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

from handbook.errors import YearWithoutCalendar
from handbook.lunar import LunarDay, solar
from handbook.workdays import is_off, work_year

BEFORE = timedelta(days=3)
AFTER = timedelta(days=5)
"""How far the days off of a public holiday reach beyond the holiday itself; every weekday off of
the calendars of 2024 to 2026 lies within (a test holds them against it)."""

DAY = timedelta(days=1)
SATURDAY = 5


class DayKind(StrEnum):
    """What the official calendar makes of a day."""

    ORDINARY = "ordinary"
    HOLIDAY = "holiday"
    """A public holiday or a day off moved to it, with the weekend beside it."""
    MAKE_UP = "make_up"
    """A weekend day on which people work (调休)."""
    DOUBTFUL = "doubtful"
    """Its year's calendar is not known, and a public holiday is near."""


@cache
def kind_of(day: date) -> DayKind:
    """Return what the official calendar makes of a day.

    Raises:
        handbook.errors.NoSuchLunarDay: the table of lunar years does not reach so far.
    """
    if any(first <= day <= last for first, last in _doubts(day)):
        return DayKind.DOUBTFUL
    if not is_known(day.year):
        return DayKind.ORDINARY
    if day in work_year(day.year).days_worked:
        return DayKind.MAKE_UP
    return DayKind.HOLIDAY if _is_holiday(day) else DayKind.ORDINARY


@cache
def is_known(year: int) -> bool:
    """Say whether the official calendar of a year is known."""
    try:
        work_year(year)
    except YearWithoutCalendar:
        return False
    return True


def unknown_years(first: date, last: date) -> list[int]:
    """Return the years between two days, both included, whose calendar is not known."""
    return [year for year in range(first.year, last.year + 1) if not is_known(year)]


def holidays(year: int) -> list[tuple[date, date]]:
    """Return first and last day of the public holidays of a year.

    Source: 国务院《全国年节及纪念日放假办法》, revision of 2024 (国务院令第795号), section 2. 清明
    lies between 4 and 6 April.
    """
    spring, boats, moon = (
        solar(LunarDay(year=year, month=month, day=number))
        for month, number in ((1, 1), (5, 5), (8, 15))
    )
    return [
        (date(year, 1, 1), date(year, 1, 1)),
        (spring - DAY, spring + 2 * DAY),
        (date(year, 4, 4), date(year, 4, 6)),
        (date(year, 5, 1), date(year, 5, 2)),
        (boats, boats),
        (moon, moon),
        (date(year, 10, 1), date(year, 10, 3)),
    ]


def _doubts(day: date) -> Iterator[tuple[date, date]]:
    """Yield the stretches around holidays of unknown years; new year reaches into the old one."""
    for year in (day.year, day.year + 1):
        if not is_known(year):
            yield from ((first - BEFORE, last + AFTER) for first, last in holidays(year))


def _is_holiday(day: date) -> bool:
    """Say whether a day off belongs to a stretch of days off in which a weekday was given off."""
    return any(one.weekday() < SATURDAY for one in (*_off(day, -DAY), *_off(day, DAY)))


def _off(day: date, step: timedelta) -> Iterator[date]:
    """Yield the days off from this one on, in one direction, as far as the calendar is known."""
    while is_known(day.year) and is_off(day):
        yield day
        day += step
