"""A reminder is sent once and in time, whatever the clock and the platform do."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from core.clock import beijing_moment
from core.db import Session
from scheduler import queries, sending
from scheduler.models import Letter, LetterState, Reminder, ReminderState
from scheduler.rules import MOST_ATTEMPTS
from scheduler.ticks import Worker
from tests import world
from tests.make import Make
from tests.scheduler.conftest import Beat
from tests.scheduler.due import DUE, MINUTE, PLAN, PLAN_AND_SEND, SEND, Reminders
from tests.scheduler.people import agreed_follower
from wechat.errors import Busy, NotSubscribed
from wechat.messages import FakeMessenger


@pytest.mark.usefixtures("due")
def test_a_reminder_is_sent_once_however_often_the_clock_beats(
    beat: Beat, messenger: FakeMessenger, reminder: Callable[[], Reminder],
    letters: Callable[[], list[Letter]],
) -> None:  # fmt: skip
    for _ in range(5):
        beat(*PLAN_AND_SEND)

    assert len(messenger.sent) == 1
    (letter,) = letters()
    assert (reminder().state, reminder().attempts) == (ReminderState.SENT, 1)
    assert (letter.state, letter.sent_at) == (LetterState.ACCEPTED, DUE)
    assert letter.platform_msg_id == "1"


def test_nothing_is_sent_before_its_time(
    make: Make, beat: Beat, messenger: FakeMessenger, clock: world.MovableClock
) -> None:
    make.appointment()

    clock.moment = DUE - timedelta(seconds=1)
    beat(*PLAN_AND_SEND)

    assert messenger.sent == []


@pytest.mark.usefixtures("due")
def test_a_worker_that_starts_anew_in_the_due_minute_tells_once(
    worker: Worker, session: Session, messenger: FakeMessenger, clock: world.MovableClock
) -> None:
    session.flush()
    clock.moment = DUE - MINUTE
    PLAN.act(worker)
    SEND.act(worker)
    too_early = len(messenger.sent)
    clock.moment = DUE
    anew = replace(worker)

    PLAN.act(anew)
    SEND.act(anew)
    SEND.act(worker)

    assert (too_early, len(messenger.sent)) == (0, 1)


def test_behind_what_is_too_late_the_others_are_told_in_the_same_beat(
    session: Session, cast: world.Cast, make: Make, beat: Beat, messenger: FakeMessenger,
    clock: world.MovableClock, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(sending, "BATCH", 1)
    make.appointment()
    make.appointment(person=agreed_follower(session, cast.hospital, "oOA_other"))
    clock.moment = DUE
    beat(PLAN)
    hers = sa.update(Reminder).where(Reminder.person_id == cast.mother.id)
    session.execute(hers.values(too_late_at=DUE, next_at=DUE - MINUTE))

    beat(SEND)

    assert [one.openid for one in messenger.sent] == ["oOA_other"]


@pytest.mark.usefixtures("due")
def test_what_falls_into_the_night_waits_for_the_morning(
    beat: Beat, messenger: FakeMessenger, clock: world.MovableClock,
    reminder: Callable[[], Reminder],
) -> None:  # fmt: skip
    beat(PLAN)
    clock.moment = beijing_moment(date(2026, 6, 2), hour=22)
    beat(SEND)
    at_night = len(messenger.sent)

    clock.moment = reminder().next_at
    beat(SEND)

    assert at_night == 0
    assert clock.moment == beijing_moment(date(2026, 6, 3), hour=7)
    assert len(messenger.sent) == 1


@pytest.mark.usefixtures("due")
@pytest.mark.parametrize(
    "jumps",
    [[timedelta(days=1)], [timedelta(hours=-1)], [timedelta(days=1), timedelta(days=-1)],
     [timedelta(hours=-1), timedelta(hours=2)]],
    ids=["a day ahead", "an hour back", "a day ahead and back", "an hour back, two ahead"],
)  # fmt: skip
def test_a_clock_that_jumps_sends_nothing_twice(
    beat: Beat, messenger: FakeMessenger, clock: world.MovableClock, jumps: list[timedelta]
) -> None:
    beat(*PLAN_AND_SEND)

    for jump in jumps:
        clock.move_on(jump)
        beat(*PLAN_AND_SEND)

    assert len(messenger.sent) == 1


def test_a_jump_over_a_whole_appointment_sends_nothing_late(
    make: Make, beat: Beat, messenger: FakeMessenger, reminders: Reminders,
    clock: world.MovableClock,
) -> None:  # fmt: skip
    make.appointment()
    beat(PLAN)

    clock.move_on(timedelta(days=3))
    beat(*PLAN_AND_SEND)

    assert messenger.sent == []
    assert [(one.state, one.reason) for one in reminders()] == [(ReminderState.DROPPED, "too_late")]


def test_after_a_stop_of_three_days_what_is_still_true_is_told_once(
    make: Make, beat: Beat, messenger: FakeMessenger, clock: world.MovableClock
) -> None:
    make.pregnancy(last_period_day=date(2026, 3, 5))
    make.appointment(starts_at=beijing_moment(date(2026, 6, 20), hour=9))
    clock.moment = beijing_moment(date(2026, 6, 17), hour=12)
    beat(*PLAN_AND_SEND)

    clock.move_on(timedelta(days=2, hours=20))
    beat(*PLAN_AND_SEND)

    assert sorted(one.template_id for one in messenger.sent) == ["TPL_APPOINTMENT", "TPL_CARE"]


@pytest.mark.usefixtures("due")
def test_a_no_for_good_goes_onto_a_persons_list(
    session: Session, beat: Beat, messenger: FakeMessenger, reminder: Callable[[], Reminder],
    cast: world.Cast,
) -> None:  # fmt: skip
    messenger.fail_next(NotSubscribed(43101))

    beat(*PLAN_AND_SEND)
    beat(*PLAN_AND_SEND)

    assert messenger.sent == []
    assert (reminder().state, reminder().reason) == (
        ReminderState.UNDELIVERABLE, "wechat.not_subscribed",
    )  # fmt: skip
    listed = queries.unreachable(session, hospital_id=cast.hospital.id)
    assert [(one.person.id, one.reminders) for one in listed] == [(cast.mother.id, (reminder(),))]
    assert queries.unreachable(session, hospital_id=cast.other_hospital.id) == []


@pytest.mark.usefixtures("due")
def test_a_no_for_now_is_tried_again_with_growing_pauses(
    beat: Beat, messenger: FakeMessenger, reminder: Callable[[], Reminder],
    clock: world.MovableClock,
) -> None:  # fmt: skip
    pauses = []
    for _ in range(MOST_ATTEMPTS - 1):
        messenger.fail_next(Busy(-1))
        beat(*PLAN_AND_SEND)
        beat(*PLAN_AND_SEND)
        pauses.append((reminder().next_at - clock.now()) // MINUTE)
        clock.moment = reminder().next_at

    beat(*PLAN_AND_SEND)

    assert pauses == [1, 2, 4, 8, 16]
    assert len(messenger.sent) == 1
    assert (reminder().state, reminder().attempts) == (ReminderState.SENT, MOST_ATTEMPTS)


@pytest.mark.usefixtures("due")
def test_after_enough_tries_a_person_must_call(
    beat: Beat, messenger: FakeMessenger, reminder: Callable[[], Reminder],
    clock: world.MovableClock,
) -> None:  # fmt: skip
    messenger.fail_next(*[Busy(-1) for _ in range(MOST_ATTEMPTS)])

    for _ in range(MOST_ATTEMPTS):
        beat(*PLAN_AND_SEND)
        clock.moment = reminder().next_at

    assert messenger.sent == []
    assert (reminder().state, reminder().reason) == (ReminderState.UNDELIVERABLE, "wechat.busy")
