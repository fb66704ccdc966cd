"""How a hospital speaks, as data: the defaults, and what it sets otherwise."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from core.clock import beijing, beijing_moment
from handbook.errors import YearWithoutCalendar
from handbook.workdays import is_off
from scheduler.speech.documents import Urgency

DEFAULTS = Path(__file__).parent / "policy.yaml"
DAY = timedelta(days=1)
LONGEST_HOLIDAY_DAYS = 15
"""Nobody waits longer than this for a working day."""

Count = Annotated[int, Field(ge=0, le=1000)]


Percent = Annotated[int, Field(ge=0, le=100)]


class Worth(BaseModel):
    """What a single consent is worth to letters (`scheduler/channels/purse.py`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    worth: Mapping[Urgency, Count]
    final_times: Annotated[int, Field(ge=1, le=100)]
    still_needed_percent: Percent
    other_way_percent: Percent
    look_ahead_days: Annotated[int, Field(ge=0, le=180)]
    kept_days: Annotated[int, Field(ge=0, le=30)]


class Learning(BaseModel):
    """How wordings are tried by lot (`scheduler/lots.py`)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    is_on: bool
    floor_percent: Annotated[int, Field(ge=1, le=20)]
    least_judged: Annotated[int, Field(ge=1, le=100_000)]
    days: Annotated[int, Field(ge=1, le=1_000)]


class Policy(BaseModel):
    """What a hospital may set about speaking; the defaults stand in `policy.yaml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    quiet_from: time
    quiet_to: time
    letters_a_day: Annotated[int, Field(ge=1, le=20)]
    talk_minutes: Count
    called_hours: Count
    waits_on_days_off: bool
    kept_back_percent: Percent
    consents: Worth
    learning: Learning

    def awake(self, moment: datetime) -> datetime:
        """Return the moment itself, or the end of the quiet hours it lies in: `[from, to)`."""
        wall = beijing(moment)
        if not self._is_quiet(wall.time()):
            return moment
        is_evening = self.quiet_from > self.quiet_to and wall.time() >= self.quiet_from
        day = wall.date() + DAY * is_evening
        return beijing_moment(day, hour=self.quiet_to.hour, minute=self.quiet_to.minute)

    def working(self, moment: datetime) -> datetime:
        """Return the moment, or the same hour of the next working day if the hospital waits."""
        waits = 0
        while self.waits_on_days_off and waits < LONGEST_HOLIDAY_DAYS and _is_day_off(moment):
            moment, waits = moment + DAY, waits + 1
        return moment

    def _is_quiet(self, clock: time) -> bool:
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= clock < self.quiet_to
        return clock >= self.quiet_from or clock < self.quiet_to


def policy(*layers: Mapping[str, Any]) -> Policy:
    """Return the defaults with what each layer sets over them, the last one winning.

    Raises:
        pydantic.ValidationError: a layer names nothing that can be set, or an impossible value.
    """
    values = dict(_defaults())
    for layer in layers:
        values |= layer
    return Policy.model_validate(values)


@cache
def default() -> Policy:
    """Return how a hospital speaks that set nothing of its own."""
    return policy()


@cache
def _defaults() -> Mapping[str, Any]:
    values: dict[str, Any] = yaml.safe_load(DEFAULTS.read_text(encoding="utf-8"))
    return values


def _is_day_off(moment: datetime) -> bool:
    try:
        return is_off(beijing(moment).date())
    except YearWithoutCalendar:  # nobody knows the holidays yet: nothing waits for them
        return False
