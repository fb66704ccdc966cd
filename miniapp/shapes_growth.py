"""What clients may send and will get of measurements; answers only ever gain fields."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from handbook.growth.numbers import Posture
from handbook.models_records import MeasurementKind
from miniapp.shapes import Sent

Value = Annotated[Decimal, Field(gt=0, max_digits=7, decimal_places=2)]


class CurveKind(StrEnum):
    """What has a growth curve."""

    WEIGHT = "weight"
    LENGTH = "length"
    HEAD = "head"
    BMI = "bmi"


class ChildMeasurementIn(Sent):
    """Something measured of a child: kilograms, centimetres; a length lying or standing."""

    kind: Literal["weight", "length", "head"]
    value: Value
    day: date
    posture: Posture | None = None


class GrowthQuery(Sent):
    """Which curve to draw."""

    kind: CurveKind = CurveKind.WEIGHT


class MeasurementsIn(Sent):
    """What a mother measured on one day, by kind, each in the unit of its kind."""

    day: date
    values: Annotated[dict[MeasurementKind, Value], Field(min_length=1, max_length=6)]


class MeasuredOut(BaseModel):
    """The ids of what was written down, by kind."""

    ids: dict[MeasurementKind, str]


class PointOut(BaseModel):
    """One value of a child; what cannot be compared has neither score nor percentile.

    `id` is that of the measurement (None: worked out of two), `record_id` the same if it may be
    taken back; `note` says why it is not compared; `posture` is how a length was said to be taken.
    """

    id: str | None
    record_id: str | None
    day: date
    age: str
    value: float
    z: float | None
    percentile: float | None
    note: str | None
    posture: Posture | None


class GrowthOut(BaseModel):
    """A child's curve, and what its last point says; no curve before the sex is known.

    `usual_posture` is how a length is measured at today's age.
    """

    kind: CurveKind
    name: str
    unit: str
    points: list[PointOut]
    words: str
    svg: str | None
    usual_posture: Posture


class WeightPointOut(BaseModel):
    """One weight of a mother; `gained` since before the pregnancy, None if that is not known."""

    id: str
    record_id: str | None
    day: date
    gestation: str
    value: float
    gained: float | None


class BuildOut(BaseModel):
    """What the reference range is chosen by: her build before the pregnancy, and her age."""

    height_cm: float
    weight_before_kg: float
    age_years: int


class BandOut(BaseModel):
    """The reference range of her build: on today's day of pregnancy, and in all (kilograms)."""

    name: str
    least: float
    most: float
    total_least: float
    total_most: float


class WeightOut(BaseModel):
    """A mother's weights; without a build, or where the standard is not for her, no range."""

    points: list[WeightPointOut]
    build: BuildOut | None
    band: BandOut | None
    words: str
    source: str | None
    svg: str | None
