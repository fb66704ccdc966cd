"""The ages of a child: actual age for vaccines, corrected age for growth and development."""

from dataclasses import dataclass
from datetime import date, timedelta

from handbook.care.numbers import NUMBERS
from handbook.care.spans import WEEK, whole_months
from handbook.timeline import Gestation

TERM = Gestation(NUMBERS.term_weeks.value * WEEK)
FULL_TERM = Gestation(NUMBERS.full_term_weeks.value * WEEK)
VERY_PRETERM = Gestation(NUMBERS.very_preterm_weeks.value * WEEK)
CORRECTION_MONTHS = NUMBERS.correction_months.value
VERY_PRETERM_MONTHS = NUMBERS.very_preterm_correction_months.value


@dataclass(frozen=True)
class CorrectedAge:
    """A child's age for growth and development.

    `days` are counted from the day of 40+0 (negative before it) when born preterm, else from
    birth; `months` are whole months, None while the days are negative; `postmenstrual` is the
    gestation at birth and the actual age together. `is_in_use` says whether growth is still judged
    by it.
    """

    is_in_use: bool
    days: int
    months: int | None
    postmenstrual: Gestation


def is_preterm(gestation_at_birth: Gestation) -> bool:
    """Say whether a child was born before term (< 37+0)."""
    return gestation_at_birth < TERM


def corrected_birthday(*, born: date, gestation_at_birth: Gestation) -> date:
    """Return the day from which development is counted: 40+0 if born preterm, else birth."""
    if not is_preterm(gestation_at_birth):
        return born
    return born + timedelta(days=FULL_TERM.days - gestation_at_birth.days)


def corrected_age(*, born: date, gestation_at_birth: Gestation, day: date) -> CorrectedAge:
    """Return a child's corrected age on a day.

    It is in use to 24 whole months of actual age, to 36 if born before 28+0.
    """
    start = corrected_birthday(born=born, gestation_at_birth=gestation_at_birth)
    days = (day - start).days
    is_very_preterm = gestation_at_birth < VERY_PRETERM
    longest = VERY_PRETERM_MONTHS if is_very_preterm else CORRECTION_MONTHS
    return CorrectedAge(
        is_in_use=is_preterm(gestation_at_birth) and whole_months(born=born, day=day) < longest,
        days=days,
        months=None if days < 0 else whole_months(born=start, day=day),
        postmenstrual=Gestation(gestation_at_birth.days + (day - born).days),
    )
