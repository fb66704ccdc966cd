"""A table that somebody sends, as lines of text: CSV in the encodings in use here, or XLSX."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from xml.etree.ElementTree import ParseError

import openpyxl

from handbook.roster.errors import (
    RosterInOldFormat,
    RosterTooLarge,
    RosterTooLong,
    RosterUnreadable,
)

MEGABYTE = 1024 * 1024
LARGEST_BYTES = 2 * MEGABYTE
LARGEST_UNPACKED = 32 * MEGABYTE
"""An honest workbook of this size unpacks to about ten times as much; a bomb to a thousand."""

MOST_LINES = 20_000
"""Blank ones included: a workbook may claim a million."""

MOST_CELLS = 60
XLSX, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
ENCODINGS = ("utf-8-sig", "gb18030")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
SEPARATORS = ",\t;"
LINES_LOOKED_AT = 10

BROKEN = (
    zipfile.BadZipFile, zlib.error, ParseError, EOFError, OSError, LookupError, ValueError,
    TypeError, AttributeError, RuntimeError,
)  # fmt: skip
"""What zip, XML and openpyxl raise for a file that is no workbook, or a broken one."""


@dataclass(frozen=True)
class Line:
    """A line that is not blank; `number` is what a spreadsheet shows at its left."""

    number: int
    cells: tuple[str, ...]


def lines(content: bytes) -> list[Line]:
    """Return the lines of a file; of a workbook, those of its first sheet.

    Raises:
        RosterTooLarge: the file, or what it unpacks to, is larger than any roster.
        RosterTooLong: it has more lines than any roster.
        RosterInOldFormat: it is a workbook of before 2007.
        RosterUnreadable: it is neither CSV nor XLSX, or broken.
    """
    if len(content) > LARGEST_BYTES:
        raise RosterTooLarge(megabytes=LARGEST_BYTES // MEGABYTE)
    if content.startswith(OLD_EXCEL):
        raise RosterInOldFormat
    if content.startswith(XLSX):
        return _of_workbook(content)
    return _numbered(_of_text(_decoded(content)))


def _numbered(rows: Iterable[Iterable[object]]) -> list[Line]:
    found = []
    for number, row in enumerate(rows, start=1):
        if number > MOST_LINES:
            raise RosterTooLong(rows=MOST_LINES)
        cells = tuple(_text(cell) for cell in islice(row, MOST_CELLS))
        if any(cells):
            found.append(Line(number, cells))
    return found


def _text(cell: object) -> str:
    """Return a cell as it would be typed: dates without their midnight, whole numbers whole."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _decoded(content: bytes) -> str:
    encodings = ("utf-16",) if content.startswith(UTF_16) else ENCODINGS
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise RosterUnreadable


def _of_text(text: str) -> Iterator[list[str]]:
    head = "\n".join(text.splitlines()[:LINES_LOOKED_AT])
    separator = max(SEPARATORS, key=head.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error as broken:
        raise RosterUnreadable from broken


def _of_workbook(content: bytes) -> list[Line]:
    try:
        _check_parts(content)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what a file says of its own size is not believed
            return _numbered(sheet.iter_rows(values_only=True))
        finally:
            book.close()
    except BROKEN as broken:
        raise RosterUnreadable from broken


def _check_parts(content: bytes) -> None:
    """Refuse a bomb before anything is unpacked, and XML that declares entities of its own."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = packed.infolist()
        if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
            raise RosterTooLarge(megabytes=LARGEST_BYTES // MEGABYTE)
        if any(b"<!DOCTYPE" in packed.read(part) for part in parts):
            raise RosterUnreadable
