"""Danger signs as doctors write them in `danger/*.yaml`, checked and compiled when loaded."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.clauses import Frame
from bot.patterns import BadPattern, Blocks, Patterns, orders, read_pattern
from bot.plain import digits
from bot.readings import Measure

FOLDER = Path(__file__).parent / "danger"
WORDS_FILE = "words.yaml"
SIGN_FILES = ("pregnancy.yaml", "postpartum.yaml", "newborn.yaml", "child.yaml")
"""In the order in which signs of one level win."""

SPANS = frozenset({"weeks", "child_days", *Measure})
OUTCOME = frozenset({"level", "variant", "text"})
CHANGE_FIELDS = SPANS | OUTCOME | {"says", "unless"}
REQUIRED = frozenset({"id", "stage", "level", "name", "says", "source", "needs_review"})
OPTIONAL = frozenset(
    {"not", "reads", "settles", "raises", "asks", "ignores", "needs_person_now", "text"}
    | {"strict", "yields", "anyone", "child_days"}
)
CONFIDENCE = frozenset("ABCMO")


class Level(StrEnum):
    """How soon a doctor must see her, most urgent first."""

    CALL_120 = "call_120"
    GO_NOW = "go_now"
    TODAY = "today"
    ROUTINE = "routine"
    NONE = "none"

    @property
    def rank(self) -> int:
        """0 for nothing, higher for more urgent."""
        return len(Level) - 1 - list(Level).index(self)


class StageName(StrEnum):
    """The part of the journey a sign belongs to."""

    PREGNANCY = "pregnancy"
    POSTPARTUM = "postpartum"
    NEWBORN = "newborn"
    CHILD = "child"


class BadSign(ValueError):
    """A YAML file of danger signs is wrong; the text names the file, the sign and the fault."""


@dataclass(frozen=True)
class Change:
    """A condition and what it makes of a sign; spans are closed, unknown values never hold."""

    level: Level
    says: Patterns | None
    unless: Patterns | None
    spans: tuple[tuple[str, float, float], ...]
    variant: str | None
    text: str | None


@dataclass(frozen=True)
class Sign:
    """One danger sign, ready to be looked for."""

    id: str
    stage: StageName
    level: Level
    says: Patterns
    lookalikes: Patterns
    reads: tuple[Change, ...]
    settles: tuple[Change, ...]
    raises: tuple[Change, ...]
    asks: Patterns
    ignores: frozenset[Frame]
    needs_person_now: bool
    needs_review: bool
    strict: bool
    yields: bool
    anyone: bool
    child_days: tuple[int, int] | None
    text: str | None


@dataclass(frozen=True)
class Rules:
    """Everything that triage knows."""

    version: str
    signs: tuple[Sign, ...]
    letters: Mapping[int, str]
    typos: Mapping[str, str]
    said: Patterns
    """Everything that any sign is called by: a text without any of it, and without a measure, has
    no sign in it."""


def _only(found: Iterable[str], allowed: frozenset[str]) -> None:
    unknown = set(found) - allowed
    if unknown:
        raise BadSign(f"unknown field {sorted(unknown)}")


def _patterns(sources: Iterable[str], blocks: Blocks) -> Patterns:
    return Patterns(
        read_pattern(digits(order), blocks) for source in sources for order in orders(source)
    )


def _span(name: str, span: list[float]) -> tuple[str, float, float]:
    low, high = span
    if low > high:
        raise BadSign(f"{name} is upside down")
    return name, low, high


def _change(raw: Mapping[str, Any], blocks: Blocks) -> Change:
    _only(raw, CHANGE_FIELDS)
    if raw.keys() <= OUTCOME:
        raise BadSign("a change without a condition")
    return Change(
        level=Level(raw["level"]),
        says=_patterns(raw["says"], blocks) if "says" in raw else None,
        unless=_patterns(raw["unless"], blocks) if "unless" in raw else None,
        spans=tuple(_span(name, raw[name]) for name in sorted(SPANS & raw.keys())),
        variant=raw.get("variant"),
        text=raw.get("text"),
    )


def _check_source(source: object) -> None:
    if not isinstance(source, dict) or source.keys() != {"title", "section", "confidence"}:
        raise BadSign("source needs title, section and confidence")
    if source["confidence"] not in CONFIDENCE or not source["title"]:
        raise BadSign("source needs a title and a confidence of A, B, C, M or O")


def _sign(raw: Mapping[str, Any], blocks: Blocks) -> Sign:
    missing = REQUIRED - raw.keys()
    if missing:
        raise BadSign(f"missing {sorted(missing)}")
    _only(raw, REQUIRED | OPTIONAL)
    _check_source(raw["source"])
    if raw["source"]["confidence"] == "O" and raw["needs_review"] is not True:
        raise BadSign("an own proposal (O) needs review")
    changes = {
        name: tuple(_change(change, blocks) for change in raw.get(name, ()))
        for name in ("reads", "settles", "raises")
    }
    return Sign(
        id=raw["id"],
        stage=StageName(raw["stage"]),
        level=Level(raw["level"]),
        says=_patterns(raw["says"], blocks),
        lookalikes=_patterns(raw.get("not", ()), blocks),
        reads=changes["reads"],
        settles=changes["settles"],
        raises=changes["raises"],
        asks=_patterns(raw.get("asks", ()), blocks),
        ignores=frozenset(map(Frame, raw.get("ignores", ()))),
        needs_person_now=raw.get("needs_person_now", False),
        needs_review=raw["needs_review"],
        strict=raw.get("strict", False),
        yields=raw.get("yields", False),
        anyone=raw.get("anyone", False),
        child_days=tuple(raw["child_days"]) if "child_days" in raw else None,
        text=raw.get("text"),
    )


def _signs_of(path: Path, blocks: Blocks) -> Iterable[Sign]:
    for raw in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)["signs"]:
        try:
            yield _sign(raw, blocks)
        except (BadPattern, KeyError, TypeError, ValueError) as error:
            raise BadSign(f"{path.name}, {raw.get('id', '?')}: {error}") from error


def _version(folder: Path, declared: str) -> str:
    digest = hashlib.sha256()
    for name in (WORDS_FILE, *SIGN_FILES):
        digest.update((folder / name).read_bytes())
    return f"{declared}-{digest.hexdigest()[:8]}"


@cache
def rules(folder: Path = FOLDER) -> Rules:
    """Read and check the rules of a folder; the same object every time.

    Raises:
        BadSign: a field is unknown, missing or wrong, or an id is used twice.
    """
    words = yaml.load((folder / WORDS_FILE).read_text("utf-8"), yaml.CSafeLoader)
    blocks = {name: tuple(map(digits, said)) for name, said in words["words"].items()}
    signs = tuple(sign for name in SIGN_FILES for sign in _signs_of(folder / name, blocks))
    ids = [sign.id for sign in signs]
    if len(set(ids)) < len(ids):
        raise BadSign(f"an id is used twice: {sorted({one for one in ids if ids.count(one) > 1})}")
    letters = dict(zip(map(ord, words["traditional"]), words["simplified"], strict=True))
    typos = {slip: meant for meant, slips in words["typos"].items() for slip in slips}
    said = Patterns(pattern for sign in signs for pattern in sign.says.all)
    return Rules(_version(folder, words["version"]), signs, letters, typos, said)
