"""The numbers that comparing growth rests on, read from `growth.yaml` with their sources."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from handbook.care.numbers import Bounds, Number
from handbook.care.reading import STRICT, Words, read
from handbook.care.rows import Mark


class Measure(StrEnum):
    """What of a child's growth is compared."""

    WEIGHT = "weight"
    LENGTH = "length"
    HEAD = "head"
    BMI = "bmi"
    WEIGHT_FOR_LENGTH = "weight_for_length"


class Posture(StrEnum):
    """How a child's length was measured."""

    LYING = "lying"
    STANDING = "standing"


@dataclass(frozen=True)
class Limits:
    """How a measure is called, to what age it is compared, and beyond what it is a mistake.

    `low` and `high` are z-scores, both included.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    name: Words
    unit: Words
    less: Words
    until_days: int
    low: int
    high: int
    mark: Mark
    source: Words


@dataclass(frozen=True)
class Percentiles:
    """Those drawn, from the lowest to the highest; the first and the last enclose the usual."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    values: tuple[int, ...]
    mark: Mark
    source: Words


@dataclass(frozen=True)
class GrowthNumbers:
    """All of them; the unit stands in each name."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    source: Words
    mark: Mark
    remark: Words
    percentiles: Percentiles
    standing_from_days: Number
    lying_longer_mm: Number
    soon_beyond_sd: Number
    measures: dict[Measure, Limits]
    by_length: dict[Posture, Bounds]


GROWTH = read(Path(__file__).parent / "growth.yaml", GrowthNumbers)
