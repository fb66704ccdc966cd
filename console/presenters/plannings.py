"""A planning as staff see it: since when, and what is asked for before a pregnancy."""

from dataclasses import dataclass

from console.presenters import times
from core.clock import beijing_date
from handbook.care.wording import said_window
from handbook.planning.models import Planning
from handbook.planning.queries import advice_of


@dataclass(frozen=True)
class AdviceLine:
    """Something to do before a pregnancy; it has a time, and no day."""

    name: str
    when: str
    what: str
    source: str
    needs_review: bool


@dataclass(frozen=True)
class PlanningCard:
    """A planning that goes on."""

    since: str
    advice: list[AdviceLine]


def planning_card(planning: Planning) -> PlanningCard:
    """Present a planning."""
    return PlanningCard(
        times.day(beijing_date(planning.opened_at)),
        [
            AdviceLine(row.name, said_window(row), row.what, row.source, row.needs_review)
            for row in advice_of(planning)
        ],
    )
