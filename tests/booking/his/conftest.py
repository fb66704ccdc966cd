"""A clinic whose slots another system owns."""

import pytest

from booking.models import Care
from booking.supply.actions_supply import open_clinic
from core.db import Session
from tests import world
from tests.booking.his.system import System


@pytest.fixture
def system(session: Session, cast: world.Cast) -> System:
    clinic = open_clinic(
        session, hospital_id=cast.hospital.id, care=Care.ANTENATAL, name="产科专家门诊",
        room="3层302室", now=world.NOW,
    )  # fmt: skip
    return System(session, cast, clinic)
