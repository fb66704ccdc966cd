"""Who calls, what she has booked, and what can be booked for her, as a clerk sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.models import Person
from booking.attendance.queries_day import Left
from booking.models import Share
from booking.models_supply import Doctor
from booking.queries import Booked
from console.presenters import times
from console.presenters.desk import SHORTEST_TAIL, left_choice
from console.presenters.inbox import name_of
from core.dates import short_day
from core.words import label
from handbook.models import Pregnancy
from handbook.models_lives import Child
from handbook.standing.mothers import Stand


@dataclass(frozen=True)
class CallerLine:
    """A person as she is found: her name, and her number to be compared."""

    id: str
    name: str
    phone: str


@dataclass(frozen=True)
class VisitLine:
    """A visit she has booked, in whatever clinic."""

    id: str
    when: str
    clinic: str
    state: str


@dataclass(frozen=True)
class Patient:
    """Who is to be booked, and what she or it has yet to come for."""

    id: str
    name: str
    items: Sequence[tuple[str, str]]


def is_meant(person: Person, words: str) -> bool:
    """Say whether a part of a name, or the tail of a number, is a person's."""
    if words.isdecimal():
        return len(words) >= SHORTEST_TAIL and (person.phone or "").endswith(words)
    return bool(words) and words in (person.name or "")


def caller_line(person: Person) -> CallerLine:
    """Return a person as she is found."""
    return CallerLine(person.id, name_of(person), person.phone or "未登记手机号")


def visit_line(one: Booked) -> VisitLine:
    """Return a visit she has booked."""
    return VisitLine(
        one.appointment.id, times.span(one.slot.starts_at, one.slot.ends_at), one.clinic.name,
        label(f"booking.{one.appointment.state}"),
    )  # fmt: skip


def patient(person: Person, whom: Pregnancy | Child | None, *, items: Sequence[Stand]) -> Patient:
    """Return who is to be booked: a child, or the person herself."""
    choices = [(one.key, f"{one.name}（{_window(one)}）") for one in items]
    if isinstance(whom, Child):
        return Patient(whom.id, whom.name or f"{name_of(person)}的宝宝", choices)
    return Patient(person.id, f"{name_of(person)}（本人）", choices)


def place_choices(left: Sequence[Left], *, doctors: Mapping[str, Doctor]) -> list[tuple[str, str]]:
    """Return the places to choose from: where the desk has one of its own, the on-line one waits.

    Places of follow-up visits and referrals stand apart: they are not for everybody.
    """
    own = {one.slot.id for one in left if one.share is Share.DESK}
    return [
        left_choice(one, doctors=doctors)
        for one in left
        if one.share is not Share.ONLINE or one.slot.id not in own
    ]


def chosen(places: Sequence[tuple[str, str]], *, slot_id: str) -> str:
    """Return the place to begin with: the first of the slot that was chosen, or none."""
    return next((value for value, _ in places if value.startswith(f"{slot_id}/")), "")


def _window(item: Stand) -> str:
    if item.to_day is None:
        return f"{short_day(item.from_day)}起"
    return f"{short_day(item.from_day)}～{short_day(item.to_day)}"
