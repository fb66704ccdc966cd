"""Places kept for her: told only to whose window closes before the next free one."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from booking.eligibility import is_protected
from booking.models import Care, Quota, Share, Slot
from booking.models_supply import Clinic
from booking.queries import Place
from booking.windows import Wanted
from core.clock import beijing_date
from core.db import Session


@dataclass(frozen=True)
class OfHers:
    """What a mother comes for with her pregnancy, before she has chosen a time."""

    pregnancy_id: str | None
    item_key: str | None
    child_id: None = None


def kept_for(
    session: Session, *, hospital_id: str, visit: Wanted, care: Care, now: datetime
) -> list[Place]:
    """Return the places kept for whose window closes, if hers does; in order of time.

    Empty as long as a place is free to everybody before her window closes. Three queries for each
    day that has such a place.
    """
    free = Quota.places - Quota.taken
    found = session.execute(
        sa.select(Slot, Clinic, free)
        .join(Clinic, Clinic.id == Slot.clinic_id)
        .join(Quota, sa.and_(Quota.slot_id == Slot.id, Quota.share == Share.PROTECTED))
        .where(
            Clinic.hospital_id == hospital_id, Clinic.care == care, Clinic.is_open,
            Slot.shown_at <= now, Slot.starts_at > now, ~Slot.is_closed, free > 0,
        )
        .order_by(Slot.starts_at, Slot.id)
    )  # fmt: skip
    is_hers: dict[date, bool] = {}
    places = [Place(*one) for one in found]
    for one in places:
        day = beijing_date(one.slot.starts_at)
        if day not in is_hers:
            is_hers[day] = is_protected(session, request=visit, place=one, now=now)
    return [one for one in places if is_hers[beijing_date(one.slot.starts_at)]]
