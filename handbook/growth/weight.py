"""Weight gain in pregnancy beside the national standard (WS/T 801): where it stands, no verdict."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from handbook.care.numbers import NUMBERS
from handbook.care.phrases import phrase
from handbook.care.spans import WEEK
from handbook.growth.errors import (
    GainImplausible,
    GainNotForAssisted,
    GainNotForBuild,
    GainNotForMinors,
    GainNotForMultiples,
    GainTooEarly,
)
from handbook.growth.weight_numbers import WEIGHT, Band
from handbook.ranges import Subject, check_measurement
from handbook.timeline import Gestation, gestation

EARLY = WEIGHT.first_trimester
EARLY_END = Gestation(EARLY.until.days + 1)
"""The first day of the second trimester."""

TERM = Gestation(NUMBERS.full_term_weeks.value * WEEK)
OWN = WEIGHT.own
CENTIMETRES = 100
TENTH = Decimal("0.1")


class Conception(StrEnum):
    """How the pregnancy came."""

    NATURAL = "natural"
    ASSISTED = "assisted"


class Standing(StrEnum):
    """Where a gain stands beside its band."""

    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"


@dataclass(frozen=True, kw_only=True)
class Mother:
    """What the standard asks of her: whole years of age, and her build before the pregnancy."""

    age_years: int
    height_cm: Decimal
    weight_before_kg: Decimal
    fetuses: int
    conception: Conception = Conception.NATURAL


@dataclass(frozen=True, kw_only=True)
class Gain:
    """What she has gained by a day of pregnancy, and the band of that day (kilograms)."""

    age: Gestation
    gained: Decimal
    least: Decimal
    most: Decimal

    @property
    def standing(self) -> Standing:
        """Return where the gain stands; the ends of the band are within."""
        return _standing(self.gained, least=self.least, most=self.most)

    @property
    def sentence(self) -> str:
        """Return it in words for her."""
        return phrase(
            f"gain_{self.standing}",
            gestation=str(self.age),
            gained=phrase(
                "gain_less" if self.gained < 0 else "gain_more",
                kilograms=said_kilograms(abs(self.gained)),
            ),
            least=said_kilograms(self.least),
            most=said_kilograms(self.most),
        )


def band(mother: Mother) -> Band:
    """Return the band of her build.

    Raises:
        MeasurementOutOfRange: nobody has this height or weight.
        GainNotForMultiples: she carries more than one child.
        GainNotForAssisted: the pregnancy did not come naturally.
        GainNotForMinors: she is not grown up.
        GainNotForBuild: too short or too heavy for the standard.
    """
    _measured("mother_height", mother.height_cm)
    _measured("mother_weight_before", mother.weight_before_kg)
    if mother.fetuses > 1:
        raise GainNotForMultiples
    if mother.conception is Conception.ASSISTED:
        raise GainNotForAssisted
    if mother.age_years < WEIGHT.least_age_years:
        raise GainNotForMinors(years=WEIGHT.least_age_years)
    _check_build(mother)
    index = mother.weight_before_kg / (mother.height_cm / CENTIMETRES) ** 2
    return next(each for each in WEIGHT.bands if each.bmi_under is None or index < each.bmi_under)


def gain(mother: Mother, *, weight_kg: Decimal, last_period_day: date, day: date) -> Gain:
    """Return what she has gained by a day, and where that stands.

    Raises:
        MeasurementOutOfRange: nobody has this height or weight.
        GainImplausible: nobody gains or loses so much.
        LastPeriodInFuture: the day lies before the pregnancy.
        GainNotForMultiples, GainNotForAssisted, GainNotForMinors, GainNotForBuild: as `band`.
    """
    hers = band(mother)
    age = gestation(last_period_day=last_period_day, day=day)
    gained = weight_kg - mother.weight_before_kg
    _measured("mother_weight", weight_kg)
    if gained not in OWN.gained_kg:
        raise GainImplausible
    least, most = band_at(hers, age=age)
    return Gain(age=age, gained=gained, least=least, most=most)


def band_at(hers: Band, *, age: Gestation) -> tuple[Decimal, Decimal]:
    """Return the least and the most gain at a gestational age.

    The standard names the first trimester and the whole: the band runs straight from nothing to
    the one, then to the other at 40+0, and stays there.
    """
    if age <= EARLY_END:
        share = Decimal(age.days) / EARLY_END.days
        return share * EARLY.least, share * EARLY.most
    share = min(Decimal(1), Decimal(age.days - EARLY_END.days) / (TERM.days - EARLY_END.days))
    least = EARLY.least + share * (hers.least - EARLY.least)
    most = EARLY.most + share * (hers.most - EARLY.most)
    return least, most


def weekly_standing(
    mother: Mother, *, last_period_day: date, weighed: tuple[tuple[date, Decimal], ...]
) -> tuple[Decimal, Standing]:
    """Return what she gained by the week from the first to the last weighing, and its standing.

    Raises:
        GainTooEarly: a weighing lies in the first trimester, or they lie too close together.
        GainNotForMultiples, GainNotForAssisted, GainNotForMinors, GainNotForBuild: as `band`.
    """
    hers = band(mother)
    (first_day, first), (last_day, last) = min(weighed), max(weighed)
    is_early = gestation(last_period_day=last_period_day, day=first_day) < EARLY_END
    days = (last_day - first_day).days
    if is_early or days < OWN.weekly_over_days:
        raise GainTooEarly(days=OWN.weekly_over_days)
    weekly = (last - first) * WEEK / days
    return weekly, _standing(weekly, least=hers.weekly_least, most=hers.weekly_most)


def said_kilograms(value: Decimal) -> str:
    """Return kilograms to one decimal place."""
    return str(value.quantize(TENTH))


def _measured(kind: str, value: Decimal) -> None:
    check_measurement(kind=kind, subject=Subject.PREGNANCY, value=value)


def _check_build(mother: Mother) -> None:
    is_short = mother.height_cm < WEIGHT.least_height_cm
    if is_short or mother.weight_before_kg > WEIGHT.most_weight_before_kg:
        raise GainNotForBuild(height=WEIGHT.least_height_cm, weight=WEIGHT.most_weight_before_kg)


def _standing(value: Decimal, *, least: Decimal, most: Decimal) -> Standing:
    if value < least:
        return Standing.BELOW
    return Standing.ABOVE if value > most else Standing.WITHIN
