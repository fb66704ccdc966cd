"""Fixtures of the worklist."""

from datetime import datetime

import pytest

from core.db import Session
from handbook.follow_up.models import FollowUpTask
from handbook.follow_up.queries import task_in
from handbook.models import Pregnancy
from handbook.models_lives import Child
from tests import world
from tests.handbook.follow_up.tasks_told import opened
from tests.handbook.risk import ward


@pytest.fixture
def pregnancy(session: Session, cast: world.Cast, now: datetime) -> Pregnancy:
    return ward.expect(session, cast.mother, now=now)


@pytest.fixture
def child(session: Session, cast: world.Cast, now: datetime) -> Child:
    return ward.have(session, cast.mother, now=now)


@pytest.fixture
def task(session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime) -> FollowUpTask:
    task_id = opened(session, pregnancy, now=now)
    return task_in(session, task_id=task_id, hospital_id=cast.hospital.id)
