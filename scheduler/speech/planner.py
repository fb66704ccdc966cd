"""From points to due moments, pure: the one source of what is said when.

The planner of the worker, the page "what will be said" and the journey ask the same functions.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.clock import beijing_date, beijing_moment
from scheduler.speech.documents import CARE_STEPS, Joiner, Of, Rule, Step
from scheduler.speech.editions import Edition
from scheduler.speech.holidays import Holiday, moved
from scheduler.speech.points import Point, Traits, stage_number

BEHIND = timedelta(days=7)
"""What came while nobody looked (worker down, dates corrected) is still told for this long."""

FIRST_MORNING_HOUR = 9
"""Late joiners are told the morning after they were taken up."""

NO_END = timedelta(days=30)
"""A step without an end (a dose without an age) is spoken of for so long."""


@dataclass(frozen=True)
class Due:
    """A reason to speak: by which rule, of what, when, and from when it is too late."""

    rule: Rule
    point: Point
    due_at: datetime
    too_late_at: datetime


@dataclass(frozen=True)
class Said:
    """What is due of a point for everybody who shares it, and from when on a joiner is late."""

    due: tuple[Due, ...]
    late_from: datetime


def plans(
    edition: Edition,
    points: Iterable[Point],
    *,
    since: datetime | None,
    today: date,
    to_day: date,
) -> Iterator[Due]:
    """Yield what is due of a life's points from `today` on, up to `to_day`, both included.

    What fell due within the last `BEHIND` and is not too late is among it. `since` is when the
    life was taken up here: late joiners are told what came before that as each rule says.
    """
    for point in points:
        for rule in rules_for(edition, point):
            due = due_of(rule, point, since=since)
            if due is not None and is_now(due, today=today, to_day=to_day):
                yield due


def said_of(edition: Edition, point: Point, *, today: date, to_day: date) -> Said:
    """Return what is due of a point for all who share it and are no late joiners.

    Who was taken up at `late_from` or later asks `plans` for herself.
    """
    due = tuple(plans(edition, (point,), since=None, today=today, to_day=to_day))
    moments = (moment(rule, point) for rule in rules_for(edition, point))
    first = min(moments, default=point.at)
    return Said(due, beijing_moment(beijing_date(first)))


def due_of(rule: Rule, point: Point, *, since: datetime | None) -> Due | None:
    """Return when a rule speaks of a point, or None if it does not.

    A late joiner is told what began before it was known as the rule says: not at all, or the next
    morning, or at once on the last day of what is told now. An appointment made after the usual
    moment was told on the spot.
    """
    due_at = moment(rule, point)
    if point.settled_at is not None and rule.step is Step.NEAR:
        settled = timedelta(hours=rule.when.settled_hours)
        if point.settled_at + settled >= due_at:
            return None
    if rule.step in CARE_STEPS and since is not None and _is_late(due_at, since):
        if rule.late_joiner is Joiner.SKIP:
            return None
        due_at = _told_late(rule, point, since)
    ends = too_late(rule, point, due_at)
    return Due(rule, point, due_at, ends) if due_at < ends else None


def moment(rule: Rule, point: Point) -> datetime:
    """Return when a rule speaks of a point, late joiners aside.

    What waits for the end of a holiday, and would be too late then, is said before it.
    """
    if rule.when.at is None:
        return point.at + rule.offset
    said_at = _on(rule, point, rule.when.holiday)
    if rule.when.holiday is Holiday.AFTER and said_at >= too_late(rule, point, said_at):
        return _on(rule, point, Holiday.BEFORE)
    return said_at


def too_late(rule: Rule, point: Point, due_at: datetime) -> datetime:
    """Return from when it is too late to say it: the step is over, or so long after it was due."""
    if rule.too_late.hours is not None:
        return due_at + timedelta(hours=rule.too_late.hours)
    return point.ends_at or due_at + NO_END


def rules_for(edition: Edition, point: Point) -> tuple[Rule, ...]:
    """Return the rules that speak of such a point, but for those another one is instead of."""
    stage = stage_number(point.mark) if point.step is Step.STAGE else None
    asked = (edition.key, point.step, point.traits, stage)
    if (found := edition.found.get(asked)) is None:
        fitting = [
            spoken.rule
            for spoken in edition.rules.values()
            if _speaks(spoken.rule, point.step, point.traits, stage)
        ]
        silenced = {rule.instead_of for rule in fitting}
        found = tuple(rule for rule in fitting if rule.key not in silenced)
        edition.found[asked] = found
    return found


def days_ahead(edition: Edition, steps: Collection[Step]) -> Iterator[tuple[Step, int]]:
    """Yield each of these steps with each number of days from it that a rule speaks on."""
    yield from sorted(
        {
            (spoken.rule.step, spoken.rule.when.days)
            for spoken in edition.rules.values()
            if spoken.rule.step in steps
        }
    )


def lead(edition: Edition) -> int:
    """Return how many days before an appointment a rule first speaks of it."""
    return max((-days for _, days in days_ahead(edition, {Step.NEAR})), default=0)


def is_now(due: Due, *, today: date, to_day: date) -> bool:
    """Say whether it falls due within these days, or did lately and is not too late."""
    day = beijing_date(due.due_at)
    if day > to_day or beijing_date(due.too_late_at) < today:
        return False
    return day > today - BEHIND


def _on(rule: Rule, point: Point, holiday: Holiday | None) -> datetime:
    """Return the hour of a rule on its day, or on the one it moves to."""
    clock = rule.when.at or time()
    day = moved(beijing_date(point.at) + timedelta(days=rule.when.days), holiday)
    return beijing_moment(day, hour=clock.hour, minute=clock.minute)


def _told_late(rule: Rule, point: Point, since: datetime) -> datetime:
    """Return the next morning; at once where that is too late for what is told now."""
    tomorrow = beijing_date(since) + timedelta(days=1)
    morning = beijing_moment(tomorrow, hour=FIRST_MORNING_HOUR)
    is_over = morning >= too_late(rule, point, morning)
    return since if is_over and rule.late_joiner is Joiner.NOW else morning


def _is_late(due_at: datetime, since: datetime) -> bool:
    return beijing_date(due_at) <= beijing_date(since)


def _speaks(rule: Rule, step: Step, traits: Traits, stage: tuple[str, int] | None) -> bool:
    if rule.step is not step or not _is_for(rule.of, traits):
        return False
    if rule.every is None or stage is None:
        return True
    unit, number = stage
    return rule.every.unit == unit and rule.every.first <= number <= rule.every.last


def _is_for(of: Of, traits: Traits) -> bool:
    return (
        _fits(of.items, traits.item_key)
        and _fits(of.cares, traits.care)
        and _fits(of.sorts, traits.sort)
        and _fits(of.anchors, traits.anchor)
        and _fits(of.booked_through, traits.booked_through)
        and (traits.is_final or not of.final)
    )


def _fits(allowed: tuple[str, ...], said: str) -> bool:
    return not allowed or said in allowed
