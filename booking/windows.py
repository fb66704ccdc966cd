"""Does a visit on this day serve what the timeline asks for? The window, or why not."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from booking.entering import Visit
from booking.errors import TooEarlyForItem, TooLateForItem
from booking.models import Care
from core.dates import short_day
from core.db import Session
from core.errors import NotFound
from handbook.models import Pregnancy
from handbook.models_lives import Child
from handbook.queries import anchors_of, rows_of
from handbook.standing.mothers import Stand, Standing, stands
from handbook.standing.queries import standing_of_child


class Wanted(Protocol):
    """What somebody comes for: with which child or pregnancy, for which item."""

    @property
    def child_id(self) -> str | None: ...  # noqa: D102 - fields of a visit

    @property
    def pregnancy_id(self) -> str | None: ...  # noqa: D102

    @property
    def item_key(self) -> str | None: ...  # noqa: D102


def check_window(session: Session, *, visit: Visit, care: Care, day: date) -> None:
    """Pass if what the visit is for can be done on this day.

    A visit for no item must lie where something of this care can be done, if the timeline knows
    this care at all. What is late may be made up as long as its document allows it.

    Raises:
        NotFound: the timeline has no such item (any more).
        TooEarlyForItem: its window opens later.
        TooLateForItem: its last day has passed.
    """
    found = stands_on(session, visit=visit, day=day)
    if visit.item_key is not None:
        asked = [one for one in found if one.key == visit.item_key]
        if not asked:
            raise NotFound
        _check(asked)
    elif asked := [one for one in found if one.care == care]:
        _check(asked)


def stands_on(session: Session, *, visit: Wanted, day: date) -> list[Stand]:
    """Return where the patient's items stand on a day if nothing of them were done yet."""
    if visit.child_id is not None:
        child = session.get_one(Child, visit.child_id)
        return standing_of_child(session, child=child, booked=(), today=day)
    if visit.pregnancy_id is None:
        return []
    pregnancy = session.get_one(Pregnancy, visit.pregnancy_id)
    return stands(
        rows_of(pregnancy), anchors=anchors_of(pregnancy), dated_by=pregnancy.dating_source,
        visits=(), booked=(), today=day,
    )  # fmt: skip


def _check(asked: Sequence[Stand]) -> None:
    if any(one.standing not in {Standing.DUE, Standing.MISSED} for one in asked):
        return
    coming = [one for one in asked if one.standing is Standing.DUE]
    if coming:
        raise TooEarlyForItem(**_told(min(coming, key=lambda one: one.from_day)))
    raise TooLateForItem(**_told(max(asked, key=lambda one: one.from_day)))


def _told(item: Stand) -> dict[str, str]:
    told = {
        "item": item.name, "from_day": item.from_day.isoformat(),
        "window": f"{short_day(item.from_day)}起",
    }  # fmt: skip
    if item.to_day is not None:
        told["to_day"] = item.to_day.isoformat()
        told["window"] = f"{short_day(item.from_day)}～{short_day(item.to_day)}"
    return told
