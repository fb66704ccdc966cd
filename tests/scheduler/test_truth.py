"""The worst failure of this house would be a word about a pregnancy after its loss.

Each kind of reminder meets each way of becoming untrue, at each point of its life: before it was
planned, after it was planned, while another batch is under way, and after its holder vanished.
"""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from accounts.actions import give_consent, unfollow, withdraw_consent
from accounts.audit import PROGRAM
from accounts.models import Purpose
from accounts.notices import notice
from booking.actions import cancel
from booking.models import Appointment, Care, Slot
from core.clock import beijing_moment
from core.db import Session
from handbook.models import Pregnancy
from scheduler import ticks
from scheduler.actions import claim
from scheduler.models import Reminder, ReminderKind, ReminderState
from scheduler.rules import LEASE
from scheduler.ticks import Worker
from tests import world
from tests.make import Make
from tests.scheduler.conftest import Beat
from tests.scheduler.test_plans import LAST_PERIOD, SERUM
from tests.world import NOW
from wechat.errors import Busy
from wechat.messages import FakeMessenger

OPENS = beijing_moment(SERUM, hour=9)
PLAN = next(tick for tick in ticks.TICKS if tick.name == "plan")
SEND = next(tick for tick in ticks.TICKS if tick.name == "send")
PLAN_AND_SEND = (PLAN, SEND)

Reminders = Callable[[], list[Reminder]]
Change = Callable[[], None]


@pytest.fixture
def pregnancy(make: Make) -> Pregnancy:
    """Lin's: its next window opens on 18 June."""
    return make.pregnancy(last_period_day=LAST_PERIOD)


@pytest.fixture
def appointment(make: Make, pregnancy: Pregnancy) -> Appointment:
    """Lin's, on the day after that; its reminder is due that evening."""
    return make.appointment(
        starts_at=beijing_moment(SERUM + timedelta(days=1), hour=9), pregnancy=pregnancy
    )


@pytest.fixture
def lose(make: Make, pregnancy: Pregnancy, clock: world.MovableClock) -> Change:
    return lambda: make.loss(pregnancy, now=clock.now())


@pytest.fixture
def withdraw(session: Session, cast: world.Cast, clock: world.MovableClock) -> Change:
    return lambda: withdraw_consent(
        session, person=cast.mother, purpose=Purpose.MESSAGES, now=clock.now()
    )


def states(found: list[Reminder]) -> set[tuple[ReminderKind, ReminderState, str | None]]:
    return {(one.kind, one.state, one.reason) for one in found}


def dropped(reason: str) -> set[tuple[ReminderKind, ReminderState, str | None]]:
    return {(kind, ReminderState.DROPPED, reason) for kind in ReminderKind}


EVENING = beijing_moment(SERUM, hour=18)
"""On 18 June at 18:00 both reminders are due."""


@pytest.fixture
def both_due(appointment: Appointment, clock: world.MovableClock) -> None:
    """Both kinds of reminders of one pregnancy, due now."""
    clock.moment = EVENING


@pytest.mark.usefixtures("both_due")
def test_both_reminders_are_sent_when_nothing_changed(
    beat: Beat, messenger: FakeMessenger, reminders: Reminders
) -> None:
    beat(*PLAN_AND_SEND)

    assert {one.template_id for one in messenger.sent} == {"TPL_APPOINTMENT", "TPL_CARE"}
    assert {one.state for one in reminders()} == {ReminderState.SENT}


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
@pytest.mark.parametrize("claimed", list(ReminderKind))
def test_a_loss_while_another_batch_is_under_way_silences_the_rest(
    session: Session, beat: Beat, lose: Change, messenger: FakeMessenger, reminders: Reminders,
    worker: Worker, claimed: ReminderKind,
) -> None:  # fmt: skip
    beat(PLAN)
    first = next(one for one in reminders() if one.kind is claimed)
    first.due_at -= timedelta(days=1)
    session.flush()
    (letter,) = claim(session, channel=worker.channel, limit=1, now=EVENING)

    lose()
    beat(SEND)

    assert messenger.sent == []
    assert {one.state for one in reminders() if one.id != letter.reminder_id} == {
        ReminderState.DROPPED
    }


@pytest.mark.usefixtures("both_due")
def test_a_loss_after_a_worker_vanished_with_its_letters_is_followed_by_silence(
    session: Session, beat: Beat, lose: Change, messenger: FakeMessenger, reminders: Reminders,
    worker: Worker, clock: world.MovableClock,
) -> None:  # fmt: skip
    beat(PLAN)
    claim(session, channel=worker.channel, limit=9, now=EVENING)
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


@pytest.mark.usefixtures("both_due")
def test_consent_withdrawn_after_planning_is_followed_by_silence(
    beat: Beat, withdraw: Change, messenger: FakeMessenger, reminders: Reminders
) -> None:
    beat(PLAN)
    withdraw()

    beat(SEND)

    assert messenger.sent == []
    assert states(reminders()) == dropped("no_consent")


def test_who_never_agreed_to_messages_gets_none(
    make: Make, beat: Beat, messenger: FakeMessenger, reminders: Reminders,
    clock: world.MovableClock,
) -> None:  # fmt: skip
    make.appointment(person=make.cast.newcomer)

    clock.move_on(timedelta(days=1, hours=9))
    beat(*PLAN_AND_SEND)

    assert messenger.sent == []
    assert [one.reason for one in reminders()] == ["no_consent"]


@pytest.mark.usefixtures("both_due")
def test_a_cancelled_appointment_is_dropped_and_the_window_still_told(
    session: Session, beat: Beat, appointment: Appointment, messenger: FakeMessenger,
    reminders: Reminders,
) -> None:  # fmt: skip
    beat(PLAN)
    cancel(
        session, person_id=appointment.person_id, appointment_id=appointment.id, actor=PROGRAM,
        now=EVENING,
    )  # fmt: skip

    beat(SEND)

    assert [one.template_id for one in messenger.sent] == ["TPL_CARE"]
    assert "appointment_cancelled" in {one.reason for one in reminders()}


@pytest.mark.usefixtures("both_due")
def test_a_moved_slot_makes_the_old_reminder_untrue(
    session: Session, beat: Beat, messenger: FakeMessenger, reminders: Reminders
) -> None:
    beat(PLAN)
    slot = session.scalars(sa.select(Slot)).one()
    slot.starts_at -= timedelta(hours=1)

    beat(SEND)

    assert [one.template_id for one in messenger.sent] == ["TPL_CARE"]
    assert "appointment_moved" in {one.reason for one in reminders()}


@pytest.mark.usefixtures("both_due")
def test_a_window_of_an_older_dating_is_dropped(
    session: Session, beat: Beat, messenger: FakeMessenger, reminders: Reminders
) -> None:
    beat(PLAN)
    earlier = LAST_PERIOD - timedelta(days=1)
    session.execute(sa.update(Pregnancy).values(last_period_day=earlier))

    beat(SEND)

    assert [one.template_id for one in messenger.sent] == ["TPL_APPOINTMENT"]
    assert "dating_changed" in {one.reason for one in reminders()}


@pytest.mark.usefixtures("both_due")
def test_a_window_that_is_not_in_her_schedule_any_more_is_dropped(
    beat: Beat, messenger: FakeMessenger, reminders: Reminders, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat(PLAN)
    monkeypatch.setattr("scheduler.plans.items", lambda *_, **__: [])

    beat(SEND)

    assert [one.template_id for one in messenger.sent] == ["TPL_APPOINTMENT"]
    assert "schedule_changed" in {one.reason for one in reminders()}


def test_a_letter_says_what_is_true_now(
    make: Make, beat: Beat, messenger: FakeMessenger, clock: world.MovableClock
) -> None:
    make.appointment(starts_at=beijing_moment(date(2026, 6, 3), hour=8, minute=30), care=Care.OGTT)

    clock.moment = beijing_moment(date(2026, 6, 2), hour=18)
    beat(*PLAN_AND_SEND)

    (letter,) = messenger.sent
    assert letter.openid == "oOA_lin"
    assert letter.values == {
        "thing1": "糖耐量检查",
        "time2": "2026年6月3日 08:30",
        "thing3": "产科普通门诊 3层301室",
        "thing4": "空腹8小时以上，请勿吃早餐",
    }
    assert letter.opens == "http://127.0.0.1:8000/m/enter?to=/pages/booking/index"


@pytest.mark.usefixtures("pregnancy")
@pytest.mark.parametrize(
    ("opens", "words"),
    [
        (SERUM, {"thing1": "中孕期血清学筛查（中唐）", "date2": "2026年6月18日~2026年7月29日"}),
        (date(2026, 11, 19), {"thing1": "第5次产前检查等2项"}),
    ],
    ids=["one item", "two items"],
)
def test_a_window_is_told_with_its_days(
    beat: Beat, messenger: FakeMessenger, clock: world.MovableClock, opens: date,
    words: dict[str, str],
) -> None:  # fmt: skip
    clock.moment = beijing_moment(opens, hour=9)
    beat(*PLAN_AND_SEND)

    letter = messenger.sent[-1]
    assert {key: letter.values[key] for key in words} == words


@pytest.mark.usefixtures("both_due")
def test_who_does_not_follow_goes_onto_a_persons_list(
    session: Session, beat: Beat, messenger: FakeMessenger, reminders: Reminders
) -> None:
    unfollow(session, appid="wxOA0001", openid="oOA_lin", now=NOW)

    beat(*PLAN_AND_SEND)

    assert messenger.sent == []
    assert {(one.state, one.reason) for one in reminders()} == {
        (ReminderState.UNDELIVERABLE, "not_following")
    }


@pytest.mark.usefixtures("pregnancy")
def test_a_window_that_lapsed_untold_goes_onto_a_persons_list(
    beat: Beat, messenger: FakeMessenger, reminders: Reminders, clock: world.MovableClock
) -> None:
    clock.moment = OPENS
    beat(PLAN)

    clock.moment = beijing_moment(date(2026, 7, 30), hour=9)
    beat(SEND)

    assert messenger.sent == []
    assert {(one.state, one.reason) for one in reminders()} == {
        (ReminderState.UNDELIVERABLE, "too_late")
    }


def test_an_appointment_that_began_is_not_reminded_of(
    make: Make, beat: Beat, messenger: FakeMessenger, reminders: Reminders,
    clock: world.MovableClock,
) -> None:  # fmt: skip
    make.appointment()
    beat(PLAN)

    clock.move_on(timedelta(days=2))
    beat(SEND)

    assert messenger.sent == []
    assert [(one.state, one.reason) for one in reminders()] == [(ReminderState.DROPPED, "too_late")]


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
