"""Which way a letter goes, as a pure function of what she opened and what the hospital has."""

from datetime import timedelta

import pytest

from scheduler.channels.choosing import (
    CUSTOMER_MESSAGES,
    KEPT_FOR_STAFF,
    Reach,
    Route,
    Unreached,
    Wait,
    Way,
    choose,
    spend,
)
from scheduler.channels.meters import FIRST_REST, LONGEST_REST, PATIENCE, rest_after
from scheduler.models import Channel
from scheduler.speech.documents import Urgency
from tests.world import NOW

HOUR = timedelta(hours=1)
EVERY_WAY = [Way(channel, "wx", f"T_{channel}", {}) for channel in Channel]


def everything() -> Reach:
    """Somebody who opened every way."""
    return Reach(
        official="oOA", follows=True, mini="oMP", has_phone=True, heard_at=NOW - HOUR,
        lasting={"T_mini_lasting"}, credits={"T_mini_once": 1, "T_official_notice": 1},
    )  # fmt: skip


def chosen(
    reach: Reach, *, ways: list[Way] = EVERY_WAY, tried: frozenset[str] = frozenset(),
    urgency: Urgency = Urgency.ROUTINE,
) -> Route | Wait | Unreached:  # fmt: skip
    return choose(ways, reach, routes=tuple(Channel), tried=tried, urgency=urgency, now=NOW)


def test_ways_are_tried_in_order_until_none_is_left() -> None:
    tried: set[str] = set()
    order = []
    while isinstance(found := chosen(everything(), tried=frozenset(tried)), Route):
        order.append((found.way.channel, found.openid))
        tried.add(found.way.channel.value)

    assert order == [
        (Channel.ASSISTANT, "oMP"), (Channel.MINI_LASTING, "oMP"), (Channel.MINI_ONCE, "oMP"),
        (Channel.OFFICIAL_NOTICE, "oOA"), (Channel.TEMPLATE, "oOA"), (Channel.CUSTOMER, "oOA"),
        (Channel.SMS, ""),
    ]  # fmt: skip
    assert found == Unreached("no_channel")


NOBODY = Reach()
FOLLOWER = Reach(official="oOA", follows=True)
SILENT = Reach(official="oOA", follows=True, heard_at=NOW - 49 * HOUR)
WORN = Reach(
    official="oOA", follows=True, heard_at=NOW - HOUR,
    customer_messages=CUSTOMER_MESSAGES - KEPT_FOR_STAFF,
)  # fmt: skip


@pytest.mark.parametrize(
    ("reach", "channel"),
    [
        (NOBODY, None),
        (FOLLOWER, Channel.TEMPLATE),
        (Reach(mini="oMP", credits={"T_mini_once": 0}), None),
        (Reach(mini="oMP", credits={"T_mini_once": 2}), Channel.MINI_ONCE),
        (Reach(official="oOA", credits={"T_official_notice": 1}), Channel.OFFICIAL_NOTICE),
        (Reach(has_phone=True), Channel.SMS),
    ],
    ids=["nobody", "follows", "credit spent", "credit left", "not following", "only a phone"],
)
def test_a_way_is_taken_only_if_she_opened_it(reach: Reach, channel: Channel | None) -> None:
    ways = [way for way in EVERY_WAY if way.channel is not Channel.ASSISTANT]

    found = chosen(reach, ways=ways)

    assert (found.way.channel if isinstance(found, Route) else None) is channel


@pytest.mark.parametrize("reach", [FOLLOWER, SILENT, WORN], ids=["never", "long ago", "worn out"])
def test_customer_service_needs_her_word_of_two_days_and_leaves_some_for_staff(
    reach: Reach,
) -> None:
    only = [way for way in EVERY_WAY if way.channel is Channel.CUSTOMER]

    assert chosen(reach, ways=only) == Unreached("no_channel")
    assert isinstance(chosen(everything(), ways=only), Route)


def test_who_does_not_follow_is_named_so() -> None:
    only = [way for way in EVERY_WAY if way.channel is Channel.TEMPLATE]

    assert chosen(NOBODY, ways=only) == Unreached("not_following")


def test_a_way_that_rests_is_waited_for_only_if_no_other_is_open() -> None:
    resting = Way(Channel.TEMPLATE, "wx", "T", {}, rests_until=NOW + HOUR)
    over = Way(Channel.TEMPLATE, "wx", "T", {}, rests_until=NOW)
    customer = Way(Channel.CUSTOMER, "wx", "", {})

    assert chosen(FOLLOWER, ways=[resting]) == Wait(NOW + HOUR)
    assert isinstance(chosen(FOLLOWER, ways=[over]), Route)
    assert isinstance(chosen(everything(), ways=[resting, customer]), Route)


def test_near_the_end_of_a_quota_routine_waits_and_what_is_urgent_goes() -> None:
    scarce = [Way(Channel.TEMPLATE, "wx", "T", {}, routine_from=NOW + HOUR)]

    assert chosen(FOLLOWER, ways=scarce) == Wait(NOW + HOUR)
    assert isinstance(chosen(FOLLOWER, ways=scarce, urgency=Urgency.IMPORTANT), Route)
    assert isinstance(chosen(FOLLOWER, ways=scarce, urgency=Urgency.URGENT), Route)


def test_two_letters_of_one_batch_do_not_spend_one_credit() -> None:
    reach = Reach(mini="oMP", credits={"T_mini_once": 1})
    only = [way for way in EVERY_WAY if way.channel is Channel.MINI_ONCE]
    first = chosen(reach, ways=only)
    assert isinstance(first, Route)

    spends = spend(first, reach)

    assert spends
    assert chosen(reach, ways=only) == Unreached("no_channel")


def test_a_customer_message_is_counted_and_spends_nothing() -> None:
    reach = everything()
    only = [way for way in EVERY_WAY if way.channel is Channel.CUSTOMER]
    found = chosen(reach, ways=only)
    assert isinstance(found, Route)

    assert not spend(found, reach)
    assert reach.customer_messages == 1


def test_an_outage_is_answered_with_growing_rests() -> None:
    rests = [rest_after(failures) for failures in (PATIENCE - 1, PATIENCE, 2 * PATIENCE, 900)]

    assert rests == [None, FIRST_REST, 2 * FIRST_REST, LONGEST_REST]
