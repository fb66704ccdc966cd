"""The waiting list and appeals, as the desk sees them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.models import Person
from booking.attendance.missed import Appeal
from booking.attendance.queries_day import Coming
from booking.queries_waiting import Answer, Waited
from console.presenters import times
from console.presenters.desk import patient
from console.presenters.inbox import name_of
from core.words import label


@dataclass(frozen=True)
class WaitingLine:
    """Somebody who waits: where she stands, for which days, and what is offered to her."""

    id: str
    place: int
    name: str
    days: str
    half: str
    since: str
    state: str
    offer: str
    refusals: int


@dataclass(frozen=True)
class AnswerLine:
    """A place that came free, and what became of it."""

    at: str
    when: str
    cause: str
    outcome: str


@dataclass(frozen=True)
class AppealLine:
    """An appeal against a missed visit."""

    id: str
    name: str
    when: str
    clinic: str
    words: str
    asked: str
    answer_by: str


def waiting_line(one: Waited, *, place: int, people: Mapping[str, Person]) -> WaitingLine:
    """Return an entry; `place` is 1 for the next one to be served."""
    entry = one.entry
    name = name_of(people[entry.person_id])
    offer = "" if one.slot is None else times.span(one.slot.starts_at, one.slot.ends_at)
    return WaitingLine(
        entry.id, place, name if entry.child_id is None else f"{name}的宝宝",
        times.days(entry.from_day, entry.to_day), label(f"booking.half_{entry.half_day}"),
        times.moment(entry.joined_at), label(f"booking.waiting_{entry.state}"), offer,
        entry.refusals,
    )  # fmt: skip


def answer_line(one: Answer) -> AnswerLine:
    """Return what became of a freed place."""
    return AnswerLine(
        times.moment(one.freed.freed_at), times.span(one.slot.starts_at, one.slot.ends_at),
        label(f"booking.why_{one.freed.cause}"), label(f"booking.outcome_{one.outcome}"),
    )  # fmt: skip


def appeal_lines(appeals: Sequence[Appeal], *, found: Sequence[Coming]) -> list[AppealLine]:
    """Return appeals with whose they are."""
    whose = {one.held.appointment.id: one for one in found}
    return [_appeal_line(one, whose[one.appointment.id]) for one in appeals]


def _appeal_line(one: Appeal, whose: Coming) -> AppealLine:
    slot, asked_at = whose.held.slot, one.missed.appealed_at
    return AppealLine(
        one.appointment.id, patient(whose), times.span(slot.starts_at, slot.ends_at),
        whose.held.clinic.name, one.missed.appeal_words or "",
        "" if asked_at is None else times.moment(asked_at), times.day(one.answer_by_day),
    )  # fmt: skip
