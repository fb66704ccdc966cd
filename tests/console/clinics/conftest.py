"""A clinic, the clerk who runs it, and what went wrong in it."""

import pytest

from booking.models import Care
from booking.models_supply import Template
from booking.supply.actions_supply import open_clinic
from tests.console.clinics.sitting import HOURS, booked, one
from tests.world import NOW


@pytest.fixture
def clinic(database, cast):
    with database.transaction() as session:
        return open_clinic(
            session, hospital_id=cast.hospital.id, care=Care.ANTENATAL, name="产科普通门诊",
            room="3层301室", now=NOW,
        )  # fmt: skip


@pytest.fixture
def clerk(desk, cast):
    return desk("clerk")


@pytest.fixture
def sitting(clerk, clinic):
    """The clinic sits on Mondays from eight to nine."""
    answer = clerk.send(f"/clinics/{clinic.id}/", weekdays="0", from_day="2026-06-02", **HOURS)
    assert answer.status_code == 303
    return clinic


@pytest.fixture
def conflict(clerk, sitting, database, cast):
    """Lin has 08:30 on a Monday whose hours end at 08:30 by now."""
    appointment = booked(database, cast, sitting, index=1)
    template = one(database, Template)
    shorter = HOURS | {"to_time": "08:30"}
    clerk.send(f"/clinics/{sitting.id}/hours/{template.id}", from_day="2026-06-02", **shorter)
    return appointment
