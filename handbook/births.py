"""What is told of a birth, and whether it can be; pure."""

from dataclasses import dataclass
from datetime import date, datetime

from core.clock import beijing_date
from handbook.care.phrases import phrase
from handbook.care.spans import WEEK, YEAR_MONTHS, add_months
from handbook.care.vaccines import Sex
from handbook.errors import (
    BirthDayOutOfRange,
    BirthMomentElsewhere,
    ChildAgeOutOfRange,
    DayOutOfRange,
    MeasurementOutOfRange,
)
from handbook.ranges import RANGES
from handbook.timeline import LONGEST_WEEKS

LEAST_WEEKS = RANGES.least_birth_weeks.value
LEAST_WEIGHT = RANGES.least_birth_weight_g.value
MOST_WEIGHT = RANGES.most_birth_weight_g.value
CHILDHOOD_YEARS = RANGES.childhood_years.value


@dataclass(frozen=True)
class Delivery:
    """What is told of the mother's side of a birth; `day` is when the last child was born.

    `is_one_stillborn`: a child among several was born dead. The note is for staff only.
    """

    day: date
    discharge_day: date | None = None
    is_one_stillborn: bool = False
    note: str = ""


@dataclass(frozen=True)
class Newborn:
    """What is told of a living child; `rank` is its place among those born together."""

    birth_day: date
    rank: int = 1
    birth_at: datetime | None = None
    sex: Sex | None = None
    weight_g: int | None = None
    name: str | None = None


def check_delivery(delivery: Delivery, *, last_period_day: date, today: date) -> None:
    """Pass if a pregnancy can have been delivered like this.

    Raises:
        BirthDayOutOfRange: too early, too late, or still to come.
        DayOutOfRange: the discharge lies before the delivery or is still to come.
    """
    _check_gestation((delivery.day - last_period_day).days)
    if delivery.day > today:
        raise BirthDayOutOfRange(least=LEAST_WEEKS, most=LONGEST_WEEKS)
    if delivery.discharge_day and not delivery.day <= delivery.discharge_day <= today:
        raise DayOutOfRange


def check_birth(newborn: Newborn, *, last_period_day: date, today: date) -> None:
    """Pass if a child of this pregnancy can have been born like this.

    Raises:
        And whatever `check_newborn` raises.
    """
    days = (newborn.birth_day - last_period_day).days
    check_newborn(newborn, gestation_at_birth_days=days, today=today)


def check_newborn(newborn: Newborn, *, gestation_at_birth_days: int | None, today: date) -> None:
    """Pass if a child can have been born like this.

    Raises:
        ChildAgeOutOfRange: not born yet, or grown up.
        BirthDayOutOfRange: nobody is born at this gestation.
        BirthMomentElsewhere: the moment lies on another day in Beijing.
        MeasurementOutOfRange: nobody weighs this at birth.
    """
    grown_up_day = add_months(newborn.birth_day, CHILDHOOD_YEARS * YEAR_MONTHS)
    if not newborn.birth_day <= today < grown_up_day:
        raise ChildAgeOutOfRange(years=CHILDHOOD_YEARS)
    if gestation_at_birth_days is not None:
        _check_gestation(gestation_at_birth_days)
    if newborn.birth_at is not None and beijing_date(newborn.birth_at) != newborn.birth_day:
        raise BirthMomentElsewhere
    if newborn.weight_g is not None and not LEAST_WEIGHT <= newborn.weight_g <= MOST_WEIGHT:
        raise MeasurementOutOfRange(
            name=phrase("birth_weight"), least=LEAST_WEIGHT, most=MOST_WEIGHT, unit=phrase("grams")
        )


def _check_gestation(days: int) -> None:
    if not LEAST_WEEKS * WEEK <= days <= LONGEST_WEEKS * WEEK:
        raise BirthDayOutOfRange(least=LEAST_WEEKS, most=LONGEST_WEEKS)
