"""Working days in China: the official days off and make-up workdays, as data per year."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from handbook.care.reading import STRICT, Words, read
from handbook.errors import YearWithoutCalendar

FOLDER = Path(__file__).parent / "calendars"
SATURDAY = 5


@dataclass(frozen=True)
class WorkYear:
    """A year: its weekdays off, and the weekend days on which people work."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    year: int
    source: Words
    seen: Words
    days_off: frozenset[date]
    days_worked: frozenset[date]

    def __post_init__(self) -> None:
        """Refuse days of another year, weekend days off and weekdays worked: they say nothing."""
        is_other_year = any(day.year != self.year for day in self.days_off | self.days_worked)
        if is_other_year or any(_is_weekend(day) for day in self.days_off):
            raise ValueError(f"{self.year}: a day off is a weekday of the year")
        if not all(_is_weekend(day) for day in self.days_worked):
            raise ValueError(f"{self.year}: a make-up day is a weekend day")


@cache
def work_year(year: int) -> WorkYear:
    """Return the calendar of a year; read once.

    Raises:
        YearWithoutCalendar: there is none for this year.
    """
    path = FOLDER / f"workdays-{year}.yaml"
    if not path.exists():
        raise YearWithoutCalendar(year=year)
    return read(path, WorkYear)


def is_off(day: date) -> bool:
    """Say whether a day is a day off.

    Raises:
        YearWithoutCalendar: there is no calendar for its year.
    """
    year = work_year(day.year)
    return day in year.days_off or (_is_weekend(day) and day not in year.days_worked)


def working_days_after(day: date, *, count: int) -> date:
    """Return the last of the next `count` working days; the day itself does not count.

    Raises:
        YearWithoutCalendar: they reach into a year without a calendar.
    """
    left = count
    while left > 0:
        day += timedelta(days=1)
        left -= not is_off(day)
    return day


def _is_weekend(day: date) -> bool:
    return day.weekday() >= SATURDAY
