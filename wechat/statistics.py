"""How often articles of an Official Account were read and shared; and a fake of that.

Sources (read 2026-07): getarticleread, getarticleshare and getarticletotaldetail under
/doc/service/api/wedata/news/. One call covers one day, yesterday at the latest; yesterday is
counted from 08:00 on; nothing stands before 2025-11-01.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from wechat.client import Platform
from wechat.errors import BadAnswer, PlatformError
from wechat.wire import Answer

FIRST_DAY: Final = date(2025, 11, 1)
"""The platform has figures from this day on."""

READ: Final = "/datacube/getarticleread"
SHARED: Final = "/datacube/getarticleshare"
PUBLISHED: Final = "/datacube/getarticletotaldetail"


@dataclass(frozen=True)
class Reading:
    """What happened to one article on one day.

    Attributes:
        msgid: of the message and its place in it (`2247490098_1`).
        title: where the platform names it, which it may for what was published on that day; else
            empty.
        read_user: people who read it that day.
        share_user: people who shared it that day.
    """

    msgid: str
    title: str
    read_user: int
    share_user: int


@dataclass(frozen=True)
class DayReadings:
    """All articles that were read or shared on a day; `is_delayed` when figures are to change."""

    readings: tuple[Reading, ...]
    is_delayed: bool


class Statistics(Protocol):
    """Whatever knows how often articles were read."""

    def of_day(self, day: date) -> DayReadings:
        """Return the figures of a day that is over, Beijing time.

        Raises:
            PlatformError: refused (without the right: `Misconfigured`, 48001) or unanswered.
        """
        ...


class PlatformStatistics:
    """Statistics of the platform, asked with the Official Account's token."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def of_day(self, day: date) -> DayReadings:
        """Return the figures of a day that is over; three calls."""
        read, shared, published = (self._ask(path, day) for path in (READ, SHARED, PUBLISHED))
        readers, sharers = _counts(read, "read_user"), _counts(shared, "share_user")
        titles = {_msgid(one): str(one.get("title", "")) for one in _listed(published)}
        readings = tuple(
            Reading(msgid, titles.get(msgid, ""), readers.get(msgid, 0), sharers.get(msgid, 0))
            for msgid in sorted(readers.keys() | sharers.keys() | titles.keys())
        )
        is_delayed = any(answer.get("is_delay") is True for answer in (read, shared, published))
        return DayReadings(readings, is_delayed)

    def _ask(self, path: str, day: date) -> Answer:
        span = {"begin_date": day.isoformat(), "end_date": day.isoformat()}
        return self._platform.post(path, payload=span)


def _counts(answer: Answer, name: str) -> dict[str, int]:
    """Return one figure by msgid.

    Raises:
        BadAnswer: it is not written as the platform writes it.
    """
    found = {}
    for one in _listed(answer):
        detail = one.get("detail")
        count = detail.get(name) if isinstance(detail, dict) else None
        if not isinstance(count, int) or count < 0:
            raise BadAnswer
        found[_msgid(one)] = count
    return found


def _listed(answer: Answer) -> list[Mapping[str, object]]:
    listed = answer.get("list")
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise BadAnswer
    return listed


def _msgid(one: Mapping[str, object]) -> str:
    msgid = one.get("msgid")
    if not isinstance(msgid, str) or not msgid:
        raise BadAnswer
    return msgid


class FakeStatistics:
    """Statistics that know what they were told, and fail when they are told to.

    Attributes:
        days: the figures of each day; of any other day there are none.
        asked: every day that was asked for, in order.
    """

    def __init__(self) -> None:
        self.days: dict[date, DayReadings] = {}
        self.asked: list[date] = []
        self._failures: list[PlatformError] = []

    def fail_next(self, *errors: PlatformError) -> None:
        """Let the next calls fail, one with each of these errors."""
        self._failures.extend(errors)

    def of_day(self, day: date) -> DayReadings:
        """Return the figures of a day."""
        self.asked.append(day)
        if self._failures:
            raise self._failures.pop(0)
        return self.days.get(day, DayReadings((), is_delayed=False))
