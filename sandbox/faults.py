"""Faults on demand: which calls go wrong, how, and how often."""

import threading
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from sandbox.plain import BadShape, build
from sandbox.words import ERRMSG

PUSH = "push"
"""The path that stands for pushes to the callback instead of an API path."""


class FaultKind(StrEnum):
    """The ways in which the platform is known to fail."""

    SYSTEM_BUSY = "system_busy"
    TIME_OUT = "time_out"
    HTTP_502 = "http_502"
    HTML = "html"
    SLOW_BYTES = "slow_bytes"
    BAD_TOKEN = "bad_token"  # noqa: S105 - a name
    ERRCODE = "errcode"
    EMPTY_ERRMSG = "empty_errmsg"
    PARALLEL = "parallel"
    DAILY_QUOTA = "daily_quota"
    DUPLICATE_PUSH = "duplicate_push"


@dataclass
class Fault:
    """One fault: every `every`-th call of `path` goes wrong, `times` times.

    Attributes:
        path: an API path, `*` for all of them, or `push`.
        seconds: how long a time-out or a slow answer takes, or a parallel send is under way.
        errcode: for kind `errcode`, any code of the platform's table.
    """

    kind: FaultKind
    path: str = "*"
    times: int = 1
    every: int = 1
    seconds: float = 10.0
    errcode: int = -1
    seen: int = 0


class Faults:
    """The list of faults that are waiting to happen."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, raw: object) -> None:
        """Add a fault from JSON.

        Raises:
            BadShape: a field is unknown, mistyped or out of range.
        """
        fault = build(Fault, raw)
        if fault.times < 1 or fault.every < 1 or fault.seconds < 0:
            raise BadShape("times and every are 1 or more, seconds is not negative")
        if fault.errcode not in ERRMSG:
            raise BadShape("errcode: not in the table of sandbox/words.py")
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Let everything work again."""
        with self._lock:
            self._waiting.clear()

    def listed(self) -> list[dict[str, Any]]:
        """The faults that are still waiting."""
        with self._lock:
            return [asdict(fault) for fault in self._waiting]

    def take(self, path: str) -> Fault | None:
        """Count a call of `path` and return the fault that befalls it, if one does."""
        with self._lock:
            for fault in self._waiting:
                if fault.path == path or (fault.path == "*" and path != PUSH):
                    return self._strike(fault)
        return None

    def _strike(self, fault: Fault) -> Fault | None:
        fault.seen += 1
        if fault.seen % fault.every:
            return None
        fault.times -= 1
        if fault.times == 0:
            self._waiting.remove(fault)
        return fault
