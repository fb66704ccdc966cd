"""Days of clinics as the desk looks ahead: what each day has, and every slot of one day."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from booking.attendance.line import between, in_lines_on
from booking.models import Quota, Slot
from core.db import Session

WALL_DAY = sa.cast(sa.func.timezone(sa.literal_column("'Asia/Shanghai'"), Slot.starts_at), sa.Date)


@dataclass(frozen=True)
class DayPlaces:
    """What clinics have on a day: slots that are open and closed, places of the open ones."""

    open_slots: int
    closed_slots: int
    places: int
    taken: int

    @property
    def free(self) -> int:
        """Return how many places are free, of whatever share."""
        return self.places - self.taken


@dataclass(frozen=True)
class SlotPlaces:
    """A slot with all its places, of whatever share, and how many of them are taken."""

    slot: Slot
    places: int
    taken: int

    @property
    def free(self) -> int:
        """Return how many places are free; none of a closed slot."""
        return 0 if self.slot.is_closed else self.places - self.taken


def days_between(
    session: Session, *, clinic_ids: Collection[str], first: date, last: date
) -> Mapping[date, DayPlaces]:
    """Return what clinics have together on each day between two, both included, with a slot.

    One query that walks the index of these clinics' slots.
    """
    is_open = ~Slot.is_closed
    of_slot = (
        sa.select(
            sa.func.sum(Quota.places).label("places"), sa.func.sum(Quota.taken).label("taken")
        )
        .where(Quota.slot_id == Slot.id)
        .lateral()
    )
    found = session.execute(
        sa.select(
            WALL_DAY,
            sa.func.count().filter(is_open),
            sa.func.count().filter(Slot.is_closed),
            sa.func.coalesce(sa.func.sum(of_slot.c.places).filter(is_open), 0),
            sa.func.coalesce(sa.func.sum(of_slot.c.taken).filter(is_open), 0),
        )
        .join(of_slot, sa.true())
        .where(*between(clinic_ids, first, last))
        .group_by(WALL_DAY)
    )
    return {day: DayPlaces(*map(int, counts)) for day, *counts in found}


def slots_on(session: Session, *, clinic_ids: Collection[str], day: date) -> list[SlotPlaces]:
    """Return every slot of clinics on a day, closed ones too, in order of time; one query."""
    found = session.execute(
        sa.select(
            Slot,
            sa.func.coalesce(sa.func.sum(Quota.places), 0),
            sa.func.coalesce(sa.func.sum(Quota.taken), 0),
        )
        .outerjoin(Quota, Quota.slot_id == Slot.id)
        .where(*in_lines_on(clinic_ids, day))
        .group_by(Slot.id)
        .order_by(Slot.starts_at, Slot.id)
    )
    return [SlotPlaces(slot, int(places), int(taken)) for slot, places, taken in found]
