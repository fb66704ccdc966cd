"""One row of a roster: every cell is read, or told what is wrong with it."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

from pydantic import ConfigDict

from accounts.rules import LONGEST_NAME
from core.errors import Refusal
from handbook.care.phrases import phrase, said_day
from handbook.care.reading import STRICT, Words, read
from handbook.dating import is_form_difference
from handbook.timeline import PREGNANCY, Reading, read_dating

LONGEST_SHOWN = 24

_DATE = re.compile(
    r"(?P<year>\d{4})(?:[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
    r"|(?P<pressed_month>\d\d)(?P<pressed_day>\d\d))"
)
_MIDNIGHT = re.compile(r"\s+0?0:00(?::00)?$")
_BLANK = re.compile(r"\s+")
_PADDED = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
"""Tables stretch a name of two characters to the width of three."""

_ODD_IN_PHONE = re.compile(r"[\s\-()]")


class Column(StrEnum):
    """What a column of a roster says."""

    NAME = "name"
    PHONE = "phone"
    LAST_PERIOD = "last_period"
    DUE_DATE = "due_date"
    OPENED = "opened"
    REMARK = "remark"


@dataclass(frozen=True)
class _Form:
    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    columns: dict[Column, tuple[Words, ...]]
    longest_remark: int
    phone: Words


FORM = read(Path(__file__).parent / "roster.yaml", _Form)
TITLES: Mapping[Column, str] = {column: names[0] for column, names in FORM.columns.items()}
"""What each column is called on our own form."""


@dataclass(frozen=True)
class Row:
    """A row from which a handbook can be made; `hint` is what staff should know of it."""

    number: int
    name: str
    phone: str
    reading: Reading
    opened_day: date | None
    remark: str
    hint: str


@dataclass(frozen=True)
class Problem:
    """Why a row cannot be taken: where, and what to do about it."""

    number: int
    column: Column
    text: str


@dataclass(frozen=True)
class Typed:
    """The cells of a row as they were typed."""

    number: int
    cells: Mapping[Column, str]

    def plain(self, column: Column) -> str:
        """Return a cell without full-width forms and outer blanks."""
        return unicodedata.normalize("NFKC", self.cells.get(column, "")).strip()

    def problem(self, column: Column, key: str, **details: str | int) -> Problem:
        """Return a problem of this row in words."""
        return Problem(self.number, column, phrase(f"roster_{key}", **details))


def read_row(typed: Typed, *, today: date) -> tuple[Row | None, list[Problem]]:
    """Return what a row says, or every problem that it has."""
    name, phone = _name(typed), _phone(typed)
    reading, opened = _reading(typed, today=today), _opened(typed, today=today)
    remark = _remark(typed)
    wrong = [each for each in (name, phone, reading, opened, remark) if isinstance(each, Problem)]
    if (
        isinstance(name, Problem)
        or isinstance(phone, Problem)
        or isinstance(reading, Problem)
        or isinstance(opened, Problem)
        or isinstance(remark, Problem)
    ):
        return None, wrong
    if opened is not None and opened < reading.last_period_day:
        return None, [typed.problem(Column.OPENED, "opened_before_pregnancy")]
    hint = _hint(typed, reading)
    return Row(typed.number, name, phone, reading, opened, remark, hint), []


def _name(typed: Typed) -> str | Problem:
    name = _PADDED.sub("", " ".join(typed.cells.get(Column.NAME, "").split()))
    if not name:
        return typed.problem(Column.NAME, "no_name")
    if len(name) > LONGEST_NAME or any(character.isdigit() for character in name):
        return typed.problem(Column.NAME, "bad_name", most=LONGEST_NAME)
    return name


def _phone(typed: Typed) -> str | Problem:
    given = typed.plain(Column.PHONE)
    if not given:
        return typed.problem(Column.PHONE, "no_phone")
    if "E+" in given.upper():
        return typed.problem(Column.PHONE, "phone_rounded")
    phone = digits(given)
    if not is_phone(phone):
        return typed.problem(Column.PHONE, "bad_phone")
    return phone


def digits(phone: str) -> str:
    """Return a phone number as we store it: without blanks, strokes and the country's number."""
    bare = _ODD_IN_PHONE.sub("", phone)
    return bare.removeprefix("+86").removeprefix("0086")


def is_phone(phone: str) -> bool:
    """Say whether a number in our form can be that of a mobile phone."""
    return re.fullmatch(FORM.phone, phone) is not None


def _reading(typed: Typed, *, today: date) -> Reading | Problem:
    """Return the dating: the last period counts where both days say the same pregnancy."""
    days = {column: _day(typed, column) for column in (Column.LAST_PERIOD, Column.DUE_DATE)}
    for found in days.values():
        if isinstance(found, Problem):
            return found
    first, due = days[Column.LAST_PERIOD], days[Column.DUE_DATE]
    if isinstance(first, date):
        if isinstance(due, date) and not _is_same(first, due):
            apart = abs((first + PREGNANCY - due).days)
            return typed.problem(Column.DUE_DATE, "days_differ", days=apart)
        return _dated(typed, Column.LAST_PERIOD, first, today=today)
    if isinstance(due, date):
        return _dated(typed, Column.DUE_DATE, due, today=today)
    return typed.problem(Column.LAST_PERIOD, "no_dating")


def _dated(typed: Typed, column: Column, day: date, *, today: date) -> Reading | Problem:
    try:
        return read_dating(source=column.value, day=day, today=today)
    except Refusal as refusal:
        return typed.problem(column, refusal.code.rpartition(".")[2], **refusal.details)


def _is_same(first: date, due: date) -> bool:
    is_counted_by_form = is_form_difference(last_period_day=first, due_day=due)
    return first + PREGNANCY == due or is_counted_by_form


def _hint(typed: Typed, reading: Reading) -> str:
    due = _day(typed, Column.DUE_DATE)
    if isinstance(due, date) and due != reading.due_day:
        return phrase("roster_form_difference", given=said_day(due), due=said_day(reading.due_day))
    return ""


def _opened(typed: Typed, *, today: date) -> date | Problem | None:
    opened = _day(typed, Column.OPENED)
    if isinstance(opened, date) and opened > today:
        return typed.problem(Column.OPENED, "opened_in_future")
    return opened


def _remark(typed: Typed) -> str | Problem:
    remark = typed.cells.get(Column.REMARK, "").strip()
    if len(remark) > FORM.longest_remark:
        return typed.problem(Column.REMARK, "long_remark", most=FORM.longest_remark)
    return remark


def _day(typed: Typed, column: Column) -> date | Problem | None:
    given = typed.plain(column)
    if not given:
        return None
    try:
        return _read_day(given)
    except ValueError:
        return typed.problem(column, "bad_day", given=given[:LONGEST_SHOWN])


def _read_day(text: str) -> date:
    found = _DATE.fullmatch(_BLANK.sub("", _MIDNIGHT.sub("", text)))
    if found is None:
        raise ValueError(text)
    month, day = found["month"] or found["pressed_month"], found["day"] or found["pressed_day"]
    return date(int(found["year"]), int(month), int(day))
