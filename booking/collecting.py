"""Is a slot just being drawn for? Wishes of the first minutes are collected, nobody books."""

from datetime import datetime, timedelta

from booking.errors import BeingDrawn
from booking.models import Slot
from booking.models_supply import Clinic
from booking.models_waiting import Draw
from booking.queries import Place, policy_of
from core.clock import beijing_date
from core.dates import hour, short_day
from core.db import Session


def collecting_until(
    session: Session, *, slot: Slot, clinic: Clinic, now: datetime
) -> datetime | None:
    """Return when the draw for a slot is held; None if the slot is booked as any other.

    A draw whose time has come goes on collecting until it is held.
    """
    if not clinic.is_drawn or slot.shown_at > now:
        return None
    draw = session.get(Draw, (clinic.id, beijing_date(slot.shown_at)))
    if draw is not None:
        return draw.closes_at if draw.held_at is None else None
    closes_at = closes(session, slot=slot, clinic=clinic)
    return closes_at if now < closes_at else None


def closes(session: Session, *, slot: Slot, clinic: Clinic) -> datetime:
    """Return when the draw for a slot is due by the present rules of its clinic."""
    return slot.shown_at + timedelta(minutes=policy_of(session, clinic=clinic).draw_minutes)


def check_not_drawn(session: Session, *, place: Place, now: datetime) -> None:
    """Pass if a slot can be booked without a draw.

    Raises:
        BeingDrawn: wishes for it are collected until then (`at`, `said` in words).
    """
    until = collecting_until(session, slot=place.slot, clinic=place.clinic, now=now)
    if until is not None:
        said = f"{short_day(beijing_date(until))} {hour(until)}"
        raise BeingDrawn(at=until.isoformat(), said=said)
