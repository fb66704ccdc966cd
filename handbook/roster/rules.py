"""A roster of existing handbooks, as a file: its rows, and what is wrong with which; all pure."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from handbook.roster.errors import RosterEmpty, RosterTooLong, RosterWithoutColumns
from handbook.roster.rows import FORM, Column, Problem, Row, Typed, digits, is_phone, read_row
from handbook.roster.sheets import LINES_LOOKED_AT, Line, lines

MOST_ROWS = 5_000


@dataclass(frozen=True)
class Roster:
    """A roster as it was read; `unused` are the titles of columns that are not taken."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...]
    unused: tuple[str, ...]


def read_roster(content: bytes, *, today: date) -> Roster:
    """Return the rows of a CSV or XLSX file, and the problems of those that cannot be taken.

    Raises:
        RosterTooLarge, RosterInOldFormat, RosterUnreadable: see `sheets.lines`.
        RosterTooLong: it has more than `MOST_ROWS` rows.
        RosterWithoutColumns: a column that every roster needs is missing.
        RosterEmpty: there is no row below the titles.
    """
    found = lines(content)
    places, heading = _heading(found)
    typed = [_typed(line, places) for line in found if line.number > heading.number]
    typed = [row for row in typed if any(row.cells.values())]
    if not typed:
        raise RosterEmpty
    if len(typed) > MOST_ROWS:
        raise RosterTooLong(rows=MOST_ROWS)
    read_rows = [read_row(row, today=today) for row in typed]
    problems = [*(problem for _, wrong in read_rows for problem in wrong), *_doubled(typed)]
    bad = {problem.number for problem in problems}
    return Roster(
        rows=tuple(row for row, _ in read_rows if row is not None and row.number not in bad),
        problems=tuple(sorted(problems, key=lambda problem: problem.number)),
        unused=tuple(
            title
            for place, title in enumerate(heading.cells)
            if title and place not in places.values()
        ),
    )


def _heading(found: Iterable[Line]) -> tuple[Mapping[Column, int], Line]:
    """Return where each column stands, and the line of titles: the first that names a phone."""
    for line in list(found)[:LINES_LOOKED_AT]:
        titles = [unicodedata.normalize("NFKC", "".join(cell.split())) for cell in line.cells]
        places = {
            column: titles.index(name)
            for column, names in FORM.columns.items()
            for name in reversed(names)
            if name in titles
        }
        if {Column.NAME, Column.PHONE} <= places.keys():
            if not {Column.LAST_PERIOD, Column.DUE_DATE} & places.keys():
                break
            return places, line
    raise RosterWithoutColumns


def _typed(line: Line, places: Mapping[Column, int]) -> Typed:
    cells = {
        column: line.cells[place] for column, place in places.items() if place < len(line.cells)
    }
    return Typed(line.number, cells)


def _doubled(typed: Iterable[Typed]) -> list[Problem]:
    """Return a problem for every row whose phone number stands further up."""
    seen: dict[str, int] = {}
    found = []
    for row in typed:
        phone = digits(row.plain(Column.PHONE))
        first = seen.setdefault(phone, row.number)
        if is_phone(phone) and first != row.number:
            found.append(row.problem(Column.PHONE, "phone_twice", first=first))
    return found
