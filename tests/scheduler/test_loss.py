"""The worst failure of this house would be a word about a pregnancy after its loss.

Each kind of reminder meets each way of becoming untrue, at each point of its life: before it was
planned, after it was planned, while another batch is under way, and after its holder vanished.
"""

from datetime import timedelta

import pytest

from accounts.actions import give_consent
from accounts.models import Purpose
from accounts.notices import notice
from booking.models import Care
from core.db import Session
from scheduler.actions import claim
from scheduler.models import ReminderKind
from scheduler.rules import LEASE
from scheduler.ticks import Worker
from tests import world
from tests.make import Make
from tests.scheduler.conftest import Beat
from tests.scheduler.due import (
    BOTH,
    EVENING,
    PLAN,
    PLAN_AND_SEND,
    SEND,
    Change,
    Reminders,
    dropped,
    states,
)
from tests.scheduler.test_plans import LAST_PERIOD
from tests.world import NOW
from wechat.errors import Busy
from wechat.messages import FakeMessenger


@pytest.mark.usefixtures("both_due")
def test_a_loss_before_planning_is_followed_by_silence(
    beat: Beat, lose: Change, messenger: FakeMessenger, reminders: Reminders
) -> None:
    lose()

    beat(*PLAN_AND_SEND)

    assert messenger.sent == []
    assert ReminderKind.CARE_WINDOW not in {one.kind for one in reminders()}


@pytest.mark.usefixtures("both_due")
def test_a_loss_after_planning_is_followed_by_silence(
    beat: Beat, lose: Change, messenger: FakeMessenger, reminders: Reminders
) -> None:
    beat(PLAN)
    lose()

    beat(SEND)

    assert messenger.sent == []
    assert states(reminders()) == dropped("pregnancy_closed")


@pytest.mark.usefixtures("both_due")
@pytest.mark.parametrize("claimed", BOTH)
def test_a_loss_while_another_batch_is_under_way_silences_the_rest(
    session: Session, beat: Beat, lose: Change, messenger: FakeMessenger, reminders: Reminders,
    worker: Worker, clock: world.MovableClock, claimed: ReminderKind,
) -> None:  # fmt: skip
    beat(PLAN)
    for other in (one for one in reminders() if one.kind is not claimed):
        other.next_at = EVENING + timedelta(minutes=1)
    session.flush()
    (letter,) = claim(session, outlets=worker.outlets, limit=1, now=EVENING)

    lose()
    clock.move_on(timedelta(minutes=1))
    beat(SEND)
    while_sending = messenger.sent
    clock.move_on(LEASE)
    beat(SEND)

    assert letter.kind is claimed
    assert while_sending == messenger.sent == []
    assert states(reminders()) == dropped("pregnancy_closed")


@pytest.mark.usefixtures("both_due")
def test_a_loss_after_a_worker_vanished_with_its_letters_is_followed_by_silence(
    session: Session, beat: Beat, lose: Change, messenger: FakeMessenger, reminders: Reminders,
    worker: Worker, clock: world.MovableClock,
) -> None:  # fmt: skip
    beat(PLAN)
    claim(session, outlets=worker.outlets, limit=9, now=EVENING)
    lose()

    clock.move_on(LEASE)
    beat(SEND)

    assert messenger.sent == []
    assert states(reminders()) == dropped("pregnancy_closed")


@pytest.mark.usefixtures("both_due")
def test_a_loss_between_two_tries_is_followed_by_silence(
    session: Session, beat: Beat, lose: Change, messenger: FakeMessenger, reminders: Reminders,
    clock: world.MovableClock,
) -> None:  # fmt: skip
    messenger.fail_next(Busy(-1), Busy(-1))
    beat(*PLAN_AND_SEND)
    lose()

    clock.move_on(timedelta(minutes=1))
    beat(*PLAN_AND_SEND)

    assert messenger.sent == []
    assert states(reminders()) == dropped("pregnancy_closed")


@pytest.mark.parametrize("care", list(Care))
def test_an_appointment_made_before_the_handbook_is_silenced_by_a_loss_too(
    make: Make, beat: Beat, messenger: FakeMessenger, clock: world.MovableClock, care: Care
) -> None:
    make.appointment(starts_at=NOW + timedelta(days=2), care=care)
    pregnancy = make.pregnancy(last_period_day=LAST_PERIOD)
    make.loss(pregnancy)

    clock.move_on(timedelta(days=1, hours=9))
    beat(*PLAN_AND_SEND)

    assert messenger.sent == []


def test_an_appointment_she_makes_after_a_loss_is_reminded_of(
    make: Make, beat: Beat, messenger: FakeMessenger, clock: world.MovableClock
) -> None:
    make.loss(make.pregnancy(last_period_day=LAST_PERIOD))
    make.appointment(starts_at=NOW + timedelta(days=2), now=NOW + timedelta(minutes=1))

    clock.move_on(timedelta(days=1, hours=9))
    beat(*PLAN_AND_SEND)

    assert [one.template_id for one in messenger.sent] == ["TPL_APPOINTMENT"]


def test_a_loss_is_final_also_when_consent_is_given_again(
    session: Session, beat: Beat, lose: Change, withdraw: Change, both_due: None,
    messenger: FakeMessenger, cast: world.Cast,
) -> None:  # fmt: skip
    beat(PLAN)
    withdraw()
    lose()
    give_consent(
        session, person=cast.mother, purpose=Purpose.MESSAGES,
        version=notice(Purpose.MESSAGES).version, channel="test", now=EVENING,
    )  # fmt: skip

    beat(*PLAN_AND_SEND)

    assert messenger.sent == []
