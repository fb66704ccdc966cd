"""Care schedules: the editions that documents make, one of which a pregnancy keeps.

`editions.yaml` says which files of `schedules/` together make an edition, and which edition a new
pregnancy and a newborn begin with.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from handbook.care.documents import FOLDER, Document, document
from handbook.care.layers import ScheduleItem, layered
from handbook.care.plans import Plan
from handbook.care.reading import STRICT, Words, read
from handbook.care.rows import Anchor as Anchor  # whoever reads a schedule asks for its anchors
from handbook.care.signs import Checklist
from handbook.care.vaccines import Dose

EDITIONS = Path(__file__).parent / "editions.yaml"


@dataclass(frozen=True)
class Schedule:
    """An edition: all its items, those that open first in front, and what a layer hid."""

    key: str
    title: str
    documents: tuple[Document, ...]
    items: tuple[ScheduleItem, ...]
    hidden: tuple[ScheduleItem, ...]

    def item(self, key: str) -> ScheduleItem:
        """Return the item of a key.

        Raises:
            KeyError: the edition has no such item.
        """
        return {item.key: item for item in self.items}[key]

    def source_of(self, part: Dose | Checklist | Plan) -> str:
        """Return the document, year and section of a dose, a list of signs or a plan.

        Raises:
            KeyError: the edition has no such part.
        """
        for each in self.documents:
            if part in (*each.doses, *each.checklists, *each.plans):
                return each.source(part.section)
        raise KeyError(part.section)

    @property
    def doses(self) -> tuple[Dose, ...]:
        """Return the vaccine doses of all its documents."""
        return tuple(dose for each in self.documents for dose in each.doses)

    @property
    def checklists(self) -> tuple[Checklist, ...]:
        """Return the lists of warning signs of all its documents."""
        return tuple(checklist for each in self.documents for checklist in each.checklists)

    @property
    def plans(self) -> tuple[Plan, ...]:
        """Return the follow-up plans of all its documents."""
        return tuple(plan for each in self.documents for plan in each.plans)


@dataclass(frozen=True)
class _Edition:
    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    key: Words
    title: Words
    documents: tuple[Words, ...]


@dataclass(frozen=True)
class _Editions:
    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    current: Words
    current_child: Words
    editions: tuple[_Edition, ...]


_EDITIONS = read(EDITIONS, _Editions)

CURRENT = _EDITIONS.current
"""The edition that a new pregnancy begins with."""

CURRENT_CHILD = _EDITIONS.current_child
"""The edition that a newborn begins with."""

EDITION_KEYS = tuple(edition.key for edition in _EDITIONS.editions)


def put_together(*, key: str, title: str, documents: Iterable[Document]) -> Schedule:
    """Return the schedule that some documents make.

    Raises:
        ValueError: two items have the same key, or a change fits no item.
    """
    documents = tuple(documents)
    items, hidden = layered(documents)
    return Schedule(key, title, documents, items, hidden)


@cache
def load(key: str) -> Schedule:
    """Return the schedule of an edition; read once.

    Raises:
        KeyError: there is no such edition.
        ValueError: one of its files does not fit.
    """
    edition = {edition.key: edition for edition in _EDITIONS.editions}[key]
    documents = [document(FOLDER / f"{name}.yaml") for name in edition.documents]
    return put_together(key=key, title=edition.title, documents=documents)
