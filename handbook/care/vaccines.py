"""Vaccine doses: by actual age, with least ages and least intervals; the clinic decides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import ClassVar

from pydantic import ConfigDict

from handbook.care.reading import STRICT, SpanText, Words
from handbook.care.rows import Mark


class Sex(StrEnum):
    """The sex of a child, where a programme asks for it."""

    FEMALE = "female"
    MALE = "male"


@dataclass(frozen=True, kw_only=True)
class Dose:
    """One dose as a programme writes it; doses of one `series` follow one another in the file.

    `opens` is the recommended and least age, `before` the age before which it is to be complete,
    `interval` the least time since the dose before it. A dose of another product is given
    `instead_of` other series: it counts as a dose of each of them.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    vaccine: Words
    number: int
    series: Words
    name: Words
    opens: SpanText
    before: SpanText | None = None
    interval: SpanText | None = None
    sex: Sex | None = None
    born_after: date | None = None
    given_from: date | None = None
    instead_of: tuple[Words, ...] = ()
    mark: Mark
    section: Words
    remark: str = ""


@dataclass(frozen=True)
class Child:
    """What a programme needs to know of a child."""

    born: date
    sex: Sex | None = None


@dataclass(frozen=True)
class DoseDay:
    """When a dose is due, and the last day before its completion age (None: none is named)."""

    dose: Dose
    due_day: date
    last_day: date | None


def dose_days(doses: Sequence[Dose], *, child: Child) -> list[DoseDay]:
    """Return the days of every dose of a programme that this child has, in the order of days.

    Alternatives (`instead_of`) are left out: the clinic chooses the product.
    """
    usual = [dose for dose in doses if not dose.instead_of and _is_for(dose, child)]
    found = (_day(doses, dose, child=child) for dose in usual)
    return sorted(found, key=lambda each: (each.due_day, each.dose.series, each.dose.number))


def dose_day(doses: Sequence[Dose], *, vaccine: str, number: int, child: Child) -> DoseDay | None:
    """Return the days of one dose, or None if this child has no such dose."""
    for dose in doses:
        if (dose.vaccine, dose.number) == (vaccine, number) and _is_for(dose, child):
            return _day(doses, dose, child=child)
    return None


def catch_up(
    doses: Sequence[Dose], *, vaccine: str, number: int, child: Child, previous_day: date
) -> date | None:
    """Return the earliest day of a dose when the one before it was given on `previous_day`.

    None if this child has no such dose.
    """
    for dose in doses:
        if (dose.vaccine, dose.number) == (vaccine, number) and _is_for(dose, child):
            return _earliest(dose, child=child, previous_day=previous_day)
    return None


def remaining(
    doses: Sequence[Dose], *, series: str, child: Child, given: Iterable[date]
) -> list[DoseDay]:
    """Return the doses of a series that are still missing, never starting it again.

    Whatever schedule they were given by, doses in the record count as the first ones.
    """
    in_series = [dose for dose in doses if dose.series == series and _is_for(dose, child)]
    days = sorted(given)
    previous_day = days[-1] if days else None
    found = []
    for dose in in_series[len(days) :]:
        due_day = _earliest(dose, child=child, previous_day=previous_day)
        found.append(DoseDay(dose, due_day, _last_day(dose, child=child)))
        previous_day = due_day
    return found


def _is_for(dose: Dose, child: Child) -> bool:
    is_born_in_time = dose.born_after is None or child.born > dose.born_after
    return is_born_in_time and dose.sex in (None, child.sex)


def _day(doses: Sequence[Dose], dose: Dose, *, child: Child) -> DoseDay:
    in_series = [each for each in doses if each.series == dose.series]
    due_day = None
    for each in in_series[: in_series.index(dose) + 1]:
        due_day = _earliest(each, child=child, previous_day=due_day)
    return DoseDay(dose, due_day or child.born, _last_day(dose, child=child))


def _earliest(dose: Dose, *, child: Child, previous_day: date | None) -> date:
    days = [dose.opens.after(child.born)]
    if dose.given_from is not None:
        days.append(dose.given_from)
    if previous_day is not None and dose.interval is not None:
        days.append(dose.interval.after(previous_day))
    return max(days)


def _last_day(dose: Dose, *, child: Child) -> date | None:
    return None if dose.before is None else dose.before.after(child.born) - timedelta(days=1)
