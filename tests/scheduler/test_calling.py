"""Who must be called: only what is still true, the most urgent first, told once and for all."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from accounts.models import AuditRow
from booking.models import Appointment
from core.db import Session
from core.errors import NotFound
from handbook.errors_risk import NextDayPast
from handbook.follow_up.actions import Call
from handbook.follow_up.models import FollowUpTask
from handbook.follow_up.queries import Filters, worklist
from handbook.follow_up.rules import CallOutcome, TaskKind, TaskState
from handbook.models import Pregnancy
from scheduler import calling, follow_up
from scheduler.calling import ToCall
from scheduler.errors import NobodyToFollow
from scheduler.models import Reminder, ReminderState
from scheduler.ticks import Worker
from tests import world
from tests.make import Make
from tests.scheduler.conftest import Beat
from tests.scheduler.due import PLAN_AND_SEND, Change, Reminders
from wechat.errors import NotSubscribed
from wechat.messages import FakeMessenger

DAY = timedelta(days=1)
TOMORROW = date(2026, 6, 19)

Listed = Callable[[], list[ToCall]]


@pytest.fixture
def listed(session: Session, worker: Worker, cast: world.Cast) -> Listed:
    """Return whom to call now."""

    def found() -> list[ToCall]:
        session.flush()
        return calling.to_call(
            session, hospital_id=cast.hospital.id, outlets=worker.outlets,
            now=worker.house.clock.now(),
        )  # fmt: skip

    return found


@pytest.fixture
def refused(both_due: None, beat: Beat, messenger: FakeMessenger) -> None:
    """Both reminders of Lin reached no channel."""
    for _ in range(2):
        messenger.fail_next(NotSubscribed(43101))
    beat(*PLAN_AND_SEND)


@pytest.fixture
def call(session: Session, cast: world.Cast, clock: world.MovableClock) -> Callable[..., bool]:
    """Write down a call of Lin by the care worker; say whether she was told."""

    def made(outcome: CallOutcome, *, next_day: date | None = None) -> bool:
        return calling.note_call(
            session, staff=cast.care_worker, person_id=cast.mother.id,
            call=Call(outcome, "", next_day), now=clock.now(),
        )  # fmt: skip

    return made


def tasks(session: Session) -> list[FollowUpTask]:
    session.flush()
    unreachable = FollowUpTask.kind == TaskKind.UNREACHABLE
    return list(session.scalars(sa.select(FollowUpTask).where(unreachable)))


@pytest.mark.usefixtures("refused")
def test_who_was_not_reached_is_called_with_the_words_the_most_urgent_first(
    listed: Listed, cast: world.Cast
) -> None:
    (hers,) = listed()

    assert hers.person.id == cast.mother.id
    assert [one.reminder.rule for one in hers.untold] == ["day_before", "window_opens"]
    assert hers.untold[0].text == (
        "产前检查，2026年6月19日 09:00，产科普通门诊 3层301室，请带好母子健康手册"
    )
    assert hers.untold[1].why_now.startswith("可以做这项检查")
    assert hers.task is None


@pytest.mark.usefixtures("refused")
def test_nobody_is_called_about_a_pregnancy_that_was_lost(listed: Listed, lose: Change) -> None:
    lose()

    assert listed() == []


@pytest.mark.usefixtures("refused")
def test_who_took_her_consent_back_is_not_called(listed: Listed, withdraw: Change) -> None:
    withdraw()

    assert listed() == []


@pytest.mark.usefixtures("refused")
def test_what_is_too_late_comes_last_and_leaves_after_two_weeks(
    listed: Listed, clock: world.MovableClock
) -> None:
    clock.move_on(DAY)
    (a_day_later,) = listed()
    clock.move_on(14 * DAY)
    (much_later,) = listed()

    assert [one.reminder.rule for one in a_day_later.untold] == ["window_opens", "day_before"]
    assert [one.reminder.rule for one in much_later.untold] == ["window_opens"]


@pytest.mark.usefixtures("refused")
def test_taking_it_on_is_one_task_of_the_worklist(
    session: Session, listed: Listed, cast: world.Cast, clock: world.MovableClock
) -> None:
    for _ in range(2):
        calling.take(
            session, staff=cast.care_worker, person_id=cast.mother.id, now=clock.now()
        )  # fmt: skip
    follow_up.refresh(session, now=clock.now())

    (task,) = tasks(session)
    (hers,) = listed()
    assert (task.state, task.assigned_to) == (TaskState.ASSIGNED, cast.care_worker.id)
    assert hers.task is not None
    assert hers.task.assigned_name == cast.care_worker.name


@pytest.mark.usefixtures("refused")
@pytest.mark.parametrize(
    "outcome",
    [CallOutcome.REACHED, CallOutcome.WILL_COME, CallOutcome.WENT_ELSEWHERE, CallOutcome.DECLINED],
)
def test_who_was_spoken_to_has_been_told_and_leaves_the_list(
    session: Session, listed: Listed, reminders: Reminders, call: Callable[..., bool],
    cast: world.Cast, clock: world.MovableClock, outcome: CallOutcome,
) -> None:  # fmt: skip
    calling.take(session, staff=cast.care_worker, person_id=cast.mother.id, now=clock.now())

    assert call(outcome)

    assert listed() == []
    assert {one.state for one in reminders()} == {ReminderState.TOLD}
    assert [one.state for one in tasks(session)] == [TaskState.DONE]
    acts = set(session.scalars(sa.select(AuditRow.act)))
    assert {"note_call", "reminders_told"} <= acts


@pytest.mark.usefixtures("refused")
@pytest.mark.parametrize(
    ("outcome", "next_day"),
    [
        (CallOutcome.NO_ANSWER, None),
        (CallOutcome.WRONG_NUMBER, None),
        (CallOutcome.REACHED, TOMORROW),
    ],
    ids=["no answer", "wrong number", "asked to be called later"],
)
def test_who_was_not_told_stays_on_the_list_with_the_call(
    listed: Listed, call: Callable[..., bool], outcome: CallOutcome, next_day: date | None
) -> None:
    is_told = call(outcome, next_day=next_day)

    (hers,) = listed()
    assert not is_told
    assert hers.task is not None
    assert (hers.task.calls, hers.task.task.next_day) == (1, next_day)


@pytest.mark.usefixtures("refused")
def test_nobody_is_called_again_yesterday(call: Callable[..., bool]) -> None:
    with pytest.raises(NextDayPast):
        call(CallOutcome.NO_ANSWER, next_day=TOMORROW - 2 * DAY)


@pytest.mark.usefixtures("refused")
def test_a_task_that_is_done_on_the_worklist_has_told_her_as_well(
    session: Session, listed: Listed, cast: world.Cast, clock: world.MovableClock
) -> None:
    follow_up.refresh(session, now=clock.now())
    (row,) = worklist(
        session, hospital_id=cast.hospital.id, filters=Filters(kinds=(TaskKind.UNREACHABLE,))
    )

    calling.finish(session, staff=cast.care_worker, task_id=row.task.id, now=clock.now())

    assert listed() == []


@pytest.mark.usefixtures("refused")
def test_who_was_told_and_not_reached_again_is_a_task_again(
    session: Session, make: Make, beat: Beat, messenger: FakeMessenger, pregnancy: Pregnancy,
    call: Callable[..., bool], clock: world.MovableClock,
) -> None:  # fmt: skip
    call(CallOutcome.REACHED)
    make.appointment(
        starts_at=clock.now() + timedelta(hours=20), pregnancy=pregnancy, now=clock.now() - DAY
    )
    messenger.fail_next(NotSubscribed(43101))
    beat(*PLAN_AND_SEND)

    call(CallOutcome.NO_ANSWER)

    assert [one.state for one in tasks(session)] == [TaskState.OPEN]


def test_who_has_no_record_here_is_told_without_a_task(
    session: Session, make: Make, cast: world.Cast, beat: Beat, messenger: FakeMessenger,
    listed: Listed, call: Callable[..., bool], clock: world.MovableClock, due: None,
) -> None:  # fmt: skip
    messenger.fail_next(NotSubscribed(43101))
    beat(*PLAN_AND_SEND)

    with pytest.raises(NobodyToFollow):
        calling.take(session, staff=cast.care_worker, person_id=cast.mother.id, now=clock.now())

    assert call(CallOutcome.REACHED)
    assert listed() == []


@pytest.mark.usefixtures("refused")
def test_one_person_is_asked_for_and_nobody_of_another_hospital(
    session: Session, worker: Worker, cast: world.Cast
) -> None:
    now, outlets = worker.house.clock.now(), worker.outlets

    hers = calling.call_of(
        session, hospital_id=cast.hospital.id, person_id=cast.mother.id, outlets=outlets, now=now
    )

    assert hers.person.id == cast.mother.id
    with pytest.raises(NotFound):
        calling.call_of(
            session, hospital_id=cast.other_hospital.id, person_id=cast.mother.id,
            outlets=outlets, now=now,
        )  # fmt: skip
    with pytest.raises(NotFound):
        calling.take(session, staff=cast.stranger, person_id=cast.mother.id, now=now)


@pytest.mark.usefixtures("refused")
def test_a_rule_that_is_no_longer_spoken_is_not_told(
    session: Session, listed: Listed, appointment: Appointment
) -> None:
    session.execute(sa.update(Reminder).values(rule="gone_" + Reminder.rule))

    assert listed() == []
