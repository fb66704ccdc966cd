"""Work in order per lane, different lanes side by side, on a bounded number of threads."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Generic, TypeVar

THREADS = 32
"""So many lanes can be busy at once."""

Result = TypeVar("Result")


class Lanes(Generic[Result]):
    """One queue per key; what was put in first is finished first."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="lane")
        self._waiting: dict[str, deque[tuple[Future[Result], Callable[[], Result]]]] = {}
        self._quiet = threading.Condition()

    def put(self, key: str, work: Callable[[], Result]) -> Future[Result]:
        """Queue work behind everything already in the lane `key`."""
        promise: Future[Result] = Future()
        with self._quiet:
            starts = key not in self._waiting
            self._waiting.setdefault(key, deque()).append((promise, work))
        if starts:
            self._go_on(key)
        return promise

    def wait_until_quiet(self, seconds: float) -> bool:
        """Wait until no lane has work; False when it took longer than `seconds`."""
        with self._quiet:
            return self._quiet.wait_for(lambda: not self._waiting, seconds)

    def close(self) -> None:
        """Drop what has not begun and wait for what has."""
        with self._quiet:
            for queue in self._waiting.values():
                queue.clear()
        self._pool.shutdown()

    def _go_on(self, key: str) -> None:
        with self._quiet:
            if not self._waiting[key]:
                del self._waiting[key]
                self._quiet.notify_all()
                return
            promise, work = self._waiting[key].popleft()
        running = self._pool.submit(work)
        running.add_done_callback(lambda done: self._settle(key, promise, done))

    def _settle(self, key: str, promise: Future[Result], done: Future[Result]) -> None:
        failed = done.exception()
        if failed is None:
            promise.set_result(done.result())
        else:
            promise.set_exception(failed)
        self._go_on(key)
