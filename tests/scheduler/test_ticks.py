"""Ticks: each does its part, says how it went, and outlives the failures of the others."""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from accounts.models import WechatIdentity
from booking.actions import hold
from booking.models import AppointmentState
from conversation.actions import answer, hear
from conversation.models import Delivery, Message, Receipt
from conversation.outbox import LEASE, UNKNOWN
from core import log
from core.db import Database, Session
from core.log import JsonLine
from scheduler import __main__ as program
from scheduler import queries, ticks
from scheduler.channels.sms import FileSms, HttpSms
from scheduler.models import TickRun
from scheduler.ticks import Tick, Worker
from tests import world
from tests.core.test_settings import NEEDED
from tests.make import Make
from tests.scheduler.conftest import Beat
from tests.scheduler.due import ERASE, MINUTE, PLAN, SEND
from tests.world import NOW
from wechat.errors import AnswerLost, NotFollower, PlatformError
from wechat.login import FakeLogin
from wechat.messages import FakeMessenger

ANSWER, ACQUAINT = (
    next(tick for tick in ticks.TICKS if tick.name == name) for name in ("answer", "acquaint")
)


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

    rows = session.execute(sa.select(Message.delivery, Message.failure).order_by(Message.number))
    assert [tuple(row) for row in rows] == [fate, (Delivery.SENT, None)]
    assert [one.text for one in messenger.sent][-1] == "二"


def test_an_answer_that_fails_on_a_defect_keeps_no_other_waiting(
    session: Session, cast: world.Cast, beat: Beat, messenger: FakeMessenger, worker: Worker,
    clock: world.MovableClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    staff_answer(session, cast, "一", "二")
    said = messenger.send_text

    def faulty(openid: str, text: str) -> None:
        if text == "一":
            raise LookupError(openid)
        said(openid, text)

    monkeypatch.setattr(messenger, "send_text", faulty)
    session.flush()
    ticks.run(ANSWER, worker)
    beat(ANSWER)
    clock.move_on(LEASE)
    beat(ANSWER)

    (record,) = caplog.records
    rows = session.execute(sa.select(Message.delivery, Message.failure).order_by(Message.number))
    assert rows.all() == [(Delivery.FAILED, UNKNOWN), (Delivery.SENT, None)]
    assert "oOA_lin" not in JsonLine().format(record)


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

    assert counted["reminders_pending"] == 2
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

    assert {one.person_id for one in ours} == {hers}
    assert theirs == []


@pytest.mark.slow
def test_the_beat_runs_every_tick_at_its_start_and_stops_when_told(
    real_database: Database, real_worker: Worker
) -> None:
    beat = ticks.start(real_worker)

    wait_for(lambda: ran(real_database).keys() == {tick.name for tick in ticks.TICKS})
    beat.shutdown()
    assert {one.failure for one in ran(real_database).values()} == {None}


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


@pytest.mark.parametrize("name", ["holds", "reserves", "lists", "slots", "no_shows"])
def test_a_tick_of_booking_finds_nothing_to_do_in_an_empty_house(
    session: Session, worker: Worker, cast: world.Cast, name: str
) -> None:
    tick = next(tick for tick in ticks.TICKS if tick.name == name)

    ticks.run(tick, worker)

    run = runs(session)[name]
    assert (run.failure, run.handled) == (None, 0)


def test_a_held_place_is_let_go_by_its_tick(
    session: Session, make: Make, worker: Worker, clock: world.MovableClock
) -> None:
    held = hold(session, request=make.request(make.slot()), now=NOW)
    session.flush()
    holds = next(tick for tick in ticks.TICKS if tick.name == "holds")

    clock.move_on(timedelta(minutes=20))

    assert holds.act(worker) == 1
    session.expire_all()
    assert held.appointment.state is AppointmentState.EXPIRED


def test_a_worker_has_the_carrier_that_the_settings_name(worker: Worker) -> None:
    def carrier(**given: str) -> type:
        settings = replace(world.SETTINGS, **given)
        return type(replace(worker, house=replace(worker.house, settings=settings)).sms)

    assert carrier() is type(None)
    assert carrier(sms_file="sms") is FileSms
    assert carrier(sms_url="https://sms", sms_file="sms") is HttpSms
