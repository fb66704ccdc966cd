"""The assessment table (风险评估分级表) of a region: under which colour each finding stands."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from handbook.care.reading import Words
from handbook.errors_risk import NoSuchRiskItem
from handbook.risk.colours import Colour
from handbook.risk.papers import Line, Paper, published

FOLDER = Path(__file__).parent / "tables"

TABLE_KEYS = tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))

CURRENT_TABLE = "national-2017"
"""The table of a hospital whose region has none of its own."""


@dataclass(frozen=True, kw_only=True)
class Finding(Line):
    """One finding of the table, and the colour it stands under."""

    colour: Colour


@dataclass(frozen=True, kw_only=True)
class Table(Paper):
    """An assessment table; it orders the findings, the colour is given by a clinician."""

    items: tuple[Finding, ...]
    notes: tuple[Words, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a table in which two findings have the same key."""
        doubled = [
            key for key, count in Counter(item.key for item in self.items).items() if count > 1
        ]
        if doubled:
            raise ValueError(f"{self.key}: more than one finding is called {doubled}")

    def found(self, keys: Collection[str]) -> tuple[Finding, ...]:
        """Return the findings of some keys, in the order of the table.

        Raises:
            NoSuchRiskItem: the table has no such finding.
        """
        chosen = tuple(item for item in self.items if item.key in keys)
        if len(chosen) != len(set(keys)):
            raise NoSuchRiskItem
        return chosen


@cache
def table(key: str) -> Table:
    """Return the table of a key; read once.

    Raises:
        NoSuchRiskItem: there is no such table.
        ValueError: its file does not fit.
    """
    if key not in TABLE_KEYS:
        raise NoSuchRiskItem
    return published(FOLDER / f"{key}.yaml", Table)
