"""The numbers that dating rests on, read from `dating.yaml` with their sources."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from handbook.care.reading import STRICT, SpanText, Words, read
from handbook.care.rows import Mark


@dataclass(frozen=True)
class Number:
    """A number that carries where it comes from."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    value: int
    mark: Mark
    source: Words


@dataclass(frozen=True)
class Bounds:
    """Both ends are included; the unit stands where they are used."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    least: Decimal
    most: Decimal

    def __contains__(self, value: Decimal | int) -> bool:
        """Say whether a value lies within."""
        return self.least <= value <= self.most


@dataclass(frozen=True)
class RedatingStep:
    """Up to the gestation `until` (included), re-date when more than `over_days` apart."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    until: SpanText
    over_days: int


@dataclass(frozen=True)
class RedatingRule:
    """When a scan is a reason to propose another due day."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    key: Words
    title: Words
    mark: Mark
    source: Words
    steps: tuple[RedatingStep, ...]


@dataclass(frozen=True)
class Numbers:
    """All of them; the unit stands in each name."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    pregnancy_days: Number
    longest_weeks: Number
    usual_cycle_days: Number
    shortest_cycle_days: Number
    longest_cycle_days: Number
    least_scan_days: Number
    conception_days: Number
    least_embryo_days: Number
    most_embryo_days: Number
    form_months_ahead: Number
    form_days_ahead: Number
    redating: tuple[RedatingRule, ...]
    term_weeks: Number
    full_term_weeks: Number
    correction_months: Number
    very_preterm_weeks: Number
    very_preterm_correction_months: Number


NUMBERS = read(Path(__file__).parent / "dating.yaml", Numbers)
