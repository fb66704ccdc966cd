"""How fast the callback answers, beside a bare Flask and wechatpy echo on the same database.

    python -m benchmarks.callback [--rounds N] [--requests N] [--check]

Both run under granian with one worker. The echo looks one row up and inserts one; the house does
all it does in production. Rounds of all sides take turns, so that a busy machine slows them alike:
believe the ratios and the processor time, not the requests a second. With `--check` the program
fails if a greeting is below the floors; every kind is told.
"""

import argparse
import itertools
import statistics
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.load import SEALED, SILENCE, drive, pushes, taps
from benchmarks.stage import Ground, Served, cpu_seconds, ground, serving
from core.clock import SystemClock
from wechat.assembly import accounts

FLOOR = 1.0
"""Requests a second of the house, in those of the echo: a greeting may not be slower."""

SLOWEST_P99 = 0.05
"""Seconds within which 99 of 100 greetings are answered at 16 connections."""

GREETING = "greeting"
MESSAGES = {
    GREETING: "你好",
    "command": "我的产检",
    "question": "糖耐怎么准备",
    "no answer": "附近哪里停车方便",
}
"""Answered with the menu; with her timeline; with an article; with the word that there is none.

The greeting is the like of the echo: plain words for plain words, with all the house does about
every message. The floors are for it; the others, of which the echo has no like, are told beside."""

EVENT = "event"
"""A tap on a menu key that opens a page: nothing to do, and nothing is done."""

HOUSE = ("--interface", "rsgi", "--factory", "app:gate")
ECHO = ("--interface", "wsgi", "benchmarks.echo:app", "--blocking-threads")
ECHO_THREADS = ("16", "4")
"""The echo is run with each; the faster one counts."""

WARM_UP = 200

Writer = Callable[..., list[bytes]]
"""Writes the requests of one kind."""


@dataclass(frozen=True)
class Figures:
    """One round: requests a second, seconds of a request, and processor seconds of one."""

    per_second: float
    p50: float
    p99: float
    server_cpu: float
    postgres_cpu: float


@dataclass(frozen=True)
class Side:
    """One server with one kind of message, and what was measured of it."""

    name: str
    served: Served
    write: Writer
    due: bytes = SEALED
    figures: list[Figures] = field(default_factory=list)

    def median(self, of: Callable[[Figures], float]) -> float:
        """Return the median of one figure over the rounds."""
        return statistics.median(map(of, self.figures))

    @property
    def per_second(self) -> float:
        """Return requests a second, the median of the rounds."""
        return self.median(lambda one: one.per_second)

    @property
    def p99(self) -> float:
        """Return the seconds within which 99 of 100 were answered, the median of the rounds."""
        return self.median(lambda one: one.p99)


def main(arguments: Sequence[str]) -> int:
    """Measure, print the table, and return 1 if `--check` was given and a floor is not reached."""
    given = _parser().parse_args(arguments)
    with ExitStack() as stack:
        echoes, ours, stands = _sides(stack)
        for side in (*echoes, *ours):
            _round(stands, side, count=WARM_UP)
        for _, side in itertools.product(range(given.rounds), (*echoes, *ours)):
            side.figures.append(_round(stands, side, count=given.requests))
    echo = max(echoes, key=lambda side: side.per_second)
    for side in (*echoes, *ours):
        _print(side, echo=echo)
    slow = [side.name for side in ours if _is_slow(side, echo=echo)]
    if slow:
        print(f"below {FLOOR} of the echo, or p99 above {SLOWEST_P99} s: {', '.join(slow)}")
    return 1 if given.check and GREETING in slow else 0


def _is_slow(side: Side, *, echo: Side) -> bool:
    return side.per_second < FLOOR * echo.per_second or side.p99 > SLOWEST_P99


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of every side, taking turns")
    parser.add_argument("--requests", type=int, default=1500, help="in one round")
    parser.add_argument("--check", action="store_true", help="fail below the floors")
    return parser


def _sides(stack: ExitStack) -> tuple[list[Side], list[Side], Ground]:
    logs = Path(stack.enter_context(TemporaryDirectory(prefix="yunyu-bench-logs-")))
    stands = stack.enter_context(ground())
    echoes = [
        Side(
            f"echo, {threads} threads",
            stack.enter_context(serving(stands, [*ECHO, threads], log=logs / f"echo{threads}")),
            partial(pushes, text=MESSAGES[GREETING]),
        )
        for threads in ECHO_THREADS
    ]
    house = stack.enter_context(serving(stands, HOUSE, log=logs / "house"))
    ours = [Side(name, house, partial(pushes, text=text)) for name, text in MESSAGES.items()]
    return echoes, [*ours, Side(EVENT, house, taps, due=SILENCE)], stands


def _round(stands: Ground, side: Side, *, count: int) -> Figures:
    """Send `count` messages of a side and return what that took."""
    official, _ = accounts(stands.house.settings)
    moment = int(SystemClock().now().timestamp())
    sealed = side.write(official, openids=stands.openids, count=count, moment=moment)
    server, postgres = cpu_seconds(side.served.process), cpu_seconds(stands.postgres)
    seconds, latencies = drive(side.served.port, sealed, due=side.due)
    latencies.sort()
    return Figures(
        per_second=count / seconds,
        p50=latencies[count // 2],
        p99=latencies[count * 99 // 100],
        server_cpu=(cpu_seconds(side.served.process) - server) / count,
        postgres_cpu=(cpu_seconds(stands.postgres) - postgres) / count,
    )


def _print(side: Side, *, echo: Side) -> None:
    print(
        f"{side.name:<18} {side.per_second:7.0f} /s {side.per_second / echo.per_second:6.2f} x"
        f"   p50 {1e3 * side.median(lambda one: one.p50):5.1f} ms  p99 {1e3 * side.p99:5.1f} ms"
        f"   server {1e6 * side.median(lambda one: one.server_cpu):5.0f} us"
        f"  postgres {1e6 * side.median(lambda one: one.postgres_cpu):5.0f} us a request",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
