"""Letters: several reasons in one, a few a day, never into a talk, and in the hospital's words."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from conversation.actions import call_person, hear
from conversation.models import Conversation
from core.clock import beijing_moment
from core.db import Session
from scheduler.models import Letter, Reminder, ReminderKind, ReminderState
from scheduler.models_wishes import SpeechPolicy
from tests import world
from tests.make import Make
from tests.scheduler.conftest import Beat
from tests.scheduler.due import DUE, EVENING, MINUTE, PLAN, PLAN_AND_SEND, SEND, Reminders
from tests.scheduler.test_plans import LAST_PERIOD
from wechat.messages import FakeMessenger

MORNING = beijing_moment(date(2026, 11, 19), hour=9)
"""On 19 November two windows of Lin open."""

Letters = Callable[[], list[Letter]]


def set_policy(session: Session, cast: world.Cast, **values: object) -> None:
    session.add(
        SpeechPolicy(
            hospital_id=cast.hospital.id, values=values, made_by_id="stf", made_at=world.NOW
        )
    )


@pytest.mark.usefixtures("pregnancy")
def test_reasons_of_one_morning_are_one_letter(
    beat: Beat, messenger: FakeMessenger, reminders: Reminders, letters: Letters,
    clock: world.MovableClock,
) -> None:  # fmt: skip
    clock.moment = MORNING

    beat(*PLAN_AND_SEND)

    (letter,) = letters()
    assert {one.letter_id for one in reminders() if one.due_at == MORNING} == {letter.id}
    assert messenger.sent[0].values["thing1"].endswith("等2项")
    assert messenger.sent[0].values["date2"] == "2026年11月19日~2026年12月16日"


def test_of_two_reminders_of_one_appointment_that_are_late_the_more_urgent_speaks(
    make: Make, beat: Beat, messenger: FakeMessenger, all_reminders: Reminders,
    clock: world.MovableClock,
) -> None:  # fmt: skip
    make.appointment()
    beat(PLAN)

    clock.moment = beijing_moment(date(2026, 6, 3), hour=8, minute=30)
    beat(SEND)

    assert len(messenger.sent) == 1
    assert {one.state for one in all_reminders()} == {ReminderState.SENT}


@pytest.mark.usefixtures("both_due")
def test_a_days_cap_keeps_routine_back_until_the_morning(
    session: Session, cast: world.Cast, beat: Beat, messenger: FakeMessenger,
    all_reminders: Reminders,
) -> None:  # fmt: skip
    set_policy(session, cast, letters_a_day=1)
    beat(PLAN)
    session.execute(sa.delete(Reminder).where(Reminder.kind == ReminderKind.CARE_WINDOW))
    make_window(session, cast)

    beat(SEND, SEND)

    kept = next(one for one in all_reminders() if one.rule == "window_opens")
    assert [one.template_id for one in messenger.sent] == ["TPL_APPOINTMENT"]
    assert (kept.state, kept.next_at) == (
        ReminderState.PENDING, beijing_moment(date(2026, 6, 19), hour=9),
    )  # fmt: skip


def make_window(session: Session, cast: world.Cast) -> None:
    """Let a window that can be made up have opened for Lin today."""
    subject = session.execute(sa.text("select id from pregnancy")).scalar_one()
    session.execute(sa.text("update pregnancy set last_period_day = '2026-01-29'"))
    session.add(
        Reminder(
            id="rem_x", hospital_id=cast.hospital.id, person_id=cast.mother.id,
            kind=ReminderKind.CARE_WINDOW, rule="window_opens", edition="national-2026",
            occasion=f"{subject}/us_anomaly/2026-06-18", subject_id=subject,
            item_key="us_anomaly", urgency=2, due_at=EVENING, next_at=EVENING,
            too_late_at=EVENING + timedelta(days=30), state=ReminderState.PENDING,
            planned_at=EVENING,
        )
    )  # fmt: skip
    session.flush()


@pytest.mark.usefixtures("both_due")
def test_what_cannot_be_made_up_goes_past_the_cap(
    session: Session, cast: world.Cast, beat: Beat, messenger: FakeMessenger
) -> None:
    set_policy(session, cast, letters_a_day=1)

    beat(*PLAN_AND_SEND)

    assert {one.template_id for one in messenger.sent} == {"TPL_APPOINTMENT", "TPL_CARE"}


@pytest.mark.usefixtures("due")
def test_a_talk_of_the_last_minutes_is_not_interrupted(
    session: Session, cast: world.Cast, beat: Beat, messenger: FakeMessenger,
    clock: world.MovableClock,
) -> None:  # fmt: skip
    hear(session, person=cast.mother, hospital_id=cast.hospital.id, now=DUE - 3 * MINUTE)

    beat(*PLAN_AND_SEND)
    while_talking = len(messenger.sent)
    clock.move_on(7 * MINUTE)
    beat(SEND)

    assert (while_talking, len(messenger.sent)) == (0, 1)


@pytest.mark.usefixtures("due")
@pytest.mark.parametrize(
    ("called", "sent"), [(timedelta(hours=1), 0), (timedelta(hours=5), 1)],
    ids=["an hour ago", "nobody came for hours"],
)  # fmt: skip
def test_who_waits_for_a_person_is_not_spoken_to_by_a_program(
    session: Session, cast: world.Cast, beat: Beat, messenger: FakeMessenger, called: timedelta,
    sent: int,
) -> None:  # fmt: skip
    hear(session, person=cast.mother, hospital_id=cast.hospital.id, now=DUE - called)
    session.flush()
    call_person(session.get_one(Conversation, cast.mother.id), now=DUE - called)

    beat(*PLAN_AND_SEND)

    assert len(messenger.sent) == sent


def test_what_is_urgent_goes_into_a_talk_all_the_same(
    make: Make, cast: world.Cast, beat: Beat, messenger: FakeMessenger, clock: world.MovableClock
) -> None:
    make.appointment()
    beat(*PLAN_AND_SEND)
    clock.moment = beijing_moment(date(2026, 6, 3), hour=8)
    hear(make.session, person=cast.mother, hospital_id=cast.hospital.id, now=clock.moment)

    beat(SEND)

    assert len(messenger.sent) == 1


@pytest.mark.usefixtures("pregnancy")
def test_a_hospital_may_keep_routine_off_holidays(
    session: Session, cast: world.Cast, beat: Beat, reminders: Reminders,
    clock: world.MovableClock,
) -> None:  # fmt: skip
    set_policy(session, cast, waits_on_days_off=True)
    session.execute(sa.text("update pregnancy set last_period_day = '2026-03-07'"))
    clock.moment = beijing_moment(date(2026, 6, 20), hour=9)

    beat(*PLAN_AND_SEND)

    (one,) = reminders()
    assert (one.state, one.next_at) == (
        ReminderState.PENDING, beijing_moment(date(2026, 6, 22), hour=9),
    )  # fmt: skip


@pytest.mark.usefixtures("pregnancy")
def test_a_late_joiners_rule_is_asked_at_sending_too(
    session: Session, make: Make, beat: Beat, messenger: FakeMessenger,
    clock: world.MovableClock,
) -> None:  # fmt: skip
    clock.moment = beijing_moment(date(2026, 7, 24), hour=9)
    assert date(2026, 3, 5) == LAST_PERIOD

    beat(*PLAN_AND_SEND)

    notes = [letter.values["thing4"] for letter in messenger.sent]
    assert "7月29日后不能补做，请尽快约" in notes
    assert len(notes) == len(set(notes))
