"""The message push as a pure codec: from bytes and a query to a `Push`, or `BadPush`."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from wechat.account import Account, Mode, PushFormat
from wechat.crypto import is_signed, unseal
from wechat.errors import BadPush
from wechat.notation import Fields, leaf, notation_of, read_fields
from wechat.push import Push, number, push_of

MAX_BODY_BYTES: Final = 64 * 1024
"""Largest body that is read; the platform's longest text is near 2 KiB."""

FRESH_FOR: Final = timedelta(minutes=10)
"""A timestamp further from now than this, either way, is refused; ten minutes still counts.

The platform repeats an unanswered push within some fifteen seconds.
"""

_ECHO: Final = re.compile(r"[A-Za-z0-9+/=_-]{1,128}", re.ASCII)


def verify(account: Account, query: Mapping[str, str], *, now: datetime) -> str:
    """Return what the platform wants echoed when it checks our address (GET).

    The signature does not cover `echostr`: only letters, digits and `+/=_-` are ever echoed, so
    that a replayed query cannot place a page of somebody else's under our name.

    Raises:
        BadPush: stale, not signed, or an echo of another form.
    """
    _check_fresh(query, now)
    _check_signed(account, query, name="signature")
    echo = query.get("echostr", "")
    if not _ECHO.fullmatch(echo):
        raise BadPush("echo")
    return echo


def read(account: Account, query: Mapping[str, str], body: bytes, *, now: datetime) -> Push:
    """Return the push that a POST carries, in XML or JSON, sealed or plain.

    1. Bound its size and age.
    2. Check the signature: over the ciphertext where there is one.
    3. Open the seal with the key in force or the one before.
    4. Check that it is for this account, and read it.

    A plain signature covers time and nonce but not the body, which is why an account should be in
    safe mode. There a plain body is refused, and `signature` proves nothing.

    Raises:
        BadPush: whatever is wrong; nothing else is raised for any bytes.
    """
    if len(body) > MAX_BODY_BYTES:
        raise BadPush("size")
    _check_fresh(query, now)
    fields = read_fields(body)
    encrypted = leaf(fields, "Encrypt") if account.mode is not Mode.PLAIN else ""
    if not encrypted:
        _check_plain(account, query)
        return _push(account, fields, notation_of(body), aes_key=None)
    _check_signed(account, query, encrypted, name="msg_signature")
    aes_key, message = _unseal(account, encrypted)
    return _push(account, read_fields(message), notation_of(body), aes_key=aes_key)


def _check_fresh(query: Mapping[str, str], now: datetime) -> None:
    sent = number(query.get("timestamp", ""), digits=11)
    if abs(now.timestamp() - sent) > FRESH_FOR.total_seconds():
        raise BadPush("stale")


def _check_signed(account: Account, query: Mapping[str, str], *sealed: str, name: str) -> None:
    parts = (account.token, query.get("timestamp", ""), query.get("nonce", ""), *sealed)
    if not is_signed(query.get(name, ""), *parts):
        raise BadPush("signature")


def _check_plain(account: Account, query: Mapping[str, str]) -> None:
    if account.mode is Mode.SAFE:
        raise BadPush("plain_refused")
    _check_signed(account, query, name="signature")


def _unseal(account: Account, encrypted: str) -> tuple[str, bytes]:
    """Return the key that opened the seal, and the message; the key in force is tried first."""
    current, *previous = account.aes_keys
    try:
        return current, unseal(encrypted, aes_key=current, appid=account.appid)
    except BadPush:
        for aes_key in previous:
            with suppress(BadPush):
                return aes_key, unseal(encrypted, aes_key=aes_key, appid=account.appid)
        raise


def _push(account: Account, fields: Fields, notation: PushFormat, *, aes_key: str | None) -> Push:
    if leaf(fields, "ToUserName") != account.gh_id:
        raise BadPush("recipient")
    return push_of(fields, notation=notation, aes_key=aes_key)
