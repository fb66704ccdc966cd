"""Counts calls per API and day, as the platform does, and refuses when a day is used up."""

from datetime import UTC, datetime

from sandbox.clock import BEIJING
from sandbox.refusal import Refused
from sandbox.world import World

DAILY_LIMITS = {
    "/cgi-bin/token": 2_000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/message/template/send": 100_000,
    "/cgi-bin/message/subscribe/send": 10_000_000,
    "/cgi-bin/menu/create": 1_000,
}
"""Daily limits that are published or widely quoted."""
DEFAULT_LIMIT = 500_000
"""For all other APIs: generous, since the real figure depends on the account."""
CLEARS_PER_MONTH = 10
"""`clear_quota` may be called ten times a month (official quota page)."""


def spend(world: World, appid: str, path: str) -> None:
    """Count one call of today.

    Raises:
        Refused: 45009, today's calls are used up.
    """
    key = _key(world, appid, path)
    used = world.state.used.get(key, 0)
    if used >= limit(path):
        raise Refused(45009)
    world.state.used[key] = used + 1
    world.touch()


def exhaust(world: World, appid: str, path: str) -> None:
    """Use up today's calls of one API at once."""
    world.state.used[_key(world, appid, path)] = limit(path)
    world.touch()


def used_today(world: World, appid: str, path: str) -> int:
    """How many calls of one API were counted today, in Beijing time."""
    return world.state.used.get(_key(world, appid, path), 0)


def clear(world: World, appid: str) -> None:
    """Give an account all of today's calls back.

    Raises:
        Refused: 48006, this was done ten times this month.
    """
    month = _beijing(world).strftime("%Y-%m")
    key = f"{appid} clear_quota {month}"
    if world.state.used.get(key, 0) >= CLEARS_PER_MONTH:
        raise Refused(48006)
    for counted in [known for known in world.state.used if known.startswith(f"{appid} /")]:
        del world.state.used[counted]
    world.state.used[key] = world.state.used.get(key, 0) + 1
    world.touch()


def limit(path: str) -> int:
    """The daily limit of one API."""
    return DAILY_LIMITS.get(path, DEFAULT_LIMIT)


def _key(world: World, appid: str, path: str) -> str:
    return f"{appid} {path} {_beijing(world).date().isoformat()}"


def _beijing(world: World) -> datetime:
    return datetime.fromtimestamp(world.now(), UTC).astimezone(BEIJING)
