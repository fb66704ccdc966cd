"""What staff type into small forms, read; and what was refused, kept by the form and its field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Self

from flask import request

from console.errors import BadDay, BadNumber
from core.errors import Refusal
from core.words import say

LONGEST_LINE = 60
LONGEST_NOTE = 500
OK = 200


@dataclass(frozen=True)
class Refused:
    """Which form of a page was refused, why (sentences by field), and what had been typed."""

    form: str = ""
    sentences: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    status: int = OK

    @classmethod
    def of(cls, form: str, refusal: Refusal, *, at: str = "") -> Self:
        """Return what a refusal makes of the form that was sent just now."""
        sentences = {at: say(refusal.code, **refusal.details)}
        return cls(form, sentences, request.form.to_dict(), refusal.status)

    def at(self, form: str, name: str = "") -> str:
        """Return why a field (or, with no name, the form itself) was refused, or nothing."""
        return self.sentences.get(name, "") if form == self.form else ""

    def value(self, form: str, name: str, otherwise: str = "") -> str:
        """Return what was typed into a field, or what stands there otherwise."""
        return self.typed.get(name, otherwise) if form == self.form else otherwise


NOTHING = Refused()


def line(name: str) -> str:
    """Return a short text, without the spaces around it."""
    return request.form.get(name, "").strip()[:LONGEST_LINE]


def note(name: str = "note") -> str:
    """Return a longer text, without the spaces around it."""
    return request.form.get(name, "").strip()[:LONGEST_NOTE]


def day(name: str = "day") -> date:
    """Return a day.

    Raises:
        BadDay: none was given, or it is none.
    """
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError as unreadable:
        raise BadDay from unreadable


def day_or_none(name: str) -> date | None:
    """Return a day, or None when none was given.

    Raises:
        BadDay: it is no day.
    """
    return day(name) if request.form.get(name) else None


def number(text: str) -> Decimal:
    """Return a number.

    Raises:
        BadNumber: it is none.
    """
    try:
        found = Decimal(text.strip())
    except InvalidOperation as unreadable:
        raise BadNumber from unreadable
    if not found.is_finite():
        raise BadNumber
    return found


def count(name: str) -> int:
    """Return a whole number that is not negative.

    Raises:
        BadNumber: it is none.
    """
    text = request.form.get(name, "").strip()
    if not (text.isascii() and text.isdecimal()):
        raise BadNumber
    return int(text)
