"""What can be made up when its time is over, and what applies to several children at once.

Read from `make_up.yaml`; items of hospitals that stand in no line there can be made up.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from handbook.care.reading import STRICT, SpanText, Words, read
from handbook.care.rows import UNSURE, Mark


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Some items and why they are listed."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    items: tuple[Words, ...]
    mark: Mark
    source: Words


@dataclass(frozen=True, kw_only=True)
class MakeUp(Listed):
    """Items that can be made up until an age or a gestation (included), or not at all."""

    until: SpanText | None = None


@dataclass(frozen=True, kw_only=True)
class StandingRules:
    """The whole of `make_up.yaml`."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    habits: Listed
    multiples: Listed
    make_up: tuple[MakeUp, ...]

    def __post_init__(self) -> None:
        """Refuse an item that stands in two lines."""
        keys = [key for each in self.make_up for key in each.items]
        if len(keys) != len(set(keys)):
            raise ValueError("an item can be made up in one way only")


RULES = read(Path(__file__).parent / "make_up.yaml", StandingRules)
HABITS = frozenset(RULES.habits.items)
FOR_MULTIPLES = frozenset(RULES.multiples.items)
_MAKE_UP = {key: each for each in RULES.make_up for key in each.items}


def is_unsure(key: str) -> bool:
    """Say whether until when an item can be made up rests on memory or is a proposal of ours."""
    found = _MAKE_UP.get(key)
    return found is None or found.mark in UNSURE


def last_day(key: str, *, anchor_day: date, to_day: date) -> date | None:
    """Return the last day on which an item can still be done, or None when no day is the last.

    It is never before the end of the item's own window.
    """
    found = _MAKE_UP.get(key)
    if found is None:
        return None
    return to_day if found.until is None else max(to_day, found.until.after(anchor_day))
