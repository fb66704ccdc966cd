"""The truth is asked again before speaking: what is no longer true is dropped with its reason."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from accounts.actions import unfollow
from accounts.audit import PROGRAM
from booking.actions import cancel
from booking.models import Appointment, Care, Slot
from booking.steps import By
from core.clock import beijing_moment
from core.db import Session
from handbook.actions_dating import set_fetuses
from handbook.models import Pregnancy
from scheduler.models import Reminder, ReminderKind, ReminderState
from tests import world
from tests.make import Make
from tests.scheduler.conftest import Beat
from tests.scheduler.due import (
    EVENING,
    PLAN,
    PLAN_AND_SEND,
    SEND,
    Change,
    Reminders,
    dropped,
    states,
)
from tests.scheduler.test_plans import LAST_PERIOD, SERUM
from tests.world import NOW
from wechat.messages import FakeMessenger

OPENS = beijing_moment(SERUM, hour=9)


@pytest.mark.usefixtures("both_due")
def test_both_reminders_are_sent_when_nothing_changed(
    beat: Beat, messenger: FakeMessenger, reminders: Reminders
) -> None:
    beat(*PLAN_AND_SEND)

    assert {one.template_id for one in messenger.sent} == {"TPL_APPOINTMENT", "TPL_CARE"}
    assert {one.state for one in reminders()} == {ReminderState.SENT}


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
        session, person_id=appointment.person_id, appointment_id=appointment.id,
        by=By(PROGRAM, "asked", EVENING),
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
def test_a_window_that_is_not_hers_any_more_is_dropped(
    session: Session, beat: Beat, messenger: FakeMessenger, reminders: Reminders
) -> None:
    beat(PLAN)
    session.execute(sa.update(Pregnancy).values(fetuses=2))

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
    page, _, letter_id = letter.opens.partition("%3Fletter%3D")
    assert page == "http://127.0.0.1:8000/m/enter?to=/pages/booking/index"
    assert letter_id.startswith("ltr_")


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


def test_a_mother_of_twins_is_not_told_the_windows_of_one_child(
    make: Make, beat: Beat, reminders: Reminders, clock: world.MovableClock
) -> None:
    twins = make.pregnancy(last_period_day=LAST_PERIOD)
    set_fetuses(
        make.session, hospital_id=twins.hospital_id, pregnancy_id=twins.id, count=2,
        actor=PROGRAM, now=NOW,
    )  # fmt: skip

    clock.moment = OPENS
    beat(PLAN)

    assert reminders() == []


@pytest.mark.usefixtures("both_due")
def test_who_closed_her_account_is_told_nothing(
    session: Session, beat: Beat, messenger: FakeMessenger, reminders: Reminders,
    cast: world.Cast,
) -> None:  # fmt: skip
    beat(PLAN)
    cast.mother.closed_at = EVENING
    session.add(cast.mother)

    beat(SEND)

    assert messenger.sent == []
    assert states(reminders()) == dropped("account_closed")


@pytest.mark.usefixtures("both_due")
def test_a_delivery_ends_what_belongs_to_the_pregnancy(
    session: Session, beat: Beat, messenger: FakeMessenger, all_reminders: Reminders,
    appointment: Appointment,
) -> None:  # fmt: skip
    beat(PLAN)
    session.execute(
        sa.update(Pregnancy).values(state="delivered", delivery_day=SERUM, closed_at=EVENING)
    )

    beat(SEND)

    reasons = {one.rule: one.reason for one in all_reminders()}
    assert reasons["window_opens"] == "schedule_changed"
    assert reasons["week_letter"] == "pregnancy_closed"
    assert [one.template_id for one in messenger.sent] == ["TPL_APPOINTMENT"]


@pytest.mark.usefixtures("both_due")
def test_a_life_that_is_not_there_any_more_is_not_spoken_of(
    session: Session, beat: Beat, messenger: FakeMessenger, all_reminders: Reminders
) -> None:
    beat(PLAN)
    care = Reminder.kind != ReminderKind.APPOINTMENT
    session.execute(sa.update(Reminder).where(care).values(subject_id="prg_nobody"))

    beat(SEND)

    reasons = {one.rule: one.reason for one in all_reminders()}
    assert (reasons["window_opens"], reasons["week_letter"]) == ("subject_gone", "subject_gone")


@pytest.mark.usefixtures("both_due")
def test_a_week_letter_of_an_older_dating_is_dropped(
    session: Session, beat: Beat, all_reminders: Reminders
) -> None:
    beat(PLAN)
    session.execute(sa.update(Pregnancy).values(last_period_day=LAST_PERIOD - timedelta(days=1)))

    beat(SEND)

    assert {one.rule: one.reason for one in all_reminders()}["week_letter"] == "dating_changed"
