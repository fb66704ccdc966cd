"""The truth is asked again before speaking: what a reminder may say now, or why it may not.

Pure, over the facts of a whole batch (`scheduler/letters/facts.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache, lru_cache

from accounts.models import Purpose
from content.models import StageAnchor
from core.clock import beijing_date
from core.dates import hour, long_day, short_day
from core.words import label
from handbook.care.rows import Anchor
from handbook.care.schedule import load
from handbook.standing.children import dose_key
from scheduler.candidates import appointment_point
from scheduler.letters.facts import Due, Facts, Lived, Row
from scheduler.models import ReminderKind
from scheduler.speech.documents import CARE_STEPS, Rule, Step
from scheduler.speech.planner import due_of
from scheduler.speech.points import (
    EDGES,
    Point,
    Traits,
    care_point,
    days_of,
    stage_day,
    stage_number,
    targets_of,
)

CONSENTS = {
    ReminderKind.CARE_WINDOW: Purpose.HANDBOOK,
    ReminderKind.STAGE_LETTER: Purpose.HANDBOOK,
}
"""What it needs beside the consent to messages; a child's stands with any who look after it."""

STATES = {
    Step.NEAR: "booked",
    Step.BOOKED: "booked",
    Step.OFFERED: "held",
    Step.CANCELLED_BY_CLINIC: "cancelled_by_clinic",
    Step.SEEN: "seen",
    Step.NO_SHOW: "no_show",
}
"""The state in which an appointment must still be."""

YEAR_MONTHS = 12


@dataclass(frozen=True)
class Care:
    """What is said of an item: its name and days (both included), and what to know."""

    name: str
    from_day: date
    to_day: date | None
    preparation: str
    why: str
    is_final: bool


@dataclass(frozen=True)
class Said:
    """What a reminder says now: the fields its words may name, and the page a tap opens."""

    fields: Mapping[str, str]
    care: Care | None
    page: str


@dataclass(frozen=True)
class Untrue:
    """Why a reminder must not be spoken any more."""

    reason: str


@dataclass(frozen=True)
class Later:
    """It is true, and its moment was moved."""

    at: datetime


Truth = Said | Untrue | Later


def truth(due: Due, *, rule: Rule | None, facts: Facts) -> Truth:
    """Return what a reminder says now, or why it is no longer true."""
    if rule is None:
        return Untrue("rule_changed")
    human = facts.people[due.person_id]
    if human.is_closed:
        return Untrue("account_closed")
    if not _is_agreed(due, facts):
        return Untrue("no_consent")
    if rule.step in CARE_STEPS:
        return _of_care(due, rule, facts)
    if rule.step is Step.STAGE:
        return _of_stage(due, rule, facts)
    return _of_appointment(due, rule, facts)


def _is_agreed(due: Due, facts: Facts) -> bool:
    agreed = facts.people[due.person_id].agreed
    if Purpose.MESSAGES not in agreed:
        return False
    lived = facts.lives.get(due.subject_id)
    if lived is not None and lived.guardians is not None:
        return lived.is_agreed
    needed = CONSENTS.get(due.kind)
    return needed is None or needed in agreed


def _of_appointment(due: Due, rule: Rule, facts: Facts) -> Truth:
    row = facts.appointments.get(due.subject_id)
    if row is None:
        return Untrue("appointment_gone")
    if row.is_lost:
        return Untrue("pregnancy_closed")
    if row.is_child_gone:
        return Untrue("child_gone")
    if row.state != STATES[rule.step]:
        return Untrue("appointment_cancelled" if rule.step is Step.NEAR else "appointment_changed")
    point = _appointment_point(rule.step, row)
    if point.occasion(due.subject_id) != due.occasion:
        return Untrue("appointment_moved")
    if (later := _retimed(due, rule, point, facts, since=None)) is not None:
        return later
    return Said(_visit_fields(row), None, rule.page)


def _appointment_point(step: Step, row: Row) -> Point:
    starts_at, booked_at = row.starts_at.astimezone(UTC), row.booked_at.astimezone(UTC)
    return appointment_point(
        step, traits=Traits(care=row.care, booked_through=row.channel),
        at=starts_at, ends_at=starts_at, starts_at=starts_at, booked_at=booked_at,
    )  # fmt: skip


def _visit_fields(row: Row) -> dict[str, str]:
    bring = "bring_ogtt" if row.care == "ogtt" else "bring"
    return {
        "care": label(f"booking.{row.care}"),
        "clinic": f"{row.clinic} {row.room}",
        "day": long_day(beijing_date(row.starts_at)),
        "hour": hour(row.starts_at),
        "preparation": label(f"scheduler.{bring}"),
        "whose": label("scheduler.hers" if row.child_id is None else "scheduler.childs"),
        "until": hour(row.expires_at) if row.expires_at is not None else "",
    }


def _of_care(due: Due, rule: Rule, facts: Facts) -> Truth:
    lived = facts.lives.get(due.subject_id)
    if lived is None or (over := _over(due, lived)) is not None:
        return Untrue("subject_gone" if lived is None else over or "")
    life, key = lived.life, due.item_key or ""
    days = _days(key, rule.step, lived)
    if days is None:
        return Untrue("schedule_changed")
    point = care_point(rule.step, edition=life.edition, item_key=key, days=days)
    if point.occasion(due.subject_id) != due.occasion:
        return Untrue("dating_changed")
    if (settled := _settled(due.subject_id, key, life.edition, facts)) is not None:
        return Untrue(settled)
    if (later := _retimed(due, rule, point, facts, since=life.since)) is not None:
        return later
    named = _named(life.edition, key)
    care = Care(named.name, *days, named.preparation, named.why, point.traits.is_final)
    return Said(care_fields((care,)), care, rule.page)


def _over(due: Due, lived: Lived) -> str | None:
    """Return why nothing is said of a life to this person any more, or None."""
    if lived.over is not None:
        return lived.over
    is_hers = lived.guardians is None or due.person_id in lived.guardians
    return None if is_hers else "not_a_guardian"


def _days(key: str, step: Step, lived: Lived) -> tuple[date, date | None] | None:
    """Return the days of an item by what is known now, or None if it is not hers any more."""
    if lived.plan is not None and lived.plan[0] == key:
        return lived.plan[1:]
    target = targets_of(lived.life.edition, EDGES[step]).get(key)
    return None if target is None else days_of(target, lived.life)


def _settled(subject_id: str, key: str, edition: str, facts: Facts) -> str | None:
    """Return whether an item is done or booked already, or None."""
    keys = _together(edition, key)
    if any((subject_id, each) in facts.done for each in keys):
        return "done"
    target = targets_of(edition, EDGES[Step.OPENS]).get(key)
    if target is not None and target.position:
        given = sum(facts.given.get((subject_id, each), 0) for each in target.vaccines)
        if given >= target.position:
            return "done"
    return "booked" if any((subject_id, each) in facts.booked for each in keys) else None


@cache
def _together(edition: str, key: str) -> tuple[str, ...]:
    """Return the keys of the items that are done with one: itself, and what goes together."""
    rows = load(edition).items
    with_it = {row.together_with for row in rows if row.key == key and row.together_with}
    return (key, *with_it, *(row.key for row in rows if row.together_with == key))


@dataclass(frozen=True)
class _Named:
    name: str
    preparation: str = ""
    why: str = ""


@cache
def _named(edition: str, key: str) -> _Named:
    schedule = load(edition)
    for row in schedule.items:
        if row.key == key:
            return _Named(row.name, row.preparation, row.why)
    for dose in schedule.doses:
        if key == dose_key(dose.vaccine, dose.number):
            return _Named(dose.name)
    return _Named({plan.key: plan.name for plan in schedule.plans}[key])


@lru_cache(maxsize=4_096)
def care_fields(cares: tuple[Care, ...]) -> Mapping[str, str]:
    """Return the fields of one item, or of several in one letter: how many, and which ends first.

    The last day is the earliest of theirs.
    """
    first = min(cares, key=lambda care: (care.to_day or date.max, care.name))
    closes = first.to_day
    more = label("scheduler.and_more").format(name=first.name, count=len(cares))
    ends = "" if closes is None else long_day(closes)
    return {
        "name": first.name if len(cares) == 1 else more,
        "from_day": long_day(first.from_day),
        "to_day": ends,
        "days": long_day(first.from_day) + (f"~{ends}" if ends else ""),
        "until": "" if closes is None else short_day(closes),
        "preparation": first.preparation,
        "why": first.why,
    }


def _of_stage(due: Due, rule: Rule, facts: Facts) -> Truth:
    lived = facts.lives.get(due.subject_id)
    if lived is None or (over := _over(due, lived)) is not None:
        return Untrue("subject_gone" if lived is None else over or "")
    unit, number = stage_number(due.occasion)
    anchor = Anchor.LAST_PERIOD if unit == "week" else Anchor.BIRTH
    anchor_day = lived.life.anchors.get(anchor)
    if anchor_day is None:
        return Untrue("pregnancy_closed")
    day = stage_day(anchor, anchor_day, number)
    if not due.occasion.endswith(f"@{day}"):
        return Untrue("dating_changed")
    article = facts.article(due.hospital_id, StageAnchor(anchor.value), (day - anchor_day).days)
    if article is None:
        return Untrue("nothing_to_read")
    fields = {"age": _age(unit, number), "title": article.title}
    return Said(fields, None, f"{rule.page}?id={article.id}")


def _age(unit: str, number: int) -> str:
    years, months = divmod(number, YEAR_MONTHS)
    if unit == "month" and years and not months:
        return label("scheduler.years").format(count=years)
    return label(f"scheduler.{unit}s").format(count=number)


def _retimed(
    due: Due, rule: Rule, point: Point, facts: Facts, *, since: datetime | None
) -> Later | None:
    """Return when it is said under newer rules of speaking, if that is still to come."""
    if due.edition == facts.edition or rule.step not in (*CARE_STEPS, Step.NEAR):
        return None
    found = due_of(rule, point, since=since)
    is_later = found is not None and found.due_at > max(due.due_at, facts.now)
    return Later(found.due_at) if found is not None and is_later else None
