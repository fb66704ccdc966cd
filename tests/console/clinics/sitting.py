"""A clinic that sits, and what is looked up behind its pages."""

from datetime import date

import sqlalchemy as sa

from booking.models import Slot
from core.clock import beijing
from tests.booking.supply.weeks import Weekly

NEXT_MONDAY = date(2026, 6, 8)
HOURS = {
    "from_time": "08:00", "to_time": "09:00", "slot_minutes": "30", "share_online": "2",
    "share_desk": "1",
}  # fmt: skip
CLOSING = {"from_day": "2026-06-08", "to_day": "", "reason": "学习", "way": "cancel"}


def booked(database, cast, clinic, *, index=0):
    with database.transaction() as session:
        weekly = Weekly(session, cast, clinic)
        return weekly.booked(weekly.slots(day=NEXT_MONDAY)[index])


def one(database, kind):
    with database.transaction() as session:
        return session.scalars(sa.select(kind)).one()


def count(database, kind):
    with database.transaction() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(kind))


def times(database, clinic, day=NEXT_MONDAY):
    with database.transaction() as session:
        found = session.scalars(
            sa.select(Slot).where(Slot.clinic_id == clinic.id, ~Slot.is_closed)
        ).all()
    starts = sorted(beijing(each.starts_at) for each in found)
    return [f"{each:%H:%M}" for each in starts if each.date() == day]
