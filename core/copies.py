"""A copy of what is kept of somebody: each room says which of its rows and columns are hers."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from core.db import Session

Row = dict[str, Any]


@dataclass(frozen=True)
class Copy:
    """The rows of a table that are hers; the columns of `statement` are what is told of them."""

    table: str
    statement: sa.Select[*tuple[Any, ...]]

    @property
    def columns(self) -> dict[str, sa.types.TypeEngine[Any]]:
        """Return the names of the columns that are told, with their types."""
        return {column.name: column.type for column in self.statement.selected_columns}

    def rows(self, session: Session) -> list[Row]:
        """Return the rows, in the order of the statement."""
        return [dict(row) for row in session.execute(self.statement).mappings()]
