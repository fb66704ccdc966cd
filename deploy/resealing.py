"""After a new key: what rests sealed with an older one is sealed anew, batch by batch."""

from importlib import import_module
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from core.crypto import ring
from core.db import Base, Database, Sealed

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("accounts", "booking", "content", "conversation", "handbook", "scheduler", "wechat")

BATCH = 500
"""Rows of one transaction: a stop loses little, and nobody waits long for one of them."""

Key = tuple[Any, ...]


def sealed_columns() -> list[sa.Column[Any]]:
    """Return every sealed column of the house, whatever is imported by now."""
    for room in ROOMS:
        for path in (ROOT / room).rglob("models*.py"):
            import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, Sealed)
    ]


def reseal_column(database: Database, column: sa.Column[Any]) -> int:
    """Seal a column anew where another key than the newest sealed it; return how many there were.

    Each batch commits by itself. To begin again is harmless: what is done is not found any more.

    Raises:
        BrokenSeal: a value cannot be opened; what came before it is done.
    """
    count, last = 0, None
    while batch := _batch(database, column, after=last):
        count, last = count + len(batch), batch[-1]
    return count


def _batch(database: Database, column: sa.Column[Any], *, after: Key | None) -> list[Key]:
    """Reseal the next rows in the order of their keys; return their keys."""
    table, keys = column.table, list(column.table.primary_key)
    number = sa.func.get_byte(sa.type_coerce(column, sa.LargeBinary), 0)
    found = sa.select(*keys, column).where(number != ring().newest).order_by(*keys).limit(BATCH)
    if after is not None:
        found = found.where(sa.tuple_(*keys) > sa.tuple_(*after))
    with database.transaction() as session:
        rows = session.execute(found.with_for_update()).all()
        for *key, text in rows:
            is_this = (one == value for one, value in zip(keys, key, strict=True))
            session.execute(sa.update(table).where(*is_this).values({column: text}))
    return [tuple(key) for *key, _ in rows]
