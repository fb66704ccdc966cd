"""How standings are asked for in these tests."""

from dataclasses import dataclass
from datetime import date

from handbook.care.schedule import CURRENT_CHILD, load

BORN = date(2025, 6, 1)


CHILDREN = load(CURRENT_CHILD)


@dataclass(frozen=True)
class Told:
    """A record as the rules see it."""

    item_key: str
    reported_day: date | None = None
    confirmed_day: date | None = None
