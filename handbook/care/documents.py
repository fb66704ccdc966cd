"""One published document in one edition, as a file of `schedules/`."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from handbook.care.phrases import phrase
from handbook.care.plans import Plan
from handbook.care.reading import STRICT, Words, read
from handbook.care.rows import Change, Mark, Row
from handbook.care.signs import Checklist
from handbook.care.vaccines import Dose

FOLDER = Path(__file__).parent.parent / "schedules"


class Layer(StrEnum):
    """Who speaks; a lower layer may add, tighten and re-word, and hide only with a reason."""

    NATIONAL = "national"
    PROVINCE = "province"
    HOSPITAL = "hospital"


DEPTH = {Layer.NATIONAL: 0, Layer.PROVINCE: 1, Layer.HOSPITAL: 2}


@dataclass(frozen=True, kw_only=True)
class Revision:
    """One step in the history of a rule, for reviewers."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    day: date
    what: Words
    mark: Mark


@dataclass(frozen=True, kw_only=True)
class Note:
    """A rule that is no item of its own, for staff to read."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    text: Words
    mark: Mark


@dataclass(frozen=True, kw_only=True)
class Document:
    """A document; `key` is the name of its file, `seen` how we came to know its text."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    key: Words
    title: Words
    issuer: Words
    number: str = ""
    year: int
    in_force_from: date | None = None
    in_force_to: date | None = None
    seen: Words
    layer: Layer = Layer.NATIONAL
    items: tuple[Row, ...] = ()
    changes: tuple[Change, ...] = ()
    doses: tuple[Dose, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    plans: tuple[Plan, ...] = ()
    history: tuple[Revision, ...] = ()
    notes: tuple[Note, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a national document that would change another one."""
        if self.layer is Layer.NATIONAL and self.changes:
            raise ValueError(f"{self.key}: a national document changes nothing")

    def source(self, section: str) -> str:
        """Return the document, its year and one of its sections, as people cite it."""
        return phrase("source", title=self.title, year=self.year, section=section)


def document(path: Path) -> Document:
    """Return the document of a file.

    Raises:
        ValueError: the file does not fit, or its name is not its key.
    """
    found = read(path, Document)
    if found.key != path.stem:
        raise ValueError(f"{path.name} calls itself {found.key}")
    return found
