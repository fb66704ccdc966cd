"""Which slots a clinic should have: from its weekly templates, official days and exceptions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from booking.errors import BadHours, NoPlaces
from booking.models import Share
from booking.models_supply import DayException, ExceptionKind, Template
from booking.supply.official_days import DayKind, kind_of
from core.clock import beijing_moment

MONDAY = 0
MOST_PLACES = 500
"""Of one share in one slot: a class of the school for pregnant women fills a hall."""

Key = tuple[datetime, str | None]
"""What makes a slot of a clinic: when it begins, and with which doctor (None: the team)."""


@dataclass(frozen=True)
class Sitting:
    """Hours a doctor, or a clinic's team (None), sits: `[from_time, to_time)`, Beijing time.

    They are cut into slots of `slot_minutes`; a rest that is shorter makes no slot.
    """

    from_time: time
    to_time: time
    slot_minutes: int
    shares: Mapping[Share, int]
    doctor_id: str | None = None

    def kept_shares(self) -> dict[str, int]:
        """Return the places by share as they are stored, without the empty shares."""
        return {share.value: self.shares[share] for share in Share if self.shares.get(share)}


@dataclass(frozen=True)
class Wanted:
    """A slot that should be there; `template_id` None for one of an extra session."""

    starts_at: datetime
    ends_at: datetime
    doctor_id: str | None
    template_id: str | None
    shares: Mapping[str, int]


def check_sitting(sitting: Sitting) -> None:
    """Pass if the hours hold at least one slot, and the slot at least one place.

    Places a doctor adds (加号) are not planned.

    Raises:
        BadHours: no slot fits between the hours.
        NoPlaces: there is no place, or too many of one share.
    """
    lasts = _minutes(sitting.to_time) - _minutes(sitting.from_time)
    if not 1 <= sitting.slot_minutes <= lasts:
        raise BadHours
    places = sitting.shares.values()
    if any(not 0 <= one <= MOST_PLACES for one in places) or not any(places):
        raise NoPlaces(most=MOST_PLACES)
    if sitting.shares.get(Share.EXTRA):
        raise NoPlaces(most=MOST_PLACES)


def wanted(
    *, templates: Sequence[Template], exceptions: Sequence[DayException], first: date, last: date
) -> dict[Key, Wanted]:
    """Return the slots one clinic should have between two days, both included.

    A day begins with its templates. Its exceptions follow in the order they were made: a closure
    takes away every slot it touches, an extra session puts its slots there.
    """
    by_day = _by_day(exceptions)
    found: dict[Key, Wanted] = {}
    for day in _days(first, last):
        slots = {
            (one.starts_at, one.doctor_id): one
            for template in of_day(templates, day)
            for one in _cut(day, template, template_id=template.id)
        }
        for exception in by_day.get(day, ()):
            _depart(slots, exception)
        found |= slots
    return found


def of_day(templates: Sequence[Template], day: date) -> list[Template]:
    """Return the templates that hold on a day, by what the official calendar makes of it."""
    valid = [
        one
        for one in templates
        if one.valid_from_day <= day and (one.valid_to_day is None or day <= one.valid_to_day)
    ]
    own = [one for one in valid if one.weekday == day.weekday()]
    kind = kind_of(day)
    if kind is DayKind.ORDINARY:
        return own
    if kind is DayKind.MAKE_UP:
        return own or [one for one in valid if one.weekday == MONDAY]
    return [one for one in own if one.on_holidays]


def touches(exception: DayException, *, starts_at: datetime, ends_at: datetime) -> bool:
    """Say whether an exception's hours (None: its whole day) meet `[starts_at, ends_at)`."""
    begins, ends = hours_of(exception)
    return starts_at < ends and begins < ends_at


def hours_of(exception: DayException) -> tuple[datetime, datetime]:
    """Return the moments between which an exception holds, the last not included."""
    begins = beijing_moment(exception.day)
    if exception.from_time is None or exception.to_time is None:
        return begins, begins + timedelta(days=1)
    return begins + _since(exception.from_time), begins + _since(exception.to_time)


def is_closed_by(
    exceptions: Iterable[DayException],
    *,
    starts_at: datetime,
    ends_at: datetime,
    doctor: str | None,
) -> bool:
    """Say whether one of these exceptions closes a slot with this doctor (None: the team)."""
    return any(
        one.kind is ExceptionKind.CLOSED
        and one.doctor_id in (None, doctor)
        and touches(one, starts_at=starts_at, ends_at=ends_at)
        for one in exceptions
    )


def _depart(slots: dict[Key, Wanted], exception: DayException) -> None:
    if exception.kind is ExceptionKind.EXTRA:
        extra = _cut(exception.day, exception, template_id=None)
        slots |= {(one.starts_at, one.doctor_id): one for one in extra}
        return
    for key, one in list(slots.items()):
        if is_closed_by(
            (exception,), starts_at=one.starts_at, ends_at=one.ends_at, doctor=one.doctor_id
        ):
            del slots[key]


def _cut(day: date, of: Template | DayException, *, template_id: str | None) -> Iterator[Wanted]:
    """Cut hours into slots."""
    if of.from_time is None or of.to_time is None or of.slot_minutes is None:
        raise AssertionError("a session has hours and slots of so many minutes")
    midnight, lasts = beijing_moment(day), timedelta(minutes=of.slot_minutes)
    starts_at, ends = midnight + _since(of.from_time), midnight + _since(of.to_time)
    while starts_at + lasts <= ends:
        yield Wanted(starts_at, starts_at + lasts, of.doctor_id, template_id, of.shares)
        starts_at += lasts


def _by_day(exceptions: Iterable[DayException]) -> dict[date, list[DayException]]:
    found: dict[date, list[DayException]] = {}
    for one in sorted(exceptions, key=lambda one: (one.made_at, one.id)):
        found.setdefault(one.day, []).append(one)
    return found


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=count) for count in range((last - first).days + 1))


def _since(wall: time) -> timedelta:
    """Return how long after midnight; Beijing has no summer time."""
    return timedelta(hours=wall.hour, minutes=wall.minute)


def _minutes(wall: time) -> int:
    return wall.hour * 60 + wall.minute
