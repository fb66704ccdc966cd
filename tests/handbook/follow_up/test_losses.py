"""What staff do with a task, continued: losses and races."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from threading import Event

import pytest

from accounts.audit import PROGRAM
from core.db import Database, Session
from core.errors import NotFound
from handbook.actions_children import move_away, record_death
from handbook.errors_risk import RecordItInstead
from handbook.follow_up.actions import Call, drop, finish, note_call
from handbook.follow_up.models import FollowUpTask
from handbook.follow_up.queries import Filters, counts, worklist
from handbook.follow_up.rules import CallOutcome, DropReason, TaskKind, TaskState
from handbook.follow_up.sightings import Sighting, open_found
from handbook.models import Pregnancy
from handbook.models_lives import Child
from handbook.risk.colours import Colour
from handbook.risk.referrals import Wish, refer
from handbook.risk.rules import Direction
from tests import world
from tests.handbook.follow_up.tasks_told import HOUR, opened, shown
from tests.handbook.risk import ward


@pytest.mark.parametrize("reason", [DropReason.LOSS, DropReason.BORN, DropReason.CHILD_GONE])
def test_a_loss_is_recorded_not_dropped(
    session: Session, cast: world.Cast, task: FollowUpTask, now: datetime, reason: DropReason
):
    with pytest.raises(RecordItInstead):
        drop(session, staff=cast.care_worker, task_id=task.id, reason=reason, now=now)

    assert task.state is TaskState.OPEN


def test_the_most_urgent_comes_first_and_within_it_what_runs_out_first(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    item = opened(session, pregnancy, now=now, due_at=now - 9 * HOUR)
    later = opened(
        session, pregnancy, now=now, kind=TaskKind.REPORT_DUTY, occasion="a", due_at=now + 9 * HOUR
    )
    sooner = opened(
        session, pregnancy, now=now, kind=TaskKind.REPORT_DUTY, occasion="b", due_at=now + HOUR
    )

    assert shown(session, cast) == [sooner, later, item]
    assert shown(session, cast, limit=1) == [sooner]
    assert shown(session, cast, after=sooner) == [later, item]
    assert shown(session, cast, after=later) == [item]
    assert shown(session, cast, kinds=[TaskKind.OVERDUE_ITEM]) == [item]
    assert shown(session, cast, family_id=cast.newcomer.family_id) == []
    assert shown(session, cast, states=[TaskState.DONE]) == []
    assert counts(session, hospital_id=cast.hospital.id) == {
        TaskKind.REPORT_DUTY: 2, TaskKind.OVERDUE_ITEM: 1,
    }  # fmt: skip


def test_a_loss_closes_every_task_at_once_except_aftercare(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    ward.screened(session, cast.care_worker, pregnancy, "1.1", now=now)
    ward.assessed(session, cast.clinician, pregnancy, Colour.RED, now=now)
    ward.screened(session, cast.care_worker, pregnancy, "1.2", now=now)
    wish = Wish(pregnancy.id, Direction.UP, "市妇幼保健院", "")
    refer(session, staff=cast.care_worker, wish=wish, now=now)
    opened(session, pregnancy, now=now)
    before = counts(session, hospital_id=cast.hospital.id)

    ward.lose(session, cast.care_worker, pregnancy, now=now)

    assert sum(before.values()) == 4
    assert ward.due(session, cast.hospital.id) == [
        (TaskKind.LOSS_AFTERCARE, now + timedelta(days=3))
    ]
    assert counts(session, hospital_id=cast.hospital.id) == {TaskKind.LOSS_AFTERCARE: 1}
    dropped = worklist(
        session, hospital_id=cast.hospital.id, filters=Filters(states=[TaskState.DROPPED])
    )
    assert {row.task.reason for row in dropped} == {DropReason.LOSS}
    assert len(dropped) == 4


def test_a_task_of_a_lost_pregnancy_is_not_found_even_if_it_was_left_open(
    session: Session, cast: world.Cast, task: FollowUpTask, pregnancy: Pregnancy, now: datetime
):
    ward.deliver(session, pregnancy, day=ward.TODAY, now=now)
    pregnancy.quiet_at = now
    session.flush()

    assert shown(session, cast) == []
    assert counts(session, hospital_id=cast.hospital.id) == {}
    with pytest.raises(NotFound):
        finish(session, staff=cast.care_worker, task_id=task.id, now=now)


@pytest.mark.parametrize("leave", [move_away, partial(record_death, note="")])
def test_a_child_that_leaves_takes_its_tasks_along(
    session: Session, cast: world.Cast, child: Child, now: datetime, leave: Callable
):
    sighting = Sighting(TaskKind.OVERDUE_ITEM, "x", now, child_id=child.id)
    open_found(session, sightings=[sighting], actor=PROGRAM, now=now)

    leave(session, child=child, day=ward.TODAY, actor=PROGRAM, now=now)

    (row,) = worklist(
        session, hospital_id=cast.hospital.id, filters=Filters(states=[TaskState.DROPPED])
    )
    assert row.task.reason is DropReason.CHILD_GONE


def test_parents_of_an_older_child_that_died_are_asked_after(
    session: Session, cast: world.Cast, child: Child, pregnancy: Pregnancy, now: datetime
):
    ward.deliver(session, pregnancy, day=child.birth_day, now=now)
    child.pregnancy_id = pregnancy.id
    session.flush()

    record_death(session, child=child, day=ward.TODAY, note="", actor=PROGRAM, now=now)

    assert ward.kinds(session, cast.hospital.id) == [TaskKind.LOSS_AFTERCARE]


def test_aftercare_is_done_like_any_task(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    ward.lose(session, cast.care_worker, pregnancy, now=now)
    (task_id,) = shown(session, cast)

    note_call(
        session, staff=cast.care_worker, task_id=task_id,
        call=Call(CallOutcome.REACHED, "需要心理支持", None), now=now,
    )  # fmt: skip
    finish(session, staff=cast.care_worker, task_id=task_id, now=now)

    assert shown(session, cast) == []


@pytest.mark.slow
def test_a_loss_that_meets_a_screening_leaves_nothing_but_aftercare(
    real_database: Database, now: datetime
):
    with real_database.transaction() as session:
        cast = world.settle(session)
        pregnancy = ward.expect(session, cast.mother, now=now)
    is_screened, is_lost = Event(), Event()

    def screen_her() -> None:
        with real_database.transaction() as session:
            ward.screened(session, cast.care_worker, pregnancy, "1.1", now=now)
            is_screened.set()
            assert not is_lost.wait(timeout=0.3), "the loss did not wait for what is under way"

    def lose_her() -> None:
        is_screened.wait(timeout=10)
        with real_database.transaction() as session:
            ward.lose(session, cast.care_worker, pregnancy, now=now)
        is_lost.set()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(lose_her), pool.submit(screen_her)]:
            done.result(timeout=20)

    with real_database.transaction() as session:
        assert ward.kinds(session, cast.hospital.id) == [TaskKind.LOSS_AFTERCARE]
        dropped = Filters(states=[TaskState.DROPPED])
        (row,) = worklist(session, hospital_id=cast.hospital.id, filters=dropped)
        assert row.task.kind is TaskKind.POSITIVE_REFERRAL


@pytest.mark.slow
def test_of_eight_who_see_the_same_one_task_is_opened(real_database: Database, now: datetime):
    with real_database.transaction() as session:
        cast = world.settle(session)
        pregnancy = ward.expect(session, cast.mother, now=now)
    sighting = Sighting(TaskKind.OVERDUE_ITEM, "nt", now, pregnancy_id=pregnancy.id)

    def see(_: int) -> int:
        with real_database.transaction() as session:
            return len(open_found(session, sightings=[sighting], actor=PROGRAM, now=now))

    with ThreadPoolExecutor(8) as pool:
        opened_by = sum(pool.map(see, range(8)))

    assert opened_by == 1
