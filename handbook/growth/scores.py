"""A child's growth beside that of other children (WHO): where it stands, never a diagnosis."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from importlib import import_module
from statistics import NormalDist
from typing import Any

from pygrowup import Observation
from pygrowup.exceptions import MeasurementOutOfRangeError

from handbook.ages import corrected_age, corrected_birthday
from handbook.care.phrases import phrase
from handbook.care.vaccines import Sex
from handbook.growth.errors import GrowthBeforeDueDay, GrowthImplausible, MeasuredBeforeBirth
from handbook.growth.numbers import GROWTH, Measure, Posture
from handbook.ranges import Subject, check_measurement
from handbook.timeline import Gestation

LIMITS = GROWTH.measures
STANDING_FROM = GROWTH.standing_from_days.value
LYING_LONGER = Decimal(GROWTH.lying_longer_mm.value) / 10  # millimetres
SOON_BEYOND = GROWTH.soon_beyond_sd.value
PERCENTILES = GROWTH.percentiles.values

TABLES = {
    Measure.WEIGHT: "wfa",
    Measure.LENGTH: "lfa",
    Measure.HEAD: "hcfa",
    Measure.BMI: "bmifa",
}
"""What pygrowup calls its tables by age."""

KINDS = {
    Measure.WEIGHT: "child_weight",
    Measure.LENGTH: "child_height",
    Measure.HEAD: "child_head",
}
"""What records call the same measurements."""

LAST_TABLE_DAY = 1856
"""To this day pygrowup has a row for every day, then one for every month."""

MONTH_DAYS = 365 / 12
"""How pygrowup turns days into months (its own rounding, so that a curve meets its z-scores)."""

CENTIMETRES = 100
LOWEST_SAID = 1
"""Percentiles nearer to an end than this are said in words: tails are not known that well."""

NORMAL = NormalDist()


@dataclass(frozen=True)
class Growing:
    """What comparing needs to know of a child; no gestation at birth counts as born at term."""

    born: date
    sex: Sex
    gestation_at_birth: Gestation | None = None


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What was measured on one day, in kilograms and centimetres; None was not measured."""

    day: date
    weight: Decimal | None = None
    length: Decimal | None = None
    posture: Posture = Posture.LYING
    head: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where one value stands among children of the same age and sex.

    `value` is what was compared (a length as WHO has it at this age, lying or standing), `age_days`
    the age at which it was: the corrected age (`is_corrected`) where that is in use.
    """

    measure: Measure
    sex: Sex
    day: date
    age_days: int
    is_corrected: bool
    value: Decimal
    z_score: Decimal

    @property
    def percentile(self) -> float:
        """Return how many of a hundred such children have less."""
        return NORMAL.cdf(float(self.z_score)) * 100

    @property
    def is_usual(self) -> bool:
        """Say whether the value lies between the outermost lines of a chart, both included."""
        return PERCENTILES[0] <= self.percentile <= PERCENTILES[-1]

    @property
    def sentence(self) -> str:
        """Return it in words for a family: what it says, and that it is no diagnosis."""
        limits = LIMITS[self.measure]
        said = phrase(
            f"growth_{_rank(self.percentile)}",
            beside=phrase(f"growth_beside_{_likeness(self.measure)}"),
            sex=phrase(f"growth_{self.sex.value}"),
            name=limits.name,
            less=limits.less,
            percentile=round(self.percentile),
        )
        corrected = phrase("growth_corrected") if self.is_corrected else ""
        return f"{said}{corrected}{phrase(self._advice)}"

    @property
    def _advice(self) -> str:
        if abs(self.z_score) > SOON_BEYOND:
            return "growth_soon"
        return "growth_usual" if self.is_usual else "growth_unusual"


def places(child: Growing, *, measured: Measured) -> Mapping[Measure, Place]:
    """Return where everything measured on a day stands.

    What WHO does not compare is left out: head beyond five years, anything beyond seven, weight for
    a length outside its table.

    Raises:
        MeasuredBeforeBirth: the day lies before birth.
        GrowthBeforeDueDay: born preterm, and 40+0 is not reached: other curves apply.
        MeasurementOutOfRange: no scale or tape shows this of any child.
        GrowthImplausible: a value cannot be true of a child of this age (`measure`).
    """
    start = _start(child, measured.day)
    age_days = (measured.day - start).days
    values = _values(measured, age_days=age_days)
    seen = Observation(child.sex.value, dob=start, date_of_observation=measured.day)
    found = {}
    for measure, value in values.items():
        limits = LIMITS[measure]
        score = _score(seen, measure, values) if age_days <= limits.until_days else None
        if score is not None:
            found[measure] = Place(
                measure=measure,
                sex=child.sex,
                day=measured.day,
                age_days=age_days,
                is_corrected=start != child.born,
                value=value,
                z_score=score,
            )
    return found


def usual_posture(*, born: date, gestation_at_birth: Gestation, day: date) -> Posture:
    """Return how WHO measures at this age: taken where nobody wrote down how it was."""
    age = corrected_age(born=born, gestation_at_birth=gestation_at_birth, day=day)
    return _posture(age.days if age.is_in_use else (day - born).days)


def value_at(*, measure: Measure, sex: Sex, age_days: int, percentile: float) -> float:
    """Return the value of a percentile at an age, as the lines of a chart need it.

    Raises:
        KeyError: there are no lines for this measure or this age.
    """
    is_by_day = age_days <= LAST_TABLE_DAY
    folder = "by_day" if is_by_day else "by_month"
    table: Any = import_module(f"pygrowup.tables.{folder}.{TABLES[measure]}")
    row = table.DATA[sex.value][age_days if is_by_day else round(age_days / MONTH_DAYS)]
    power, median, spread = (float(row[part]) for part in ("l", "m", "s"))
    score = NORMAL.inv_cdf(percentile / 100)
    return float(median * (1 + power * spread * score) ** (1 / power))


def _start(child: Growing, day: date) -> date:
    """Return the day from which the child's age for growth is counted on a day."""
    if day < child.born:
        raise MeasuredBeforeBirth
    at_birth = child.gestation_at_birth
    if at_birth is None:
        return child.born
    age = corrected_age(born=child.born, gestation_at_birth=at_birth, day=day)
    if not age.is_in_use:
        return child.born
    if age.days < 0:
        raise GrowthBeforeDueDay
    return corrected_birthday(born=child.born, gestation_at_birth=at_birth)


def _values(measured: Measured, *, age_days: int) -> dict[Measure, Decimal]:
    """Return what is compared, refusing what nobody measures."""
    given = {
        Measure.WEIGHT: measured.weight,
        Measure.LENGTH: _length(measured, age_days=age_days),
        Measure.HEAD: measured.head,
    }
    found = {measure: value for measure, value in given.items() if value is not None}
    for measure, value in found.items():
        check_measurement(kind=KINDS[measure], subject=Subject.CHILD, value=value)
    if Measure.WEIGHT in found and Measure.LENGTH in found:
        metres = found[Measure.LENGTH] / CENTIMETRES
        found[Measure.BMI] = found[Measure.WEIGHT] / metres**2
        found[Measure.WEIGHT_FOR_LENGTH] = found[Measure.WEIGHT]
    return found


def _length(measured: Measured, *, age_days: int) -> Decimal | None:
    """Return the length as WHO has it at this age: lying in the first two years, then standing."""
    if measured.length is None or measured.posture is _posture(age_days):
        return measured.length
    is_lying = measured.posture is Posture.LYING
    return measured.length - LYING_LONGER if is_lying else measured.length + LYING_LONGER


def _posture(age_days: int) -> Posture:
    return Posture.STANDING if age_days >= STANDING_FROM else Posture.LYING


def _score(
    seen: Observation, measure: Measure, values: Mapping[Measure, Decimal]
) -> Decimal | None:
    """Return a z-score, or None for a length that WHO compares no weight with."""
    limits = LIMITS[measure]
    try:
        score = _computed(seen, measure, values)
    except MeasurementOutOfRangeError:
        raise GrowthImplausible(measure=limits.name) from None
    if score is not None and not limits.low <= score <= limits.high:
        raise GrowthImplausible(measure=limits.name)
    return score


def _computed(
    seen: Observation, measure: Measure, values: Mapping[Measure, Decimal]
) -> Decimal | None:
    if measure is Measure.WEIGHT_FOR_LENGTH:
        return _score_by_length(seen, values[Measure.WEIGHT], values[Measure.LENGTH])
    by_age: Mapping[Measure, Callable[[Decimal], Decimal]] = {
        Measure.WEIGHT: seen.wfa,
        # The package would itself change lying to standing, one day too early.
        Measure.LENGTH: partial(seen.lhfa, auto_adjust=False),
        Measure.HEAD: seen.hcfa,
        Measure.BMI: seen.bmifa,
    }
    return by_age[measure](values[measure])


def _score_by_length(seen: Observation, weight: Decimal, length: Decimal) -> Decimal | None:
    posture = _posture(seen.t)
    if length not in GROWTH.by_length[posture]:
        return None
    compared = seen.wfl if posture is Posture.LYING else seen.wfh
    score: Decimal = compared(weight, length)
    return score


def _likeness(measure: Measure) -> str:
    return "length" if measure is Measure.WEIGHT_FOR_LENGTH else "age"


def _rank(percentile: float) -> str:
    if percentile < LOWEST_SAID:
        return "lowest"
    return "highest" if percentile > 100 - LOWEST_SAID else "rank"
