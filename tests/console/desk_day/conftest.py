"""A clinic of today, with somebody who comes, and a clerk at its desk."""

import pytest

from tests import scene
from tests.console.desk_day.ways import DAY
from tests.console.people import name
from tests.console.wards import PHONE


@pytest.fixture
def clinic(database, cast):
    """A clinic of today, with three times."""
    name(database, cast.mother, phone=PHONE)
    with database.transaction() as session:
        return scene.desk(session, cast.hospital, **DAY)


@pytest.fixture
def visit(database, cast, clinic):
    """Lin comes at 11:30."""
    with database.transaction() as session:
        return scene.booked(session, cast.mother, clinic.slots[0], hospital=cast.hospital)


@pytest.fixture
def clerk(desk, cast):
    return desk("clerk")


@pytest.fixture
def foreign(database, cast):
    """A clinic of the other hospital."""
    with database.transaction() as session:
        return scene.desk(session, cast.other_hospital, **DAY)
