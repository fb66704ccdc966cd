"""Measurements as staff see them: by day, who told them, and what a blood pressure asks for."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import SubjectKind
from console.presenters import times
from core.errors import Refusal
from core.words import say
from handbook.growth.numbers import Posture
from handbook.growth.pressure import flag
from handbook.models_records import Measurement, MeasurementKind
from handbook.ranges import BY_KIND

NAMES: Mapping[MeasurementKind, str] = {
    MeasurementKind.MOTHER_HEIGHT: "身高",
    MeasurementKind.MOTHER_WEIGHT_BEFORE: "孕前体重",
    MeasurementKind.MOTHER_AGE: "年龄",
    MeasurementKind.MOTHER_WEIGHT: "体重",
    MeasurementKind.SYSTOLIC: "收缩压",
    MeasurementKind.DIASTOLIC: "舒张压",
    MeasurementKind.FUNDAL_HEIGHT: "宫高",
    MeasurementKind.FETAL_HEART_RATE: "胎心率",
    MeasurementKind.MOTHER_HAEMOGLOBIN: "血红蛋白",
    MeasurementKind.CHILD_WEIGHT: "体重",
    MeasurementKind.CHILD_HEIGHT: "身长（身高）",
    MeasurementKind.CHILD_HEAD: "头围",
    MeasurementKind.CHILD_HAEMOGLOBIN: "血红蛋白",
}
POSTURES: Mapping[Posture, str] = {Posture.LYING: "躺着量", Posture.STANDING: "站着量"}
PRESSURE = (MeasurementKind.SYSTOLIC, MeasurementKind.DIASTOLIC)
BUILD = (
    MeasurementKind.MOTHER_HEIGHT,
    MeasurementKind.MOTHER_WEIGHT_BEFORE,
    MeasurementKind.MOTHER_AGE,
)
"""What is asked once: the national standard of weight gain needs it."""

AT_VISITS = (
    MeasurementKind.MOTHER_WEIGHT,
    *PRESSURE,
    MeasurementKind.FUNDAL_HEIGHT,
    MeasurementKind.FETAL_HEART_RATE,
    MeasurementKind.MOTHER_HAEMOGLOBIN,
)
AFTER_BIRTH = (MeasurementKind.MOTHER_WEIGHT, *PRESSURE, MeasurementKind.MOTHER_HAEMOGLOBIN)
OF_CHILD = (
    MeasurementKind.CHILD_WEIGHT,
    MeasurementKind.CHILD_HEIGHT,
    MeasurementKind.CHILD_HEAD,
    MeasurementKind.CHILD_HAEMOGLOBIN,
)


@dataclass(frozen=True)
class Field:
    """A field of the form, with the range that only stops slips of the pen."""

    kind: str
    name: str
    unit: str
    least: str
    most: str


@dataclass(frozen=True)
class Value:
    """One thing measured; `is_reported`: the family said so."""

    id: str
    name: str
    text: str
    is_reported: bool


@dataclass(frozen=True)
class Alert:
    """What a blood pressure asks of staff; the key is that of the flag, or "doubtful"."""

    key: str
    text: str


@dataclass(frozen=True)
class MeasuredDay:
    """All that was measured on a day."""

    day: str
    values: list[Value]
    alerts: list[Alert]


def fields(kinds: Sequence[MeasurementKind]) -> list[Field]:
    """Return the fields of a form."""
    ranges = ((kind, BY_KIND[kind]) for kind in kinds)
    return [
        Field(kind.value, NAMES[kind], one.unit, str(one.least), str(one.most))
        for kind, one in ranges
    ]


def measured_days(rows: Sequence[Measurement]) -> list[MeasuredDay]:
    """Return what was measured, by day, the newest first."""
    by_day: dict[date, list[Measurement]] = defaultdict(list)
    for row in rows:
        by_day[row.day].append(row)
    return [
        MeasuredDay(times.day(day), _values(by_day[day]), _alerts(by_day[day]))
        for day in sorted(by_day, reverse=True)
    ]


def _values(rows: Sequence[Measurement]) -> list[Value]:
    order = list(NAMES)
    return [_value(row) for row in sorted(rows, key=lambda row: (order.index(row.kind), row.id))]


def _value(row: Measurement) -> Value:
    is_reported = row.made_by_kind is not SubjectKind.STAFF
    posture = f"（{POSTURES[row.posture]}）" if row.posture else ""
    text = f"{row.value.normalize():f} {row.unit}{posture}"
    return Value(row.id, NAMES[row.kind], text, is_reported)


def _alerts(rows: Sequence[Measurement]) -> list[Alert]:
    """Return what the pressures of a day ask for; upper and lower figures pair in their order."""
    upper, lower = ([row.value for row in rows if row.kind is kind] for kind in PRESSURE)
    found = (_alert(int(high), int(low)) for high, low in zip(upper, lower, strict=False))
    return [alert for alert in found if alert is not None]


def _alert(systolic: int, diastolic: int) -> Alert | None:
    said = f"血压 {systolic}/{diastolic}："
    try:
        found = flag(systolic=systolic, diastolic=diastolic)
    except Refusal as refusal:
        return Alert("doubtful", f"{said}{say(refusal.code, **refusal.details)}")
    return Alert(found.key, f"{said}{found.name}") if found else None
