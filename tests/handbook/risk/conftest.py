"""Fixtures of risk work."""

from datetime import datetime

import pytest

from core.db import Session
from handbook.models import Pregnancy
from handbook.models_lives import Child
from handbook.risk.actions import set_visit_interval
from handbook.risk.colours import Colour
from tests import world
from tests.handbook.risk import ward
from tests.handbook.risk.refresh_told import ASSESSED


@pytest.fixture
def pregnancy(session: Session, cast: world.Cast, now: datetime) -> Pregnancy:
    return ward.expect(session, cast.mother, now=now)


@pytest.fixture
def child(session: Session, cast: world.Cast, now: datetime) -> Child:
    return ward.have(session, cast.mother, now=now)


@pytest.fixture
def watched(session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime) -> Pregnancy:
    """A yellow pregnancy, assessed on 1 May, in a hospital that wants a visit every 14 days."""
    set_visit_interval(session, staff=cast.clinician, colour=Colour.YELLOW, most_days=14, now=now)
    ward.assessed(session, cast.clinician, pregnancy, Colour.YELLOW, now=now, day=ASSESSED)
    return pregnancy
