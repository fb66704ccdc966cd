"""Week-protected places against first come, first served, on the same demand.

    python -m benchmarks.protected [--check]

An ultrasound clinic of 20 places a weekday, released 14 days ahead. Women can have their NT for
three weeks (11 to 13+6 weeks, `handbook/schedules/`); two of three open their handbook before that,
one comes late, some day within it. Demand swings around what there is room for. Both ways see the
same women, who try on the same days in the same order and take the first free place that suits
them. Printed for each seed: the share scanned within the window.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import mean

from booking.policy import default
from booking.protecting.rules import Window, expected, kept

FIRST = date(2026, 6, 1)
DAYS, WARM_UP = 180, 45
PLACES, AHEAD, WINDOW = 20, 14, 21
LATE = 1 / 3
TRIES = 0.4
"""How likely a woman without a place looks for one on a day."""

MOST = default().protected_percent / 100
"""The part of a day's places that may be kept at most."""

SEEDS = range(1, 9)
LEAST_GAIN = 0.01
"""Floor of `--check`: points of the share scanned in window that protection must win on average,
with no seed worse."""


@dataclass(frozen=True)
class Woman:
    """Her window, and the day from which she is known and looks for a place."""

    number: int
    window: Window
    known_day: date


def demand(chance: random.Random) -> list[Woman]:
    """Return the women of half a year; how many a day swings with the month."""
    found: list[Woman] = []
    for offset in range(DAYS):
        rate = PLACES * 5 / 7 * (1.0 + 0.25 * (1 if offset // 30 % 2 else -1))
        for _ in range(round(chance.gauss(rate, rate**0.5))):
            opens = FIRST + timedelta(days=offset)
            late = chance.randrange(3, WINDOW) if chance.random() < LATE else -chance.randrange(20)
            closes = opens + timedelta(days=WINDOW - 1)
            found.append(Woman(len(found), Window(closes, opens), opens + timedelta(days=late)))
    return found


def scanned(women: list[Woman], *, seed: int, keeping: Callable[..., Mapping[date, int]]) -> float:
    """Return the share of women scanned within their window."""
    free = {day: PLACES for day in _days(FIRST, DAYS + WINDOW) if day.weekday() < 5}
    seen: set[int] = set()
    for today in _days(FIRST - timedelta(days=20), DAYS + WINDOW + 20):
        shown = {day: n for day, n in free.items() if today < day <= today + timedelta(AHEAD)}
        known = [one for one in women if one.known_day <= today <= one.window.to_day]
        left = [one for one in known if one.number not in seen]
        for_some = keeping(today=today, free=shown, left=left, women=women)
        # The same woman tries on the same days in both worlds, whatever became of the others.
        chance = {one.number: _chance(f"{seed} {one.number} {today}") for one in left}
        order = sorted(left, key=lambda one: chance[one.number].random())
        kept_left = Counter(for_some)
        for one in order:
            if chance[one.number].random() < TRIES and _takes(one, free, shown, kept_left):
                seen.add(one.number)
    judged = [one for one in women if (one.window.from_day - FIRST).days >= WARM_UP]
    return mean(one.number in seen for one in judged)


def first_come(**_: object) -> Mapping[date, int]:
    """Keep nothing."""
    return {}


def protected(
    *, today: date, free: Mapping[date, int], left: list[Woman], women: list[Woman]
) -> Mapping[date, int]:
    """Keep what the rule says, as the tick does: all but tomorrow's, which are for everybody."""
    newest = [
        (one.known_day, one.window)
        for one in women
        if today - timedelta(AHEAD) < one.known_day <= today
    ]
    windows = [*(one.window for one in left), *expected(newest, ahead=AHEAD)]
    needed = kept(places=free, windows=windows, until=today + timedelta(AHEAD))
    tomorrow = today + timedelta(days=1)
    return {
        day: min(count, int(PLACES * MOST))
        for day, count in needed.items()
        if day > tomorrow
    }  # fmt: skip


def _takes(
    one: Woman, free: dict[date, int], shown: Mapping[date, int], kept_left: Counter[date]
) -> bool:
    """Let her take the first place for all in her window; one that is kept if there is none."""
    hers = [day for day in sorted(shown) if one.window.from_day <= day <= one.window.to_day]
    for day in hers:
        if free[day] > kept_left[day]:
            free[day] -= 1
            return True
    closes = one.window.to_day
    if closes > max(shown, default=closes):
        return False
    for day in hers:
        if kept_left[day] and free[day]:
            free[day], kept_left[day] = free[day] - 1, kept_left[day] - 1
            return True
    return False


def _chance(seed: str) -> random.Random:
    return random.Random(seed)  # noqa: S311 - a simulation, the same every time


def _days(first: date, count: int) -> list[date]:
    return [first + timedelta(days=each) for each in range(count)]


def main() -> int:
    """Run all seeds and print the table; with `--check` fail below the floor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    is_checked = parser.parse_args().check
    print("seed  women  first come  protected   gain")
    gains = []
    for seed in SEEDS:
        women = demand(_chance(str(seed)))
        plain = scanned(women, seed=seed, keeping=first_come)
        better = scanned(women, seed=seed, keeping=protected)
        gains.append(better - plain)
        print(f"{seed:4}  {len(women):5}  {plain:10.1%}  {better:9.1%}  {better - plain:+.1%}")
    print(f"mean gain {mean(gains):+.1%}, least {min(gains):+.1%}")
    return int(is_checked and (mean(gains) < LEAST_GAIN or min(gains) < 0))


if __name__ == "__main__":
    sys.exit(main())
