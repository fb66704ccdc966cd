"""Plausible ranges of what is recorded, read from `ranges.yaml` with their sources."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from handbook.care.numbers import Number
from handbook.care.reading import STRICT, Words, read
from handbook.care.rows import Mark
from handbook.errors import MeasurementOutOfRange, NoSuchItem


class Subject(StrEnum):
    """Whose life a record belongs to."""

    PREGNANCY = "pregnancy"
    CHILD = "child"


@dataclass(frozen=True, kw_only=True)
class Range:
    """What one kind of measurement can be, both ends included."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    kind: Words
    subject: Subject
    name: Words
    unit: Words
    least: Decimal
    most: Decimal
    mark: Mark
    source: Words

    def __post_init__(self) -> None:
        """Refuse a range upside down."""
        if self.least > self.most:
            raise ValueError(f"{self.kind}: the range is upside down")


@dataclass(frozen=True, kw_only=True)
class Ranges:
    """All of them; the unit stands in each name."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    measurements: tuple[Range, ...]
    most_fetuses: Number
    least_birth_weeks: Number
    least_birth_weight_g: Number
    most_birth_weight_g: Number
    neonatal_days: Number
    childhood_years: Number
    most_caregivers: Number


RANGES = read(Path(__file__).parent / "ranges.yaml", Ranges)
BY_KIND = {each.kind: each for each in RANGES.measurements}


def check_measurement(*, kind: str, subject: Subject, value: Decimal) -> Range:
    """Return the range of a measurement if the value lies in it.

    Raises:
        NoSuchItem: this is not measured of such a subject.
        MeasurementOutOfRange: nobody measures this.
    """
    found = BY_KIND[kind]
    if found.subject is not subject:
        raise NoSuchItem
    if not (value.is_finite() and found.least <= value <= found.most):
        raise MeasurementOutOfRange(
            name=found.name, least=str(found.least), most=str(found.most), unit=found.unit
        )
    return found
