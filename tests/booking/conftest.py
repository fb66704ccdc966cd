"""The crowd of the storms, and a counter that is compared with its rows."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from booking.models import Appointment, Quota, Slot
from booking.rules import GIVES_BACK
from core.db import Database, Session
from tests import scene, world
from tests.booking.life.clinic_day import DAY, ClinicDay, at, clinic_day
from tests.booking.storming import CALLERS, PLACES

Count = Callable[[Slot], int]


@pytest.fixture
def taken(session: Session) -> Count:
    """Return the counter of a slot as it rests, having compared it with the rows."""

    def count(slot: Slot) -> int:
        found = scene.taken(session, slot)
        keeping = sa.select(sa.func.count()).where(
            Appointment.slot_id == slot.id, Appointment.state.not_in(GIVES_BACK)
        )
        assert session.scalar(keeping) == found
        return found

    return count


@pytest.fixture
def crowd(real_database: Database, real_cast: world.Cast) -> ClinicDay:
    """Sixty-four people and a slot of ten places, then two of 64; nobody has come yet."""
    with real_database.transaction() as session:
        day = clinic_day(
            session, real_cast, people=CALLERS, places=CALLERS,
            starts=[at(DAY, 8, 30), at(DAY, 9), at(DAY, 14)],
        )  # fmt: skip
        first = Quota.slot_id == day.slots[0].id
        session.execute(sa.update(Quota).where(first).values(places=PLACES))
    return day
