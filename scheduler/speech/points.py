"""What happens in a family's life of which rules may speak: points, with what rules ask of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache, lru_cache

from core.clock import beijing_moment
from handbook.ages import FULL_TERM
from handbook.care.make_up import last_day
from handbook.care.rows import Anchor
from handbook.care.schedule import load
from handbook.care.spans import WEEK, Span
from handbook.care.vaccines import Sex
from handbook.standing.stretches import Edge, Target, targets
from scheduler.speech.documents import Step

EDGES: Mapping[Step, Edge] = {
    Step.OPENS: Edge.OPENS,
    Step.IDEAL: Edge.IDEAL,
    Step.CLOSES: Edge.CLOSES,
}
MIDSUMMER = date(2026, 6, 15)
"""Any day will do to ask whether an item can be made up after its window."""


@dataclass(frozen=True)
class Traits:
    """What a rule may ask of a point: the anchor, what is booked for it, its sort."""

    anchor: str = ""
    care: str = ""
    sort: str = ""
    item_key: str = ""
    is_final: bool = False
    booked_through: str = ""


@dataclass(frozen=True)
class Point:
    """A step in a life: on a day, or at a moment; `ends_at` is when its step is over.

    `settled_at` is when an appointment was made. Lives with the same days share their points.
    """

    step: Step
    traits: Traits
    at: datetime
    ends_at: datetime | None
    mark: str
    """What makes the occasion this one and no other: the day, the hour, the week."""
    settled_at: datetime | None = None

    @property
    def tail(self) -> str:
        """Return what makes an occasion of a subject this one."""
        key = self.traits.item_key
        return f"{key}/{self.mark}" if key else self.mark

    def occasion(self, subject_id: str) -> str:
        """Return the exact truth this point is for a pregnancy, a child or an appointment."""
        return f"{subject_id}/{self.tail}"


@dataclass(frozen=True)
class Life:
    """A pregnancy or a child as the planner needs it: the days its items are counted from."""

    subject_id: str
    edition: str
    anchors: Mapping[Anchor, date]
    since: datetime
    is_multiple: bool = False
    sex: Sex | None = None


@cache
def targets_of(edition: str, edge: Edge) -> Mapping[str, Target]:
    """Return what an edition reminds of at an edge, by item key; days once asked are kept."""
    return {
        target.key: replace(target, days=lru_cache(maxsize=1_024)(target.days))
        for target in targets(load(edition), edge=edge)
    }


@cache
def traits_of(edition: str, item_key: str) -> Traits:
    """Return what rules may ask of an item: of a visit, a dose, or the visits of a plan."""
    schedule = load(edition)
    target = targets_of(edition, Edge.OPENS).get(item_key)
    if target is None:
        return Traits(anchor=Anchor.BIRTH.value, care="child", sort="plan", item_key=item_key)
    if target.position:
        return Traits(
            anchor=Anchor.BIRTH.value, care="vaccination", sort="dose", item_key=item_key,
            is_final=_is_final(target),
        )  # fmt: skip
    return Traits(
        anchor=target.anchor.value, care=schedule.item(item_key).care or "", sort="visit",
        item_key=item_key, is_final=_is_final(target),
    )  # fmt: skip


@lru_cache(maxsize=65_536)
def care_point(step: Step, *, edition: str, item_key: str, days: tuple[date, date | None]) -> Point:
    """Return the point of an item whose `days` are the first (or first ideal) and the last one.

    A point at the edge `closes` needs a last day.
    """
    first, last = days
    day = (last or first) if step is Step.CLOSES else first
    return Point(
        step=step, traits=traits_of(edition, item_key), at=beijing_moment(day),
        ends_at=None if last is None else _after(last), mark=str(day),
    )  # fmt: skip


@lru_cache(maxsize=4_096)
def stage_point(*, anchor: Anchor, number: int, day: date) -> Point:
    """Return the point at which a week of a pregnancy, or a month of a child, begins."""
    unit = "week" if anchor is Anchor.LAST_PERIOD else "month"
    return Point(
        step=Step.STAGE, traits=Traits(anchor=anchor.value, sort=unit),
        at=beijing_moment(day), ends_at=_after(day + timedelta(days=WEEK - 1)),
        mark=f"{unit}{number}@{day}",
    )  # fmt: skip


def stage_number(point_mark: str) -> tuple[str, int]:
    """Return the unit and the number of a stage's mark."""
    stage = point_mark.rsplit("/", 1)[-1].split("@")[0]
    unit = "week" if stage.startswith("week") else "month"
    return unit, int(stage.removeprefix(unit))


def points_of(life: Life, *, from_day: date, to_day: date) -> Iterator[Point]:
    """Yield every point of care and every stage of a life within some days, both included."""
    for step, edge in EDGES.items():
        for key, target in targets_of(life.edition, edge).items():
            days = days_of(target, life)
            if days is None:
                continue
            day = days[1] if step is Step.CLOSES else days[0]
            if day is not None and from_day <= day <= to_day:
                yield care_point(step, edition=life.edition, item_key=key, days=days)
    yield from _stages(life, from_day=from_day, to_day=to_day)


def days_of(target: Target, life: Life) -> tuple[date, date | None] | None:
    """Return the first and last day of an item in a life, or None if it is not its item now."""
    anchor_day = life.anchors.get(target.anchor)
    is_its = target.sex in (None, life.sex)
    if anchor_day is None or not is_its or (life.is_multiple and not target.for_multiples):
        return None
    return target.days(anchor_day)


@lru_cache(maxsize=65_536)
def stage_day(anchor: Anchor, anchor_day: date, number: int) -> date:
    """Return the day on which a week of a pregnancy, or a month of a child, begins."""
    if anchor is Anchor.LAST_PERIOD:
        return anchor_day + timedelta(days=WEEK * number)
    return Span(months=number).after(anchor_day)


LONGEST = {Anchor.LAST_PERIOD: FULL_TERM.days // WEEK + 2, Anchor.BIRTH: 72}
"""Stages that anybody may speak of: weeks of a pregnancy, months of a child up to six years."""


def _stages(life: Life, *, from_day: date, to_day: date) -> Iterator[Point]:
    for anchor, most in LONGEST.items():
        if (anchor_day := life.anchors.get(anchor)) is None:
            continue
        for number in range(most + 1):
            day = stage_day(anchor, anchor_day, number)
            if from_day <= day <= to_day:
                yield stage_point(anchor=anchor, number=number, day=day)


def _is_final(target: Target) -> bool:
    days = target.days(MIDSUMMER)
    if days is None or days[1] is None:
        return False
    return last_day(target.key, anchor_day=MIDSUMMER, to_day=days[1]) == days[1]


def _after(day: date) -> datetime:
    return beijing_moment(day + timedelta(days=1))
