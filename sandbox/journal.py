"""What happened: the latest API calls and pushes, newest last; in memory only."""

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from sandbox.state import Bubble
from sandbox.wire import Fields

LENGTH = 2000
"""So many calls and so many pushes are remembered."""


@dataclass
class Try:
    """One request to a callback: what came back, and why it does not count as an answer."""

    status: int | None
    elapsed_ms: int
    problem: str
    body: str


@dataclass
class Delivery:
    """One push with all its tries.

    Attributes:
        verdict: waiting, silent, replied, transferred, ignored or failed.
        reason: why it failed.
        reply: the chat line it made.
    """

    id: int
    account: str
    person: str
    at: str
    kind: str
    payload: Fields
    verdict: str = "waiting"
    reason: str = ""
    reply: Bubble | None = None
    tries: list[Try] = field(default_factory=list)


@dataclass
class ApiCall:
    """One call of the platform API; tokens and secrets are left out."""

    id: int
    at: str
    method: str
    path: str
    account: str
    body: Any
    errcode: int
    answer: Fields
    fault: str = ""
    warnings: list[str] = field(default_factory=list)


class Journal:
    """Numbers and keeps API calls and pushes."""

    def __init__(self) -> None:
        self._calls: deque[ApiCall] = deque(maxlen=LENGTH)
        self._pushes: deque[Delivery] = deque(maxlen=LENGTH)
        self._lock = threading.Lock()
        self._serial = 0

    def next_id(self) -> int:
        """The next number; calls and pushes share one row of numbers."""
        with self._lock:
            self._serial += 1
            return self._serial

    def add(self, entry: ApiCall | Delivery) -> None:
        """Keep an entry; a delivery may still change afterwards."""
        with self._lock:
            if isinstance(entry, ApiCall):
                self._calls.append(entry)
            else:
                self._pushes.append(entry)

    def calls(self, *, after: int = 0) -> list[Fields]:
        """The kept API calls with a number above `after`."""
        with self._lock:
            return _plain(self._calls, after)

    def pushes(self, *, after: int = 0) -> list[Fields]:
        """The kept pushes with a number above `after`."""
        with self._lock:
            return _plain(self._pushes, after)

    def clear(self) -> None:
        """Forget all entries; the numbers go on."""
        with self._lock:
            self._calls.clear()
            self._pushes.clear()


def _plain(entries: Iterable[ApiCall | Delivery], after: int) -> list[Fields]:
    return [asdict(entry) for entry in entries if entry.id > after]
