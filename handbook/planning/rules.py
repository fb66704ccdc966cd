"""The life of a planning, and what a schedule says of the time before a pregnancy; pure."""

from collections.abc import Iterable, Mapping

from handbook.care.layers import ScheduleItem
from handbook.care.rows import Anchor

NEXT_PLANNING: Mapping[str, frozenset[str]] = {
    "planning": frozenset({"pregnant", "closed"}),
    "pregnant": frozenset(),
    "closed": frozenset(),
}
"""From state to the states that may follow; the values are those of `models.PlanningState`. With
"pregnant" the life goes on as an ongoing pregnancy."""


def before_pregnancy(rows: Iterable[ScheduleItem]) -> list[ScheduleItem]:
    """Return what a schedule asks for before a pregnancy: none of it can have a date yet."""
    return [
        row
        for row in rows
        if row.anchor is Anchor.PLANNING
        or (row.anchor is Anchor.LAST_PERIOD and row.opens.rank < 0)
    ]
