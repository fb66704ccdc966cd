"""Talks that change nothing are answered without a transaction, and as safely as with one."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa
from werkzeug.test import Client

import app
from accounts.actions import withdraw_consent
from accounts.models import Purpose
from conversation import glances
from conversation.actions import call_person, remember
from conversation.glances import Noted
from conversation.models import Alarm, Conversation, Message, Receipt
from core.db import Database, Session
from core.house import House
from tests import scene, world
from tests.phone import Phone
from tests.races import at_once
from tests.whole import Whole
from wechat import assembly
from wechat.login import FakeLogin

LATER = timedelta(minutes=1)
Meanwhile = Callable[[Callable[[Session], None]], None]


@pytest.fixture
def lin(lin: Phone) -> Phone:
    """Lin, who has written before."""
    lin.say("你好")
    return lin


@pytest.fixture
def transactions(database: world.UndoneDatabase, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for every transaction that is opened from now on."""
    opened: list[str] = []
    open_one = database.transaction

    def counted() -> AbstractContextManager[Session]:
        opened.append("transaction")
        return open_one()

    monkeypatch.setattr(database, "transaction", counted)
    return opened


@pytest.fixture
def meanwhile(database: world.UndoneDatabase, monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """Let something happen after a talk was looked at and before it is noted."""

    def happens(change: Callable[[Session], None]) -> None:
        note = glances.note

        def late(database: Database, talks: Sequence[Noted]) -> list[str | None]:
            with database.transaction() as session:
                change(session)
            return note(database, talks)

        monkeypatch.setattr(glances, "note", late)

    return happens


def said(session: Session) -> list[str]:
    session.expire_all()
    return list(session.scalars(sa.select(Message.text).order_by(Message.number)))


def talk_of(session: Session, cast: world.Cast) -> Conversation:
    return session.get_one(Conversation, cast.mother.id, populate_existing=True)


@pytest.mark.parametrize(
    "text",
    [
        "你好",
        "我的产检",
        "为什么做NT",
        "我的预约",
        "糖耐怎么准备",
        "附近哪里停车方便",
        "会不会早产",
    ],
    ids=["greeting", "timeline", "why", "appointments", "question", "no-answer", "knowledge"],
)
def test_a_talk_that_changes_nothing_opens_no_transaction(
    lin: Phone, transactions: list[str], text: str
) -> None:
    answer = lin.say(text)

    assert answer
    assert transactions == []


@pytest.mark.parametrize(
    "text",
    ["开启提醒", "关闭提醒", "转人工", "预产期是12月10号", "下面出血了"],
    ids=["consent", "withdrawal", "person", "dates", "danger"],
)
def test_a_talk_that_changes_something_has_a_transaction(
    lin: Phone, transactions: list[str], text: str
) -> None:
    answer = lin.say(text)

    assert answer
    assert len(transactions) == 1


@pytest.mark.parametrize(
    "waits",
    [call_person, partial(remember, question='{"asked": "other"}')],
    ids=["staff", "the-bot"],
)
def test_who_is_waited_for_is_heard_in_a_transaction(
    lin: Phone, database: world.UndoneDatabase, cast: world.Cast, transactions: list[str],
    waits: Callable[..., None],
) -> None:  # fmt: skip
    with database.transaction() as session:
        waits(talk_of(session, cast), now=world.NOW)
    transactions.clear()

    lin.say("你好")

    assert len(transactions) == 1


def test_a_danger_sign_raises_its_alarm_all_the_same(lin: Phone, session: Session) -> None:
    answer = lin.say("下面出血了")

    assert "120" in answer
    assert session.scalar(sa.select(sa.func.count()).select_from(Alarm)) == 1


def test_a_talk_is_noted_with_its_words_and_its_moment(
    lin: Phone, session: Session, cast: world.Cast, clock: world.MovableClock
) -> None:
    heard_at = clock.move_on(LATER)

    answer = lin.say("附近哪里停车方便")

    assert said(session)[-2:] == ["附近哪里停车方便", answer]
    assert talk_of(session, cast).heard_at == heard_at
    assert session.scalars(sa.select(Receipt.answer)).all()[-1] == answer


def test_without_her_consent_her_words_are_not_kept(mei: Phone, session: Session) -> None:
    mei.say("你好")

    answer = mei.say("附近哪里停车方便")

    assert answer
    assert said(session) == []


def test_a_consent_withdrawn_before_the_note_keeps_nothing(
    lin: Phone, session: Session, cast: world.Cast, meanwhile: Meanwhile
) -> None:
    before = said(session)
    meanwhile(
        lambda session: withdraw_consent(
            session, person=cast.mother, purpose=Purpose.HANDBOOK, now=world.NOW
        )
    )

    answer = lin.say("附近哪里停车方便")

    assert answer
    assert said(session) == before


def test_words_are_kept_for_staff_who_were_called_before_the_note(
    mei: Phone, session: Session, cast: world.Cast, meanwhile: Meanwhile
) -> None:
    mei.say("你好")
    meanwhile(
        lambda session: call_person(session.get_one(Conversation, cast.newcomer.id), now=world.NOW)
    )

    answer = mei.say("附近哪里停车方便")

    assert said(session) == ["附近哪里停车方便", answer]


def test_a_twin_that_was_noted_first_gives_its_answer_to_both(
    lin: Phone, database: world.UndoneDatabase, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = glances.note

    def second(database: Database, talks: Sequence[Noted]) -> list[str | None]:
        first = [
            Noted(one.asked, one.person_id, one.said, "of the first", one.heard_at) for one in talks
        ]
        note(database, first)
        return note(database, talks)

    monkeypatch.setattr(glances, "note", second)

    answer = lin.say("附近哪里停车方便")

    assert answer == "of the first"
    assert said(session)[-2:] == ["附近哪里停车方便", "of the first"]


def test_two_different_talks_in_one_note_are_both_kept_in_order(
    lin: Phone, database: world.UndoneDatabase, session: Session, cast: world.Cast
) -> None:
    talks = [
        Noted(
            glances.Asked("wxOA0001", "oOA_lin", key), cast.mother.id, said=key,
            answer=f"answer of {key}", heard_at=world.NOW,
        )
        for key in ("9", "8", "9")
    ]  # fmt: skip

    answers = glances.note(database, talks)

    assert answers == ["answer of 9", "answer of 8", "answer of 9"]
    assert said(session)[-4:] == ["9", "answer of 9", "8", "answer of 8"]


def test_an_event_that_tells_nothing_needs_no_database(
    chat: Callable[[str], Phone], login: FakeLogin, clock: world.MovableClock
) -> None:
    nowhere = Database("postgresql+psycopg://nobody@127.0.0.1:1/nothing?connect_timeout=1")
    house = House(world.SETTINGS, nowhere, clock)
    lin = chat("oOA_lin")
    lin.client = Client(
        Whole(app.lanes(house, login=login, wechat=assembly.accounts(house.settings)))
    )

    lin.event("VIEW", EventKey="https://hospital.example/")

    assert (lin.answer.status_code, lin.answer.data) == (200, b"success")
    nowhere.engine.dispose()


@pytest.fixture
def phones(
    real_database: Database, real_cast: world.Cast, login: FakeLogin, clock: world.MovableClock
) -> Callable[[], Phone]:
    """Give Lin, who is pregnant and wrote before, any number of phones in a house that commits."""
    house = House(world.SETTINGS, real_database, clock)
    program = Whole(app.lanes(house, login=login, wechat=assembly.accounts(house.settings)))
    with real_database.transaction() as session:
        scene.expecting(session, real_cast.mother)
    Phone(Client(program), clock, "oOA_lin").say("你好")
    return lambda: Phone(Client(program), clock, "oOA_lin")


@pytest.mark.slow
def test_50_deliveries_at_once_of_one_push_get_one_answer_and_are_kept_once(
    phones: Callable[[], Phone], real_database: Database
) -> None:
    push = {"MsgType": "text", "MsgId": "24000000777", "Content": "我的产检"}

    answers = at_once(lambda phone: phone.push(**push), [phones() for _ in range(50)])

    assert len(set(answers)) == 1
    with real_database.transaction() as session:
        assert said(session)[2:] == ["我的产检", answers[0]]


@pytest.mark.slow
def test_a_rush_of_different_talks_is_answered_and_kept_each_once(
    phones: Callable[[], Phone], real_database: Database
) -> None:
    texts = [f"附近哪里停车方便{number}" for number in range(40)]

    answers = at_once(lambda text: phones().say(text), texts)

    assert all(answers)
    with real_database.transaction() as session:
        assert sorted(said(session)[2::2]) == sorted(texts)
