"""What somebody outside gives with a question, read strictly: a doubtful value is refused."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from handbook.care.spans import WEEK, WEEKS_AND_DAYS
from handbook.care.vaccines import Sex
from handbook.ranges import RANGES
from handbook.timeline import LONGEST_WEEKS, Gestation

DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
LEAST_BIRTH_WEEKS = RANGES.least_birth_weeks.value


@dataclass(frozen=True)
class Given:
    """Named values as JSON has them; each reader raises a ValueError for what it cannot accept."""

    values: Mapping[str, Any]

    @classmethod
    def read(cls, asked: object) -> Self:
        """Return the values of a JSON object.

        Raises:
            ValueError: it is something else.
        """
        if not isinstance(asked, dict):
            raise ValueError("the input is no object")
        return cls(asked)

    def has(self, name: str) -> bool:
        """Say whether a value is there; null counts as absent."""
        return self.values.get(name) is not None

    def text(self, name: str) -> str:
        """Return a text.

        Raises:
            ValueError: it is missing or something else.
        """
        value = self.values.get(name)
        if not isinstance(value, str):
            raise ValueError(f"{name} is no text")
        return value

    def whole(self, name: str) -> int:
        """Return a whole number, not below 0.

        Raises:
            ValueError: it is missing or something else.
        """
        value = self.values.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise ValueError(f"{name} is no whole number")
        return value

    def day(self, name: str) -> date:
        """Return a day written as 2026-01-31.

        Raises:
            ValueError: it is missing, written otherwise, or no such day exists.
        """
        text = self.text(name)
        if not DAY.fullmatch(text):
            raise ValueError(f"{name} is no day")
        return date.fromisoformat(text)

    def days_in_order(self, earlier: str, later: str) -> tuple[date, date]:
        """Return two days of which the second is not before the first.

        Raises:
            ValueError: one is no day, or they stand the other way round.
        """
        first, second = self.day(earlier), self.day(later)
        if second < first:
            raise ValueError(f"{later} lies before {earlier}")
        return first, second

    def gestation(self, name: str) -> Gestation:
        """Return a gestational age written as 12+3, up to `LONGEST_WEEKS` weeks.

        Raises:
            ValueError: it is missing, written otherwise, or longer.
        """
        found = WEEKS_AND_DAYS.fullmatch(self.text(name))
        days = int(found["weeks"]) * WEEK + int(found["days"]) if found else None
        if days is None or days > LONGEST_WEEKS * WEEK:
            raise ValueError(f"{name} is no gestational age")
        return Gestation(days)

    def gestation_at_birth(self) -> Gestation:
        """Return `ga_at_birth`: a gestational age at which a child can be born alive.

        Raises:
            ValueError: it is missing, or no such age.
        """
        found = self.gestation("ga_at_birth")
        if found.weeks < LEAST_BIRTH_WEEKS:
            raise ValueError("nobody is born alive so early")
        return found

    def sex(self) -> Sex | None:
        """Return `sex` ("female" or "male"), None when it is not given.

        Raises:
            ValueError: it is something else.
        """
        return Sex(self.text("sex")) if self.has("sex") else None
