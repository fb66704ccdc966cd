"""Lin comes in her thirtieth week; so does her child of two years."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest

from accounts.actions import give_consent
from accounts.models import Purpose, SubjectKind
from accounts.notices import notice
from accounts.rules import Actor
from core.db import Session
from handbook.actions_births import add_child
from handbook.births import Newborn
from handbook.follow_up.models import FollowUpTask
from handbook.follow_up.queries import Filters, items_left, worklist
from handbook.follow_up.rules import TaskKind
from handbook.models import Pregnancy
from handbook.models_lives import Child, GuardianKind
from scheduler import follow_up
from tests import world
from tests.make import Make
from tests.world import NOW

DAY = timedelta(days=1)
THIRTY_WEEKS = date(2025, 11, 3)
"""The last period of who comes on 1 June in her thirtieth week."""

Tasks = Callable[[TaskKind], list[FollowUpTask]]


@pytest.fixture
def tasks(session: Session, cast: world.Cast) -> Tasks:
    """The live tasks of a kind, as staff see them."""

    def live(kind: TaskKind) -> list[FollowUpTask]:
        session.expire_all()
        rows = worklist(session, hospital_id=cast.hospital.id, filters=Filters(kinds=(kind,)))
        return [row.task for row in rows]

    return live


@pytest.fixture
def staff(cast: world.Cast) -> Actor:
    return Actor(SubjectKind.STAFF, cast.care_worker.id)


@pytest.fixture
def late(session: Session, make: Make) -> Pregnancy:
    """Lin comes in her thirtieth week, to a house whose worklist has looked before."""
    follow_up.refresh(session, now=NOW - DAY)
    return make.pregnancy(last_period_day=THIRTY_WEEKS)


@pytest.fixture
def task(session: Session, late: Pregnancy, tasks: Tasks) -> FollowUpTask:
    follow_up.refresh(session, now=NOW)
    (found,) = tasks(TaskKind.EARLIER_ITEMS)
    return found


@pytest.fixture
def toddler(session: Session, cast: world.Cast, staff: Actor) -> Child:
    """Lin's child of two years, whose record is opened now; nobody told its sex."""
    agree(session, cast, Purpose.CHILD_RECORD, now=NOW)
    return add_child(
        session, guardian=cast.mother, kind=GuardianKind.MOTHER,
        newborn=Newborn(date(2024, 5, 1)), gestation_at_birth_days=None, actor=staff, now=NOW,
    )  # fmt: skip


def agree(session: Session, cast: world.Cast, purpose: Purpose, *, now: datetime) -> None:
    give_consent(
        session, person=cast.mother, purpose=purpose, version=notice(purpose).version,
        channel="test", now=now,
    )  # fmt: skip


def keys(session: Session, task: FollowUpTask) -> set[str]:
    return {item.item_key for item in items_left(session, task_id=task.id)}
