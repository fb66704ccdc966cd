"""Other ways of dating a pregnancy, and the proposal to re-date; all pure, none overwrites."""

from dataclasses import dataclass
from datetime import date, timedelta

from handbook.care.numbers import NUMBERS, RedatingRule
from handbook.care.spans import WEEK, add_months
from handbook.errors import (
    CycleOutOfRange,
    DayInFuture,
    EmbryoDayOutOfRange,
    LastPeriodInFuture,
    PregnancyTooLong,
    ScanOutOfRange,
)
from handbook.timeline import LONGEST_WEEKS, PREGNANCY, Reading, reading

USUAL_CYCLE = NUMBERS.usual_cycle_days.value
SHORTEST_CYCLE = NUMBERS.shortest_cycle_days.value
LONGEST_CYCLE = NUMBERS.longest_cycle_days.value
LEAST_SCAN = NUMBERS.least_scan_days.value
LEAST_EMBRYO = NUMBERS.least_embryo_days.value
MOST_EMBRYO = NUMBERS.most_embryo_days.value
CONCEPTION = NUMBERS.conception_days.value

REDATING_RULES = {rule.key: rule for rule in NUMBERS.redating}
DEFAULT_REDATING = NUMBERS.redating[0].key
"""The rule of a hospital that has chosen none."""


@dataclass(frozen=True)
class Proposal:
    """What staff are shown: the scan differs by `apart_days` where `over_days` is the limit."""

    rule: RedatingRule
    scanned: Reading
    apart_days: int
    over_days: int


def reading_of_cycle(*, last_period_day: date, cycle_days: int, today: date) -> Reading:
    """Return the dating of a last period with a cycle that is not the usual one.

    Raises:
        CycleOutOfRange: the cycle is too short or too long to count on.
        LastPeriodInFuture: the last period is still to come.
        PregnancyTooLong: by this last period she is beyond `LONGEST_WEEKS` weeks today.
    """
    if not SHORTEST_CYCLE <= cycle_days <= LONGEST_CYCLE:
        raise CycleOutOfRange(least=SHORTEST_CYCLE, most=LONGEST_CYCLE)
    if last_period_day > today:
        raise LastPeriodInFuture
    moved = last_period_day + timedelta(days=cycle_days - USUAL_CYCLE)
    found = reading(source="last_period", given_day=last_period_day, last_period_day=moved)
    return _not_too_long(found, today=today)


def reading_of_scan(*, scan_day: date, weeks: int, days: int, today: date) -> Reading:
    """Return the dating of an ultrasound that measured so many weeks and days.

    Raises:
        DayInFuture: the scan is still to come.
        ScanOutOfRange: no scan measures this.
        PregnancyTooLong: by this scan she is beyond `LONGEST_WEEKS` weeks today.
    """
    if scan_day > today:
        raise DayInFuture
    measured = weeks * WEEK + days
    if not (0 <= days < WEEK and LEAST_SCAN <= measured <= LONGEST_WEEKS * WEEK):
        raise ScanOutOfRange(least=LEAST_SCAN // WEEK, most=LONGEST_WEEKS)
    day_zero = scan_day - timedelta(days=measured)
    found = reading(source="ultrasound", given_day=scan_day, last_period_day=day_zero)
    return _not_too_long(found, today=today)


def reading_of_transfer(*, transfer_day: date, embryo_days: int, today: date) -> Reading:
    """Return the dating of an embryo transfer (IVF).

    Raises:
        DayInFuture: the transfer is still to come.
        EmbryoDayOutOfRange: no embryo of this age is transferred.
        PregnancyTooLong: by this transfer she is beyond `LONGEST_WEEKS` weeks today.
    """
    if transfer_day > today:
        raise DayInFuture
    if not LEAST_EMBRYO <= embryo_days <= MOST_EMBRYO:
        raise EmbryoDayOutOfRange(least=LEAST_EMBRYO, most=MOST_EMBRYO)
    day_zero = transfer_day - timedelta(days=CONCEPTION + embryo_days)
    found = reading(source="embryo_transfer", given_day=transfer_day, last_period_day=day_zero)
    return _not_too_long(found, today=today)


def redating(
    *, last_period_day: date, source: str, scanned: Reading, rule: str = DEFAULT_REDATING
) -> Proposal | None:
    """Return the proposal to re-date by a scan, or None when the accepted dating stands.

    The step is that of the gestation by the accepted dating on the day of the scan. A dating by
    embryo transfer is never proposed to be changed (ACOG 700).
    """
    if source == "embryo_transfer":
        return None
    chosen = REDATING_RULES[rule]
    by_period = (scanned.given_day - last_period_day).days
    apart = abs((scanned.last_period_day - last_period_day).days)
    for step in chosen.steps:
        if by_period <= step.until.days:
            is_far = apart > step.over_days
            return Proposal(chosen, scanned, apart, step.over_days) if is_far else None
    return None


def form_due_day(*, last_period_day: date) -> date:
    """Return the due day as the paper form counts it (months +9, days +7; Naegele)."""
    month_start = add_months(last_period_day.replace(day=1), NUMBERS.form_months_ahead.value)
    days = last_period_day.day - 1 + NUMBERS.form_days_ahead.value
    return month_start + timedelta(days=days)


def is_form_difference(*, last_period_day: date, due_day: date) -> bool:
    """Say whether a due day on paper differs from ours only because the form counts so."""
    is_other = due_day != last_period_day + PREGNANCY
    return is_other and due_day == form_due_day(last_period_day=last_period_day)


def _not_too_long(found: Reading, *, today: date) -> Reading:
    if (today - found.last_period_day).days > LONGEST_WEEKS * WEEK:
        raise PregnancyTooLong(weeks=LONGEST_WEEKS)
    return found
