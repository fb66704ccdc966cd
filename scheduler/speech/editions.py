"""Editions: the rules that documents of all layers make, read once."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from handbook.care.documents import DEPTH
from handbook.care.reading import STRICT, Words, read
from scheduler.speech.documents import Act, Change, Document, Rule, check_pieces

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Spoken:
    """A rule, the document that says so, and what lower layers changed in it."""

    rule: Rule
    document: Document
    changed: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Edition:
    """All rules of an edition by key, its layouts, and what a layer muted."""

    key: str
    title: str
    rules: Mapping[str, Spoken]
    layouts: Mapping[str, Mapping[str, str]]
    muted: Mapping[str, Spoken]
    found: dict[object, tuple[Rule, ...]] = field(default_factory=dict, repr=False, compare=False)
    """What was found for a kind of point before: a million families have some hundred kinds."""

    def rule(self, key: str) -> Rule | None:
        """Return a rule that is spoken, or None."""
        found = self.rules.get(key)
        return None if found is None else found.rule


@dataclass(frozen=True)
class _Listed:
    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    key: Words
    title: Words
    documents: tuple[Words, ...]


@dataclass(frozen=True)
class _Editions:
    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    current: Words
    editions: tuple[_Listed, ...]


@cache
def current() -> Edition:
    """Return the edition that is spoken by now.

    Raises:
        ValueError: a file does not fit.
        KeyError: the current edition is not listed.
    """
    listed = read(FOLDER / "editions.yaml", _Editions)
    edition = {one.key: one for one in listed.editions}[listed.current]
    documents = [read(FOLDER / "rules" / f"{name}.yaml", Document) for name in edition.documents]
    return put_together(key=edition.key, title=edition.title, documents=documents)


def put_together(*, key: str, title: str, documents: Iterable[Document]) -> Edition:
    """Return the edition that documents of all layers make.

    Raises:
        ValueError: a key stands twice, a layout is missing, or a change fits no higher rule.
    """
    ordered = sorted(documents, key=lambda each: DEPTH[each.layer])
    doubled = [
        rule for rule, count in Counter(r.key for each in ordered for r in each.rules).items()
        if count > 1
    ]  # fmt: skip
    if doubled:
        raise ValueError(f"more than one rule is called {doubled}")
    layouts = {name: keys for each in ordered for name, keys in each.layouts.items()}
    found = {rule.key: Spoken(rule, each) for each in ordered for rule in each.rules}
    for each in ordered:
        for change in each.changes:
            found[change.rule] = _changed(found.get(change.rule), change, each)
    if unlaid := {one.rule.layout for one in found.values()} - layouts.keys():
        raise ValueError(f"no such layout: {min(unlaid)}")
    muted = {rule: one for rule, one in found.items() if _is_muted(one)}
    spoken = {rule: one for rule, one in found.items() if rule not in muted}
    return Edition(key, title, spoken, layouts, muted)


def _changed(spoken: Spoken | None, change: Change, document: Document) -> Spoken:
    if spoken is None or DEPTH[spoken.document.layer] >= DEPTH[document.layer]:
        raise ValueError(f"{document.key}: no higher layer has {change.rule}")
    rule = spoken.rule
    if change.when is not None:
        rule = replace(rule, when=change.when)
    if change.words:
        check_pieces(rule.step, change.words)
        rule = replace(rule, words={**rule.words, **change.words})
    return Spoken(rule, spoken.document, (*spoken.changed, change))


def _is_muted(spoken: Spoken) -> bool:
    return any(change.act is Act.MUTE for change in spoken.changed)
