"""Who is given which other place when a session is closed; pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.clock import beijing, beijing_date


@dataclass(frozen=True)
class Lost:
    """Somebody whose place is closed: how urgent (0 first), when it was, with which rank of doctor.

    `from_day` and `until_day` (both included) are when her care can be done, None where nothing
    says so; `busy` are the times `[from, to)` at which she has other appointments.
    """

    id: str
    patient: int
    urgency: int
    starts_at: datetime
    rank: int | None
    from_day: date | None = None
    until_day: date | None = None
    busy: Sequence[tuple[datetime, datetime]] = ()


@dataclass(frozen=True)
class Open:
    """A slot that has places free; `rank` is its doctor's, None for a team."""

    id: str
    starts_at: datetime
    ends_at: datetime
    rank: int | None
    free: int


def given(lost: Iterable[Lost], places: Sequence[Open]) -> dict[str, str]:
    """Return who is given which place; nobody who finds none, no place more often than it is free.

    The most urgent chooses first, then she whose window closes soonest.
    """
    left = Counter({place.id: place.free for place in places})
    given_to: dict[int, list[Open]] = defaultdict(list)
    found: dict[str, str] = {}
    for one in in_order(lost):
        others = given_to[one.patient]
        hers = [
            place
            for place in places
            if left[place.id] > 0
            and fits(one, place)
            and not any(meets(place, other.starts_at, other.ends_at) for other in others)
        ]
        if hers:
            best = min(hers, key=lambda place: (*_far(one, place), place.starts_at, place.id))
            left[best.id] -= 1
            others.append(best)
            found[one.id] = best.id
    return found


def in_order(lost: Iterable[Lost]) -> list[Lost]:
    """Return who chooses first: the most urgent, then she whose window closes soonest."""
    return sorted(
        lost, key=lambda one: (one.urgency, one.until_day or date.max, one.starts_at, one.id)
    )


def fits(one: Lost, place: Open) -> bool:
    """Say whether she can come then: within her window, and with no other appointment."""
    day = beijing_date(place.starts_at)
    is_within = (one.from_day or day) <= day <= (one.until_day or day)
    return is_within and not any(meets(place, begins, ends) for begins, ends in one.busy)


def meets(place: Open, begins: datetime, ends: datetime) -> bool:
    """Say whether a place and the time `[begins, ends)` overlap."""
    return begins < place.ends_at and place.starts_at < ends


def _far(one: Lost, place: Open) -> tuple[int, int, timedelta]:
    """Return how far a place is from the lost one: in level, in days, in the time of day.

    A visit with the clinic's team has the level of a team.
    """
    before, after = beijing(one.starts_at), beijing(place.starts_at)
    level = 0 if one.rank == place.rank else 1 + abs((one.rank or 0) - (place.rank or 0))
    apart = timedelta(hours=after.hour - before.hour, minutes=after.minute - before.minute)
    return level, abs((after.date() - before.date()).days), abs(apart)
