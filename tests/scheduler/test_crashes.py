"""Letters in doubt: an answer lost, a worker dead, a platform slow; nothing doubles or is lost."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from core.db import Database, Session
from core.log import JsonLine
from scheduler import sending
from scheduler.actions import Letter, Outcome, claim, note_delivery, plan, record
from scheduler.channels.outlets import Outlets
from scheduler.models import EarlyReport, Reminder, ReminderState
from scheduler.rules import LEASE, MOST_ATTEMPTS, SAME_ID
from scheduler.ticks import Worker
from tests import world
from tests.make import Make
from tests.races import at_once
from tests.scheduler.conftest import Beat
from tests.scheduler.due import DUE, ERASE, MINUTE, PLAN, PLAN_AND_SEND, SEND, Reminders
from tests.scheduler.people import agreed_follower
from tests.world import NOW
from wechat.errors import AnswerLost
from wechat.messages import FakeMessenger
from wechat.push import DeliveryOutcome

OUTLETS = Outlets("wxOA0001", "wxMP0001", {"visit": "TPL_APPOINTMENT"})


class Watching(FakeMessenger):
    """A fake that takes the letter and then loses the answer, keeping every `client_msg_id`."""

    def __init__(self, *, lost: int) -> None:
        super().__init__()
        self.ids: list[str] = []
        self._lost = lost

    def send_template(self, openid, template_id, values, *, url, client_msg_id):
        self.ids.append(client_msg_id)
        sent = super().send_template(
            openid, template_id, values, url=url, client_msg_id=client_msg_id
        )
        if len(self.ids) <= self._lost:
            raise AnswerLost
        return sent


@pytest.mark.usefixtures("due")
def test_a_lost_answer_is_asked_for_again_with_the_same_id_and_arrives_once(
    worker: Worker, session: Session, reminder: Callable[[], Reminder], clock: world.MovableClock
) -> None:
    watching = Watching(lost=1)
    losing = replace(worker, messenger=watching)
    session.flush()
    PLAN.act(losing)
    SEND.act(losing)
    clock.move_on(MINUTE)

    SEND.act(losing)

    assert watching.ids == [reminder().letter_id] * 2
    assert len(watching.sent) == 1
    assert reminder().state is ReminderState.SENT


@pytest.mark.usefixtures("due")
def test_a_letter_whose_worker_died_is_sent_by_the_next_with_the_same_id(
    worker: Worker, session: Session, beat: Beat, messenger: FakeMessenger,
    reminder: Callable[[], Reminder], clock: world.MovableClock,
) -> None:  # fmt: skip
    beat(PLAN)
    (letter,) = claim(session, outlets=worker.outlets, limit=9, now=DUE)
    messenger.send_template(
        letter.openid, letter.template_id, letter.values, url="", client_msg_id=letter.letter_id
    )
    beat(SEND)
    while_leased = reminder().state

    clock.move_on(LEASE)
    beat(SEND)

    assert while_leased is ReminderState.SENDING
    assert len(messenger.sent) == 1
    assert reminder().state is ReminderState.SENT


def send_first(worker: Worker, letters: list[Letter], *, dies: bool) -> None:
    """Send as it must not be done: under a new id each time, written down only afterwards."""
    for letter in letters:
        worker.messenger.send_template(
            letter.openid, letter.template_id, letter.values, url="",
            client_msg_id=os.urandom(8).hex(),
        )  # fmt: skip
    assert not dies


@pytest.mark.usefixtures("due")
def test_control_sending_first_doubles_when_the_worker_dies(
    worker: Worker, session: Session, beat: Beat, messenger: FakeMessenger
) -> None:
    beat(PLAN)
    savepoint = session.begin_nested()
    letters = claim(session, outlets=worker.outlets, limit=9, now=DUE)

    with pytest.raises(AssertionError):
        send_first(worker, letters, dies=True)
    savepoint.rollback()
    send_first(worker, claim(session, outlets=worker.outlets, limit=9, now=DUE), dies=False)

    assert len(messenger.sent) == 2


@pytest.mark.usefixtures("due")
@pytest.mark.parametrize(
    ("outcome", "state", "reason"),
    [
        (DeliveryOutcome.DELIVERED, ReminderState.SENT, None),
        (DeliveryOutcome.BLOCKED, ReminderState.UNDELIVERABLE, "blocked"),
        (DeliveryOutcome.FAILED, ReminderState.UNDELIVERABLE, "failed"),
    ],
    ids=["delivered", "blocked", "failed"],
)
def test_the_platforms_later_word_counts(
    session: Session, beat: Beat, reminder: Callable[[], Reminder], outcome: DeliveryOutcome,
    state: ReminderState, reason: str | None,
) -> None:  # fmt: skip
    beat(*PLAN_AND_SEND)

    note_delivery(session, msg_id="1", outcome=outcome, now=DUE)

    assert (reminder().state, reminder().reason) == (state, reason)


@pytest.mark.usefixtures("due")
def test_a_report_that_comes_before_its_sending_is_written_down_is_not_lost(
    session: Session, beat: Beat, reminder: Callable[[], Reminder]
) -> None:
    note_delivery(session, msg_id="1", outcome=DeliveryOutcome.BLOCKED, now=DUE)
    note_delivery(session, msg_id="1", outcome=DeliveryOutcome.BLOCKED, now=DUE)

    beat(*PLAN_AND_SEND)

    assert (reminder().state, reminder().reason) == (ReminderState.UNDELIVERABLE, "blocked")
    assert session.scalars(sa.select(EarlyReport)).all() == []


def test_a_report_that_nothing_meets_is_erased_after_a_day(
    session: Session, beat: Beat, clock: world.MovableClock
) -> None:
    note_delivery(session, msg_id="1", outcome=DeliveryOutcome.FAILED, now=clock.now())

    clock.move_on(timedelta(days=1))
    beat(ERASE)
    after_a_day = session.scalars(sa.select(EarlyReport.msg_id)).all()
    clock.move_on(timedelta(seconds=1))
    beat(ERASE)

    assert after_a_day == ["1"]
    assert session.scalars(sa.select(EarlyReport)).all() == []


@pytest.mark.slow
def test_a_report_and_the_writing_down_of_its_sending_wait_for_each_other(
    real_database: Database, real_cast: world.Cast
) -> None:
    with real_database.transaction() as session:
        Make(session, real_cast).appointment()
        plan(session, now=DUE)
        session.execute(sa.delete(Reminder).where(Reminder.rule != "day_before"))
        reminder_id = session.scalars(sa.select(Reminder.id)).one()

    with ThreadPoolExecutor(1) as pool:
        with real_database.transaction() as session:
            (letter,) = claim(session, outlets=OUTLETS, limit=1, now=DUE)
            record(session, [Outcome(letter, msg_id="1")], now=DUE)
            told = pool.submit(blocked, real_database)
            waiting = wait([told], timeout=0.2).not_done
        told.result(timeout=5)

    assert waiting == {told}
    with real_database.transaction() as session:
        assert session.get_one(Reminder, reminder_id).state is ReminderState.UNDELIVERABLE


def blocked(database: Database) -> None:
    with database.transaction() as session:
        note_delivery(session, msg_id="1", outcome=DeliveryOutcome.BLOCKED, now=DUE)


@pytest.mark.usefixtures("due")
def test_a_report_of_another_message_changes_nothing(
    session: Session, beat: Beat, reminder: Callable[[], Reminder]
) -> None:
    beat(*PLAN_AND_SEND)

    note_delivery(session, msg_id="2", outcome=DeliveryOutcome.BLOCKED, now=DUE)

    assert reminder().state is ReminderState.SENT


def test_behind_a_slow_platform_an_old_truth_is_not_spoken(
    make: Make, beat: Beat, worker: Worker, messenger: FakeMessenger, reminders: Reminders,
    clock: world.MovableClock, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for hour in range(4):
        make.appointment(starts_at=NOW + timedelta(days=2, hours=hour))
    clock.moment = DUE
    beat(PLAN)
    shown = iter(range(0, 1000, 5))
    monkeypatch.setattr("scheduler.sending.time.monotonic", lambda: next(shown))

    beat(SEND)

    assert len(messenger.sent) == 2
    states = [one.state for one in reminders()]
    assert (states.count(ReminderState.SENT), states.count(ReminderState.PENDING)) == (2, 2)
    assert {one.attempts for one in reminders() if one.state is ReminderState.PENDING} == {0}


@pytest.mark.slow
def test_workers_share_what_is_due_and_send_nothing_twice(
    real_database: Database, real_cast: world.Cast, real_worker: Worker, messenger: FakeMessenger,
    clock: world.MovableClock, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(sending, "BATCH", 7)
    with real_database.transaction() as session:
        make = Make(session, real_cast)
        for step in range(20):
            person = agreed_follower(session, real_cast.hospital, f"oOA_{step}")
            make.appointment(person=person, starts_at=NOW + timedelta(days=2, minutes=30 * step))
    clock.moment = DUE
    PLAN.act(real_worker)

    sent = at_once(lambda _: SEND.act(real_worker), range(4))

    assert sum(one for one in sent if isinstance(one, int)) == 20
    assert len({one.values["time2"] for one in messenger.sent}) == len(messenger.sent) == 20
    with real_database.transaction() as session:
        due = sa.select(Reminder.state).where(Reminder.rule == "day_before")
        assert set(session.scalars(due)) == {ReminderState.SENT}


class Faulty(FakeMessenger):
    """A fake with a defect: it stumbles over every letter on a care window."""

    def send_template(self, openid, template_id, values, *, url, client_msg_id):
        if template_id == "TPL_CARE":
            raise LookupError(openid)
        return super().send_template(
            openid, template_id, values, url=url, client_msg_id=client_msg_id
        )


@pytest.mark.usefixtures("both_due")
def test_a_letter_that_fails_on_a_defect_keeps_no_other_waiting(
    worker: Worker, session: Session, reminders: Reminders, caplog: pytest.LogCaptureFixture
) -> None:
    faulty = replace(worker, messenger=Faulty())
    session.flush()
    PLAN.act(faulty)

    sent = SEND.act(faulty)

    (record,) = caplog.records
    assert sent == 1
    assert {(one.state, one.attempts) for one in reminders()} == {
        (ReminderState.SENT, 1), (ReminderState.SENDING, 1),
    }  # fmt: skip
    assert "oOA_lin" not in JsonLine().format(record)


@pytest.mark.usefixtures("both_due")
def test_a_letter_that_fails_on_a_defect_time_after_time_goes_onto_a_persons_list(
    worker: Worker, session: Session, reminders: Reminders, clock: world.MovableClock,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    faulty = replace(worker, messenger=Faulty())
    session.flush()
    PLAN.act(faulty)

    for _ in range(MOST_ATTEMPTS + 1):
        SEND.act(faulty)
        clock.move_on(LEASE)

    assert (ReminderState.UNDELIVERABLE, "no_word") in {
        (one.state, one.reason) for one in reminders()
    }
    assert len(caplog.records) == SAME_ID // LEASE + 1
