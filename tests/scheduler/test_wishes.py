"""What families and hospitals wish: a kind off, a pause that is undone exactly, a switch."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from accounts.audit import PROGRAM
from accounts.models import AuditRow
from core.clock import beijing_moment
from core.db import Session
from core.errors import NotFound
from scheduler.errors import AlreadyStopped, NoReason, PauseOver
from scheduler.models import ReminderKind, ReminderState
from scheduler.models_wishes import Pause
from scheduler.preferences import (
    choices_of,
    pause,
    pauses_of,
    resume,
    resume_kind,
    set_choice,
    stop_kind,
    stops_ended,
    stops_in,
)
from tests import world
from tests.scheduler.conftest import Beat
from tests.scheduler.due import DUE, EVENING, MINUTE, PLAN, PLAN_AND_SEND, SEND, Reminders, states
from wechat.messages import FakeMessenger

CARE, VISIT = ReminderKind.CARE_WINDOW, ReminderKind.APPOINTMENT
DAY = timedelta(days=1)


def choose(session: Session, cast: world.Cast, kind: ReminderKind, *, is_wanted: bool) -> None:
    set_choice(session, person=cast.mother, kind=kind, is_wanted=is_wanted, actor=PROGRAM, now=DUE)


def stop(session: Session, hospital_id: str, kind: ReminderKind | None) -> Pause:
    return stop_kind(
        session, hospital_id=hospital_id, kind=kind, note="模板待核对", actor=PROGRAM, now=EVENING
    )


@pytest.mark.usefixtures("both_due")
def test_a_kind_that_is_switched_off_is_not_said_and_the_other_is(
    session: Session, cast: world.Cast, beat: Beat, messenger: FakeMessenger, reminders: Reminders
) -> None:
    beat(PLAN)
    choose(session, cast, CARE, is_wanted=False)

    beat(SEND)

    assert [one.template_id for one in messenger.sent] == ["TPL_APPOINTMENT"]
    assert (CARE, ReminderState.DROPPED, "opted_out") in states(reminders())


def test_the_last_word_about_a_kind_counts(session: Session, cast: world.Cast) -> None:
    choose(session, cast, CARE, is_wanted=False)
    choose(session, cast, VISIT, is_wanted=False)
    choose(session, cast, CARE, is_wanted=True)
    session.flush()

    said = choices_of(session, person_id=cast.mother.id)

    assert said == {**dict.fromkeys(ReminderKind, True), VISIT: False}
    acts = session.scalars(sa.select(AuditRow.act).where(AuditRow.act.like("reminders_%"))).all()
    assert sorted(acts) == ["reminders_off", "reminders_off", "reminders_on"]


@pytest.mark.usefixtures("both_due")
def test_a_pause_of_one_kind_holds_that_kind_and_its_end_undoes_it_exactly(
    session: Session, cast: world.Cast, beat: Beat, messenger: FakeMessenger,
    reminders: Reminders, clock: world.MovableClock,
) -> None:  # fmt: skip
    beat(PLAN)
    before = {one.id: (one.due_at, one.next_at, one.state) for one in reminders()}
    held = pause(
        session, person=cast.mother, kind=CARE, from_at=EVENING, until_at=EVENING + 14 * DAY,
        actor=PROGRAM, now=EVENING,
    )  # fmt: skip
    beat(SEND)
    while_held = [one.template_id for one in messenger.sent]
    waiting = next(one for one in reminders() if one.kind is CARE)
    assert (waiting.held_by, waiting.next_at) == (held.id, held.until_at)

    resume(session, person_id=cast.mother.id, pause_id=held.id, actor=PROGRAM, now=EVENING + MINUTE)
    undone = next(one for one in reminders() if one.kind is CARE)
    assert (undone.due_at, undone.next_at, undone.state) == before[undone.id]
    beat(SEND)

    assert while_held == ["TPL_APPOINTMENT"]
    assert [one.template_id for one in messenger.sent] == ["TPL_APPOINTMENT", "TPL_CARE"]


@pytest.mark.usefixtures("both_due")
def test_away_for_a_while_is_followed_by_what_is_still_true(
    session: Session, cast: world.Cast, beat: Beat, messenger: FakeMessenger,
    reminders: Reminders, clock: world.MovableClock,
) -> None:  # fmt: skip
    pause(
        session, person=cast.mother, kind=None, from_at=EVENING, until_at=EVENING + 14 * DAY,
        actor=PROGRAM, now=EVENING,
    )  # fmt: skip
    beat(*PLAN_AND_SEND)
    assert messenger.sent == []

    clock.moment = EVENING + 14 * DAY
    beat(SEND)

    assert [one.template_id for one in messenger.sent] == ["TPL_CARE"]
    assert (VISIT, ReminderState.DROPPED, "too_late") in states(reminders())


@pytest.mark.usefixtures("both_due")
@pytest.mark.parametrize(
    ("kind", "spoken"), [(VISIT, ["TPL_CARE"]), (None, [])], ids=["a kind", "everything"]
)
def test_staff_stop_a_kind_or_everything_at_once(
    session: Session, cast: world.Cast, beat: Beat, messenger: FakeMessenger,
    kind: ReminderKind | None, spoken: list[str],
) -> None:  # fmt: skip
    beat(PLAN)
    hospital_id = cast.hospital.id
    stopped = stop(session, hospital_id, kind)
    beat(SEND)
    while_stopped = [one.template_id for one in messenger.sent]
    listed = stops_in(session, hospital_id=hospital_id, now=EVENING)

    resume_kind(session, hospital_id=hospital_id, pause_id=stopped.id, actor=PROGRAM, now=EVENING)
    beat(SEND)

    assert while_stopped == spoken
    assert [one.id for one in listed] == [stopped.id]
    assert {one.template_id for one in messenger.sent} == {"TPL_APPOINTMENT", "TPL_CARE"}
    assert stops_in(session, hospital_id=hospital_id, now=EVENING) == []


def test_the_same_is_stopped_once_until_it_is_said_again(
    session: Session, cast: world.Cast
) -> None:
    hospital_id = cast.hospital.id
    stopped = stop(session, hospital_id, CARE)

    with pytest.raises(AlreadyStopped):
        stop(session, hospital_id, CARE)
    everything = stop(session, hospital_id, None)
    resume_kind(session, hospital_id=hospital_id, pause_id=stopped.id, actor=PROGRAM, now=EVENING)
    stop(session, hospital_id, CARE)

    ended = stops_ended(session, hospital_id=hospital_id)
    live = stops_in(session, hospital_id=hospital_id, now=EVENING)
    assert [(one.id, one.note) for one in ended] == [(stopped.id, "模板待核对")]
    assert {one.kind for one in live} == {everything.kind, CARE}


def test_nobody_stops_anything_without_saying_why(session: Session, cast: world.Cast) -> None:
    with pytest.raises(NoReason):
        stop_kind(
            session, hospital_id=cast.hospital.id, kind=None, note=" ", actor=PROGRAM, now=EVENING
        )


@pytest.mark.usefixtures("both_due")
def test_a_stop_of_another_hospital_stops_nobody_here(
    session: Session, cast: world.Cast, beat: Beat, messenger: FakeMessenger
) -> None:
    stop(session, cast.other_hospital.id, None)

    beat(*PLAN_AND_SEND)

    assert len(messenger.sent) == 2


@pytest.mark.usefixtures("pregnancy")
def test_a_window_that_lapses_under_a_switch_is_not_lost(
    session: Session, cast: world.Cast, beat: Beat, reminders: Reminders,
    clock: world.MovableClock,
) -> None:  # fmt: skip
    clock.moment = EVENING
    stop(session, cast.hospital.id, None)
    beat(*PLAN_AND_SEND)

    clock.moment = beijing_moment(date(2026, 7, 30), hour=9)
    beat(SEND)

    assert states(reminders()) == {(CARE, ReminderState.UNDELIVERABLE, "too_late")}


def test_a_pause_is_ended_once_and_by_whom_it_belongs_to(
    session: Session, cast: world.Cast
) -> None:
    held = pause(
        session, person=cast.mother, kind=None, from_at=DUE, until_at=None, actor=PROGRAM,
        now=DUE,
    )  # fmt: skip
    assert [one.id for one in pauses_of(session, person_id=cast.mother.id, now=DUE)] == [held.id]

    with pytest.raises(NotFound):
        resume(session, person_id=cast.newcomer.id, pause_id=held.id, actor=PROGRAM, now=DUE)
    with pytest.raises(NotFound):
        resume_kind(session, hospital_id=cast.hospital.id, pause_id=held.id, actor=PROGRAM, now=DUE)
    resume(session, person_id=cast.mother.id, pause_id=held.id, actor=PROGRAM, now=DUE)
    with pytest.raises(PauseOver):
        resume(session, person_id=cast.mother.id, pause_id=held.id, actor=PROGRAM, now=DUE)

    assert pauses_of(session, person_id=cast.mother.id, now=DUE) == []


def test_a_pause_ends_after_it_begins(session: Session, cast: world.Cast) -> None:
    with pytest.raises(PauseOver):
        pause(
            session, person=cast.mother, kind=None, from_at=DUE, until_at=DUE,
            actor=PROGRAM, now=DUE,
        )  # fmt: skip
