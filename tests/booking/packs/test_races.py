"""Two desks hand the same file in at the same moment."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from accounts.models import SubjectKind
from accounts.rules import Actor
from booking.attendance import pack
from booking.attendance.pack_files import Act, Head, Result
from booking.models import AppointmentState, Step
from booking.models_pack import PackAct
from booking.steps import By
from core.db import Database
from tests import scene
from tests.booking.packs.ways import lines, walk_in
from tests.races import at_once
from tests.world import NOW, settle

pytestmark = pytest.mark.slow

ACTS = ("check_in", "call", "finish")


@pytest.fixture
def brought(real_database: Database) -> tuple[str, Result, By]:
    """A hospital, and a result file of its clinic's day: one visit, and a walk-in."""
    with real_database.transaction() as session:
        cast = settle(session)
        desk = scene.desk(session, cast.hospital, day=scene.TODAY, hours=((11, 30),))
        visit = scene.booked(session, cast.mother, desk.slots[0], hospital=cast.hospital)
        by = By(Actor(SubjectKind.STAFF, cast.clerk.id), "asked", NOW)
        issued = pack.issue(session, clinic=desk.clinic, day=scene.TODAY, by=by)
        acts = [
            Act(
                key=f"{at:032x}", visit=visit.appointment.id, act=PackAct(act),
                at=NOW + timedelta(minutes=at),
            )
            for at, act in enumerate(ACTS)
        ]  # fmt: skip
        kind = "yunyu.pack-result.1"
        result = Result(kind=kind, head=Head.of(issued), acts=[*acts, walk_in("王芳")])
        return cast.hospital.id, result, By(by.actor, "asked", NOW + timedelta(hours=1))


def test_of_files_that_arrive_at_once_each_act_is_taken_once(
    real_database: Database, brought: tuple[str, Result, By]
) -> None:
    hospital_id, result, by = brought

    def hands_in(_: int) -> int:
        with real_database.transaction() as session:
            merged = pack.merge(session, hospital_id=hospital_id, result=result, by=by)
            return sum(merged.new.values())

    new = at_once(hands_in, range(8))

    with real_database.transaction() as session:
        taken = session.scalars(sa.select(Step.after).order_by(Step.number)).all()
        kept = [(line.act.value, line.name) for line in lines(session)]
    assert sorted(new) == [0] * 7 + [4]
    assert taken == [
        AppointmentState.BOOKED, AppointmentState.CHECKED_IN, AppointmentState.CALLED,
        AppointmentState.SEEN,
    ]  # fmt: skip
    assert kept.count(("walk_in", "王芳")) == 1
