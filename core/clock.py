"""The one place that reads the time; everybody else is handed `now`."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
"""The zone of everything shown to people."""


class Clock(Protocol):
    """Something that knows what time it is."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class FixedClock:
    """A clock that stands still, for tests."""

    moment: datetime

    def now(self) -> datetime:
        """Return the moment it was set to."""
        return self.moment


class ShiftedClock:
    """The machine's clock moved by an offset that another program writes into a file.

    This is how the whole house follows the sandbox through time in a demonstration. The file
    holds `{"offset_seconds": float}`; one that is missing means no offset. It is looked at on each
    call (one `stat`), and read only when it changed.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: tuple[int, int] | None = None
        self._offset = timedelta()

    def now(self) -> datetime:
        """Return the moved moment, aware, in UTC."""
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            return datetime.now(UTC)
        if (seen := (stat.st_mtime_ns, stat.st_ino)) != self._seen:
            stored = json.loads(self._path.read_text(encoding="utf-8"))
            self._offset = timedelta(seconds=float(stored["offset_seconds"]))
            self._seen = seen
        return datetime.now(UTC) + self._offset


def beijing(moment: datetime) -> datetime:
    """Return the same moment as a Beijing wall clock shows it."""
    return moment.astimezone(BEIJING)


def beijing_date(moment: datetime) -> date:
    """Return the calendar date of a moment in Beijing."""
    return beijing(moment).date()


def beijing_moment(day: date, *, hour: int = 0, minute: int = 0) -> datetime:
    """Return the moment, in UTC, at which a Beijing wall clock shows this day and time."""
    wall = datetime(day.year, day.month, day.day, hour, minute, tzinfo=BEIJING)
    return wall.astimezone(UTC)
