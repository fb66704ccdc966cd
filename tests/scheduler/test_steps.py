"""What happens to an appointment is said: booked for her, cancelled, offered, seen, missed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from accounts.audit import PROGRAM
from booking.actions import book, cancel, confirm, hold
from booking.attendance import sweeps, visits
from booking.models import Appointment, Share, Slot
from booking.models_supply import Clinic
from booking.rescuing.holding import rescue
from booking.steps import By
from booking.supply.actions_supply import release_slots
from core.clock import beijing_moment
from core.db import Session
from scheduler.models import Reminder, ReminderState
from tests import world
from tests.make import Make
from tests.scheduler.conftest import Beat
from tests.scheduler.due import ERASE, PLAN, PLAN_AND_SEND, SEND, Reminders
from tests.world import NOW
from wechat.messages import FakeMessenger

VISIT = beijing_moment(date(2026, 6, 3), hour=10)
"""When Lin's appointment begins: NOW and two days."""

Reasons = Callable[[], list[Reminder]]


def by(why: str, now: object = NOW) -> By:
    return By(PROGRAM, why, now)  # type: ignore[arg-type]


def rules(found: list[Reminder]) -> dict[str, tuple[ReminderState, str | None]]:
    return {one.rule: (one.state, one.reason) for one in found}


def test_what_the_desk_booked_for_her_is_told_at_once(
    make: Make, beat: Beat, messenger: FakeMessenger, clock: world.MovableClock
) -> None:
    wish = replace(make.request(make.slot()), channel="desk")
    book(make.session, request=wish, now=NOW)

    beat(*PLAN_AND_SEND)

    (letter,) = messenger.sent
    assert letter.values["thing4"] == "已为您约好，去不了请取消"


def test_what_she_booked_herself_is_not_told_her(
    make: Make, beat: Beat, messenger: FakeMessenger
) -> None:
    make.appointment()

    beat(*PLAN_AND_SEND)

    assert messenger.sent == []


def test_a_clinic_that_closes_is_told_at_once_and_the_reminders_fall_silent(
    session: Session, make: Make, beat: Beat, messenger: FakeMessenger, cast: world.Cast,
    all_reminders: Reminders, clock: world.MovableClock,
) -> None:  # fmt: skip
    held = make.appointment()
    beat(*PLAN_AND_SEND)
    visits.cancel_by_clinic(
        session, hospital_id=cast.hospital.id, appointment_id=held.id, by=by("clinic_closed")
    )

    beat(*PLAN_AND_SEND)
    told = [one.values["thing4"] for one in messenger.sent]
    clock.moment = beijing_moment(date(2026, 6, 3), hour=9)
    beat(SEND)

    assert told == ["停诊了，请改约其他时间"]
    assert len(messenger.sent) == 1
    found = rules(all_reminders())
    assert found["day_before"] == (ReminderState.DROPPED, "appointment_cancelled")


def test_an_offer_of_the_waiting_list_says_until_when_it_is_kept(
    make: Make, beat: Beat, messenger: FakeMessenger
) -> None:
    wish = replace(make.request(make.slot()), channel="waiting_list")
    hold(make.session, request=wish, now=NOW)

    beat(*PLAN_AND_SEND)

    (letter,) = messenger.sent
    assert letter.values["thing4"] == "候补到号，请在10:15前确认"


def test_a_closed_session_and_the_place_held_instead_are_one_message(
    session: Session, make: Make, beat: Beat, messenger: FakeMessenger
) -> None:
    lost = make.appointment()
    beat(*PLAN_AND_SEND)
    messenger.sent.clear()
    clinic = session.scalars(sa.select(Clinic)).one()
    session.execute(sa.update(Slot).values(is_closed=True))
    release_slots(
        session, clinic_id=clinic.id, starts=[VISIT + timedelta(days=2)],
        lasts=timedelta(minutes=30), shares={Share.ONLINE: 1}, now=NOW,
    )  # fmt: skip
    [rescued] = rescue(session, clinic=clinic, lost=[lost], by=by("clinic_closed"))

    beat(*PLAN_AND_SEND)

    [told] = messenger.sent
    assert rescued.held is not None
    assert told.values["thing4"] == "原时间停诊，已另留号，请回复"
    assert told.values["time2"] == "2026年6月5日 10:00"


def test_an_offer_that_was_taken_is_not_offered_again(
    session: Session, make: Make, beat: Beat, messenger: FakeMessenger, cast: world.Cast
) -> None:
    wish = replace(make.request(make.slot()), channel="waiting_list")
    held = hold(session, request=wish, now=NOW)
    beat(PLAN)
    confirm(session, person_id=cast.mother.id, appointment_id=held.appointment.id, by=by("asked"))

    beat(*PLAN_AND_SEND)

    assert [one.values["thing4"] for one in messenger.sent] == ["已为您约好，去不了请取消"]


@pytest.fixture
def after(make: Make, clock: world.MovableClock) -> Appointment:
    """Lin's appointment, on its day."""
    held = make.appointment()
    clock.moment = VISIT
    return held


def test_who_did_not_come_is_offered_another_date_the_next_morning(
    session: Session, after: Appointment, beat: Beat, messenger: FakeMessenger,
    clock: world.MovableClock,
) -> None:  # fmt: skip
    clock.moment = beijing_moment(date(2026, 6, 4), hour=0) + timedelta(minutes=5)
    sweeps.sweep_no_shows(session, now=clock.moment)
    beat(*PLAN_AND_SEND)
    at_night = len(messenger.sent)

    clock.moment = beijing_moment(date(2026, 6, 4), hour=10)
    beat(*PLAN_AND_SEND)

    assert at_night == 0
    assert [one.values["thing4"] for one in messenger.sent] == ["没关系，点开另选一个时间"]


def test_who_came_late_after_all_is_not_told_that_she_missed_it(
    session: Session, after: Appointment, beat: Beat, messenger: FakeMessenger, cast: world.Cast,
    all_reminders: Reminders, clock: world.MovableClock,
) -> None:  # fmt: skip
    clock.moment = VISIT + timedelta(hours=1)
    visits.miss(
        session, hospital_id=cast.hospital.id, appointment_id=after.id,
        by=by("not_there", clock.moment),
    )  # fmt: skip
    beat(PLAN)
    visits.check_in(
        session, hospital_id=cast.hospital.id, appointment_id=after.id,
        by=by("asked", clock.moment),
    )  # fmt: skip

    beat(SEND)

    assert messenger.sent == []
    assert rules(all_reminders())["missed_visit"] == (
        ReminderState.DROPPED, "appointment_changed",
    )  # fmt: skip


def test_after_the_visit_she_is_asked_only_through_a_way_that_may_ask(
    session: Session, after: Appointment, beat: Beat, messenger: FakeMessenger, cast: world.Cast,
    all_reminders: Reminders, clock: world.MovableClock,
) -> None:  # fmt: skip
    visits.check_in(
        session, hospital_id=cast.hospital.id, appointment_id=after.id, by=by("asked", VISIT)
    )
    visits.finish(
        session, hospital_id=cast.hospital.id, appointment_id=after.id, by=by("asked", VISIT)
    )
    beat(PLAN)

    clock.moment = VISIT + timedelta(hours=4)
    beat(SEND)

    assert messenger.sent == []
    assert rules(all_reminders())["after_visit"] == (ReminderState.DROPPED, "no_channel")


def test_steps_are_looked_at_once_and_none_is_missed(
    session: Session, make: Make, beat: Beat, all_reminders: Reminders, cast: world.Cast,
    clock: world.MovableClock,
) -> None:  # fmt: skip
    held = make.appointment(starts_at=NOW + timedelta(days=1, hours=2))
    beat(PLAN, PLAN)
    planned = len(all_reminders())
    clock.move_on(timedelta(hours=1))
    beat(PLAN)
    cancel(session, person_id=held.person_id, appointment_id=held.id, by=by("asked"))
    make.appointment(starts_at=NOW + timedelta(days=1, hours=5), now=clock.now())

    beat(PLAN)

    assert (planned, len(all_reminders())) == (2, 4)


def test_an_appointment_that_is_gone_is_not_spoken_of(
    session: Session, make: Make, beat: Beat, messenger: FakeMessenger,
    all_reminders: Reminders, clock: world.MovableClock,
) -> None:  # fmt: skip
    make.appointment()
    beat(PLAN)
    session.execute(sa.update(Reminder).values(subject_id="apt_nobody"))

    clock.moment = beijing_moment(date(2026, 6, 2), hour=18)
    beat(SEND, ERASE)

    assert messenger.sent == []
    assert rules(all_reminders())["day_before"] == (ReminderState.DROPPED, "appointment_gone")
