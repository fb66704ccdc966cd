"""What staff do with a task, and what a loss does to all of them."""

from datetime import date, datetime, timedelta

import pytest

from accounts.audit import PROGRAM
from accounts.models import Staff
from core.db import Session
from core.errors import Forbidden, NotFound
from handbook.errors_risk import NextDayPast, TaskOver
from handbook.follow_up.actions import Call, assign, drop, finish, note_call
from handbook.follow_up.models import FollowUpTask
from handbook.follow_up.queries import Filters, calls_of, steps_of, worklist
from handbook.follow_up.rules import CallOutcome, DropReason, TaskState
from handbook.follow_up.sightings import Sighting, open_found
from handbook.models import Pregnancy
from tests import world
from tests.handbook.follow_up.tasks_told import CALL, HOUR, acting, shown
from tests.handbook.risk import ward


def test_a_task_says_whose_it_is(
    session: Session, cast: world.Cast, task: FollowUpTask, pregnancy: Pregnancy, now: datetime
):
    (row,) = worklist(session, hospital_id=cast.hospital.id, filters=Filters())

    assert (row.task, row.assigned_name) == (task, None)
    assert row.person is not None
    assert row.person.id == cast.mother.id
    assert (task.family_id, task.pregnancy_id) == (cast.mother.family_id, pregnancy.id)
    assert (task.state, task.opened_at) == (TaskState.OPEN, now)


def test_the_same_occasion_is_one_task(
    session: Session, task: FollowUpTask, pregnancy: Pregnancy, now: datetime
):
    again = Sighting(task.kind, "nt", now + HOUR, pregnancy_id=pregnancy.id)

    assert open_found(session, sightings=[again, again], actor=PROGRAM, now=now + HOUR) == []


def test_it_is_not_opened_again_once_done(
    session: Session, cast: world.Cast, task: FollowUpTask, pregnancy: Pregnancy, now: datetime
):
    finish(session, staff=cast.care_worker, task_id=task.id, now=now)
    again = Sighting(task.kind, "nt", now, pregnancy_id=pregnancy.id)

    assert open_found(session, sightings=[again], actor=PROGRAM, now=now) == []


def test_assign_call_finish_leave_their_trail(
    session: Session, cast: world.Cast, task: FollowUpTask, now: datetime
):
    nurse = cast.care_worker
    assign(session, staff=nurse, task_id=task.id, assignee_id=cast.clinician.id, now=now + HOUR)
    note_call(session, staff=nurse, task_id=task.id, call=CALL, now=now + 2 * HOUR)
    finish(session, staff=nurse, task_id=task.id, now=now + 3 * HOUR)

    steps = steps_of(session, task_id=task.id, hospital_id=cast.hospital.id)
    assert [(step.old_state, step.new_state) for step in steps] == [
        (None, TaskState.OPEN), (TaskState.OPEN, TaskState.ASSIGNED),
        (TaskState.ASSIGNED, TaskState.DONE),
    ]  # fmt: skip
    assert ward.acts(session, [task.id]) == [
        "open_follow_up", "assigned_follow_up", "note_call", "done_follow_up",
    ]  # fmt: skip
    assert task.closed_at == now + 3 * HOUR


def test_a_call_is_kept_with_its_outcome_and_the_next_day(
    session: Session, cast: world.Cast, task: FollowUpTask, now: datetime
):
    note_call(session, staff=cast.care_worker, task_id=task.id, call=CALL, now=now)

    (call,) = calls_of(session, task_id=task.id, hospital_id=cast.hospital.id)
    assert (call.outcome, call.note, call.next_day) == (CALL.outcome, CALL.note, CALL.next_day)
    assert (call.made_by, call.made_at) == (cast.care_worker.id, now)
    assert task.next_day == CALL.next_day


@pytest.mark.parametrize(
    ("day", "is_shown"),
    [
        pytest.param(date(2026, 6, 2), False, id="rests-until-then"),
        pytest.param(date(2026, 6, 3), True, id="comes-back-on-its-day"),
    ],
)
def test_a_task_rests_until_its_next_day(
    session: Session, cast: world.Cast, task: FollowUpTask, now: datetime, day: date,
    is_shown: bool,
):  # fmt: skip
    note_call(session, staff=cast.care_worker, task_id=task.id, call=CALL, now=now)

    assert (shown(session, cast, day=day) == [task.id]) is is_shown


def test_the_next_call_is_not_yesterday(
    session: Session, cast: world.Cast, task: FollowUpTask, now: datetime
):
    call = Call(CallOutcome.REACHED, "", date(2026, 5, 31))

    with pytest.raises(NextDayPast):
        note_call(session, staff=cast.care_worker, task_id=task.id, call=call, now=now)


def test_a_task_may_be_handed_on(
    session: Session, cast: world.Cast, task: FollowUpTask, now: datetime
):
    her = cast.care_worker
    assign(session, staff=her, task_id=task.id, assignee_id=her.id, now=now)
    assign(session, staff=her, task_id=task.id, assignee_id=cast.clinician.id, now=now)

    (row,) = worklist(
        session, hospital_id=cast.hospital.id, filters=Filters(assigned_to=cast.clinician.id)
    )
    assert row.assigned_name == cast.clinician.name
    assert shown(session, cast, assigned_to=her.id) == []


def test_a_task_is_handed_only_to_who_may_follow_up(
    session: Session, cast: world.Cast, task: FollowUpTask, now: datetime
):
    with pytest.raises(NotFound):
        assign(session, staff=cast.care_worker, task_id=task.id, assignee_id=cast.clerk.id, now=now)


def test_a_task_is_not_handed_to_who_has_left(
    session: Session, cast: world.Cast, task: FollowUpTask, now: datetime
):
    session.get_one(Staff, cast.clinician.id).is_active = False

    with pytest.raises(NotFound):
        assign(
            session, staff=cast.care_worker, task_id=task.id, assignee_id=cast.clinician.id, now=now
        )


def test_the_list_says_how_often_and_when_somebody_called(
    session: Session, cast: world.Cast, task: FollowUpTask, now: datetime
):
    later = now + timedelta(hours=3)
    note_call(session, staff=cast.care_worker, task_id=task.id, call=CALL, now=now)
    note_call(session, staff=cast.care_worker, task_id=task.id, call=CALL, now=later)

    (row,) = worklist(session, hospital_id=cast.hospital.id, filters=Filters())

    assert (row.calls, row.last_called_at) == (2, later)


def test_a_task_nobody_called_for_says_so(session: Session, cast: world.Cast, task: FollowUpTask):
    (row,) = worklist(session, hospital_id=cast.hospital.id, filters=Filters())

    assert (row.calls, row.last_called_at) == (0, None)


def test_nobody_of_another_hospital_is_given_a_task(
    session: Session, cast: world.Cast, task: FollowUpTask, now: datetime
):
    with pytest.raises(NotFound):
        assign(
            session, staff=cast.care_worker, task_id=task.id, assignee_id=cast.stranger.id, now=now
        )


@pytest.mark.parametrize("which", range(4), ids=["assign", "note_call", "finish", "drop"])
def test_another_hospital_does_not_find_the_task(
    session: Session, cast: world.Cast, task: FollowUpTask, now: datetime, which: int
):
    with pytest.raises(NotFound):
        acting(session, cast.stranger, task.id, now)[which]()
    assert worklist(session, hospital_id=cast.other_hospital.id, filters=Filters()) == []
    assert calls_of(session, task_id=task.id, hospital_id=cast.other_hospital.id) == []
    assert steps_of(session, task_id=task.id, hospital_id=cast.other_hospital.id) == []


@pytest.mark.parametrize("which", range(4), ids=["assign", "note_call", "finish", "drop"])
def test_an_author_follows_nobody_up(
    session: Session, cast: world.Cast, task: FollowUpTask, now: datetime, which: int
):
    with pytest.raises(Forbidden):
        acting(session, cast.author, task.id, now)[which]()


@pytest.mark.parametrize("which", range(4), ids=["assign", "note_call", "finish", "drop"])
def test_nothing_is_written_to_a_task_that_is_over(
    session: Session, cast: world.Cast, task: FollowUpTask, now: datetime, which: int
):
    drop(session, staff=cast.care_worker, task_id=task.id, reason=DropReason.ELSEWHERE, now=now)

    with pytest.raises(TaskOver):
        acting(session, cast.care_worker, task.id, now)[which]()
    assert task.reason is DropReason.ELSEWHERE
