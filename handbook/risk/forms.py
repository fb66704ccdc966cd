"""The screening form (风险筛查表) of a region: any item that applies makes it positive."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from handbook.care.reading import STRICT, Words
from handbook.errors_risk import NoSuchRiskItem
from handbook.risk.papers import Line, Paper, published

FOLDER = Path(__file__).parent / "forms"

FORM_KEYS = tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))

CURRENT_FORM = "national-2017"
"""The form of a hospital whose region has none of its own."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A section of the form; what is not required is only advised (建议)."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    name: Words
    is_required: bool
    items: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Form(Paper):
    """A screening form; the answers are the keys of the items that apply."""

    sections: tuple[Section, ...]

    def __post_init__(self) -> None:
        """Refuse a form in which two items have the same key."""
        doubled = [key for key, count in Counter(self._keys).items() if count > 1]
        if doubled:
            raise ValueError(f"{self.key}: more than one item is called {doubled}")

    @property
    def items(self) -> tuple[Line, ...]:
        """Return the items of all sections, in order."""
        return tuple(item for section in self.sections for item in section.items)

    def check(self, answers: Collection[str]) -> None:
        """Pass if every answer is an item of the form.

        Raises:
            NoSuchRiskItem: one is not.
        """
        if not set(answers) <= set(self._keys):
            raise NoSuchRiskItem

    @property
    def _keys(self) -> list[str]:
        return [item.key for item in self.items]


@cache
def form(key: str) -> Form:
    """Return the form of a key; read once.

    Raises:
        NoSuchRiskItem: there is no such form.
        ValueError: its file does not fit.
    """
    if key not in FORM_KEYS:
        raise NoSuchRiskItem
    return published(FOLDER / f"{key}.yaml", Form)
