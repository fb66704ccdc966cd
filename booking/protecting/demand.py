"""Who still needs care that cannot be made up: windows that close, by hospital and care."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from booking.models import Appointment, Care
from booking.protecting.rules import Window
from booking.rules import LIVES
from core.clock import beijing_date
from core.db import Session
from handbook.care.schedule import EDITION_KEYS, load
from handbook.models import Pregnancy
from handbook.standing.stretches import Edge
from handbook.standing.windows import Reached, reaching_between

PROTECTED_CARES = (Care.ULTRASOUND, Care.OGTT)
"""Care that is done within weeks and cannot be made up: NT, 系统超声, 糖耐量."""


@dataclass(frozen=True)
class Due:
    """An item somebody still needs: in which window, and since when she is known."""

    window: Window
    known_day: date


def demanded(
    session: Session, *, now: datetime, last: date
) -> Mapping[tuple[str, Care], list[Due]]:
    """Return what mothers need until `last` and have not booked, by hospital and care.

    Windows that have closed as long ago as `last` is ahead are among them: their like is expected.
    """
    first = beijing_date(now) - (last - beijing_date(now))
    needed = _needed(session, first=first, last=last)
    hospitals = _hospitals(session, {pregnancy_id for pregnancy_id, _ in needed})
    booked = _booked(session, set(hospitals))
    found: dict[tuple[str, Care], list[Due]] = defaultdict(list)
    for (pregnancy_id, to_day), (care, one) in needed.items():
        if pregnancy_id in hospitals and (pregnancy_id, one.item_key) not in booked:
            due = Due(Window(to_day, one.from_day), beijing_date(one.known_at))
            found[hospitals[pregnancy_id], care].append(due)
    return found


def _needed(
    session: Session, *, first: date, last: date
) -> dict[tuple[str, date], tuple[Care, Reached]]:
    """Return one item for each pregnancy and last day: of two that one visit serves the later."""
    found: dict[tuple[str, date], tuple[Care, Reached]] = {}
    for edition in EDITION_KEYS:
        cares = _cares(edition)
        for one in reaching_between(
            session, edition=edition, edge=Edge.CLOSES, from_day=first, to_day=last
        ):
            care = cares.get(one.item_key)
            if care is None or one.pregnancy_id is None or one.to_day is None:
                continue
            key = (one.pregnancy_id, one.to_day)
            if key not in found or found[key][1].from_day < one.from_day:
                found[key] = (care, one)
    return found


def _cares(edition: str) -> dict[str, Care]:
    return {
        item.key: Care(item.care) for item in load(edition).items if item.care in PROTECTED_CARES
    }


def _hospitals(session: Session, ids: set[str]) -> dict[str, str]:
    """Return pregnancy -> hospital, without those that are over or silent."""
    found = session.execute(
        sa.select(Pregnancy.id, Pregnancy.hospital_id).where(
            Pregnancy.id.in_(ids), Pregnancy.quiet_at.is_(None)
        )
    )
    return {row.id: row.hospital_id for row in found}


def _booked(session: Session, ids: set[str]) -> set[tuple[str, str]]:
    found = session.execute(
        sa.select(Appointment.pregnancy_id, Appointment.item_key).where(
            Appointment.pregnancy_id.in_(ids), Appointment.item_key.is_not(None),
            Appointment.state.in_([*LIVES, "seen"]),
        )
    )  # fmt: skip
    return {(row.pregnancy_id, row.item_key) for row in found}
