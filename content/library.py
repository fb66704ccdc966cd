"""The demonstration library: articles and the experts who stand for them, read from files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from content.rules import Draft, Source

SHELF = Path(__file__).parent / "library"


@dataclass(frozen=True)
class Expert:
    """A fictional expert (示范) who writes or reviews articles of the library."""

    key: str
    name: str
    title: str
    department: str
    licence: str


@dataclass(frozen=True)
class LibraryArticle:
    """An article of the library; `author` and `reviewer` are keys of `experts()`."""

    slug: str
    author: str
    reviewer: str
    draft: Draft


def drafts() -> list[LibraryArticle]:
    """Return the articles of the library by slug."""
    return [_article(path) for path in sorted(SHELF.glob("*.md"))]


def experts() -> Mapping[str, Expert]:
    """Return the experts of the library by key."""
    told = yaml.safe_load((SHELF / "experts.yaml").read_text(encoding="utf-8"))["experts"]
    return {
        one["key"]: Expert(one["key"], one["name"], one["title"], one["department"], one["licence"])
        for one in told
    }


def _article(path: Path) -> LibraryArticle:
    _, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    front: dict[str, Any] = yaml.safe_load(head)
    stage = front["stage"]
    draft = Draft(
        title=front["title"],
        summary=front["summary"],
        body=body,
        topics=tuple(front["topics"]),
        asked_as=tuple(front["asked_as"]),
        sources=tuple(_source(source) for source in front["sources"]),
        stage_anchor=stage["anchor"],
        stage_from_day=stage["from_day"],
        stage_to_day=stage["to_day"],
    )
    return LibraryArticle(path.stem, front["author"], front["reviewer"], draft)


def _source(told: Mapping[str, Any]) -> Source:
    return Source(told["title"], told["issuer"], told["year"], told["section"])
