"""What had lapsed is worked off item by item."""

from datetime import timedelta

import pytest

from core.db import Session
from core.errors import Forbidden, NotFound
from handbook.errors_risk import ItemsLeft, RecordItInstead, TaskOver
from handbook.follow_up.actions import drop, finish, settle_item
from handbook.follow_up.models import FollowUpTask
from handbook.follow_up.queries import items_left, items_of_task
from handbook.follow_up.rules import DropReason, ItemOutcome, TaskKind, TaskState
from scheduler import follow_up
from tests import world
from tests.scheduler.late_joiners.conftest import Tasks
from tests.world import NOW


@pytest.mark.parametrize("outcome", ["elsewhere", "arranged", "not_needed"])
def test_an_item_is_worked_off_with_its_outcome(
    session: Session, task: FollowUpTask, cast: world.Cast, outcome: str
):
    first = items_left(session, task_id=task.id)[0]

    settle_item(
        session, staff=cast.care_worker, task_id=task.id, item_id=first.id,
        outcome=ItemOutcome(outcome), now=NOW,
    )  # fmt: skip

    shown = items_of_task(session, task_id=task.id, hospital_id=cast.hospital.id)
    assert {one.id: one.outcome for one in shown}[first.id] == outcome
    assert (first.settled_by_id, first.settled_at) == (cast.care_worker.id, NOW)
    assert first not in items_left(session, task_id=task.id)


def test_with_its_last_item_the_task_is_done_and_nothing_is_told_again(
    session: Session, task: FollowUpTask, cast: world.Cast, tasks: Tasks
):
    for item in items_left(session, task_id=task.id):
        settle_item(
            session, staff=cast.care_worker, task_id=task.id, item_id=item.id,
            outcome=ItemOutcome.ELSEWHERE, now=NOW,
        )  # fmt: skip

    assert task.state is TaskState.DONE
    assert follow_up.refresh(session, now=NOW + timedelta(minutes=1)) == 0
    assert tasks(TaskKind.EARLIER_ITEMS) == []


def test_a_task_is_not_done_while_items_are_left(
    session: Session, task: FollowUpTask, cast: world.Cast
):
    with pytest.raises(ItemsLeft):
        finish(session, staff=cast.care_worker, task_id=task.id, now=NOW)


def test_that_it_was_done_here_is_told_to_the_handbook(
    session: Session, task: FollowUpTask, cast: world.Cast
):
    with pytest.raises(RecordItInstead):
        settle_item(
            session, staff=cast.care_worker, task_id=task.id, item_id="fei_any",
            outcome=ItemOutcome.RECORDED, now=NOW,
        )  # fmt: skip


def test_an_item_of_another_task_is_not_found(
    session: Session, task: FollowUpTask, cast: world.Cast
):
    with pytest.raises(NotFound):
        settle_item(
            session, staff=cast.care_worker, task_id=task.id, item_id="fei_other",
            outcome=ItemOutcome.ARRANGED, now=NOW,
        )  # fmt: skip


def test_a_clerk_works_nothing_off(session: Session, task: FollowUpTask, cast: world.Cast):
    with pytest.raises(Forbidden):
        settle_item(
            session, staff=cast.clerk, task_id=task.id, item_id="fei_any",
            outcome=ItemOutcome.ARRANGED, now=NOW,
        )  # fmt: skip


def test_nothing_is_worked_off_on_a_task_that_is_over(
    session: Session, task: FollowUpTask, cast: world.Cast
):
    drop(
        session, staff=cast.care_worker, task_id=task.id, reason=DropReason.DECLINED, now=NOW
    )  # fmt: skip

    with pytest.raises(TaskOver):
        settle_item(
            session, staff=cast.care_worker, task_id=task.id, item_id="fei_any",
            outcome=ItemOutcome.ARRANGED, now=NOW,
        )  # fmt: skip


def test_what_a_family_declined_is_not_told_again(
    session: Session, task: FollowUpTask, cast: world.Cast, tasks: Tasks
):
    drop(
        session, staff=cast.care_worker, task_id=task.id, reason=DropReason.DECLINED, now=NOW
    )  # fmt: skip

    follow_up.refresh(session, now=NOW + timedelta(minutes=1))

    assert tasks(TaskKind.EARLIER_ITEMS) == []
