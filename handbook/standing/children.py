"""Where a child's vaccine doses, self-checks and follow-up visits stand today; all pure."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from handbook.ages import CORRECTION_MONTHS, VERY_PRETERM, VERY_PRETERM_MONTHS, is_preterm
from handbook.care.make_up import last_day
from handbook.care.phrases import phrase, said_age, said_day
from handbook.care.plans import Plan
from handbook.care.rows import UNSURE
from handbook.care.schedule import Schedule
from handbook.care.signs import Checklist
from handbook.care.spans import Span
from handbook.care.vaccines import Child, Dose, DoseDay, remaining
from handbook.standing.mothers import (
    Kind,
    Stand,
    Thing,
    Told,
    VisitTold,
    Window,
    newest,
    stand,
)
from handbook.timeline import Gestation

CARE_OF_DOSES = "vaccination"
CARE_OF_PLANS = "child"


class DoseTold(Told, Protocol):
    """A record of a dose."""

    @property
    def vaccine(self) -> str:
        """Return the code of its vaccine."""

    @property
    def day(self) -> date:
        """Return the day it was given."""


def dose_key(vaccine: str, number: int) -> str:
    """Return the key of a dose on a family's list: "dose:DTaP:2"."""
    return f"dose:{vaccine}:{number}"


def dose_stands(
    schedule: Schedule,
    *,
    child: Child,
    given: Sequence[DoseTold],
    booked: Collection[str],
    today: date,
) -> list[Stand]:
    """Return where every dose of a child stands, in the order of days.

    Doses in the record count as the first ones of their series, whatever schedule they followed.
    A missing dose is taken as given today at the earliest when the next one is worked out. An
    alternative product replaces the usual one as soon as a dose of it is in the record.
    """
    found = [
        stand_of_dose
        for followed in _followed(schedule.doses, {each.vaccine for each in given})
        for stand_of_dose in _series_stands(
            schedule, followed, child=child, given=given, booked=booked, today=today
        )
    ]
    return sorted(found, key=lambda each: (each.from_day, each.key))


def checklist_stands(
    schedule: Schedule,
    *,
    born: date,
    gestation_at_birth: Gestation,
    development_day: date,
    visits: Iterable[VisitTold],
    today: date,
) -> list[Stand]:
    """Return the lists of warning signs (self-checks): done, open, or still to come.

    An open one ends when the next one opens. One that was never filled in is left out when its age
    is over: the next one asks for more.
    """
    limit = VERY_PRETERM_MONTHS if gestation_at_birth < VERY_PRETERM else CORRECTION_MONTHS
    told = newest(visits)
    found = []
    for checklist, ends in _ages(schedule.checklists):
        is_corrected = is_preterm(gestation_at_birth) and checklist.opens.months < limit
        start = development_day if is_corrected else born
        to_day = ends.after(start)
        record = told.get(checklist.key)
        if record is None and to_day < today:
            continue
        age = said_age(checklist.opens)
        thing = Thing(
            key=checklist.key, name=checklist.name, kind=Kind.CHECKLIST, when=age,
            why=phrase("why_corrected" if is_corrected else "why_age", age=age),
            source=schedule.source_of(checklist), needs_review=checklist.mark in UNSURE,
        )  # fmt: skip
        window = Window(checklist.opens.after(start), to_day, to_day)
        found.append(stand(thing, window=window, told=record, booked=(), today=today))
    return found


def plan_stand(
    schedule: Schedule,
    *,
    plan: Plan,
    days: tuple[date, date],
    booked: Collection[str],
    today: date,
) -> Stand:
    """Return where the next visit of a follow-up plan stands; `days` are its first and last."""
    thing = Thing(
        key=plan.key, name=plan.name, kind=Kind.PLAN, when=plan.who, care=CARE_OF_PLANS,
        why=phrase("why_plan", from_day=said_day(days[0]), to_day=said_day(days[1])),
        source=schedule.source_of(plan), needs_review=plan.mark in UNSURE,
    )  # fmt: skip
    return stand(thing, window=Window(*days, None), told=None, booked=booked, today=today)


@dataclass(frozen=True)
class _Followed:
    """A series that a child follows: what counts as its doses, and how many another one gives."""

    series: str
    vaccines: frozenset[str]
    replaced: int


def _followed(doses: Sequence[Dose], given: set[str]) -> list[_Followed]:
    """Return the series a child follows: the usual ones, and others of which it was given a dose.

    Of a usual one that another replaces, only the doses beyond those of the other one are left.
    """
    chosen = {dose.series for dose in doses if dose.instead_of and dose.vaccine in given}
    usual = {dose.series for dose in doses if not dose.instead_of}
    found = []
    for series in sorted(usual | chosen):
        others = [dose for dose in doses if dose.series in chosen and series in dose.instead_of]
        own = {dose.vaccine for dose in doses if dose.series == series}
        vaccines = frozenset(own | {dose.vaccine for dose in others})
        found.append(_Followed(series, vaccines, len(others)))
    return found


def _series_stands(
    schedule: Schedule,
    followed: _Followed,
    *,
    child: Child,
    given: Sequence[DoseTold],
    booked: Collection[str],
    today: date,
) -> Iterator[Stand]:
    doses, series = schedule.doses, followed.series
    counted = (each for each in given if each.vaccine in followed.vaccines)
    records = sorted(counted, key=lambda one: one.day)
    days: list[date] = []
    for index in range(len(remaining(doses, series=series, child=child, given=()))):
        record = records[index] if index < len(records) else None
        next_one = remaining(doses, series=series, child=child, given=days)[0]
        if index >= followed.replaced:
            yield _dose_stand(schedule, next_one, child, told=record, booked=booked, today=today)
        days.append(record.day if record else max(next_one.due_day, today))


def _dose_stand(
    schedule: Schedule,
    found: DoseDay,
    child: Child,
    *,
    told: Told | None,
    booked: Collection[str],
    today: date,
) -> Stand:
    dose, from_day, to_day = found.dose, found.due_day, found.last_day
    if to_day is not None:
        to_day = max(from_day, to_day)
    key = dose_key(dose.vaccine, dose.number)
    at_age = dose.opens.after(child.born)
    is_later = dose.interval is not None and from_day > at_age
    thing = Thing(
        key=key, name=dose.name, kind=Kind.DOSE, when=said_age(dose.opens), care=CARE_OF_DOSES,
        why=phrase(
            "why_interval" if is_later else "why_dose", age=said_age(dose.opens),
            interval=said_age(dose.interval or Span()), from_day=said_day(from_day),
        ),
        source=schedule.source_of(dose), needs_review=dose.mark in UNSURE,
    )  # fmt: skip
    last = last_day(key, anchor_day=child.born, to_day=to_day or from_day)
    return stand(
        thing, window=Window(from_day, to_day, last), told=told, booked=booked, today=today
    )


def _ages(checklists: Sequence[Checklist]) -> Iterator[tuple[Checklist, Span]]:
    """Yield each list with the last age (included) that it is for: a day before the next one's.

    The oldest list is for as long as the one before it.
    """
    ordered = sorted(checklists, key=lambda each: each.opens.rank)
    months = [0, *(each.opens.months for each in ordered)]
    closes = [*months[2:], 2 * months[-1] - months[-2:][0]]
    for each, ends in zip(ordered, closes, strict=False):
        yield each, Span(months=ends, days=-1)
