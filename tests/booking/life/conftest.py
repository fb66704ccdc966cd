"""The clinic of a day, in the undone database."""

import pytest
import sqlalchemy as sa

from booking.models import Appointment, Share
from core.db import Session
from handbook.models import Pregnancy
from tests.booking.life.clinic_day import ClinicDay, clinic_day
from tests.world import Cast


@pytest.fixture
def day(session: Session, cast: Cast) -> ClinicDay:
    """A clinic with one place at 8:30, 9:00 and 14:00 on Wednesday, and five people."""
    return clinic_day(session, cast)


@pytest.fixture
def full(day: ClinicDay) -> ClinicDay:
    """The same, with somebody (4) in every place."""
    for slot in range(3):
        day.books(4, slot)
    return day


@pytest.fixture
def hers(full: ClinicDay) -> Appointment:
    """What person 4 holds at 8:30 in a day that is full."""
    held = sa.select(Appointment).where(Appointment.slot_id == full.slots[0].id)
    return full.session.scalars(held).one()


@pytest.fixture
def pregnancy(full: ClinicDay) -> Pregnancy:
    """A pregnancy of person 1."""
    return full.expecting(1)


@pytest.fixture
def busy(session: Session, cast: Cast) -> ClinicDay:
    """Six people, five places on-line and three at the desk in each slot."""
    return clinic_day(session, cast, people=6, shares={Share.ONLINE: 5, Share.DESK: 3})
