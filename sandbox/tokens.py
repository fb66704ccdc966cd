"""Access tokens: the plain way, the stable way, their overlap, their limits and their ends."""

import hmac
import secrets

from sandbox.calls import Call
from sandbox.config import Account
from sandbox.quota import spend
from sandbox.refusal import Refused
from sandbox.state import Token
from sandbox.wire import Fields
from sandbox.world import Unknown, World

LIFE_SECONDS = 7200
"""How long a token lives."""
OVERLAP_SECONDS = 300
"""For five minutes the old and the new token both work."""
FORCED_PER_DAY = 20
"""`force_refresh` works twenty times a day (official stable_token page)."""
FORCED_EVERY_SECONDS = 30
"""A second forced refresh within thirty seconds changes nothing."""
STABLE_PER_MINUTE = 10_000
"""The stable way may be asked ten thousand times a minute."""
FORGET_SECONDS = 86_400
"""Ended tokens are told apart from unknown ones for a day."""
PREFIX = "90_"


def plain(call: Call) -> Fields:
    """Answer GET /cgi-bin/token: always a new token; the one before has five minutes left."""
    account = _owner(call, call.query)
    spend(call.world, account.appid, call.path)
    return _answer(call.world, _issue(call.world, account, "plain"))


def stable(call: Call) -> Fields:
    """Answer POST /cgi-bin/stable_token: the same token until its last five minutes."""
    account = _owner(call, call.body)
    world = call.world
    _spend_minute(world, account)
    spend(world, account.appid, call.path)
    if call.body.get("force_refresh") is True:
        _force(world, account)
    value = world.state.current.get(f"stable {account.appid}", "")
    known = world.state.tokens.get(value)
    if known is None or known.ends_at - world.now() <= OVERLAP_SECONDS:
        value = _issue(world, account, "stable")
    return _answer(world, value)


def owner(world: World, value: str) -> Account:
    """The account a token opens.

    Raises:
        Refused: 41001 none given, 40014 no token at all, 40001 unknown or replaced,
            42001 expired.
    """
    if not value:
        raise Refused(41001)
    if not value.startswith(PREFIX):
        raise Refused(40014)
    token = world.state.tokens.get(value)
    if token is None:
        raise Refused(40001)
    if world.now() >= token.ends_at:
        raise Refused(40001 if token.replaced else 42001)
    return world.account(token.appid)


def ticket(call: Call) -> Fields:
    """Answer GET /cgi-bin/ticket/getticket: the page signing ticket, the same for two hours."""
    if call.query.get("type") not in {"jsapi", "wx_card"}:
        raise Refused(40097)
    key = f"ticket {call.query['type']} {call.account.appid}"
    world = call.world
    known = world.state.tokens.get(world.state.current.get(key, ""))
    if known is None or world.now() >= known.ends_at:
        value = "sM4A" + secrets.token_urlsafe(62)
        ends_at = world.now() + LIFE_SECONDS
        known = Token(call.account.appid, "ticket", ends_at, ends_at)
        world.state.tokens[value] = known
        world.state.current[key] = value
    left = int(known.ends_at - world.now())
    answer = {"errcode": 0, "errmsg": "ok", "ticket": world.state.current[key]}
    return answer | {"expires_in": left}


def _owner(call: Call, given: Fields) -> Account:
    if given.get("grant_type") != "client_credential":
        raise Refused(40002)
    if not given.get("appid"):
        raise Refused(41002)
    try:
        account = call.world.account(str(given["appid"]))
    except Unknown as missing:
        raise Refused(40013) from missing
    check_secret(account, str(given.get("secret", "")))
    if account.ip_list and call.ip not in account.ip_list:
        raise Refused(40164, ip=call.ip)
    return account


def check_secret(account: Account, secret: str) -> None:
    """Pass if this is the account's secret.

    Raises:
        Refused: 41004 none given, 40125 another one.
    """
    if not secret:
        raise Refused(41004)
    if not hmac.compare_digest(secret.encode(), account.secret.encode()):
        raise Refused(40125)


def _spend_minute(world: World, account: Account) -> None:
    series = f"{account.appid} stable_token minute "
    key = f"{series}{int(world.now() // 60)}"
    used = world.state.used.get(key, 0)
    if used >= STABLE_PER_MINUTE:
        raise Refused(45011)
    for old in [known for known in world.state.used if known.startswith(series)]:
        del world.state.used[old]
    world.state.used[key] = used + 1


def _force(world: World, account: Account) -> None:
    since = world.now() - world.state.forced_at.get(account.appid, 0.0)
    if 0 <= since < FORCED_EVERY_SECONDS:
        return
    day = f"{account.appid} forced {int((world.now() + 8 * 3600) // 86_400)}"
    if world.state.used.get(day, 0) >= FORCED_PER_DAY:
        raise Refused(45009)
    world.state.used[day] = world.state.used.get(day, 0) + 1
    world.state.forced_at[account.appid] = world.now()
    old = world.state.tokens.get(world.state.current.pop(f"stable {account.appid}", ""))
    if old is not None:
        old.ends_at, old.replaced = world.now(), True


def _issue(world: World, account: Account, way: str) -> str:
    now = world.now()
    key = f"{way} {account.appid}"
    old = world.state.tokens.get(world.state.current.get(key, ""))
    if old is not None:
        old.replaced = old.replaced or old.expires_at > now + OVERLAP_SECONDS
        old.ends_at = min(old.ends_at, now + OVERLAP_SECONDS)
    for value, token in list(world.state.tokens.items()):
        if token.ends_at + FORGET_SECONDS < now:
            del world.state.tokens[value]
    value = PREFIX + secrets.token_urlsafe(96)
    world.state.tokens[value] = Token(account.appid, way, now + LIFE_SECONDS, now + LIFE_SECONDS)
    world.state.current[key] = value
    world.touch()
    return value


def _answer(world: World, value: str) -> Fields:
    left = world.state.tokens[value].expires_at - world.now()
    return {"access_token": value, "expires_in": round(left)}
