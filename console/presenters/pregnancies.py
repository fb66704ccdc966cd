"""A pregnancy as staff see it in full: what is known, and what changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from console.presenters import times
from console.presenters.children import ASPECTS, EventLine
from console.presenters.families import DATINGS, LOSSES, STATES
from handbook.care.schedule import load
from handbook.models import Aspect, Pregnancy, PregnancyEvent, PregnancyState
from handbook.timeline import gestation


@dataclass(frozen=True, kw_only=True)
class PregnancyPage:
    """A pregnancy: where it is in its life, and its facts."""

    id: str
    state: str
    state_label: str
    weeks: str
    facts: list[tuple[str, str]]
    fetuses: int
    is_ongoing: bool
    is_delivered: bool
    is_silent: bool
    discharge: str


def pregnancy_page(pregnancy: Pregnancy, *, today: date) -> PregnancyPage:
    """Present a pregnancy; weeks are counted only while it goes on."""
    is_ongoing = pregnancy.state is PregnancyState.ONGOING
    is_ended = pregnancy.state is PregnancyState.ENDED
    day_zero = pregnancy.last_period_day
    return PregnancyPage(
        id=pregnancy.id,
        state=pregnancy.state.value,
        state_label=STATES[pregnancy.state],
        weeks=f"孕{gestation(last_period_day=day_zero, day=today)}" if is_ongoing else "",
        facts=_facts(pregnancy),
        fetuses=pregnancy.fetuses,
        is_ongoing=is_ongoing,
        is_delivered=pregnancy.state is PregnancyState.DELIVERED,
        is_silent=is_ended or pregnancy.quiet_at is not None,
        discharge=pregnancy.discharge_day.isoformat() if pregnancy.discharge_day else "",
    )


def others(pregnancies: Iterable[Pregnancy], *, than: Pregnancy) -> list[tuple[str, str]]:
    """Return the other pregnancies of a family: id, and what each was."""
    return [
        (one.id, f"{STATES[one.state]} · 预产期 {times.day(one.due_day)}")
        for one in pregnancies
        if one.id != than.id
    ]


def event_lines(events: Iterable[PregnancyEvent]) -> list[EventLine]:
    """Present what changed in a pregnancy, the newest first."""
    lines = [EventLine(times.moment(one.made_at), _said(one), one.note or "") for one in events]
    return lines[::-1]


def _facts(pregnancy: Pregnancy) -> list[tuple[str, str]]:
    facts = [
        ("预产期", times.day(pregnancy.due_day)),
        ("推算依据", DATINGS[pregnancy.dating_source]),
    ]
    if pregnancy.fetuses > 1:
        facts.append(("胎数", f"{pregnancy.fetuses} 胎"))
    if pregnancy.delivery_day is not None:
        weeks = gestation(last_period_day=pregnancy.last_period_day, day=pregnancy.delivery_day)
        facts.append(("分娩", f"{times.day(pregnancy.delivery_day)}（孕{weeks}）"))
    if pregnancy.discharge_day is not None:
        facts.append(("出院", times.day(pregnancy.discharge_day)))
    if pregnancy.loss is not None and pregnancy.loss_day is not None:
        facts.append(("失去孩子", f"{LOSSES[pregnancy.loss]}（{times.day(pregnancy.loss_day)}）"))
    if pregnancy.state is not PregnancyState.ENDED:
        facts.append(("保健安排", load(pregnancy.schedule).title))
    return facts


def _said(one: PregnancyEvent) -> str:
    if one.aspect is Aspect.STATE:
        return STATES[PregnancyState(one.after)]
    if one.aspect is Aspect.FETUSES:
        return f"胎数改为 {one.after}"
    return ASPECTS[one.aspect]
