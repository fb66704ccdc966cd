"""Consents through the tick: spent, given back, gone."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from core.db import Session
from scheduler import actions
from scheduler.models import Channel, Letter, LetterState, Reminder, ReminderState
from scheduler.models_channels import (
    SubscriptionChange,
)
from scheduler.rules import LEASE, SAME_ID
from scheduler.ticks import Worker
from tests import world
from tests.scheduler.channels.purses import ONCE, allow, changes, purse
from tests.scheduler.conftest import Beat
from tests.scheduler.due import DUE, MINUTE, PLAN, SEND
from wechat.errors import (
    AnswerLost,
    Busy,
    NotSubscribed,
)
from wechat.messages import FakeMessenger

Letters = Callable[[], list[Letter]]


@pytest.mark.usefixtures("due")
def test_a_credit_of_the_mini_program_is_spent_before_a_template(
    session: Session, both: Worker, messenger: FakeMessenger, mini: FakeMessenger
) -> None:
    allow(session, ONCE, times=2)

    PLAN.act(both)
    SEND.act(both)

    (letter,) = mini.sent
    assert messenger.sent == []
    assert (letter.openid, letter.opens.split("?")[0]) == ("oMP_lin", "pages/booking/index")
    assert letter.values == {"thing3": "产前检查", "time8": "2026年6月3日 10:00"}
    assert purse(session) == {ONCE: (False, 1)}
    assert changes(session) == [
        SubscriptionChange.ACCEPTED, SubscriptionChange.ACCEPTED, SubscriptionChange.SPENT,
    ]  # fmt: skip


@pytest.mark.usefixtures("due")
def test_a_lasting_consent_is_not_used_up(
    session: Session, both: Worker, mini: FakeMessenger
) -> None:
    allow(session, "TPL_MINI_LASTING")

    PLAN.act(both)
    SEND.act(both)

    assert [one.template_id for one in mini.sent] == ["TPL_MINI_LASTING"]
    assert purse(session) == {"TPL_MINI_LASTING": (True, 0)}


@pytest.mark.usefixtures("due")
def test_a_consent_that_is_gone_is_noted_and_the_next_way_taken(
    session: Session, both: Worker, messenger: FakeMessenger, mini: FakeMessenger,
    letters: Letters,
) -> None:  # fmt: skip
    allow(session, ONCE, times=3)
    mini.fail_next(NotSubscribed(43101))

    PLAN.act(both)
    SEND.act(both)

    assert (mini.sent, len(messenger.sent)) == ([], 1)
    assert purse(session) == {ONCE: (False, 0)}
    assert {(one.channel, one.state) for one in letters()} == {
        (Channel.MINI_ONCE, LetterState.REFUSED), (Channel.TEMPLATE, LetterState.ACCEPTED),
    }  # fmt: skip


@pytest.mark.usefixtures("due")
def test_a_credit_comes_back_when_its_letter_was_certainly_not_taken(
    session: Session, both: Worker, mini: FakeMessenger, clock: world.MovableClock
) -> None:
    allow(session, ONCE)
    mini.fail_next(Busy(-1))

    PLAN.act(both)
    SEND.act(both)
    after_failure = purse(session)
    clock.move_on(MINUTE)
    SEND.act(both)

    assert after_failure == {ONCE: (False, 1)}
    assert len(mini.sent) == 1
    assert purse(session) == {ONCE: (False, 0)}


@pytest.mark.usefixtures("due")
def test_a_letter_without_an_id_of_its_own_whose_answer_is_lost_is_not_sent_again(
    session: Session, both: Worker, mini: FakeMessenger, messenger: FakeMessenger,
    reminder: Callable[[], Reminder], letters: Letters, clock: world.MovableClock,
) -> None:  # fmt: skip
    allow(session, ONCE, times=2)
    mini.fail_next(AnswerLost())

    PLAN.act(both)
    SEND.act(both)
    clock.move_on(LEASE)
    SEND.act(both)

    assert mini.sent == messenger.sent == []
    assert [one.state for one in letters()] == [LetterState.UNSURE]
    assert (reminder().state, reminder().reason) == (ReminderState.UNDELIVERABLE, "no_word")
    assert purse(session) == {ONCE: (False, 1)}


@pytest.mark.usefixtures("due")
def test_a_letter_without_an_id_whose_worker_died_is_not_sent_again(
    session: Session, both: Worker, mini: FakeMessenger, reminder: Callable[[], Reminder],
    clock: world.MovableClock,
) -> None:  # fmt: skip
    allow(session, ONCE)
    PLAN.act(both)
    actions.claim(session, outlets=both.outlets, limit=9, now=DUE)

    clock.move_on(LEASE)
    SEND.act(both)

    assert mini.sent == []
    assert (reminder().state, reminder().reason) == (ReminderState.UNDELIVERABLE, "no_word")


@pytest.mark.usefixtures("due")
@pytest.mark.parametrize(
    ("away", "sent", "state"),
    [
        (SAME_ID - MINUTE, 1, ReminderState.SENT),
        (SAME_ID, 0, ReminderState.UNDELIVERABLE),
        (timedelta(hours=13), 0, ReminderState.UNDELIVERABLE),
    ],
    ids=["within ten minutes", "at their end", "the next morning"],
)
def test_a_template_letter_whose_worker_died_is_sent_again_only_while_its_id_counts(
    session: Session, worker: Worker, beat: Beat, messenger: FakeMessenger,
    reminder: Callable[[], Reminder], clock: world.MovableClock, away: timedelta, sent: int,
    state: ReminderState,
) -> None:  # fmt: skip
    beat(PLAN)
    actions.claim(session, outlets=worker.outlets, limit=9, now=DUE)

    clock.move_on(away)
    beat(SEND)

    assert [one.template_id for one in messenger.sent] == ["TPL_APPOINTMENT"] * sent
    assert reminder().state is state


@pytest.mark.parametrize(
    ("accepted", "is_popup", "left"), [(False, True, 1), (False, False, 0), (True, False, 2)],
    ids=["no in a pop-up", "no in the list", "yes"],
)  # fmt: skip
def test_what_she_says_of_a_template_is_kept(
    session: Session, both: Worker, accepted: bool, is_popup: bool, left: int
) -> None:
    allow(session, ONCE)

    allow(session, ONCE, accepted=accepted, is_popup=is_popup)

    assert purse(session) == {ONCE: (False, left)}


@pytest.mark.parametrize("is_popup", [True, False], ids=["in a pop-up", "in the list"])
def test_a_no_is_remembered_so_that_she_is_not_asked_again_soon(
    session: Session, both: Worker, is_popup: bool
) -> None:
    allow(session, ONCE, accepted=False, is_popup=is_popup)

    assert changes(session) == [SubscriptionChange.REFUSED]


def test_a_lasting_consent_ends_with_a_no(session: Session, both: Worker) -> None:
    allow(session, "TPL_MINI_LASTING")

    allow(session, "TPL_MINI_LASTING", accepted=False)

    assert purse(session) == {"TPL_MINI_LASTING": (False, 0)}


def test_a_word_of_a_stranger_is_not_kept(session: Session, cast: world.Cast) -> None:
    allow(session, ONCE)

    assert purse(session) == {}
