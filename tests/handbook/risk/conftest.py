"""Fixtures of risk work."""

from datetime import datetime

import pytest

from core.db import Session
from handbook.models import Pregnancy
from handbook.models_lives import Child
from tests import world
from tests.handbook.risk import ward


@pytest.fixture
def pregnancy(session: Session, cast: world.Cast, now: datetime) -> Pregnancy:
    return ward.expect(session, cast.mother, now=now)


@pytest.fixture
def child(session: Session, cast: world.Cast, now: datetime) -> Child:
    return ward.have(session, cast.mother, now=now)
