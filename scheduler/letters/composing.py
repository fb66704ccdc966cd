"""From reasons that are ready to the words of letters: several of one kind are one letter; pure.

So are several about one thing: of two reminders of one appointment, late, the more urgent speaks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scheduler.letters.facts import Due
from scheduler.letters.truth import Said, care_fields
from scheduler.speech.documents import Rule
from scheduler.speech.editions import Edition
from wechat.templates import fit


@dataclass(frozen=True)
class Ready:
    """A reminder that is true, wanted, and due now."""

    due: Due
    rule: Rule
    said: Said


@dataclass(frozen=True)
class Draft:
    """The reasons of one letter, the most urgent first; its words are those of the first one.

    `letter_id` names the letter that was tried before with the same reasons.
    """

    parts: Sequence[Ready]
    letter_id: str | None

    @property
    def lead(self) -> Ready:
        """Return the reason that gives the words."""
        return self.parts[0]

    @property
    def tried(self) -> set[str]:
        """Return the channels that refused any of its reasons."""
        return {channel for part in self.parts for channel in part.due.tried}


@dataclass(frozen=True)
class Cut:
    """A value that does not fit its key whole, and what is left of it."""

    key: str
    whole: str
    left: str


def drafts(ready: Sequence[Ready], *, again: Mapping[str, str]) -> list[Draft]:
    """Return the letters that one person's reasons make, the most urgent first.

    `again` is letter by reminder, of those that were tried before: they stay together.
    """
    groups: dict[tuple[str, ...], list[Ready]] = {}
    for one in sorted(ready, key=_order):
        groups.setdefault(_group(one, again), []).append(one)
    return [Draft(parts, again.get(parts[0].due.id)) for parts in groups.values()]


def pieces_of(draft: Draft, *, wording: Mapping[str, Any] | None) -> dict[str, str]:
    """Return the pieces of a letter in the words of its rule, or of the hospital's own wording."""
    cares = tuple(dict.fromkeys(part.said.care for part in draft.parts if part.said.care))
    fields = care_fields(cares) if len(cares) > 1 else draft.lead.said.fields
    words = {**draft.lead.rule.words, **(wording or {})}
    return {piece: text.format_map(fields) for piece, text in words.items()}


def values_of(pieces: Mapping[str, str], keys: Mapping[str, str]) -> dict[str, str]:
    """Return the values of a template, by its keys."""
    return {key: pieces[piece] for key, piece in keys.items() if piece in pieces}


def keys_of(edition: Edition, draft: Draft) -> Mapping[str, str]:
    """Return the layout's own keys: piece by template key."""
    return edition.layouts[draft.lead.rule.layout]


def cuts(values: Mapping[str, str]) -> list[Cut]:
    """Return what is cut when values are fitted to their keys, for the page that previews them.

    Raises:
        BadTemplateValue: a value cannot be fitted at all.
    """
    fitted = ((key, whole, fit(key, whole)) for key, whole in values.items())
    return [Cut(key, whole, left) for key, whole, left in fitted if left != whole]


def _order(one: Ready) -> tuple[object, ...]:
    due = one.due
    return due.urgency, due.due_at, due.rule, due.item_key or "", due.occasion


def _group(one: Ready, again: Mapping[str, str]) -> tuple[str, ...]:
    if (letter_id := again.get(one.due.id)) is not None:
        return ("again", letter_id)
    if one.rule.may_merge:
        return ("merged", one.due.rule)
    return ("about", one.due.subject_id, one.rule.layout)
