"""Reminders and public holidays: said before one, or after it, as the rule says; pure."""

from datetime import date, timedelta
from enum import StrEnum

from booking.supply.official_days import DayKind, kind_of

DAY = timedelta(days=1)


class Holiday(StrEnum):
    """What a rule does with a day that is a public holiday, its weekend and days off included."""

    BEFORE = "before"
    """It is said on the last day before: somebody can still be telephoned, and a time be had."""
    AFTER = "after"
    """It is said on the first day after: nothing can be done before."""


def moved(day: date, how: Holiday | None) -> date:
    """Return the day itself, or the day beside the holiday it lies in.

    A holiday whose official days nobody has published yet moves nothing.
    """
    if how is None:
        return day
    step = -DAY if how is Holiday.BEFORE else DAY
    while kind_of(day) is DayKind.HOLIDAY:
        day += step
    return day


def around(from_day: date, to_day: date) -> tuple[date, date]:
    """Return the days from which reminders may move into these, both ends included."""
    while kind_of(from_day - DAY) is DayKind.HOLIDAY:
        from_day -= DAY
    while kind_of(to_day + DAY) is DayKind.HOLIDAY:
        to_day += DAY
    return from_day, to_day
