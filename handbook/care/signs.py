"""Warning signs of development (预警征象): a parent's self-check that never diagnoses."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from pydantic import ConfigDict

from handbook.care.reading import STRICT, SpanText, Words
from handbook.care.rows import Mark


@dataclass(frozen=True, kw_only=True)
class Checklist:
    """The signs of one age; any one of them is a reason to go, never a diagnosis (`advice`)."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    key: Words
    name: Words
    opens: SpanText
    signs: tuple[Words, ...]
    advice: Words
    mark: Mark
    section: Words


def checklist_at(checklists: Iterable[Checklist], *, born: date, day: date) -> Checklist | None:
    """Return the list of the oldest age that a child has reached, or None before the first.

    For a preterm child `born` is the corrected birthday (`ages.corrected_birthday`).
    """
    reached = [each for each in checklists if each.opens.after(born) <= day]
    return max(reached, key=lambda each: each.opens.rank, default=None)
