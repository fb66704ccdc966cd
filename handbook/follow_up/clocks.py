"""How long staff have for a task, each with the document that says so."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from core.clock import beijing_date, beijing_moment
from handbook.care.reading import STRICT, SpanText, Words, read
from handbook.care.rows import Mark


@dataclass(frozen=True, kw_only=True)
class Clock:
    """A time within which something is to be done."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    within: SpanText
    mark: Mark
    section: Words

    def runs_out_at(self, *, day: date, now: datetime) -> datetime:
        """Return when the time is over for what happened on `day` and is written down `now`.

        What is written down later than its day has run since that day began.
        """
        begun_at = now if day == beijing_date(now) else beijing_moment(day)
        return self.within.after_moment(begun_at)


@dataclass(frozen=True, kw_only=True)
class Clocks:
    """The clocks of tasks that no risk stands behind."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    loss_aftercare: Clock
    earlier_items: Clock


CLOCKS = read(Path(__file__).parent / "clocks.yaml", Clocks)
