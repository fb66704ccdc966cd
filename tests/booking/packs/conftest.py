"""A clinic's day that was taken along, and machines without a network."""

from datetime import timedelta
from itertools import count

import pytest

from accounts.models import SubjectKind
from accounts.rules import Actor
from booking.attendance import pack
from booking.attendance.pack_files import Act, Head, Result
from booking.models_pack import PackAct
from booking.steps import By
from tests import scene
from tests.booking.packs.ways import MINUTE
from tests.world import NOW


@pytest.fixture
def by(cast):
    return By(Actor(SubjectKind.STAFF, cast.clerk.id), "asked", NOW + timedelta(hours=2))


@pytest.fixture
def clinic(session, cast):
    return scene.desk(session, cast.hospital, day=scene.TODAY, hours=((11, 30), (12, 0)))


@pytest.fixture
def visit(session, cast, clinic):
    """Lin comes at 11:30."""
    return scene.booked(session, cast.mother, clinic.slots[0], hospital=cast.hospital)


@pytest.fixture
def taken_along(session, clinic, by):
    """The day as it was exported at ten in the morning."""
    return pack.issue(session, clinic=clinic.clinic, day=scene.TODAY, by=By(by.actor, "asked", NOW))


@pytest.fixture
def machine(taken_along):
    """A machine without a network: `machine(visit, "check_in", "call")` is its result file."""
    made = count(1)

    def done(visit, *acts, since=NOW):
        key = visit if isinstance(visit, str) else visit.appointment.id
        return [
            Act(key=f"{next(made):032x}", visit=key, act=PackAct(act), at=since + at * MINUTE)
            for at, act in enumerate(acts)
        ]

    return done


@pytest.fixture
def merge(session, cast, taken_along, by):
    def merged(acts, *, now=by.now):
        result = Result(kind="yunyu.pack-result.1", head=Head.of(taken_along), acts=acts)
        return pack.merge(
            session, hospital_id=cast.hospital.id, result=result, by=By(by.actor, "asked", now)
        )

    return merged
