"""Tables that staff open in a spreadsheet: UTF-8 with its mark, and no cell that could act."""

import csv
import io
from collections.abc import Iterable, Sequence

MARK = "\ufeff"
"""Without it a spreadsheet takes UTF-8 for the system's old encoding."""

ACTING = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is taken for a formula; a quote in front makes it text."""


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as the text of a CSV file."""
    written = io.StringIO()
    csv.writer(written).writerows([_harmless(cell) for cell in row] for row in rows)
    return MARK + written.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.lstrip(" ").startswith(ACTING) else cell
