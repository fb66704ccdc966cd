"""What the forms and tables of risk work have in common: an issuer, a region and a version."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, TypeVar

from pydantic import ConfigDict

from handbook.care.phrases import phrase
from handbook.care.reading import STRICT, Words, read
from handbook.care.rows import UNSURE, Mark


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A published form or table; `key` is the name of its file, `seen` how we know its text."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    key: Words
    title: Words
    issuer: Words
    number: str = ""
    year: int
    region: Words
    version: Words
    seen: Words

    def source(self, section: str) -> str:
        """Return the paper, its year and one of its lines, as people cite it."""
        return phrase("source", title=self.title, year=self.year, section=section)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of a paper; `remark` warns reviewers and clinicians of its traps."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    key: Words
    text: Words
    mark: Mark
    weakest_mark: Mark | None = None
    remark: str = ""

    def __post_init__(self) -> None:
        """Refuse a line that hides which of its parts is least sure."""
        if self.weakest_mark is not None and not self.remark:
            raise ValueError(f"{self.key}: the remark says which part is least sure")

    @property
    def needs_review(self) -> bool:
        """Say whether any part of the line rests on memory or is a proposal of ours."""
        return bool({self.mark, self.weakest_mark} & UNSURE)


Published = TypeVar("Published", bound=Paper)


def published(path: Path, shape: type[Published]) -> Published:
    """Return the paper of a file.

    Raises:
        ValueError: the file does not fit, or its name is not its key.
    """
    found = read(path, shape)
    if found.key != path.stem:
        raise ValueError(f"{path.name} calls itself {found.key}")
    return found
