"""Callers who come at the same moment share one run: one statement, one commit, one thread at work.

A lone caller runs at once, for itself. While as many run as may, whoever comes waits, and the
first of those who wait then runs for all of them. So nobody waits for company, nothing runs between
calls, and the more callers there are, the less each one costs (docs/why/callback-speed.md).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from sqlalchemy.exc import SQLAlchemyError

Asked = TypeVar("Asked")
Given = TypeVar("Given")

MOST = 64
"""Callers in one run: beyond some dozens nothing is gained, and all wait for the longest."""


def _shut() -> Lock:
    latch = Lock()
    latch.acquire()
    return latch


@dataclass
class _Call(Generic[Asked, Given]):
    """One caller: what it asks, what it got, whom it leads, and what it waits on."""

    asked: Asked
    given: list[Given] = field(default_factory=list)
    led: "list[_Call[Asked, Given]]" = field(default_factory=list)
    latch: Lock = field(default_factory=_shut)


class Combined(Generic[Asked, Given]):
    """A function for one, made of one for many; safe to call from any number of threads.

    `run` takes what some callers ask, in the order they came, and returns as many answers in the
    same order; it may run `leaders` times at once. If the database refuses several, each is tried
    again alone on its own thread, so that one cannot spoil it for the others; therefore what is
    asked twice must do no harm.
    """

    def __init__(
        self, run: Callable[[Sequence[Asked]], Sequence[Given]], *, leaders: int = 1
    ) -> None:
        self._run = run
        self._lock = Lock()
        self._waiting: list[_Call[Asked, Given]] = []
        self._free = leaders

    def __call__(self, asked: Asked) -> Given:
        """Return what was given to this one caller; raise what it alone ran into."""
        call = _Call[Asked, Given](asked)
        with self._lock:
            if self._free:
                self._free -= 1
                call.led = [call]
            else:
                self._waiting.append(call)
        if not call.led:
            # Opened by a leader: with an answer, or with others to lead in its turn.
            call.latch.acquire()
        if call.led:
            self._lead(call.led)
        return call.given[0] if call.given else self._run([asked])[0]

    def _lead(self, led: Sequence[_Call[Asked, Given]]) -> None:
        """Run for several callers, the first of whom is this one; then pass the lead on."""
        try:
            answers = self._run([call.asked for call in led])
            for call, given in zip(led, answers, strict=True):
                call.given.append(given)
        except SQLAlchemyError:
            # Of one alone it is its own fault; of several, each finds out for itself.
            if len(led) == 1:
                raise
        finally:
            self._pass_on()
            for call in led[1:]:
                call.latch.release()

    def _pass_on(self) -> None:
        with self._lock:
            led, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            if not led:
                self._free += 1
                return
            led[0].led = led
        led[0].latch.release()
