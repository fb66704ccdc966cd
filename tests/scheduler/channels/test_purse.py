"""A single consent is kept for what matters more, and only as long as that is of use."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from accounts.actions import unfollow
from core.clock import beijing_moment
from core.db import Session
from scheduler.channels.choosing import Reach, Route, Unreached, Wait, Way, choose
from scheduler.channels.purse import SAVED, Need, Purse, kept_until, together
from scheduler.models import Channel, Reminder, ReminderKind, ReminderState
from scheduler.policy import default
from scheduler.speech.documents import Urgency
from scheduler.ticks import Worker
from scheduler.wordings import set_template
from tests import world
from tests.make import Make
from tests.scheduler.channels.purses import allow
from tests.scheduler.due import PLAN_AND_SEND, SEND
from tests.scheduler.test_plans import LAST_PERIOD
from tests.world import NOW
from wechat.messages import FakeMessenger

CARE = "TPL_CARE_ONCE"
DAY = timedelta(days=1)
WEIGHTS = default().consents
ROUTES = tuple(Channel)
CARD = Way(Channel.MINI_ONCE, "wxMP", "T", {})
NOTICE = Way(Channel.OFFICIAL_NOTICE, "wxOA", "N", {})
TEMPLATE = Way(Channel.TEMPLATE, "wxOA", "P", {})


def need(
    worth: float, *, days: int = 3, item: str = "", routes: tuple[Channel, ...] = ROUTES
) -> Need:
    about = frozenset({("prg", item)} if item else ())
    return Need(NOW + days * DAY, worth, routes, about)


LETTER = need(1, days=0, item="visit")
DEAR = need(12, item="scan")
CHEAP = need(1, item="weight")


def kept(
    *coming: Need, letter: Need = LETTER, consents: int = 1, free: tuple[Channel, ...] = ()
) -> datetime | None:
    purse = Purse(letter, coming, WEIGHTS)
    return kept_until(purse, consents=consents, free=free, now=NOW)


def test_the_last_consent_is_kept_for_what_matters_more() -> None:
    assert kept(DEAR) == DEAR.due_at


@pytest.mark.parametrize(
    ("coming", "consents"),
    [((), 1), ((CHEAP,), 1), ((DEAR,), 2), ((DEAR, CHEAP), 2), ((need(12, days=0),), 1)],
    ids=["nothing to come", "nothing dearer", "enough", "the least is cheap", "no longer to come"],
)
def test_a_consent_that_nothing_dearer_needs_is_spent(
    coming: tuple[Need, ...], consents: int
) -> None:
    assert kept(*coming, consents=consents) is None


def test_what_this_letter_says_of_an_item_is_not_kept_for_its_last_call() -> None:
    assert kept(need(12, item="visit")) is None


def test_an_urgent_letter_takes_the_consent() -> None:
    assert kept(DEAR, letter=need(8, days=0)) is None


def test_a_letter_to_come_counts_as_much_as_it_is_likely_to_be_needed() -> None:
    just_dearer = need(1.5, item="scan")

    assert WEIGHTS.still_needed_percent == 60
    assert kept(just_dearer) is None


def test_nothing_is_kept_longer_than_the_hospital_lets_a_letter_wait() -> None:
    late = need(1, days=-8, item="visit")

    assert kept(need(12, days=30, item="scan")) == NOW + WEIGHTS.kept_days * DAY
    assert kept(DEAR, letter=late) == NOW - DAY


def test_a_way_that_costs_nothing_makes_a_consent_worth_little() -> None:
    never_free = (Channel.MINI_ONCE,)
    stage = need(1, days=0, routes=never_free)

    assert kept(need(5), letter=stage, free=(Channel.TEMPLATE,)) is None
    assert kept(need(5, routes=never_free), letter=LETTER, free=(Channel.TEMPLATE,)) is not None


def test_a_window_of_customer_service_is_not_counted_on_later() -> None:
    assert kept(need(2), free=(Channel.CUSTOMER,)) is not None


def test_reasons_of_one_letter_are_worth_what_they_are_worth_together() -> None:
    whole = together([LETTER, need(3, item="scan")])

    assert whole.worth == 4
    assert whole.about == {("prg", "visit"), ("prg", "scan")}


def chosen(*ways: Way, letter: Need = LETTER, follows: bool = False) -> Route | Wait | Unreached:
    reach = Reach(mini="oMP", official="oOA", follows=follows, credits={"T": 1})
    return choose(
        ways, reach, routes=ROUTES, tried=(), urgency=Urgency.ROUTINE,
        purse=Purse(letter, (DEAR,), WEIGHTS), now=NOW,
    )  # fmt: skip


def test_a_letter_that_goes_without_waits_for_what_its_consent_is_kept_for() -> None:
    assert chosen(CARD) == Wait(DEAR.due_at, SAVED)
    assert chosen(CARD, letter=need(1, days=-8)) == Unreached(SAVED)


def test_a_letter_that_goes_without_takes_a_way_that_costs_nothing() -> None:
    stage_only = need(1, days=0, routes=(Channel.MINI_ONCE,))

    assert chosen(CARD, TEMPLATE, follows=True) == Route(TEMPLATE, "oOA")
    assert isinstance(chosen(CARD, letter=stage_only), Wait)


def test_without_a_consent_there_is_nothing_to_keep() -> None:
    assert chosen(NOTICE) == Unreached("no_channel")


ANOMALY = beijing_moment(date(2026, 7, 23), hour=9)
"""A scan that can be made up opens, a day before the last call for two things that cannot."""


@pytest.fixture
def scarce(
    session: Session, cast: world.Cast, make: Make, both: Worker, clock: world.MovableClock
) -> Worker:
    """A worker whose only way to Lin is one consent to the card for care windows."""
    make.pregnancy(last_period_day=LAST_PERIOD)
    set_template(
        session, staff=cast.manager, channel=Channel.MINI_ONCE, layout="care", template_id=CARE,
        keys={}, now=NOW,
    )  # fmt: skip
    unfollow(session, appid=cast.hospital.oa_appid, openid="oOA_lin", now=NOW)
    allow(session, CARE)
    clock.moment = ANOMALY
    for tick in PLAN_AND_SEND:
        tick.act(both)
    return both


def of_care(session: Session) -> dict[str, tuple[ReminderState, str | None]]:
    session.expire_all()
    found = session.scalars(
        sa.select(Reminder).where(
            Reminder.kind == ReminderKind.CARE_WINDOW, Reminder.due_at >= ANOMALY
        )
    )
    return {f"{one.rule} {one.item_key}": (one.state, one.reason) for one in found}


def test_a_routine_letter_waits_and_the_last_call_goes(
    session: Session, scarce: Worker, clock: world.MovableClock, mini: FakeMessenger
) -> None:
    waiting = of_care(session)["window_opens us_anomaly"]

    clock.moment = ANOMALY + DAY
    SEND.act(scarce)

    assert waiting == (ReminderState.PENDING, SAVED)
    assert [one.template_id for one in mini.sent] == [CARE]
    assert of_care(session) == {
        "last_call serum2": (ReminderState.SENT, None),
        "last_call anc2": (ReminderState.SENT, None),
        "window_opens us_anomaly": (ReminderState.UNDELIVERABLE, SAVED),
    }


def test_enough_consents_let_it_go_at_once(
    session: Session, scarce: Worker, mini: FakeMessenger
) -> None:
    allow(session, CARE, times=2)
    SEND.act(scarce)

    assert [one.template_id for one in mini.sent] == [CARE]
    assert of_care(session)["window_opens us_anomaly"] == (ReminderState.SENT, None)
