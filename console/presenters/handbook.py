"""A family's handbook on paper: what is due when and why, what was done, and where it says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from console.presenters import times
from console.presenters.families import DATINGS
from console.presenters.schedules import SEXES, from_age
from handbook.care.schedule import Schedule, load
from handbook.models import Pregnancy
from handbook.models_lives import Child
from handbook.models_records import Measurement
from handbook.ranges import BY_KIND
from handbook.standing.children import dose_key
from handbook.standing.mothers import Kind, Stand, Standing
from handbook.timeline import gestation

STANDINGS: Mapping[Standing, str] = {
    Standing.DUE: "",
    Standing.WINDOW_OPEN: "现在可做",
    Standing.BOOKED: "已预约",
    Standing.DONE: "已做",
    Standing.OVERDUE: "请尽快补",
    Standing.MISSED: "已过时间",
}


class Sources:
    """The documents that a sheet names, each once, by number."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, source: str) -> int:
        """Return the number of a source, the next one if it is new."""
        return self._numbers.setdefault(source, len(self._numbers) + 1)

    @property
    def lines(self) -> list[tuple[int, str]]:
        """Return every source with its number, in order."""
        return [(number, source) for source, number in self._numbers.items()]


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing on the sheet."""

    name: str
    only_for: str
    days: str
    why: str
    preparation: str
    source: int
    needs_review: bool
    standing: str
    done: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What one pregnancy, or one child, has on paper."""

    title: str
    facts: list[tuple[str, str]]
    note: str = ""
    lines: list[Line]
    left_out: int
    measured: list[tuple[str, str, str]]


def pregnancy_sheet(
    pregnancy: Pregnancy,
    *,
    stands: Sequence[Stand],
    measured: Sequence[Measurement],
    note: str,
    sources: Sources,
    today: date,
) -> Sheet:
    """Present a pregnancy that was not lost: how it was dated, and all of its schedule."""
    facts = [
        ("预产期", times.day(pregnancy.due_day)),
        ("推算依据", DATINGS[pregnancy.dating_source]),
        ("孕0周+0天", times.day(pregnancy.last_period_day)),
    ]
    if pregnancy.delivery_day is None:
        weeks = gestation(last_period_day=pregnancy.last_period_day, day=today)
        facts.append(("今天", f"孕{weeks}"))
    else:
        facts.append(("分娩", times.day(pregnancy.delivery_day)))
    lines = _lines(stands, schedule=load(pregnancy.schedule), sources=sources)
    return Sheet(
        title="孕产期保健",
        facts=facts,
        note=note,
        lines=lines,
        left_out=len(stands) - len(lines),
        measured=_newest(measured),
    )


def child_sheet(
    child: Child,
    *,
    stands: Sequence[Stand],
    measured: Sequence[Measurement],
    sources: Sources,
) -> Sheet:
    """Present a child: visits and vaccines, and what was measured.

    What parents look for by themselves has its own page in the mini-program.
    """
    facts = [("出生", times.day(child.birth_day))]
    if child.sex is not None:
        facts.append(("性别", SEXES[child.sex]))
    if child.weight_g is not None:
        facts.append(("出生体重", f"{child.weight_g}克"))
    here = [stand for stand in stands if stand.kind is not Kind.CHECKLIST]
    lines = _lines(here, schedule=load(child.schedule), sources=sources)
    return Sheet(
        title=f"{child.name or '宝宝'}的保健",
        facts=facts,
        lines=lines,
        left_out=len(here) - len(lines),
        measured=_newest(measured),
    )


def _lines(stands: Sequence[Stand], *, schedule: Schedule, sources: Sources) -> list[Line]:
    """Return what can still be done, or was: paper reproaches nobody with the rest."""
    kept = (stand for stand in stands if stand.standing is not Standing.MISSED)
    return [_line(stand, schedule=schedule, sources=sources) for stand in kept]


def _line(stand: Stand, *, schedule: Schedule, sources: Sources) -> Line:
    row = {item.key: item for item in schedule.items}.get(stand.key)
    is_open = row is not None and row.ends_at_birth
    return Line(
        name=stand.name,
        only_for=row.only_for if row else "",
        days=_days(stand.from_day, None if is_open else stand.to_day),
        why=_why(stand, schedule),
        preparation=row.preparation if row else "",
        source=sources.number(stand.source),
        needs_review=stand.needs_review,
        standing=_said_standing(stand, is_ordered=bool(row and row.only_for)),
        done=_done(stand),
    )


def _said_standing(stand: Stand, *, is_ordered: bool) -> str:
    """Return where a thing stands; what a doctor orders for some invites nobody by itself."""
    is_inviting = stand.standing in (Standing.WINDOW_OPEN, Standing.OVERDUE)
    return "" if is_ordered and is_inviting else STANDINGS[stand.standing]


def _why(stand: Stand, schedule: Schedule) -> str:
    """Return the rule that the days follow; a dose's is the age it may be given from."""
    ages = {dose_key(dose.vaccine, dose.number): dose.opens for dose in schedule.doses}
    return from_age(ages[stand.key]) if stand.key in ages else stand.when


def _days(from_day: date, to_day: date | None) -> str:
    """Return days as they fit a narrow column: the year once, and one day as one day."""
    if to_day is None:
        return f"{_short(from_day)} 起"
    if from_day == to_day:
        return _short(from_day)
    is_same_year = from_day.year == to_day.year
    end = f"{to_day.month}.{to_day.day}" if is_same_year else _short(to_day)
    return f"{_short(from_day)}–{end}"


def _short(day: date) -> str:
    return f"{day.year}.{day.month}.{day.day}"


def _done(stand: Stand) -> str:
    if stand.confirmed_day is not None:
        return f"{_short(stand.confirmed_day)} 医务人员确认"
    if stand.reported_day is not None:
        return f"{_short(stand.reported_day)} 家长自报"
    return ""


def _newest(measured: Sequence[Measurement]) -> list[tuple[str, str, str]]:
    """Return the newest of each kind, as day, name and value; they come oldest first."""
    newest = {one.kind: one for one in measured}
    return [
        (_short(one.day), BY_KIND[kind].name, f"{one.value.normalize():f} {one.unit}")
        for kind, one in newest.items()
    ]
