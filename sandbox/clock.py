"""The movable clock: real time plus an offset that other programs may follow."""

import json
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from sandbox.plain import build, read_file

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Beijing time; China has had no summer time since 1991, so a fixed offset is exact."""


@dataclass(frozen=True)
class Kept:
    """What the clock's file says: how far this clock is ahead of real time."""

    offset_seconds: float


class Clock:
    """Real time plus an offset kept in a file, so that a restart and other programs agree."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._offset = timedelta()
        if path.exists():
            kept = build(Kept, read_file(path), path.name)
            self._offset = timedelta(seconds=kept.offset_seconds)
        else:
            self._write()

    @property
    def offset(self) -> timedelta:
        """How far this clock is ahead of real time (negative: behind)."""
        return self._offset

    def now(self) -> datetime:
        """The simulated moment, aware UTC."""
        return datetime.now(UTC) + self._offset

    def shift(self, by: timedelta) -> None:
        """Move the clock by a span, forward or back."""
        with self._lock:
            self._offset += by
            self._write()

    def set_to(self, moment: datetime) -> None:
        """Move the clock so that it is `moment` (aware) now."""
        with self._lock:
            self._offset = moment - datetime.now(UTC)
            self._write()

    def _write(self) -> None:
        # A reader must never see half a file: write beside it, then swap in one step.
        fresh = self._path.with_suffix(".tmp")
        fresh.write_text(
            json.dumps({"offset_seconds": self._offset.total_seconds()}), encoding="utf-8"
        )
        fresh.replace(self._path)
