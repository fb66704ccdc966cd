"""The rules of the appointment desk as data: defaults, what a hospital sets, what a clinic sets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from booking.errors import BadRule, BadRuleTime, NoSuchRule
from core.clock import beijing_date, beijing_moment
from core.words import label

DEFAULTS = Path(__file__).parent / "policy.yaml"

Days = Annotated[int, Field(ge=0, le=366)]
Hours = Annotated[int, Field(ge=0, le=168)]
Minutes = Annotated[int, Field(ge=0, le=240)]
Some = Annotated[int, Field(ge=1, le=50)]
"""A number of people, places or visits: with none the rule would close the desk."""


class Policy(BaseModel):
    """What a hospital may set about booking; the defaults and their origin are in policy.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    release_days: Annotated[int, Field(ge=1, le=180)]
    release_time: time
    closes_before_minutes: Minutes
    cancel_days_before: Annotated[int, Field(ge=0, le=14)]
    cancel_morning_until: time
    cancel_afternoon_until: time
    members_per_person: Some
    bookings_per_window: Some
    booking_window_days: Annotated[int, Field(ge=1, le=90)]
    hold_minutes: Annotated[int, Field(ge=1, le=240)]
    reserves_return_hours: Hours
    waiting_closes_time: time
    late_after_minutes: Minutes
    late_moves_back: Annotated[int, Field(ge=0, le=50)]
    missed_visits: Some
    missed_within_months: Annotated[int, Field(ge=1, le=24)]
    missed_closes_days: Days
    visits_that_clear: Some
    appeal_working_days: Annotated[int, Field(ge=1, le=20)]
    freed_shown_after_minutes: Minutes
    draw_minutes: Annotated[int, Field(ge=1, le=240)]
    protected_percent: Annotated[int, Field(ge=0, le=90)]
    rescue_hours: Annotated[int, Field(ge=1, le=168)]
    ahead_days: Annotated[int, Field(ge=1, le=366)]
    pack_merge_days: Annotated[int, Field(ge=1, le=30)]

    @property
    def closes_before(self) -> timedelta:
        """Return how long before a slot begins booking closes."""
        return timedelta(minutes=self.closes_before_minutes)

    @property
    def hold(self) -> timedelta:
        """Return how long a held place is kept."""
        return timedelta(minutes=self.hold_minutes)

    def shown_at(self, starts_at: datetime) -> datetime:
        """Return the moment from which families see a slot that begins at `starts_at`."""
        day = beijing_date(starts_at) - timedelta(days=self.release_days)
        return beijing_moment(day, hour=self.release_time.hour, minute=self.release_time.minute)

    def reserves_return_at(self, starts_at: datetime) -> datetime:
        """Return the moment at which what the reserves did not use is for all families."""
        return starts_at - timedelta(hours=self.reserves_return_hours)

    def made_until(self, today: date) -> date:
        """Return the last day for which slots are made: never less far than they are shown."""
        return today + timedelta(days=max(self.ahead_days, self.release_days))


@dataclass(frozen=True)
class Rule:
    """One rule as a page shows it: its default, where that was seen, and what may be set."""

    key: str
    label: str
    default: str
    origin: str
    least: int | None
    """None, as `most`, for a time of day."""
    most: int | None


@cache
def rules() -> tuple[Rule, ...]:
    """Return every rule, in the order of policy.yaml."""
    return tuple(_rule(key, given) for key, given in _written().items())


@cache
def default() -> Policy:
    """Return the rules where nobody set others."""
    return Policy.model_validate(_defaults())


def policy(*layers: Mapping[str, Any]) -> Policy:
    """Return the defaults with what each layer sets over them, the last one winning.

    Raises:
        pydantic.ValidationError: a layer names no rule, or a value no rule may have.
    """
    values = dict(_defaults())
    for layer in layers:
        values |= layer
    return Policy.model_validate(values)


def checked(typed: Mapping[str, str | int]) -> dict[str, int | str]:
    """Return what was typed for some rules as a layer that can be kept.

    Raises:
        NoSuchRule: a name is that of no rule.
        BadRule: a number is none, or not within the limits of its rule.
        BadRuleTime: a time of day is none.
    """
    return {key: _value(key, text) for key, text in typed.items()}


def _value(key: str, text: str | int) -> int | str:
    field = Policy.model_fields.get(key)
    if field is None:
        raise NoSuchRule(rule=key[:40])
    name = label(f"booking.rule_{key}")
    if field.annotation is time:
        try:
            return time.fromisoformat(str(text).strip()).strftime("%H:%M")
        except ValueError as unreadable:
            raise BadRuleTime(rule=name) from unreadable
    try:
        return int(_number(key).validate_python(str(text).strip()))
    except ValidationError as unreadable:
        least, most = _limits(key)
        raise BadRule(rule=name, least=least, most=most) from unreadable


@cache
def _number(key: str) -> TypeAdapter[int]:
    least, most = _limits(key)
    return TypeAdapter(Annotated[int, Field(ge=least, le=most)])


@cache
def _limits(key: str) -> tuple[int, int]:
    told = Policy.model_json_schema()["properties"][key]
    return told["minimum"], told["maximum"]


def _rule(key: str, given: Mapping[str, Any]) -> Rule:
    is_time = Policy.model_fields[key].annotation is time
    least, most = (None, None) if is_time else _limits(key)
    return Rule(
        key, label(f"booking.rule_{key}"), str(given["value"]), given["origin"], least, most
    )


@cache
def _written() -> dict[str, dict[str, Any]]:
    written: dict[str, dict[str, Any]] = yaml.safe_load(DEFAULTS.read_text(encoding="utf-8"))
    return written


@cache
def _defaults() -> dict[str, Any]:
    return {key: given["value"] for key, given in _written().items()}
