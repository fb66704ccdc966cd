"""The access token: fetched once for everybody, replaced once when it is rejected.

The platform gives out tokens sparingly, and a forced new one kills the old one that another
process (or another program of the hospital) may be using. So whoever finds no usable token takes
a lock, looks again, and only then asks.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from core.clock import Clock
from core.crypto import BrokenSeal
from wechat.models import WechatToken

MARGIN: Final = timedelta(minutes=1)
"""A token is not used in its last minute.

The platform renews a token by itself five minutes before its end, so a fresh one has at least
five minutes left (`stable_token`, official page); a margin must stay well below that.
"""


@dataclass(frozen=True)
class Grant:
    """A token as the platform handed it out, and how long it is good for from now."""

    token: str = field(repr=False)
    lasts: timedelta


class TokenSource(Protocol):
    """Whoever can ask the platform for a token of one account."""

    @property
    def appid(self) -> str:
        """AppID of the account."""
        ...

    def current(self) -> Grant:
        """Return the token in force, which may be a new one; the old one is not harmed."""
        ...

    def forced(self) -> Grant:
        """Return a new token and kill the old one (20 a day, half a minute apart)."""
        ...


class TokenStore(Protocol):
    """Keeps the token of each account for everybody who needs it."""

    def token(self, source: TokenSource) -> str:
        """Return a usable token, fetched if none is kept."""
        ...

    def replace(self, source: TokenSource, *, rejected: str) -> str:
        """Return another token than the one just rejected, fetched if nobody else has yet."""
        ...


def _successor(source: TokenSource, rejected: str) -> Grant:
    """Return the platform's token in force; force a new one only if that is the rejected one.

    Asking first is what ends token fights: a second program that forced a new token is followed,
    not fought.
    """
    grant = source.current()
    return source.forced() if grant.token == rejected else grant


class MemoryTokens:
    """Tokens of one process, for tests and for tools that run alone."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[str, datetime]] = {}

    def token(self, source: TokenSource) -> str:
        """Return a usable token, fetched if none is kept."""
        with self._lock:
            return self._usable(source.appid) or self._keep(source.appid, source.current())

    def replace(self, source: TokenSource, *, rejected: str) -> str:
        """Return another token than the one just rejected, fetched if nobody else has yet."""
        with self._lock:
            token = self._usable(source.appid)
            if token and token != rejected:
                return token
            return self._keep(source.appid, _successor(source, rejected))

    def _usable(self, appid: str) -> str | None:
        token, expires_at = self._kept.get(appid, (None, self._clock.now()))
        return token if self._clock.now() + MARGIN < expires_at else None

    def _keep(self, appid: str, grant: Grant) -> str:
        self._kept[appid] = (grant.token, self._clock.now() + grant.lasts)
        return grant.token


class DatabaseTokens:
    """Tokens in the table `wechat_token`, one fetch for all threads and processes.

    The lock is a session-level advisory lock on a connection in autocommit: no transaction is
    open while the platform is spoken to. Threads of one process first queue on a lock of their
    own, so that waiting costs one connection and not the whole pool. A pooler between us and
    PostgreSQL must keep sessions (pgbouncer: `pool_mode = session`).
    """

    def __init__(self, engine: sa.Engine, *, clock: Clock) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._clock = clock
        self._lock = threading.Lock()

    def token(self, source: TokenSource) -> str:
        """Return a usable token, fetched if none is kept; one look-up when one is."""
        with self._engine.connect() as connection:
            if token := self._usable(connection, source.appid):
                return token
        with self._alone(source.appid) as connection:
            if token := self._usable(connection, source.appid):
                return token
            return self._keep(connection, source.appid, source.current())

    def replace(self, source: TokenSource, *, rejected: str) -> str:
        """Return another token than the one just rejected, fetched if nobody else has yet."""
        with self._alone(source.appid) as connection:
            token = self._usable(connection, source.appid)
            if token and token != rejected:
                return token
            return self._keep(connection, source.appid, _successor(source, rejected))

    @contextmanager
    def _alone(self, appid: str) -> Iterator[sa.Connection]:
        lock = sa.func.hashtextextended(f"wechat_token:{appid}", 0)
        with self._lock, self._engine.connect() as connection:
            connection.execute(sa.select(sa.func.pg_advisory_lock(lock)))
            try:
                yield connection
            finally:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(lock)))

    def _usable(self, connection: sa.Connection, appid: str) -> str | None:
        kept = sa.select(WechatToken.token_sealed).where(
            WechatToken.appid == appid, WechatToken.expires_at > self._clock.now() + MARGIN
        )
        try:
            return connection.scalar(kept)
        except BrokenSeal:  # the key ring was replaced: what cannot be opened is fetched anew
            return None

    def _keep(self, connection: sa.Connection, appid: str, grant: Grant) -> str:
        now = self._clock.now()
        fresh = {
            "token_sealed": grant.token,
            "fetched_at": now,
            "expires_at": now + grant.lasts,
        }
        connection.execute(
            insert(WechatToken)
            .values(appid=appid, generation=1, **fresh)
            .on_conflict_do_update(
                index_elements=[WechatToken.appid],
                set_={**fresh, "generation": WechatToken.generation + 1},
            )
        )
        return grant.token
