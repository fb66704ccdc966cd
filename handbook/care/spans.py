"""Lengths of time as schedules write them, and the month arithmetic of 满X月."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

WEEK = 7
YEAR_MONTHS = 12
DAY_HOURS = 24

LONGEST_MONTH_DAYS = 31
"""Only for ordering: "1m" counts as later than "30d", and "2m" as later than both."""

WEEKS_AND_DAYS = re.compile(r"(?P<weeks>\d{1,2})\+(?P<days>[0-6])")
PARTS = re.compile(r"(?P<sign>-?)(?P<parts>(?:\d+[ymwdh])+)")
PART = re.compile(r"(\d+)([ymwdh])")


@dataclass(frozen=True)
class Span:
    """A length of time: calendar months first, then days, then hours."""

    months: int = 0
    days: int = 0
    hours: int = 0

    @classmethod
    def read(cls, text: object) -> Self:
        """Return the span a schedule writes as "11+0", "42d", "18m", "6y", "3m29d" or "-3m".

        Raises:
            ValueError: it is written in no such way.
        """
        if not isinstance(text, str):
            raise ValueError(f"a span is a text in quotes, not {text!r}")
        if found := WEEKS_AND_DAYS.fullmatch(text):
            return cls(days=int(found["weeks"]) * WEEK + int(found["days"]))
        if not (found := PARTS.fullmatch(text)):
            raise ValueError(f"{text!r} is not a span such as 11+0, 42d, 18m or 6y")
        sign = -1 if found["sign"] else 1
        parts = {unit: sign * int(number) for number, unit in PART.findall(found["parts"])}
        return cls(
            months=parts.get("y", 0) * YEAR_MONTHS + parts.get("m", 0),
            days=parts.get("w", 0) * WEEK + parts.get("d", 0),
            hours=parts.get("h", 0),
        )

    def after(self, day: date) -> date:
        """Return the day that lies this long after another; begun hours do not count as a day."""
        whole_days = self.days + self.hours // DAY_HOURS
        return add_months(day, self.months) + timedelta(days=whole_days)

    def after_moment(self, moment: datetime) -> datetime:
        """Return the moment that lies this long after another, hours included."""
        moved = datetime.combine(add_months(moment.date(), self.months), moment.timetz())
        return moved + timedelta(days=self.days, hours=self.hours)

    def is_clamped_after(self, day: date) -> bool:
        """Say whether the month reached lacks the day, so that its last day is taken."""
        return self.months != 0 and add_months(day, self.months).day != day.day

    def negated(self) -> "Span":
        """Return the same length the other way."""
        return Span(-self.months, -self.days, -self.hours)

    @property
    def rank(self) -> int:
        """Return a number of hours that orders spans."""
        return (self.months * LONGEST_MONTH_DAYS + self.days) * DAY_HOURS + self.hours


def add_months(day: date, months: int) -> date:
    """Return the same day some months on; a day that does not exist is the month's last day."""
    years, month = divmod(day.month - 1 + months, YEAR_MONTHS)
    year = day.year + years
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def whole_months(*, born: date, day: date) -> int:
    """Return how many whole months lie between a birthday and a day; negative before birth."""
    months = (day.year - born.year) * YEAR_MONTHS + day.month - born.month
    return months - (add_months(born, months) > day)
