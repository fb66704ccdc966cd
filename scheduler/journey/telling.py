"""The lines of a journey in words, each with its reason."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from content.models import StageAnchor
from core.clock import beijing_date
from core.dates import long_day
from core.words import label, labels
from handbook.standing.stretches import Edge
from handbook.timeline import Gestation
from scheduler.journey.entries import Entry, Reason, Sort
from scheduler.journey.family import HOSPITAL, Family, Mother, Newborn
from scheduler.journey.histories import AnyHappening, Booked, Born, Paused
from scheduler.journey.naming import name_of, source_of
from scheduler.letters.facts import Due
from scheduler.letters.judging import Verdict
from scheduler.letters.writing import Letter
from scheduler.models import ReminderState
from scheduler.speech.documents import CARE_STEPS, Step
from scheduler.speech.editions import Edition
from scheduler.speech.points import (
    Point,
    care_point,
    days_of,
    points_of,
    stage_number,
    targets_of,
    traits_of,
)

Life = Mother | Newborn
DAY = timedelta(days=1)


def happened(happening: AnyHappening, family: Family) -> Entry:
    """Return the line of something that became known."""
    subject_id, item = "", getattr(happening, "item", "")
    if item:
        subject_id = family.subject_of(item, child=getattr(happening, "child", 1)).id
    elif family.pregnancies:
        subject_id = family.pregnancy.id
    return Entry(
        at=happening.moment, sort=Sort.HAPPENED, subject_id=subject_id,
        item_keys=(item,) if item else (), title=_said(happening, family),
    )  # fmt: skip


def standing_open(family: Family, *, now: datetime) -> Iterator[Entry]:
    """Yield the windows that stood open when a life became known, just now, as it is."""
    today = beijing_date(now)
    for one in family.lives():
        lived = one.lived()
        if one.known_at != now or lived.over is not None:
            continue
        for key, target in targets_of(one.schedule, Edge.OPENS).items():
            days = days_of(target, lived.life)
            if days is not None and days[0] <= today <= (days[1] or today):
                steps = (Step.OPENS, Step.CLOSES) if days[1] == today else (Step.OPENS,)
                for step in steps:
                    point = care_point(step, edition=one.schedule, item_key=key, days=days)
                    yield _window(one, point, at=now)


def reached(family: Family, *, from_day: date, to_day: date) -> Iterator[Entry]:
    """Yield the windows that open, are at their best or close, and the articles that begin."""
    for one in family.lives():
        lived = one.lived()
        if lived.over is not None:
            continue
        for point in points_of(lived.life, from_day=from_day, to_day=to_day):
            if point.step in CARE_STEPS:
                yield _window(one, point, at=point.at)
            elif (line := _article(one, point, family)) is not None:
                yield line


def said(
    letter: Letter, due: Sequence[Due], family: Family, *, rules: Edition, now: datetime
) -> Entry:
    """Return the line of a message."""
    lead = due[0]
    rule = rules.rules[lead.rule].rule
    return Entry(
        at=now, sort=Sort.MESSAGE, subject_id=subject_of(lead.subject_id, family),
        item_keys=tuple(one.item_key for one in due if one.item_key),
        title=label(f"scheduler.{letter.kind}"), text=letter.text, why=rule.why_now,
        edition=rules.key, channel=letter.channel,
        reasons=tuple(_reason(one, family, rules=rules) for one in due),
    )  # fmt: skip


def unsaid(due: Due, verdict: Verdict, family: Family, *, rules: Edition, now: datetime) -> Entry:
    """Return the line of what was planned and not said, or reached nobody and is called."""
    is_called = verdict.state is ReminderState.UNDELIVERABLE
    item = due.item_key or ""
    subject_id = subject_of(due.subject_id, family)
    edition = _edition(due.subject_id, family)
    return Entry(
        at=now, sort=Sort.CALL if is_called else Sort.SILENT, subject_id=subject_id,
        item_keys=(item,) if item else (),
        title=name_of(edition, item) if item else label(f"scheduler.{due.kind}"),
        why=why_not(verdict.reason or ""), edition=rules.key, outcome=verdict.reason or "",
        reasons=(_reason(due, family, rules=rules),),
    )  # fmt: skip


def why_not(outcome: str) -> str:
    """Return in words why something was not said, or reached nobody."""
    return labels("scheduler").get(f"journey_not_{outcome}", outcome)


def subject_of(subject_id: str, family: Family) -> str:
    """Return the pregnancy or child that a reminder is of, its appointment's if it is of one."""
    return {each.id: each.subject_id for each in family.visits}.get(subject_id, subject_id)


def _reason(due: Due, family: Family, *, rules: Edition) -> Reason:
    rule, item = rules.rules[due.rule].rule, due.item_key or ""
    edition = _edition(due.subject_id, family)
    return Reason(
        rule=due.rule, subject_id=subject_of(due.subject_id, family), item_key=item,
        occasion=due.occasion, due_at=due.due_at, too_late_at=due.too_late_at,
        is_final=bool(item) and traits_of(edition, item).is_final, why=rule.why_now,
        rule_source=rule.source, source=source_of(edition, item),
    )  # fmt: skip


def _edition(subject_id: str, family: Family) -> str:
    of = {one.id: one.schedule for one in family.lives()}
    return of.get(subject_of(subject_id, family), "")


def _window(one: Life, point: Point, *, at: datetime) -> Entry:
    key = point.traits.item_key
    ends = "" if point.ends_at is None else long_day(beijing_date(point.ends_at) - DAY)
    return Entry(
        at=at, sort=Sort.WINDOW, subject_id=one.id, item_keys=(key,), point=point,
        title=label(f"scheduler.journey_{point.step}").format(name=name_of(one.schedule, key)),
        text=label("scheduler.journey_last_day").format(day=ends) if ends else "",
        why=source_of(one.schedule, key), edition=one.schedule,
    )  # fmt: skip


def _article(one: Life, point: Point, family: Family) -> Entry | None:
    """Return the line of an article that begins to fit, or None where none does."""
    unit, number = stage_number(point.mark)
    anchor = StageAnchor(point.traits.anchor)
    begins = one.last_period_day if isinstance(one, Mother) else one.birth_day
    found = family.shelf(HOSPITAL, anchor, (beijing_date(point.at) - begins).days)
    if found is None or (one.id, found.id) in family.read:
        return None
    family.read.add((one.id, found.id))
    return Entry(
        at=point.at, sort=Sort.ARTICLE, subject_id=one.id, title=found.title, text=found.summary,
        why=label("scheduler.journey_article").format(
            age=label(f"scheduler.{unit}s").format(count=number)
        ),
    )  # fmt: skip


def _said(happening: AnyHappening, family: Family) -> str:
    item, kind = getattr(happening, "item", ""), getattr(happening, "kind", None)
    named = {
        "name": name_of(family.subject_of(item, child=1).schedule, item) if item else "",
        "kind": label("scheduler.journey_everything" if kind is None else f"scheduler.{kind}"),
        "count": getattr(happening, "children", ""),
        "number": getattr(happening, "child", ""),
        "week": _gestation(happening, family),
        "until": _until(happening),
    }
    return label(f"scheduler.journey_{happening.what}").format(**named)


def _until(happening: AnyHappening) -> str:
    match happening:
        case Booked(visit_day=day, hour=at):
            return f"{long_day(day)} {at:%H:%M}"
        case Paused(until=date() as day):
            return label("scheduler.journey_pause_ends").format(day=long_day(day))
    return ""


def _gestation(happening: AnyHappening, family: Family) -> str:
    if not family.pregnancies:
        return ""
    pregnancy = family.pregnancy
    day = pregnancy.delivery_day if isinstance(happening, Born) else happening.day
    return str(Gestation(((day or happening.day) - pregnancy.last_period_day).days))
