"""Which way a letter goes: the first one that is there, is allowed and does not rest; pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from conversation.rules import is_window_open
from scheduler.channels.purse import SAVED, Purse, kept_until
from scheduler.models import Channel
from scheduler.speech.documents import Urgency

ORDER = tuple(Channel)
ONCE = frozenset({Channel.MINI_ONCE, Channel.OFFICIAL_NOTICE})
"""Each message spends one consent."""

ON_THE_MINI_PROGRAM = frozenset({Channel.MINI_LASTING, Channel.MINI_ONCE})

CUSTOMER_MESSAGES = 5
"""Customer-service messages within 48 hours after she wrote (WeChat, 发送客服消息, 2026-07)."""

KEPT_FOR_STAFF = 2
"""Of those, left for answers of people."""

NOT_FOLLOWING, NO_CHANNEL = "not_following", "no_channel"


@dataclass(frozen=True)
class Way:
    """A channel of a hospital for one layout.

    `keys` is piece by template key. It rests until `rests_until`; what is routine waits until
    `routine_from` when the day's quota is nearly used.
    """

    channel: Channel
    appid: str
    template_id: str
    keys: Mapping[str, str]
    rests_until: datetime | None = None
    routine_from: datetime | None = None


@dataclass
class Reach:
    """How one person can be reached: openids, what she allowed, when she wrote last."""

    official: str | None = None
    follows: bool = False
    mini: str | None = None
    has_phone: bool = False
    heard_at: datetime | None = None
    customer_messages: int = 0
    lasting: set[str] = field(default_factory=set)
    credits: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """The way a letter goes, and to which openid (empty for a phone)."""

    way: Way
    openid: str


@dataclass(frozen=True)
class Wait:
    """There is a way, but not before this moment; `reason` if it is not the channel that rests."""

    until: datetime
    reason: str | None = None


@dataclass(frozen=True)
class Unreached:
    """No way is left, and why."""

    reason: str


def choose(
    ways: Collection[Way],
    reach: Reach,
    *,
    routes: Collection[Channel],
    tried: Collection[str],
    urgency: Urgency,
    purse: Purse | None = None,
    now: datetime,
) -> Route | Wait | Unreached:
    """Return the way a letter goes, in the order of `Channel`; spends nothing yet.

    A consent for one message that the purse keeps for another letter is passed over; without a
    purse the first letter takes it.
    """
    waits: list[datetime] = []
    by_channel = {way.channel: way for way in ways if way.channel in routes}
    kept = None if purse is None else _kept(ways, reach, purse=purse, tried=tried, now=now)
    for channel in ORDER:
        way = by_channel.get(channel)
        if way is None or channel.value in tried or (kept is not None and channel in ONCE):
            continue
        if (openid := _openid(way, reach, now=now)) is None:
            continue
        if (until := _waits(way, urgency=urgency, now=now)) is not None:
            waits.append(until)
            continue
        return Route(way, openid)
    if waits:
        return Wait(min(waits))
    if kept is not None:
        return Wait(kept, SAVED) if kept > now else Unreached(SAVED)
    is_template = Channel.TEMPLATE in by_channel and Channel.TEMPLATE.value not in tried
    return Unreached(NOT_FOLLOWING if is_template and not reach.follows else NO_CHANNEL)


def spend(route: Route, reach: Reach) -> bool:
    """Take one credit off what she has left; say whether the way costs one."""
    if route.way.channel is Channel.CUSTOMER:
        reach.customer_messages += 1
    if route.way.channel not in ONCE:
        return False
    reach.credits[route.way.template_id] -= 1
    return True


def _kept(
    ways: Collection[Way], reach: Reach, *, purse: Purse, tried: Collection[str], now: datetime
) -> datetime | None:
    """Return until when a letter goes without a single consent, or None if nothing is kept."""
    open_ways = [
        way for way in ways
        if way.channel.value not in tried and _openid(way, reach, now=now) is not None
    ]  # fmt: skip
    single = [
        way for way in open_ways if way.channel in ONCE and way.channel in purse.letter.routes
    ]
    if not single:
        return None
    free = {way.channel for way in open_ways} - ONCE
    consents = sum(reach.credits[way.template_id] for way in single)
    return kept_until(purse, consents=consents, free=free, now=now)


def _openid(way: Way, reach: Reach, *, now: datetime) -> str | None:
    """Return whom the way leads to, or None if she has not opened it."""
    match way.channel:
        case Channel.ASSISTANT:
            return reach.mini or reach.official
        case Channel.MINI_LASTING:
            return reach.mini if way.template_id in reach.lasting else None
        case Channel.MINI_ONCE:
            return reach.mini if reach.credits.get(way.template_id, 0) > 0 else None
        case Channel.OFFICIAL_NOTICE:
            return reach.official if reach.credits.get(way.template_id, 0) > 0 else None
        case Channel.TEMPLATE:
            return reach.official if reach.follows else None
        case Channel.CUSTOMER:
            return reach.official if _may_write(reach, now=now) else None
        case Channel.SMS:
            return "" if reach.has_phone else None


def _may_write(reach: Reach, *, now: datetime) -> bool:
    left = CUSTOMER_MESSAGES - KEPT_FOR_STAFF - reach.customer_messages
    return reach.follows and left > 0 and is_window_open(heard_at=reach.heard_at, now=now)


def _waits(way: Way, *, urgency: Urgency, now: datetime) -> datetime | None:
    if way.rests_until is not None and way.rests_until > now:
        return way.rests_until
    if urgency is Urgency.ROUTINE and way.routine_from is not None:
        return way.routine_from
    return None
