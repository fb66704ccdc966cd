"""What has something to say is found a little ahead, written once, and found again later."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from accounts.audit import PROGRAM
from booking.actions import cancel
from booking.steps import By
from core.clock import beijing_moment
from core.db import Database, Session
from handbook.models import Pregnancy
from scheduler import plans
from scheduler.actions import plan
from scheduler.models import Reminder, ReminderKind, ReminderState
from tests import world
from tests.make import Make
from tests.races import at_once
from tests.world import NOW

LAST_PERIOD = date(2026, 3, 5)
"""Of Lin: on 1 June she is 12 weeks and 4 days along."""

SERUM = date(2026, 6, 18)
"""The first window that opens after 1 June: 中孕期血清学筛查."""

Reminders = Callable[[], list[Reminder]]


def test_an_appointment_is_reminded_of_once_however_often_it_is_looked_at(
    session: Session, make: Make, reminders: Reminders
) -> None:
    held = make.appointment(starts_at=beijing_moment(date(2026, 6, 3), hour=8, minute=30))

    written = [plan(session, now=NOW) for _ in range(3)]

    assert written[1:] == [0, 0]
    (reminder,) = reminders()
    assert (reminder.kind, reminder.state) == (ReminderKind.APPOINTMENT, ReminderState.PENDING)
    assert reminder.occasion == f"{held.id}/202606030030"
    assert reminder.due_at == beijing_moment(date(2026, 6, 2), hour=18)
    assert reminder.too_late_at == beijing_moment(date(2026, 6, 3), hour=8, minute=30)


@pytest.mark.parametrize(
    ("starts_in", "count"),
    [
        (timedelta(days=3, hours=13), 1),
        (timedelta(days=3, hours=14), 0),
        (timedelta(hours=23), 1),
    ],
    ids=["due in two days", "due in three", "tomorrow"],
)
def test_rows_are_written_a_little_ahead(
    session: Session, make: Make, reminders: Reminders, starts_in: timedelta, count: int
) -> None:
    make.appointment(starts_at=NOW + starts_in)

    plan(session, now=NOW)

    assert len(reminders()) == count


def test_an_appointment_made_after_the_usual_hour_was_confirmed_on_the_spot(
    session: Session, make: Make, all_reminders: Reminders
) -> None:
    evening = beijing_moment(date(2026, 6, 1), hour=18)
    make.appointment(starts_at=NOW + timedelta(hours=23), now=evening)

    plan(session, now=evening)

    assert {one.rule for one in all_reminders()} == {"hours_before"}


def test_any_number_of_rows_is_written(
    session: Session, make: Make, reminders: Reminders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "AT_ONCE", 2)
    for hour in range(5):
        make.appointment(starts_at=NOW + timedelta(days=1, hours=hour))

    plan(session, now=NOW)

    assert len(reminders()) == 5


def test_cancelled_appointments_are_not_planned(session: Session, make: Make) -> None:
    held = make.appointment()
    cancel(session, person_id=held.person_id, appointment_id=held.id, by=By(PROGRAM, "asked", NOW))

    assert plan(session, now=NOW) == 0


def test_a_window_is_told_on_the_morning_it_opens(
    session: Session, make: Make, reminders: Reminders
) -> None:
    pregnancy = make.pregnancy(last_period_day=LAST_PERIOD)

    plan(session, now=beijing_moment(SERUM, hour=8))

    (reminder,) = reminders()
    assert reminder.kind is ReminderKind.CARE_WINDOW
    assert reminder.occasion == f"{pregnancy.id}/serum2/{SERUM}"
    assert reminder.due_at == beijing_moment(SERUM, hour=9)
    assert reminder.too_late_at == beijing_moment(date(2026, 7, 30))


@pytest.mark.parametrize(
    ("day", "count"),
    [
        (SERUM - timedelta(days=3), 0),
        (SERUM - timedelta(days=2), 1),
        (SERUM + timedelta(days=6), 2),
        (SERUM + timedelta(days=7), 1),
    ],
    ids=["three days before", "two days before", "six days after", "a week after"],
)
def test_windows_are_planned_two_days_ahead_and_six_behind(
    session: Session, make: Make, reminders: Reminders, day: date, count: int
) -> None:
    make.pregnancy(last_period_day=LAST_PERIOD)

    plan(session, now=beijing_moment(day, hour=8))

    assert len(reminders()) == count


def test_windows_that_were_open_when_the_handbook_began_are_not_told_again(
    session: Session, make: Make, reminders: Reminders
) -> None:
    now = beijing_moment(SERUM, hour=8)
    make.pregnancy(last_period_day=LAST_PERIOD, now=now)

    plan(session, now=now)

    assert reminders() == []


def test_a_corrected_dating_is_a_new_occasion(
    session: Session, make: Make, reminders: Reminders
) -> None:
    pregnancy = make.pregnancy(last_period_day=LAST_PERIOD)
    now = beijing_moment(SERUM, hour=8)
    plan(session, now=now)
    earlier = LAST_PERIOD - timedelta(days=1)
    session.execute(sa.update(Pregnancy).values(last_period_day=earlier, known_at=now))
    session.refresh(pregnancy)

    plan(session, now=now)

    assert len({reminder.occasion for reminder in reminders()}) == 2


def test_after_a_loss_nothing_is_planned(session: Session, make: Make) -> None:
    make.loss(make.pregnancy(last_period_day=LAST_PERIOD))

    assert plan(session, now=beijing_moment(SERUM, hour=8)) == 0


def test_an_empty_house_has_nothing_to_say(session: Session, cast: world.Cast) -> None:
    assert plan(session, now=NOW) == 0


@pytest.mark.slow
def test_planners_at_once_write_each_reminder_once(
    real_database: Database, real_cast: world.Cast
) -> None:
    now = beijing_moment(SERUM, hour=8)
    with real_database.transaction() as session:
        make = Make(session, real_cast)
        make.pregnancy(last_period_day=LAST_PERIOD)
        for hour in range(8):
            make.appointment(starts_at=now + timedelta(days=1, hours=hour))

    def look(_: int) -> int:
        with real_database.transaction() as session:
            return plan(session, now=now)

    written = at_once(look, range(6))

    with real_database.transaction() as session:
        found = session.scalars(sa.select(Reminder.rule)).all()
        assert found.count("window_opens") == 1
        assert found.count("day_before") == 8
        assert sum(one for one in written if isinstance(one, int)) == len(found)
