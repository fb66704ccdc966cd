"""Whom a visit is wished for in the chat: herself, or one of her children by name."""

from dataclasses import dataclass
from datetime import date

from booking import queries
from booking.models import Care
from booking.queries import Place
from booking.rules import item_for
from bot.speech import say
from bot.turn import Turn
from core.clock import beijing_date
from handbook.models_lives import Child, ChildState
from handbook.queries import items_of
from handbook.standing.mothers import Standing
from handbook.standing.queries import standing_of_child

OF_CHILDREN = frozenset({Care.CHILD, Care.VACCINATION})
"""Care that is a child's, if she looks after one."""

OPEN = frozenset({Standing.WINDOW_OPEN, Standing.OVERDUE})


@dataclass(frozen=True)
class Patient:
    """Whom a visit is for: a child, or herself (None)."""

    child: Child | None

    @property
    def name(self) -> str:
        """Return how the child is called, empty for herself or a child without a name."""
        return "" if self.child is None else self.child.name or ""

    @property
    def typed(self) -> str:
        """Return it as a tap says it."""
        return f" 给{self.name}" if self.name else ""

    @property
    def said(self) -> str:
        """Return it as it is said back."""
        return say("for_child", name=self.name) if self.name else ""


def asked_for(turn: Turn, text: str, *, care: Care, children: list[Child]) -> Patient | None:
    """Return whom a wish for a care is for; None if several children could be meant.

    `children` are those she looks after.
    """
    if care not in OF_CHILDREN:
        return Patient(None)
    living = [one for one in children if one.state is ChildState.LIVING]
    named = [one for one in living if one.name and one.name in text]
    if len(named) == 1 or len(living) == 1:
        return Patient((named or living)[0])
    return None if any(one.name for one in living) else Patient(None)


def item_key_of(turn: Turn, patient: Patient, place: Place) -> str | None:
    """Return the item that a visit serves, None if it serves none."""
    care, day = place.clinic.care, beijing_date(place.slot.starts_at)
    if patient.child is not None:
        return _of_child(turn, patient.child, care, day)
    if turn.ongoing is None:
        return None
    taken = queries.live_by_item(turn.session, person_id=turn.person.id, since=turn.now)
    items = items_of(turn.ongoing, today=turn.today)
    item = item_for(items, care=care, day=day, taken=taken)
    return None if item is None else item.key


def _of_child(turn: Turn, child: Child, care: Care, day: date) -> str | None:
    booked = queries.live_by_item(
        turn.session, person_id=turn.person.id, since=turn.now, child_id=child.id
    )
    open_then = [
        stand
        for stand in standing_of_child(turn.session, child=child, booked=booked, today=day)
        if stand.care == care and stand.standing in OPEN
    ]
    first = min(open_then, key=lambda one: one.to_day or date.max, default=None)
    return None if first is None else first.key
