"""What staff do with a task, and what a loss does to all of them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from threading import Event

import pytest

from accounts.audit import PROGRAM
from core.db import Database, Session
from core.errors import Forbidden, NotFound
from handbook.actions_children import move_away, record_death
from handbook.errors_risk import NextDayPast, RecordItInstead, TaskOver
from handbook.follow_up.actions import Call, assign, drop, finish, note_call
from handbook.follow_up.models import FollowUpTask
from handbook.follow_up.queries import Filters, calls_of, counts, steps_of, task_in, worklist
from handbook.follow_up.rules import CallOutcome, DropReason, TaskKind, TaskState
from handbook.follow_up.sightings import Sighting, open_found
from handbook.models import Pregnancy
from handbook.models_lives import Child
from handbook.risk.colours import Colour
from handbook.risk.referrals import Wish, refer
from handbook.risk.rules import Direction
from tests import world
from tests.handbook.risk import ward

CALL = Call(CallOutcome.NO_ANSWER, "上午打了两次", date(2026, 6, 3))
HOUR = timedelta(hours=1)


def opened(
    session: Session,
    pregnancy: Pregnancy,
    *,
    now: datetime,
    kind: TaskKind = TaskKind.OVERDUE_ITEM,
    occasion: str = "nt",
    due_at: datetime | None = None,
) -> str:
    sighting = Sighting(kind, occasion, due_at or now, pregnancy_id=pregnancy.id)
    (task_id,) = open_found(session, sightings=[sighting], actor=PROGRAM, now=now)
    return task_id


@pytest.fixture
def task(session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime) -> FollowUpTask:
    task_id = opened(session, pregnancy, now=now)
    return task_in(session, task_id=task_id, hospital_id=cast.hospital.id)


def shown(session: Session, cast: world.Cast, **narrowed: object) -> list[str]:
    rows = worklist(session, hospital_id=cast.hospital.id, filters=Filters(**narrowed))
    return [row.task.id for row in rows]


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
    assign(session, staff=cast.care_worker, task_id=task.id, assignee_id=cast.clerk.id, now=now)
    assign(session, staff=cast.care_worker, task_id=task.id, assignee_id=cast.clinician.id, now=now)

    (row,) = worklist(
        session, hospital_id=cast.hospital.id, filters=Filters(assigned_to=cast.clinician.id)
    )
    assert row.assigned_name == cast.clinician.name
    assert shown(session, cast, assigned_to=cast.clerk.id) == []


def test_nobody_of_another_hospital_is_given_a_task(
    session: Session, cast: world.Cast, task: FollowUpTask, now: datetime
):
    with pytest.raises(NotFound):
        assign(
            session, staff=cast.care_worker, task_id=task.id, assignee_id=cast.stranger.id, now=now
        )


def acting(session: Session, staff: world.Staff, task_id: str, now: datetime) -> list[Callable]:
    """Return everything staff can do with a task."""
    given = {"staff": staff, "task_id": task_id, "now": now}
    return [
        lambda: assign(session, assignee_id=staff.id, **given),
        lambda: note_call(session, call=CALL, **given),
        lambda: finish(session, **given),
        lambda: drop(session, reason=DropReason.MISTAKE, **given),
    ]


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
