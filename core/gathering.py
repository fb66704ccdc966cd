"""Those who ask at the same moment share one run on a thread: one statement, one commit.

It lives on the event loop and needs no lock. While others are run for, whoever comes waits, and the
next run is for all of them. So the more ask, the less each one costs (docs/why/callback-speed.md).
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Given = TypeVar("Given")

MOST = 64
"""Callers in one run: beyond some dozens nothing is gained, and all wait for the longest."""

LINGER_SECONDS = 0.001
"""How long a run waits for company. Those who were answered together come back one after another;
without this the first of them would mostly be run for alone, at the price of all."""


class Gathered(Generic[Asked, Given]):
    """A function for one, made of one for many; for the coroutines of one event loop.

    `run` takes what some callers ask, in the order they came, and returns as many answers in the
    same order; at most `runs` of it go on at once. If it fails for several, each is tried again
    alone, so that one cannot spoil it for the others; therefore what is asked twice must do no
    harm. The threads for that are others: those who come meanwhile do not wait for them.

    A run begins when as many wait as are being run for, so that one works while the other waits
    for the database; who was alone the last time never waits for company.
    """

    def __init__(
        self, run: Callable[[Sequence[Asked]], Sequence[Given]], *, runs: int, alone: int
    ) -> None:
        self._run = run
        self._waiting: list[tuple[Asked, asyncio.Future[Sequence[Given]]]] = []
        self._free, self._running, self._last = runs, 0, 1
        self._linger: asyncio.TimerHandle | None = None
        self._together = ThreadPoolExecutor(runs, thread_name_prefix="together")
        self._alone = ThreadPoolExecutor(alone, thread_name_prefix="alone")

    async def __call__(self, asked: Asked) -> Given:
        """Return what was given to this one caller; raise what it alone ran into."""
        loop = asyncio.get_running_loop()
        mine: asyncio.Future[Sequence[Given]] = loop.create_future()
        self._waiting.append((asked, mine))
        self._look(loop)
        given = await mine or await loop.run_in_executor(self._alone, self._run, [asked])
        return given[0]

    def close(self) -> None:
        """Wait until what is under way has ended."""
        self._together.shutdown(wait=True)
        self._alone.shutdown(wait=True)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin a run if enough wait, or else, if none goes on, a little later."""
        if not self._waiting or not self._free:
            return
        if len(self._waiting) >= max(self._running, self._last // 2):
            self._begin(loop)
        elif not self._running and self._linger is None:
            self._linger = loop.call_later(LINGER_SECONDS, self._begin, loop)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Run for those who wait."""
        if self._linger is not None:
            self._linger.cancel()
            self._linger = None
        led, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
        self._last = len(led)
        self._free -= 1
        self._running += len(led)
        running = loop.run_in_executor(self._together, self._run, [asked for asked, _ in led])
        waiting = [mine for _, mine in led]
        running.add_done_callback(lambda ended: self._end(loop, waiting, ended))

    def _end(
        self,
        loop: asyncio.AbstractEventLoop,
        waiting: Sequence[asyncio.Future[Sequence[Given]]],
        ended: asyncio.Future[Sequence[Given]],
    ) -> None:
        """Give everybody the answer, or nothing if several failed; then look who waits."""
        self._free += 1
        self._running -= len(waiting)
        self._look(loop)
        failed = ended.exception()
        given = [[one] for one in ended.result()] if failed is None else [[] for _ in waiting]
        for mine, answer in zip(waiting, given, strict=True):
            if mine.cancelled():
                continue  # gave up meanwhile
            if failed is not None and len(waiting) == 1:
                mine.set_exception(failed)
            else:
                mine.set_result(answer)
