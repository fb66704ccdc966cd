"""Which anchor days reach an item within some days: found for every item of an edition; pure.

An item's days move with its anchor day and never backwards, so these anchor days are a stretch.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from handbook.care.layers import ScheduleItem
from handbook.care.make_up import FOR_MULTIPLES, HABITS
from handbook.care.rows import Anchor, Need
from handbook.care.schedule import Schedule
from handbook.care.vaccines import Child, Dose, Sex, dose_day
from handbook.standing.children import dose_key

FARTHEST = timedelta(days=366 * 20)
"""No item lies further from its anchor day: where the search begins and ends."""

DAY = timedelta(days=1)

Days = tuple[date, date | None]


class Edge(StrEnum):
    """What happens on the day that is looked for."""

    OPENS = "opens"
    IDEAL = "ideal"
    CLOSES = "closes"
    OVERDUE = "overdue"


@dataclass(frozen=True, kw_only=True)
class Target:
    """An item or a dose that is looked for.

    `vaccines` and `position` are set for a dose: it is done when so many of them are in the record.
    """

    key: str
    anchor: Anchor
    days: Callable[[date], Days | None]
    for_multiples: bool = True
    sex: Sex | None = None
    vaccines: tuple[str, ...] = ()
    position: int = 0


@dataclass(frozen=True)
class Stretch:
    """A target and the first and the last anchor day that reach it."""

    target: Target
    low: date
    high: date


def stretches(schedule: Schedule, *, edge: Edge, from_day: date, to_day: date) -> list[Stretch]:
    """Return the stretch of every target of an edition that anybody can reach on these days."""
    found = []
    for target in targets(schedule, edge=edge):
        low = _first(target, edge, day=from_day)
        high = _first(target, edge, day=to_day + DAY) - DAY
        if low <= high:
            found.append(Stretch(target, low, high))
    return found


def targets(schedule: Schedule, *, edge: Edge) -> Iterator[Target]:
    """Yield what can be reached: what is reminded of.

    Late can be only what is required of all and has a last day; what is done until birth does not
    close; ideal days are those that a document names.
    """
    for row in schedule.items:
        if row.is_reminded and _has(row, edge):
            days = _Ideal(row) if edge is Edge.IDEAL else _Window(row)
            yield Target(
                key=row.key, anchor=row.anchor, days=days, for_multiples=row.key in FOR_MULTIPLES
            )
    for dose in schedule.doses:
        is_ended = edge in (Edge.CLOSES, Edge.OVERDUE) and dose.before is not None
        if not dose.instead_of and (edge is Edge.OPENS or is_ended):
            yield _dose_target(schedule.doses, dose)


@dataclass(frozen=True)
class _Window:
    """The days of an item, by its anchor day."""

    row: ScheduleItem

    def __call__(self, anchor_day: date) -> Days:
        return self.row.opens.after(anchor_day), self.row.closes.after(anchor_day)


@dataclass(frozen=True)
class _Ideal:
    """The days from the first ideal one of an item, by its anchor day."""

    row: ScheduleItem

    def __call__(self, anchor_day: date) -> Days:
        opens = self.row.ideal_opens or self.row.opens
        return opens.after(anchor_day), self.row.closes.after(anchor_day)


@dataclass(frozen=True)
class _DoseDays:
    """The days of a dose, by the day of birth; None for children who do not have it."""

    doses: tuple[Dose, ...]
    dose: Dose

    def __call__(self, born: date) -> Days | None:
        child = Child(born, self.dose.sex)
        found = dose_day(
            self.doses, vaccine=self.dose.vaccine, number=self.dose.number, child=child
        )
        return None if found is None else (found.due_day, found.last_day)


def _has(row: ScheduleItem, edge: Edge) -> bool:
    match edge:
        case Edge.OPENS:
            return True
        case Edge.IDEAL:
            return row.ideal_opens is not None and row.ideal_opens != row.opens
        case Edge.CLOSES:
            return not row.ends_at_birth and row.key not in HABITS
        case Edge.OVERDUE:
            return _can_be_late(row)


def _can_be_late(row: ScheduleItem) -> bool:
    return row.need is Need.REQUIRED and not row.ends_at_birth and row.key not in HABITS


def _dose_target(doses: tuple[Dose, ...], dose: Dose) -> Target:
    series = [each for each in doses if each.series == dose.series]
    vaccines = {each.vaccine for each in doses if dose.series in (each.series, *each.instead_of)}
    return Target(
        key=dose_key(dose.vaccine, dose.number), anchor=Anchor.BIRTH, days=_DoseDays(doses, dose),
        sex=dose.sex, vaccines=tuple(sorted(vaccines)), position=series.index(dose) + 1,
    )  # fmt: skip


def _first(target: Target, edge: Edge, *, day: date) -> date:
    """Return the first anchor day whose edge is not before a day (by halving)."""
    low, high = day - FARTHEST, day + FARTHEST
    while low < high:
        middle = low + (high - low) // 2
        if _edge(target.days(middle), edge) < day:
            low = middle + DAY
        else:
            high = middle
    return low


def _edge(days: Days | None, edge: Edge) -> date:
    if days is None:
        return date.min  # born before those who have it
    from_day, to_day = days
    if to_day is None or edge in (Edge.OPENS, Edge.IDEAL):
        return from_day
    return to_day if edge is Edge.CLOSES else to_day + DAY
