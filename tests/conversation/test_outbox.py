"""An answer of staff is spoken once, or staff are told that nobody knows."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import chain

import pytest
import sqlalchemy as sa

from accounts.actions import unfollow
from conversation import outbox
from conversation.actions import answer, hear
from conversation.models import Delivery, Message
from conversation.outbox import LEASE, NOT_FOLLOWING, UNKNOWN, Outgoing
from core.db import Database, Session
from tests import world
from tests.races import at_once
from tests.world import NOW

APPID = "wxOA0001"
Claim = Callable[..., list[Outgoing]]


def say(session: Session, cast: world.Cast, *texts: str) -> None:
    hear(session, person=cast.mother, hospital_id=cast.hospital.id, now=NOW)
    for text in texts:
        answer(session, staff=cast.care_worker, person_id=cast.mother.id, text=text, now=NOW)


@pytest.fixture
def claim(session: Session) -> Claim:
    def take(*, now: datetime = NOW, limit: int = 50) -> list[Outgoing]:
        found = outbox.claim(session, appid=APPID, limit=limit, now=now)
        session.flush()
        session.expire_all()
        return found

    return take


def fates(session: Session) -> list[tuple[Delivery, str | None]]:
    rows = session.execute(sa.select(Message.delivery, Message.failure).order_by(Message.number))
    return [(row.delivery, row.failure) for row in rows]


def test_answers_are_claimed_oldest_first_with_her_openid(
    session: Session, cast: world.Cast, claim: Claim
) -> None:
    say(session, cast, "一", "二")

    found = claim()

    assert [(one.openid, one.text) for one in found] == [("oOA_lin", "一"), ("oOA_lin", "二")]
    assert fates(session) == [(Delivery.SENDING, None)] * 2


def test_no_more_are_claimed_than_asked_for(
    session: Session, cast: world.Cast, claim: Claim
) -> None:
    say(session, cast, "一", "二", "三")

    assert [one.text for one in claim(limit=2)] == ["一", "二"]
    assert [one.text for one in claim(limit=2)] == ["三"]


def test_a_claimed_answer_is_not_claimed_again(
    session: Session, cast: world.Cast, claim: Claim
) -> None:
    say(session, cast, "一")
    claim()

    assert claim(now=NOW + LEASE - timedelta(seconds=1)) == []


def test_when_the_lease_ran_out_its_fate_is_unknown_and_it_is_never_spoken_again(
    session: Session, cast: world.Cast, claim: Claim
) -> None:
    say(session, cast, "一")
    claim()

    after = [claim(now=NOW + LEASE), claim(now=NOW + 2 * LEASE)]

    assert after == [[], []]
    assert fates(session) == [(Delivery.FAILED, UNKNOWN)]


def test_who_does_not_follow_is_told_to_staff(
    session: Session, cast: world.Cast, claim: Claim
) -> None:
    say(session, cast, "一")
    unfollow(session, appid=APPID, openid="oOA_lin", now=NOW)

    assert claim() == []
    assert fates(session) == [(Delivery.FAILED, NOT_FOLLOWING)]


def test_what_was_sent_is_sent_for_good(session: Session, cast: world.Cast, claim: Claim) -> None:
    say(session, cast, "一")
    (one,) = claim()

    outbox.record_sent(session, number=one.number)

    assert claim(now=NOW + 2 * LEASE) == []
    assert fates(session) == [(Delivery.SENT, None)]


def test_what_failed_says_why_and_is_not_tried_again(
    session: Session, cast: world.Cast, claim: Claim
) -> None:
    say(session, cast, "一")
    (one,) = claim()

    outbox.record_failed(session, number=one.number, failure="wechat.window_closed")

    assert claim(now=NOW + 2 * LEASE) == []
    assert fates(session) == [(Delivery.FAILED, "wechat.window_closed")]


@pytest.mark.slow
def test_workers_share_the_answers_none_twice(
    real_database: Database, real_cast: world.Cast
) -> None:
    with real_database.transaction() as session:
        say(session, real_cast, *(str(number) for number in range(40)))

    def work(_: int) -> list[Outgoing]:
        with real_database.transaction() as session:
            return outbox.claim(session, appid=APPID, limit=10, now=NOW)

    found = at_once(work, range(8))

    spoken = [one.number for one in chain.from_iterable(found)]
    assert len(spoken) == len(set(spoken)) == 40
