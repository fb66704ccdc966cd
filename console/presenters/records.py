"""What stands in a record, as staff see it: what the family said, what staff confirmed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from console.presenters import times
from handbook.care.schedule import Schedule
from handbook.models_records import DoseRecord, VisitRecord
from handbook.standing.children import dose_key


@dataclass(frozen=True)
class ToldLine:
    """One visit or dose; a side that nobody told is empty."""

    id: str
    name: str
    reported: str
    confirmed: str
    lot: str


def told_lines(told: Iterable[VisitRecord | DoseRecord], *, schedule: Schedule) -> list[ToldLine]:
    """Present visits and doses, the newest first."""
    ordered = sorted(told, key=lambda one: (one.day, one.id), reverse=True)
    return [
        ToldLine(
            id=one.id,
            name=item_name(schedule, _key(one)),
            reported=_side(one.reported_day, one.reported_place),
            confirmed=_side(one.confirmed_day, one.confirmed_place),
            lot=(one.lot or "") if isinstance(one, DoseRecord) else "",
        )
        for one in ordered
    ]


def item_name(schedule: Schedule, key: str) -> str:
    """Return what an item, a dose, a list of signs or a plan is called; else its key."""
    names = {item.key: item.name for item in schedule.items}
    names |= {dose_key(dose.vaccine, dose.number): dose.name for dose in schedule.doses}
    names |= {each.key: each.name for each in schedule.checklists}
    names |= {plan.key: plan.name for plan in schedule.plans}
    return names.get(key, key)


def _key(one: VisitRecord | DoseRecord) -> str:
    if isinstance(one, DoseRecord):
        return dose_key(one.vaccine, one.number)
    return one.item_key


def _side(day: date | None, place: str | None) -> str:
    if day is None:
        return ""
    return f"{times.day(day)} · {place}" if place else times.day(day)
