"""The figures of weight gain in pregnancy, read from `weight.yaml` with their source."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from handbook.care.numbers import Bounds
from handbook.care.reading import STRICT, SpanText, Words, read
from handbook.care.rows import Mark


@dataclass(frozen=True)
class Early:
    """The gain of the first trimester, which ends with the day `until`."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    until: SpanText
    least: Decimal
    most: Decimal


@dataclass(frozen=True)
class Band:
    """The gain of one build: in all and, after the first trimester, by the week (kilograms).

    It holds for a body mass index under `bmi_under`; None: for all above the other bands.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    key: Words
    name: Words
    bmi_under: Decimal | None
    least: Decimal
    most: Decimal
    weekly: Decimal
    weekly_least: Decimal
    weekly_most: Decimal


@dataclass(frozen=True)
class Own:
    """Figures that are no standard's but our proposals."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    mark: Mark
    source: Words
    gained_kg: Bounds
    weekly_over_days: int


@dataclass(frozen=True)
class WeightNumbers:
    """All of them, and for whom they are made."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    title: Words
    in_force_from: date
    mark: Mark
    source: Words
    remark: Words
    least_age_years: int
    least_height_cm: int
    most_weight_before_kg: int
    first_trimester: Early
    bands: tuple[Band, ...]
    own: Own


WEIGHT = read(Path(__file__).parent / "weight.yaml", WeightNumbers)
