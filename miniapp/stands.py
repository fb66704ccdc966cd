"""Where a child's care stands, as clients are told it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from booking.queries import live_by_item
from core.db import Session
from core.words import label
from handbook.care.schedule import load
from handbook.models_lives import Child, ChildState
from handbook.queries_records import doses_of, visits_of
from handbook.standing.mothers import Kind, Stand, Standing
from handbook.standing.queries import standing_of_child
from miniapp import guard
from miniapp.guard import house, today
from miniapp.records import REPORTABLE, is_hers
from miniapp.shapes_children import DoseOut, GroupOut, StandOut

GROUPS: Mapping[str, frozenset[Standing]] = {
    "now": frozenset({Standing.WINDOW_OPEN, Standing.BOOKED}),
    "overdue": frozenset({Standing.OVERDUE}),
    "next": frozenset({Standing.DUE}),
    "missed": frozenset({Standing.MISSED}),
    "done": frozenset({Standing.DONE}),
}
"""The groups of a child's list, in the order of need."""

RECENT = timedelta(days=1)
"""An appointment of the last day still counts: the visit may be going on."""


@dataclass(frozen=True)
class _Known:
    """What is known of a child beside where its things stand."""

    child: Child
    appointments: Mapping[str, str]
    visits: Mapping[str, str]
    doses: Mapping[tuple[str, date], str]
    series: Mapping[str, str]


def item_key(child: Child, key: str) -> str:
    """Return what an appointment for an item of a child names: siblings share their items' keys."""
    return f"{child.id}:{key}"


def stands_of(session: Session, child: Child) -> list[StandOut]:
    """Return where everything on a child's list stands, in the order of days."""
    known = _known(session, child)
    standing = standing_of_child(
        session, child=child, booked=known.appointments, today=today()
    )  # fmt: skip
    open_series: set[str] = set()
    found = []
    for stand in standing:
        dose = _dose(stand)
        series = known.series[dose.vaccine] if dose else ""
        is_next = not dose or series not in open_series
        if dose and stand.standing is not Standing.DONE:
            open_series.add(series)
        found.append(_stand_out(stand, known, dose=dose, may_report=is_next and _may_report(stand)))
    return found


def groups(standing: Sequence[StandOut]) -> list[GroupOut]:
    """Return a list in groups, none empty: first what closes first, or what was done last."""
    found = []
    for key, kinds in GROUPS.items():
        items = [each for each in standing if each.standing in kinds]
        if key == "now":
            items.sort(key=_urgency)
        if key in {"missed", "done"}:
            items.reverse()
        found.append(GroupOut(key=key, items=items))
    return [group for group in found if group.items]


def next_doses(standing: Sequence[StandOut]) -> list[StandOut]:
    """Return the doses that can be given now, else those of the first day to come."""
    waiting = [
        each for each in standing if each.dose is not None and each.standing is not Standing.DONE
    ]
    now = [each for each in waiting if each.from_day <= today()]
    first = min((each.from_day for each in waiting), default=None)
    return now or [each for each in waiting if each.from_day == first]


def _known(session: Session, child: Child) -> _Known:
    person_id = guard.me(session).id
    live = live_by_item(
        session, person_id=person_id, since=house().clock.now() - RECENT, child_id=child.id
    )
    series = {dose.vaccine: dose.series for dose in load(child.schedule).doses}
    return _Known(
        child=child,
        appointments=live,
        visits={
            each.item_key: each.id
            for each in visits_of(session, subject=child)
            if is_hers(each, person_id=person_id)
        },
        doses={
            (series[each.vaccine], each.day): each.id
            for each in doses_of(session, child_id=child.id)
            if is_hers(each, person_id=person_id)
        },
        series=series,
    )


def _stand_out(stand: Stand, known: _Known, *, dose: DoseOut | None, may_report: bool) -> StandOut:
    return StandOut(
        key=stand.key,
        item_key=item_key(known.child, stand.key),
        name=_name(stand),
        kind=stand.kind,
        standing=stand.standing,
        standing_reason=stand.reason,
        from_day=stand.from_day,
        to_day=stand.to_day,
        when=_when(stand, known.child),
        source=stand.source,
        needs_review=stand.needs_review,
        care=stand.care,
        appointment_id=known.appointments.get(stand.key),
        reported_day=stand.reported_day,
        confirmed_day=stand.confirmed_day,
        record_id=_record_id(stand, known, dose=dose),
        may_report=may_report and known.child.state is ChildState.LIVING,
        dose=dose,
    )


def _name(stand: Stand) -> str:
    is_checklist = stand.kind is Kind.CHECKLIST
    return label("miniapp.checklist_name").format(name=stand.name) if is_checklist else stand.name


def _when(stand: Stand, child: Child) -> str:
    """Return the window in words: of doses and self-checks the room tells only an age."""
    if stand.kind is Kind.CHECKLIST:
        return label("miniapp.stand_at_age").format(age=stand.when)
    if stand.kind is not Kind.DOSE:
        return stand.when
    if stand.from_day == child.birth_day:
        return label("miniapp.stand_from_birth")
    return label("miniapp.stand_from_age").format(age=stand.when)


def _record_id(stand: Stand, known: _Known, *, dose: DoseOut | None) -> str | None:
    if stand.reported_day is None or stand.confirmed_day is not None:
        return None
    if dose is None:
        return known.visits.get(stand.key)
    return known.doses.get((known.series[dose.vaccine], stand.reported_day))


def _dose(stand: Stand) -> DoseOut | None:
    if stand.kind is not Kind.DOSE:
        return None
    _, vaccine, number = stand.key.split(":")
    return DoseOut(vaccine=vaccine, number=int(number))


def _may_report(stand: Stand) -> bool:
    return stand.kind is not Kind.CHECKLIST and stand.standing in REPORTABLE


def _urgency(stand: StandOut) -> tuple[date, timedelta]:
    """Sort by the last day, of equals the shorter window first."""
    last = stand.to_day or date.max
    return last, last - stand.from_day
