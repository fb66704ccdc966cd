"""Ticks: none sends twice, none loses, each says how it went; time may jump and stand still."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from accounts.models import WechatIdentity
from conversation.actions import answer, hear
from conversation.models import Delivery, Message, Receipt
from core import log
from core.clock import beijing_moment
from core.db import Database, Session
from scheduler import __main__ as program
from scheduler import queries, ticks
from scheduler.actions import Letter, claim, note_delivery
from scheduler.models import Reminder, ReminderState, TickRun
from scheduler.rules import LEASE, MOST_ATTEMPTS
from scheduler.ticks import Tick, Worker
from tests import world
from tests.core.test_settings import NEEDED
from tests.make import Make
from tests.races import at_once
from tests.scheduler.conftest import Beat
from tests.scheduler.test_truth import PLAN, PLAN_AND_SEND, SEND
from tests.world import NOW
from wechat.errors import AnswerLost, Busy, NotFollower, NotSubscribed, PlatformError
from wechat.login import FakeLogin
from wechat.messages import FakeMessenger
from wechat.push import DeliveryOutcome

EVENING = beijing_moment(date(2026, 6, 2), hour=18)
"""When Lin's appointment of 3 June at 10:00 is reminded of."""

MINUTE = timedelta(minutes=1)
ANSWER, ACQUAINT, ERASE = (
    next(tick for tick in ticks.TICKS if tick.name == name)
    for name in ("answer", "acquaint", "erase")
)
Reminders = Callable[[], list[Reminder]]


@pytest.fixture
def due(make: Make, clock: world.MovableClock) -> None:
    """One reminder of Lin, due now."""
    make.appointment()
    clock.moment = EVENING


@pytest.fixture
def reminder(reminders: Reminders) -> Callable[[], Reminder]:
    def one() -> Reminder:
        (found,) = reminders()
        return found

    return one


@pytest.mark.usefixtures("due")
def test_a_reminder_is_sent_once_however_often_the_clock_beats(
    beat: Beat, messenger: FakeMessenger, reminder: Callable[[], Reminder]
) -> None:
    for _ in range(5):
        beat(*PLAN_AND_SEND)

    assert len(messenger.sent) == 1
    assert (reminder().state, reminder().attempts) == (ReminderState.SENT, 1)
    assert reminder().sent_at == EVENING
    assert reminder().platform_msg_id == "1"


def test_nothing_is_sent_before_its_time(
    make: Make, beat: Beat, messenger: FakeMessenger, clock: world.MovableClock
) -> None:
    make.appointment()

    clock.moment = EVENING - timedelta(seconds=1)
    beat(*PLAN_AND_SEND)

    assert messenger.sent == []


@pytest.mark.usefixtures("due")
def test_what_falls_into_the_night_waits_for_the_morning(
    beat: Beat, messenger: FakeMessenger, clock: world.MovableClock,
    reminder: Callable[[], Reminder],
) -> None:  # fmt: skip
    beat(PLAN)
    clock.moment = beijing_moment(date(2026, 6, 2), hour=22)
    beat(SEND)
    at_night = len(messenger.sent)

    clock.moment = reminder().due_at
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
    listed = queries.undeliverable(session, hospital_id=cast.hospital.id)
    assert [one.id for one in listed] == [reminder().id]
    assert queries.undeliverable(session, hospital_id=cast.other_hospital.id) == []


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
        pauses.append((reminder().due_at - clock.now()) // MINUTE)
        clock.moment = reminder().due_at

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
        clock.moment = reminder().due_at

    assert messenger.sent == []
    assert (reminder().state, reminder().reason) == (ReminderState.UNDELIVERABLE, "wechat.busy")


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

    assert watching.ids == [reminder().id] * 2
    assert len(watching.sent) == 1
    assert reminder().state is ReminderState.SENT


@pytest.mark.usefixtures("due")
def test_a_letter_whose_worker_died_is_sent_by_the_next_with_the_same_id(
    worker: Worker, session: Session, beat: Beat, messenger: FakeMessenger,
    reminder: Callable[[], Reminder], clock: world.MovableClock,
) -> None:  # fmt: skip
    beat(PLAN)
    (letter,) = claim(session, channel=worker.channel, limit=9, now=EVENING)
    messenger.send_template(
        letter.openid, letter.template_id, letter.values, url="", client_msg_id=letter.reminder_id
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
    letters = claim(session, channel=worker.channel, limit=9, now=EVENING)

    with pytest.raises(AssertionError):
        send_first(worker, letters, dies=True)
    savepoint.rollback()
    send_first(worker, claim(session, channel=worker.channel, limit=9, now=EVENING), dies=False)

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

    note_delivery(session, msg_id="1", outcome=outcome, now=EVENING)

    assert (reminder().state, reminder().reason) == (state, reason)


@pytest.mark.usefixtures("due")
def test_a_report_of_another_message_changes_nothing(
    session: Session, beat: Beat, reminder: Callable[[], Reminder]
) -> None:
    beat(*PLAN_AND_SEND)

    note_delivery(session, msg_id="2", outcome=DeliveryOutcome.BLOCKED, now=EVENING)

    assert reminder().state is ReminderState.SENT


def test_behind_a_slow_platform_an_old_truth_is_not_spoken(
    make: Make, beat: Beat, worker: Worker, messenger: FakeMessenger, reminders: Reminders,
    clock: world.MovableClock, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for hour in range(4):
        make.appointment(starts_at=NOW + timedelta(days=2, hours=hour))
    clock.moment = EVENING
    beat(PLAN)
    shown = iter(range(0, 1000, 9))
    monkeypatch.setattr("scheduler.ticks.time.monotonic", lambda: next(shown))

    beat(SEND)

    assert len(messenger.sent) == 2
    states = [one.state for one in reminders()]
    assert (states.count(ReminderState.SENT), states.count(ReminderState.SENDING)) == (2, 2)


@pytest.mark.slow
def test_workers_share_what_is_due_and_send_nothing_twice(
    real_database: Database, real_cast: world.Cast, real_worker: Worker, messenger: FakeMessenger,
    clock: world.MovableClock, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(ticks, "BATCH", 7)
    with real_database.transaction() as session:
        make = Make(session, real_cast)
        for step in range(20):
            make.appointment(starts_at=NOW + timedelta(days=2, minutes=30 * step))
    clock.moment = EVENING
    PLAN.act(real_worker)

    sent = at_once(lambda _: SEND.act(real_worker), range(4))

    assert sum(one for one in sent if isinstance(one, int)) == 20
    assert len({one.values["time2"] for one in messenger.sent}) == len(messenger.sent) == 20
    with real_database.transaction() as session:
        assert set(session.scalars(sa.select(Reminder.state))) == {ReminderState.SENT}


def staff_answer(session: Session, cast: world.Cast, *texts: str) -> None:
    hear(session, person=cast.mother, hospital_id=cast.hospital.id, now=NOW)
    for text in texts:
        answer(session, staff=cast.care_worker, person_id=cast.mother.id, text=text, now=NOW)


@pytest.mark.parametrize(
    ("failure", "fate"),
    [
        (None, (Delivery.SENT, None)),
        (NotFollower(43004), (Delivery.FAILED, "wechat.not_follower")),
        (AnswerLost(), (Delivery.FAILED, "wechat.answer_lost")),
    ],
    ids=["taken", "refused", "answer lost"],
)
def test_an_answer_of_staff_is_handed_over_and_its_fate_kept(
    session: Session, cast: world.Cast, beat: Beat, messenger: FakeMessenger,
    failure: PlatformError | None, fate: tuple[Delivery, str | None],
) -> None:  # fmt: skip
    staff_answer(session, cast, "一", "二")
    messenger.fail_next(*filter(None, [failure]))

    beat(ANSWER)
    beat(ANSWER)

    rows = session.execute(
        sa.select(Message.delivery, Message.failure).order_by(Message.number)
    ).all()
    assert [tuple(row) for row in rows] == [fate, (Delivery.SENT, None)]
    assert [one.text for one in messenger.sent][-1] == "二"


def unions(session: Session) -> dict[str, str | None]:
    rows = session.execute(sa.select(WechatIdentity.openid, WechatIdentity.unionid))
    return {row.openid: row.unionid for row in rows}


def test_the_platform_is_asked_who_a_follower_is_and_who_left_keeps_nobody_waiting(
    session: Session, cast: world.Cast, beat: Beat, login: FakeLogin,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    session.execute(sa.update(WechatIdentity).values(unionid=None))
    known = {"oOA_mei": "u_mei"}

    def asked(openid: str) -> str:
        if openid not in known:
            raise NotFollower(43004)
        return known[openid]

    monkeypatch.setattr(login, "unionid_of_follower", asked)

    beat(ACQUAINT)

    assert unions(session) == {"oOA_lin": "", "oOA_mei": "u_mei"}


def test_what_outlived_its_use_is_erased(
    session: Session, beat: Beat, clock: world.MovableClock
) -> None:
    session.add(Receipt(appid="wx", dedup_key="1", answer=None, received_at=NOW))

    clock.move_on(timedelta(hours=1))
    beat(ERASE)

    assert session.scalars(sa.select(Receipt)).all() == []


def runs(session: Session) -> dict[str, TickRun]:
    return {one.name: one for one in queries.ticks(session)}


def broken(_: Worker) -> int:
    raise LookupError


def test_a_tick_that_raises_is_written_down_and_the_next_runs(
    session: Session, worker: Worker, clock: world.MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "scheduler.ticks")

    ticks.run(Tick("first", MINUTE, broken), worker)
    ticks.run(Tick("second", MINUTE, lambda _: 3), worker)

    found = runs(session)
    assert (found["first"].failure, found["first"].handled) == ("LookupError", 0)
    assert (found["second"].failure, found["second"].handled) == (None, 3)
    assert found["first"].started_at == clock.now()


def test_a_tick_that_is_well_again_says_so(
    session: Session, worker: Worker, clock: world.MovableClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "scheduler.ticks")
    ticks.run(Tick("one", MINUTE, broken), worker)

    ticks.run(Tick("one", MINUTE, lambda _: 1), worker)

    assert {name: run.failure for name, run in runs(session).items()} == {"one": None}


class Away(Database):
    """A database that does not answer."""

    def __init__(self) -> None:
        super().__init__("postgresql+psycopg://nobody@/none?host=%2Fnonexistent")


def test_a_tick_outlives_a_database_that_is_away(
    worker: Worker, caplog: pytest.LogCaptureFixture
) -> None:
    without = replace(worker, house=replace(worker.house, database=Away()))

    ticks.run(SEND, without)

    assert [record.message for record in caplog.records] == [
        "tick failed", "tick not written down",
    ]  # fmt: skip
    assert log.REQUEST.get() == ""


def test_what_stands_is_counted(session: Session, due: None, beat: Beat, cast: world.Cast) -> None:
    beat(PLAN)

    counted = queries.standing(session)

    assert counted["reminders_pending"] == 1
    assert counted["reminders_sent"] == 0
    assert counted["unopened_alarms"] == 0


@pytest.mark.usefixtures("due")
def test_a_persons_reminders_are_shown_in_her_hospital_only(
    session: Session, beat: Beat, cast: world.Cast
) -> None:
    beat(PLAN)
    hers = cast.mother.id

    ours = queries.reminders_of(session, person_id=hers, hospital_id=cast.hospital.id)
    theirs = queries.reminders_of(session, person_id=hers, hospital_id=cast.other_hospital.id)

    assert [one.person_id for one in ours] == [hers]
    assert theirs == []


@pytest.mark.slow
def test_the_beat_runs_every_tick_and_stops_when_told(
    real_database: Database, real_worker: Worker
) -> None:
    beat = ticks.start(real_worker)

    assert {job.name for job in beat.get_jobs()} == {tick.name for tick in ticks.TICKS}
    wait_for(lambda: "answer" in ran(real_database))
    beat.shutdown()
    assert ran(real_database)["answer"].failure is None


@pytest.fixture
def root_logger() -> Iterator[None]:
    """The root logger, put back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level


@pytest.mark.slow
@pytest.mark.usefixtures("root_logger")
def test_the_worker_beats_until_it_is_told_to_stop(
    real_database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in {**NEEDED, "YUNYU_DATABASE_URL": database_url}.items():
        monkeypatch.setenv(name, text)
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def tell() -> None:
        wait_for(lambda: "answer" in ran(real_database))
        os.kill(os.getpid(), signal.SIGTERM)

    teller = threading.Thread(target=tell)
    teller.start()
    program.main()
    teller.join()

    for number, old in before.items():
        signal.signal(number, old)
    assert ran(real_database)["answer"].failure is None


def ran(database: Database) -> dict[str, TickRun]:
    with database.transaction() as session:
        return runs(session)


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.05)
