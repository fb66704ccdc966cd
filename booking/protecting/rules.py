"""How many places of a day must be kept so that nobody's window closes unseen; pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, order=True)
class Window:
    """The days on which somebody's care can be done, both included; the soonest to close first."""

    to_day: date
    from_day: date


def kept(*, places: Mapping[date, int], windows: Iterable[Window], until: date) -> dict[date, int]:
    """Return how many places of each day must be kept for those whose windows close.

    `places` are what is left of the days of supply. A woman whose window closes by some day has
    only the days until then. If more windows close by then than there are places on the days after
    this one, the rest must be seen today: so many places are kept. Whoever can be seen only today
    is counted first and then left out, so a place is never kept for her twice. Supply is known
    `until` a day: a window that closes later asks for nothing yet.
    """
    waiting = sorted(one for one in windows if one.to_day <= until)
    found: dict[date, int] = {}
    for day in sorted(places):
        waiting = [one for one in waiting if one.to_day >= day]
        needed = min(places[day], _needed(day, places, waiting))
        found[day] = needed
        waiting = _without(waiting, day, needed)
    return found


def expected(known: Iterable[tuple[date, Window]], *, ahead: int) -> list[Window]:
    """Return the windows of those who will come, if the next `ahead` days are like the last.

    `known` are the windows of who became known in the last so many days, with the day. Who comes
    late has few days left: without this nothing would be kept for her before she comes.
    """
    later = timedelta(days=ahead)
    return [
        Window(window.to_day + later, max(window.from_day, day) + later)
        for day, window in known
        if day <= window.to_day
    ]


def spread(count: int, free: Sequence[int]) -> list[int]:
    """Return how many of `count` places are kept in each of a day's slots: the emptiest first.

    Never more than are free in a slot; what does not fit is left out.
    """
    shares = [0] * len(free)
    for _ in range(min(count, sum(free))):
        emptiest = max(range(len(free)), key=lambda one: (free[one] - shares[one], -one))
        shares[emptiest] += 1
    return shares


def _needed(day: date, places: Mapping[date, int], waiting: Sequence[Window]) -> int:
    """Return how many of those whose window is open on a day cannot all be seen later."""
    is_open = Counter(one.to_day for one in waiting if one.from_day <= day)
    coming = Counter(one.to_day for one in waiting if one.from_day > day)
    last = max((one.to_day for one in waiting), default=day)
    needed = open_by = is_open[day]
    coming_by = places_by = 0
    for ahead in range((last - day).days):
        closing = day + timedelta(days=ahead + 1)
        open_by, coming_by = open_by + is_open[closing], coming_by + coming[closing]
        places_by += places.get(closing, 0)
        needed = max(needed, min(open_by, open_by + coming_by - places_by))
    return needed


def _without(waiting: Sequence[Window], day: date, count: int) -> list[Window]:
    """Return those who wait without the first `count` of those whose window is open."""
    left, rest = count, []
    for one in waiting:
        if left and one.from_day <= day:
            left -= 1
        else:
            rest.append(one)
    return rest
