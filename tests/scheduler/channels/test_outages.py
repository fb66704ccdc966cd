"""Quotas and outages through the tick: the next way, later, or a person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from accounts.audit import PROGRAM
from conversation.actions import hear
from core.clock import beijing_moment
from core.db import Session
from scheduler import actions
from scheduler.asking import ask_now
from scheduler.channels.meters import ALARM_REST, PATIENCE
from scheduler.models import Letter, Reminder, ReminderState
from scheduler.models_channels import (
    ChannelMeter,
)
from scheduler.ticks import Worker
from tests import world
from tests.make import Make
from tests.scheduler.channels.purses import ONCE, allow
from tests.scheduler.conftest import Beat
from tests.scheduler.due import DUE, MINUTE, PLAN, PLAN_AND_SEND, SEND, Reminders
from tests.scheduler.people import agreed_follower
from wechat.assistant import FakeAssistant
from wechat.errors import (
    AnswerLost,
    BadAnswer,
    BadTemplate,
    NotReached,
    NotSubscribed,
    PlatformError,
    QuotaReached,
)
from wechat.messages import FakeMessenger

Letters = Callable[[], list[Letter]]


@pytest.mark.usefixtures("due")
def test_a_used_up_quota_waits_for_midnight_and_costs_no_try(
    session: Session, beat: Beat, messenger: FakeMessenger, reminder: Callable[[], Reminder],
    clock: world.MovableClock,
) -> None:  # fmt: skip
    messenger.fail_next(QuotaReached(45009))

    beat(*PLAN_AND_SEND)
    beat(SEND)
    waits = (reminder().state, reminder().next_at, reminder().attempts)
    clock.moment = beijing_moment(date(2026, 6, 3), hour=7)
    beat(SEND)

    assert waits == (ReminderState.PENDING, beijing_moment(date(2026, 6, 3)), 0)
    assert len(messenger.sent) == 1


@pytest.mark.usefixtures("due")
def test_a_template_that_is_gone_alarms_staff_and_the_letter_waits(
    session: Session, beat: Beat, messenger: FakeMessenger, reminder: Callable[[], Reminder],
    clock: world.MovableClock,
) -> None:  # fmt: skip
    messenger.fail_next(BadTemplate(40037))

    beat(*PLAN_AND_SEND)
    session.expire_all()
    (meter,) = session.scalars(sa.select(ChannelMeter))
    alarm = (meter.alarm, meter.alarmed_at)
    clock.move_on(ALARM_REST)
    beat(SEND)
    session.expire_all()

    assert alarm == ("wechat.bad_template", DUE)
    assert reminder().state is ReminderState.SENT
    assert session.scalars(sa.select(ChannelMeter.alarm)).one() is None


def crowd(session: Session, cast: world.Cast, count: int) -> None:
    make = Make(session, cast)
    for step in range(count):
        make.appointment(person=agreed_follower(session, cast.hospital, f"oOA_{step}"))


@pytest.mark.slow
def test_an_outage_lets_the_channel_rest_and_everything_is_told_after_it(
    session: Session, cast: world.Cast, beat: Beat, messenger: FakeMessenger,
    reminders: Reminders, clock: world.MovableClock,
) -> None:  # fmt: skip
    crowd(session, cast, 2 * PATIENCE)
    clock.moment = DUE
    beat(PLAN)
    messenger.fail_next(*[NotReached() for _ in range(2 * PATIENCE)])

    beat(SEND)
    beat(SEND)
    (meter,) = session.scalars(sa.select(ChannelMeter))
    assert meter.stopped_until is not None
    assert meter.stopped_until > DUE
    clock.move_on(timedelta(minutes=10))
    beat(SEND)

    assert len(messenger.sent) == 2 * PATIENCE
    assert {one.state for one in reminders()} == {ReminderState.SENT}


@pytest.mark.usefixtures("due")
@pytest.mark.parametrize(
    "failure", [AnswerLost(), BadAnswer()], ids=["answer lost", "a gateway answered"]
)
def test_a_doubtful_answer_on_the_template_route_is_asked_again_and_arrives_once(
    beat: Beat, messenger: FakeMessenger, reminder: Callable[[], Reminder],
    clock: world.MovableClock, failure: PlatformError,
) -> None:  # fmt: skip
    messenger.fail_next(failure)

    beat(*PLAN_AND_SEND)
    clock.move_on(MINUTE)
    beat(SEND)

    assert len(messenger.sent) == 1
    assert (reminder().state, reminder().attempts) == (ReminderState.SENT, 2)


@pytest.mark.usefixtures("due")
def test_without_a_template_her_own_talk_of_yesterday_carries_it(
    session: Session, cast: world.Cast, worker: Worker, messenger: FakeMessenger
) -> None:
    hear(session, person=cast.mother, hospital_id=cast.hospital.id, now=DUE - timedelta(hours=20))
    session.flush()
    settings = replace(world.SETTINGS, template_appointment="")
    bare = replace(worker, house=replace(worker.house, settings=settings))

    PLAN.act(bare)
    SEND.act(bare)

    (letter,) = messenger.sent
    assert letter.text.startswith("您明天有预约：产前检查，2026年6月3日 10:00")
    assert "/m/enter?to=/pages/booking/index%3Fletter%3Dltr_" in letter.text


@pytest.mark.usefixtures("due")
def test_the_assistant_needs_no_consent_of_the_platform(
    worker: Worker, session: Session, messenger: FakeMessenger
) -> None:
    session.flush()
    assistant = FakeAssistant()
    settings = replace(world.SETTINGS, assistant_status="1501001")
    helped = replace(worker, house=replace(worker.house, settings=settings), assistant=assistant)

    PLAN.act(helped)
    SEND.act(helped)

    (notice,) = assistant.sent
    assert messenger.sent == []
    assert (notice.openid, notice.status) == ("oOA_lin", 1501001)
    assert notice.fields["appointment_time"] == "2026年6月3日 10:00"
    assert notice.visit_id.startswith("apt_")


@pytest.mark.usefixtures("due")
def test_a_text_message_is_the_last_way_before_a_person(
    session: Session, cast: world.Cast, worker: Worker, tmp_path: Path
) -> None:
    cast.mother.phone, cast.mother.phone_mark = "13800000000", "mark"
    session.add(cast.mother)
    session.flush()
    path = tmp_path / "sms.jsonl"
    settings = replace(world.SETTINGS, template_appointment="", sms_file=str(path))
    texting = replace(worker, house=replace(worker.house, settings=settings))

    PLAN.act(texting)
    SEND.act(texting)

    assert '"phone": "13800000000"' in path.read_text("utf-8")


@pytest.mark.usefixtures("due")
def test_who_was_called_is_off_the_list_and_who_follows_again_is_told(
    session: Session, cast: world.Cast, beat: Beat, messenger: FakeMessenger,
    reminder: Callable[[], Reminder],
) -> None:  # fmt: skip
    messenger.fail_next(NotSubscribed(43101))
    beat(*PLAN_AND_SEND)
    assert reminder().state is ReminderState.UNDELIVERABLE

    again = actions.reached_again(session, person_id=cast.mother.id, now=DUE)
    beat(SEND)
    sent = len(messenger.sent)
    session.execute(
        sa.update(Reminder)
        .where(Reminder.id == reminder().id)
        .values(state=ReminderState.UNDELIVERABLE, listed_at=DUE)
    )
    told = actions.settle_call(
        session, hospital_id=cast.hospital.id, person_id=cast.mother.id, actor=PROGRAM, now=DUE
    )

    assert (again, sent, told) == (1, 1, 1)
    assert reminder().state is ReminderState.TOLD
    assert actions.settle_call(
        session, hospital_id=cast.hospital.id, person_id=cast.mother.id, actor=PROGRAM, now=DUE
    ) == 0  # fmt: skip


def asked(session: Session, worker: Worker, cast: world.Cast) -> list[str]:
    return ask_now(
        session, person_id=cast.mother.id, hospital_id=cast.hospital.id, outlets=worker.outlets,
        now=DUE,
    )  # fmt: skip


@pytest.mark.usefixtures("due")
def test_she_is_asked_for_what_lasts_first_then_for_what_is_wanting_and_never_for_both(
    session: Session, both: Worker, cast: world.Cast
) -> None:
    first = asked(session, both, cast)
    allow(session, "TPL_MINI_LASTING", accepted=False)
    after_no = asked(session, both, cast)
    allow(session, ONCE, times=2)
    with_enough = asked(session, both, cast)

    assert (first, after_no, with_enough) == (["TPL_MINI_LASTING"], [ONCE], [])


def test_who_has_nothing_to_be_told_is_asked_for_nothing(
    session: Session, both: Worker, cast: world.Cast
) -> None:
    assert asked(session, both, cast) == []


@pytest.mark.usefixtures("due")
def test_a_yes_lets_what_did_not_reach_her_be_tried_again(
    session: Session, both: Worker, mini: FakeMessenger, messenger: FakeMessenger,
    reminder: Callable[[], Reminder],
) -> None:  # fmt: skip
    messenger.fail_next(NotSubscribed(43101))
    PLAN.act(both)
    SEND.act(both)
    listed = reminder().state

    allow(session, ONCE)
    SEND.act(both)

    assert listed is ReminderState.UNDELIVERABLE
    assert len(mini.sent) == 1
    assert reminder().state is ReminderState.SENT
