"""A push that comes again is answered as the first time, and does nothing."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread

import pytest
import sqlalchemy as sa

from conversation import receipts
from conversation.actions import forget, hear, keep, recall, remember
from conversation.models import Conversation, Message, Receipt, Speaker
from conversation.rules import MEMORY, RECEIPT_KEPT
from core.db import Database, Session
from tests import world
from tests.races import at_once
from tests.world import NOW

APPID, KEY = "wxOA0001", "24000000001"
INSTANT = timedelta(microseconds=1)
Deliver = Callable[[int], str | None]


@pytest.fixture
def deliver(real_database: Database, real_cast: world.Cast) -> Deliver:
    """Deliver one and the same push, answered with the number of the delivery that came first."""

    def push(number: int) -> str | None:
        with real_database.transaction() as session:
            if receipts.take_in(session, appid=APPID, dedup_key=KEY, now=NOW):
                keep(session, person=real_cast.mother, speaker=Speaker.FAMILY, text="你好", now=NOW)
                answer = f"answer of {number}"
                receipts.settle(session, appid=APPID, dedup_key=KEY, answer=answer)
            return receipts.answer_of(session, appid=APPID, dedup_key=KEY)

    return push


def effects(database: Database) -> int:
    with database.transaction() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(Message)) or 0


@pytest.mark.slow
def test_50_deliveries_at_once_have_one_effect_and_50_equal_answers(
    real_database: Database, deliver: Deliver
) -> None:
    answers = at_once(deliver, range(50))

    assert len(set(answers)) == 1
    assert str(answers[0]).startswith("answer of ")
    assert effects(real_database) == 1


def test_a_repeated_delivery_has_the_answer_of_the_first(
    real_database: Database, deliver: Deliver
) -> None:
    answers = [deliver(number) for number in range(4)]

    assert answers == ["answer of 0"] * 4
    assert effects(real_database) == 1


class Twin(Thread):
    """A second delivery of the push, which comes while the first is under way."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self._database = database
        self.was_new: bool | None = None

    def run(self) -> None:
        with self._database.transaction() as session:
            is_new = receipts.take_in(session, appid=APPID, dedup_key=KEY, now=NOW)
            if is_new:
                receipts.settle(session, appid=APPID, dedup_key=KEY, answer="of the twin")
        self.was_new = is_new


def first_of(database: Database, twin: Twin, *, fails: bool) -> None:
    """Answer the push while its twin comes and waits; then end, or fail."""
    with database.transaction() as session:
        receipts.take_in(session, appid=APPID, dedup_key=KEY, now=NOW)
        twin.start()
        twin.join(timeout=0.3)
        assert twin.is_alive(), "the twin did not wait"
        receipts.settle(session, appid=APPID, dedup_key=KEY, answer="of the first")
        if fails:
            raise LookupError


def answered(database: Database) -> str | None:
    with database.transaction() as session:
        return receipts.answer_of(session, appid=APPID, dedup_key=KEY)


@pytest.mark.slow
def test_a_twin_waits_for_the_first_and_gets_its_answer(real_database: Database) -> None:
    twin = Twin(real_database)

    first_of(real_database, twin, fails=False)
    twin.join(timeout=10)

    assert twin.was_new is False
    assert answered(real_database) == "of the first"


@pytest.mark.slow
def test_if_the_first_fails_the_twin_takes_its_place(real_database: Database) -> None:
    twin = Twin(real_database)

    with pytest.raises(LookupError):
        first_of(real_database, twin, fails=True)
    twin.join(timeout=10)

    assert twin.was_new is True
    assert answered(real_database) == "of the twin"


def test_silence_is_an_answer_too(session: Session) -> None:
    receipts.take_in(session, appid=APPID, dedup_key=KEY, now=NOW)
    receipts.settle(session, appid=APPID, dedup_key=KEY, answer=None)

    assert not receipts.take_in(session, appid=APPID, dedup_key=KEY, now=NOW)
    assert receipts.answer_of(session, appid=APPID, dedup_key=KEY) is None


def test_a_key_is_each_accounts_own(session: Session) -> None:
    receipts.take_in(session, appid=APPID, dedup_key=KEY, now=NOW)

    assert receipts.take_in(session, appid="wxMP0001", dedup_key=KEY, now=NOW)


def test_an_answer_rests_sealed(session: Session) -> None:
    receipts.take_in(session, appid=APPID, dedup_key=KEY, now=NOW)
    receipts.settle(session, appid=APPID, dedup_key=KEY, answer="您今天孕12周")

    resting = session.scalar(sa.text("select answer from receipt"))

    assert "孕12周".encode() not in bytes(resting)


@pytest.mark.parametrize(
    ("age", "left"),
    [(RECEIPT_KEPT, 1), (RECEIPT_KEPT + INSTANT, 0)],
    ids=["to the instant", "an instant older"],
)
def test_receipts_are_erased_when_they_outlived_their_use(
    session: Session, age: timedelta, left: int
) -> None:
    receipts.take_in(session, appid=APPID, dedup_key=KEY, now=NOW)

    erased = receipts.erase_old(session, now=NOW + age)

    assert erased == 1 - left
    assert len(session.scalars(sa.select(Receipt)).all()) == left


@pytest.fixture
def hers(session: Session, cast: world.Cast) -> Conversation:
    """Lin's conversation, in which the bot asked her something at `NOW`."""
    conversation = hear(session, person=cast.mother, hospital_id=cast.hospital.id, now=NOW)
    remember(conversation, question="dating:2026-03-05", now=NOW)
    session.flush()
    return conversation


@pytest.mark.parametrize(
    ("later", "recalled"),
    [(MEMORY - INSTANT, "dating:2026-03-05"), (MEMORY, None)],
    ids=["an instant before", "thirty minutes"],
)
def test_a_question_is_remembered_for_thirty_minutes(
    hers: Conversation, later: timedelta, recalled: str | None
) -> None:
    assert recall(hers, now=NOW + later) == recalled


def test_a_question_that_was_answered_is_forgotten(hers: Conversation) -> None:
    forget(hers)

    assert recall(hers, now=NOW) is None
    assert (hers.awaiting, hers.awaiting_until) == (None, None)


def test_an_unanswered_question_is_erased_and_not_only_hidden(
    session: Session, hers: Conversation
) -> None:
    too_early = receipts.erase_old(session, now=NOW + MEMORY - INSTANT)

    erased = receipts.erase_old(session, now=NOW + MEMORY)

    row = session.execute(sa.text("select awaiting, awaiting_until from conversation")).one()
    assert (too_early, erased) == (0, 1)
    assert tuple(row) == (None, None)


def test_a_question_rests_sealed(session: Session, hers: Conversation) -> None:
    resting = session.scalar(sa.text("select awaiting from conversation"))

    assert b"2026-03-05" not in bytes(resting)
