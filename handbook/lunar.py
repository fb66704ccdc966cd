"""Lunar dates (农历), in which some mothers remember their last period."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from handbook.care.reading import STRICT, Words, read
from handbook.errors import NoSuchLunarDay

PATH = Path(__file__).parent / "calendars" / "lunar.yaml"
LONG, SHORT = "大", "小"
MONTH_DAYS = {LONG: 30, SHORT: 29}


@dataclass(frozen=True)
class LunarYear:
    """A lunar year: its first day, its months in order (long or short), and its leap month.

    The leap month (0: none) follows the month of the same number.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    first_day: date
    months: Words
    leap: int = 0

    def __post_init__(self) -> None:
        """Refuse a year with other months than long and short ones, 12 or 13 of them."""
        if set(self.months) - MONTH_DAYS.keys() or len(self.months) != (13 if self.leap else 12):
            raise ValueError(f"{self.first_day}: {self.months} are not the months of a year")


@dataclass(frozen=True, kw_only=True)
class LunarDay:
    """A day of the lunar calendar; `is_leap` for 闰月."""

    year: int
    month: int
    day: int
    is_leap: bool = False


@dataclass(frozen=True)
class _Years:
    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    source: Words
    years: dict[int, LunarYear]


@cache
def lunar_years() -> dict[int, LunarYear]:
    """Return the lunar years that are known; read once."""
    return read(PATH, _Years).years


def solar(lunar: LunarDay) -> date:
    """Return the calendar date of a lunar day.

    Raises:
        NoSuchLunarDay: the year has no such month or day, or is not in the table.
    """
    year = lunar_years().get(lunar.year)
    if year is None or not 1 <= lunar.month <= 12 or (lunar.is_leap and lunar.month != year.leap):
        raise NoSuchLunarDay
    is_after_leap = lunar.is_leap or 0 < year.leap < lunar.month
    place = lunar.month - 1 + is_after_leap
    if not 1 <= lunar.day <= MONTH_DAYS[year.months[place]]:
        raise NoSuchLunarDay
    days = sum(MONTH_DAYS[month] for month in year.months[:place]) + lunar.day - 1
    return year.first_day + timedelta(days=days)
