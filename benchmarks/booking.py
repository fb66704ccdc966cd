"""How fast places are booked, beside PostgreSQL's own pgbench on the same server.

    python -m benchmarks.booking [--rounds N] [--check]

One hot slot of a thousand places, and two hundred slots of some; 1, 8, 32 and 64 callers; through
what the doors call (`booking.together.book`, shared as they share it), and over HTTP through the
whole gate: sign-in, rules, appointment, step and audit. The limit is one statement a booking that
writes the same rows and asks nothing, sent by pgbench. Rounds take turns, so that a busy machine
slows all alike: believe the ratios. With `--check` the program fails below the floors.
"""

import argparse
import itertools
import statistics
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import market, raw
from benchmarks.callers import Taken, month_of_slots, over_http, through_action
from benchmarks.market import Market, Town
from benchmarks.stage import serving
from booking.check import prove
from booking.models import Care

CALLERS = (1, 8, 32, 64)
MANY = CALLERS[-1]
HOT_PLACES, SPREAD_SLOTS, SPREAD_PLACES = 1000, 200, 25
HOT_BOOKINGS, SPREAD_BOOKINGS = 960, 3840
"""Bookings in one round; each caller makes the same number of them."""

LEAST_EACH, LIMIT_PLACES = 100, 10_000
"""A caller of pgbench makes at least so many bookings, or planning its statement would count; its
hot slot has the places for them. The house is warmed up instead:"""

WARM_UP = 512
"""Bookings over the many slots before a round."""

HOUSE = ("--interface", "rsgi", "--factory", "--workers", "2", "app:gate")

WHERE = ("hot", "spread")
MONTHS = 100
SLOWEST_MONTH = 0.020
"""Seconds within which 19 of 20 lists of a month of a clinic's slots are read."""

SLOWEST_P99 = 0.250
"""Seconds within which 99 of 100 bookings are answered over HTTP, `MANY` at once."""

FLOORS = {
    ("action", "hot"): 1.0, ("action", "spread"): 0.5,
    ("http", "hot"): 1.0, ("http", "spread"): 0.3,
}  # fmt: skip
"""Bookings a second in those of pgbench's statement, with `MANY` callers."""

FULL_FLOOR = 2.0
"""Answers that a slot is full, in bookings of the hot slot: as often a second, over HTTP."""


@dataclass(frozen=True)
class Round:
    """Bookings a second, and seconds within which half, and 99 of 100, were answered."""

    per_second: float
    p50: float = 0.0
    p99: float = 0.0

    @classmethod
    def of(cls, taken: Taken) -> "Round":
        """Return the figures of what some callers took."""
        seconds, latencies = taken[0], sorted(taken[1])
        count = len(latencies)
        return cls(count / seconds, latencies[count // 2], latencies[count * 99 // 100])

    @classmethod
    def median(cls, rounds: Sequence["Round"]) -> "Round":
        """Return the median of each figure."""
        return cls(
            statistics.median(one.per_second for one in rounds),
            statistics.median(one.p50 for one in rounds),
            statistics.median(one.p99 for one in rounds),
        )

    def line(self, name: str, *, ratio: float) -> str:
        """Return a line of the table; `ratio` is what it reaches of what it is held against."""
        waits = f"p50 {1e3 * self.p50:6.1f} ms  p99 {1e3 * self.p99:6.1f} ms" if self.p99 else ""
        return f"{name:<26} {self.per_second:7.0f} /s {ratio:6.2f} x   {waits}"


@dataclass(frozen=True)
class Desk:
    """Where the rounds take place, each before an empty hall."""

    town: Town
    crowd: Market
    port: int
    rounds: int

    def round(self, way: str, where: str, *, callers: int) -> Round:
        """Book places one way, in the hot slot or over many."""
        slots = self.crowd.hot if where == "hot" else self.crowd.spread
        total = HOT_BOOKINGS if where == "hot" else SPREAD_BOOKINGS
        each = total // callers
        market.clear(self.town.house)
        if way == "raw":
            each = max(each, LEAST_EACH)
            market.resize(self.town.house, self.crowd.hot, places=LIMIT_PLACES)
            url = self.town.environment["YUNYU_DATABASE_URL"]
            return Round(raw.per_second(url, slots=len(slots), clients=callers, each=each))
        market.resize(self.town.house, self.crowd.hot, places=HOT_PLACES)
        last = len(self.crowd.people)
        if way == "action":
            self._through_action(self.crowd.spread, first=last - WARM_UP, callers=MANY, each=8)
            return self._through_action(slots, first=0, callers=callers, each=each)
        self._over_http(self.crowd.spread, people=range(last - WARM_UP, last), status=201)
        return self._over_http(slots, people=range(total), status=201)

    def _through_action(
        self, slots: Sequence[str], *, first: int, callers: int, each: int
    ) -> Round:
        return Round.of(
            through_action(self.town, self.crowd, slots, first=first, callers=callers, each=each)
        )

    def _over_http(self, slots: Sequence[str], *, people: range, status: int) -> Round:
        return Round.of(over_http(self.port, slots, people=people, callers=MANY, status=status))

    def fill(self) -> None:
        """Give the last places of the hot slot away."""
        self._over_http(self.crowd.hot, people=range(HOT_BOOKINGS, HOT_PLACES), status=201)

    def refused(self) -> Round:
        """Ask for the hot slot, which is full."""
        people = range(HOT_PLACES, HOT_PLACES + HOT_BOOKINGS)
        return self._over_http(self.crowd.hot, people=people, status=409)


def main(arguments: Sequence[str]) -> int:
    """Measure, print the table, and return 1 if `--check` was given and a floor is not reached."""
    given = _parser().parse_args(arguments)
    with ExitStack() as stack:
        logs = Path(stack.enter_context(TemporaryDirectory(prefix="yunyu-bench-logs-")))
        town = stack.enter_context(market.town())
        crowd = market.opened(
            town.house, people=MANY * LEAST_EACH + WARM_UP, hot_places=HOT_PLACES,
            spread_slots=SPREAD_SLOTS, spread_places=SPREAD_PLACES,
        )  # fmt: skip
        served = stack.enter_context(serving(town.ground, HOUSE, log=logs / "house"))
        desk = Desk(town, crowd, served.port, given.rounds)
        below = [fault for where in WHERE for fault in _places(desk, where)]
        below += [*_full(desk), *_month(desk)]
        faults = _proved(desk)
    for fault in (*below, *faults):
        print(f"below the floor: {fault}")
    return 1 if given.check and (below or faults) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="of every line, taking turns")
    parser.add_argument("--check", action="store_true", help="fail below the floors")
    return parser


def _places(desk: Desk, where: str) -> Iterator[str]:
    """Book places in one kind of slots by all ways in turn; yield what is below its floor."""
    for callers in CALLERS:
        ways = ("raw", "action", "http") if callers == MANY else ("raw", "action")
        found: dict[str, list[Round]] = {way: [] for way in ways}
        for _, way in itertools.product(range(desk.rounds), ways):
            found[way].append(desk.round(way, where, callers=callers))
        limit = Round.median(found["raw"])
        for way in ways:
            middle = Round.median(found[way])
            ratio = middle.per_second / limit.per_second
            print(middle.line(f"{way}, {where}, {callers} at once", ratio=ratio), flush=True)
            floor = FLOORS.get((way, where), 0) if callers == MANY else 0
            if ratio < floor:
                yield f"{way}, {where}: {ratio:.2f} of {floor}"
            if way == "http" and middle.p99 > SLOWEST_P99:
                yield f"{way}, {where}: p99 {middle.p99:.3f} s of {SLOWEST_P99}"


def _full(desk: Desk) -> Iterator[str]:
    """Ask for a slot that is full; yield if the no takes more than half of a yes."""
    yes, no = [], []
    for _ in range(desk.rounds):
        yes.append(desk.round("http", "hot", callers=MANY))
        desk.fill()
        no.append(desk.refused())
    ratio = Round.median(no).per_second / Round.median(yes).per_second
    print(Round.median(no).line(f"http, full, {MANY} at once", ratio=ratio), flush=True)
    if ratio < FULL_FLOOR:
        yield f"a no: {ratio:.2f} of {FULL_FLOOR} times as often as a yes"


def _month(desk: Desk) -> Iterator[str]:
    """List a clinic's month of slots where a million are stored; yield if it takes too long."""
    with desk.town.house.database.transaction() as session:
        market.stored(session, desk.crowd, now=desk.town.house.clock.now())
    seconds = sorted(month_of_slots(desk.town, desk.crowd.hospital.id, Care.OGTT, times=MONTHS))
    p50, p95 = seconds[MONTHS // 2], seconds[MONTHS * 95 // 100]
    print(f"a month of slots: p50 {1e3 * p50:.1f} ms  p95 {1e3 * p95:.1f} ms", flush=True)
    if p95 > SLOWEST_MONTH:
        yield f"a month of slots: p95 {p95:.3f} s of {SLOWEST_MONTH}"


def _proved(desk: Desk) -> list[str]:
    with desk.town.house.database.transaction() as session:
        return [f"{fault.rule}: {fault.thing}: {fault.found}" for fault in prove(session)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
