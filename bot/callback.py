"""The address the platform pushes to: proof first, then one answer, once.

It stands in front of the web framework, which would cost more than the whole rest of the work, and
it runs on the event loop: only what speaks to the database takes a thread. Its guard is the
platform's signature.
"""

import asyncio
import logging
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import parse_qsl

from sqlalchemy.exc import SQLAlchemyError

from bot import replies, signs
from bot.quick import Quick
from bot.turn import NeedsTransaction
from conversation import receipts
from core import metrics
from core.crypto import chance
from core.house import House
from core.serving import Scope, Taken
from wechat.account import Account, AccountKind
from wechat.callback import read, verify
from wechat.errors import BadPush
from wechat.push import Push
from wechat.replies import Reply, Silence, TextReply, answer

log = logging.getLogger(__name__)

PLAIN_TEXT: Final = ("content-type", "text/plain; charset=utf-8")

THREADS: Final = 16
"""Pushes that may have a transaction at once."""

READ_AT_ONCE: Final = 8 * 1024
"""Bytes of a body that is read on the event loop: 2 ms at worst, if it was built for that. What is
larger is read on a thread; the platform's longest text makes 5 KiB."""

LONGEST_QUERY: Final = 1024
"""Letters; the platform's has some 300."""

PATIENCE_SECONDS: Final = 4.0
"""The platform gives a push up after 5 seconds: a danger sign is answered before, whatever keeps
the database."""


class Callback:
    """The door that answers the pushes of each account at its path.

    Refused bodies get 403 (413 if too large), other methods 405, other paths 404. While the
    database is away, or silent for `PATIENCE_SECONDS`, the platform gets 503 and repeats its push,
    except that a danger sign is answered even then.
    """

    def __init__(self, house: House, *, accounts: Mapping[str, Account]) -> None:
        self._house = house
        self._accounts = accounts
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="push")
        self._quick = Quick(house)
        # Read now, so that nobody's first message waits for it.
        signs.rules()

    async def answer(self, scope: Scope, body: bytes) -> Taken:
        """Answer one request."""
        account = self._accounts.get(scope.path)
        if account is None:
            return Taken(HTTPStatus.NOT_FOUND.value, [PLAIN_TEXT], b"")
        status, answered = await self._answered(account, scope, body)
        metrics.pushes.labels(account.kind, status.value).inc()
        return Taken(status.value, [PLAIN_TEXT], answered)

    def close(self) -> None:
        """Wait until what is under way has ended."""
        self._quick.close()
        self._threads.shutdown(wait=True)

    async def _answered(
        self, account: Account, scope: Scope, body: bytes
    ) -> tuple[HTTPStatus, bytes]:
        now = self._house.clock.now()
        try:
            query = _query(scope)
            if scope.method == "GET":
                return HTTPStatus.OK, verify(account, query, now=now).encode()
            if scope.method != "POST":
                return HTTPStatus.METHOD_NOT_ALLOWED, b""
            push = await _read(account, query, body, now=now)
        except BadPush as refused:
            log.warning("push refused", extra={"account": account.kind, "code": refused.code})
            if refused.code == "size":
                return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b""
            return HTTPStatus.FORBIDDEN, b""
        return await self._pushed(account, push, now=now)

    async def _pushed(
        self, account: Account, push: Push, *, now: datetime
    ) -> tuple[HTTPStatus, bytes]:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                text = await self._once(account, push, now=now)
        except (SQLAlchemyError, TimeoutError):
            log.exception("push not stored", extra={"account": account.kind})
            text = None
            if account.kind is AccountKind.OA:
                # Not on the threads of the pushes: the database may hold them all.
                text = await asyncio.to_thread(replies.danger_without_database, push)
            if text is None:
                return HTTPStatus.SERVICE_UNAVAILABLE, b""
        reply: Reply = Silence() if text is None else TextReply(text)
        nonce = chance(8).hex()
        return HTTPStatus.OK, answer(account, push, reply, now=now, nonce=nonce)

    async def _once(self, account: Account, push: Push, *, now: datetime) -> str | None:
        """Return the answer to a push: worked out the first time, remembered ever after."""
        if replies.tells_nothing(account, push):
            return None
        try:
            return await self._quick.answer(account, push, now=now)
        except NeedsTransaction:
            return await asyncio.get_running_loop().run_in_executor(
                self._threads, self._in_transaction, account, push, now
            )

    def _in_transaction(self, account: Account, push: Push, now: datetime) -> str | None:
        appid, key = account.appid, push.dedup_key
        with self._house.database.transaction() as session:
            if not replies.is_talk(account, push):
                if receipts.take_in(session, appid=appid, dedup_key=key, now=now):
                    replies.note(session, account=account, push=push, now=now)
                return None
            taken = receipts.take_in_talk(
                session, appid=appid, dedup_key=key, openid=push.openid, now=now
            )
            if not taken.is_new:
                return receipts.answer_of(session, appid=appid, dedup_key=key)
            return replies.reply(
                session, self._house, account=account, push=push, heard=taken.conversation, now=now
            )


async def _read(account: Account, query: Mapping[str, str], body: bytes, *, now: datetime) -> Push:
    if len(body) > READ_AT_ONCE:
        return await asyncio.to_thread(read, account, query, body, now=now)
    return read(account, query, body, now=now)


def _query(scope: Scope) -> dict[str, str]:
    if len(scope.query_string) > LONGEST_QUERY:
        raise BadPush("query")
    try:
        return dict(parse_qsl(scope.query_string, keep_blank_values=True, max_num_fields=20))
    except ValueError:  # more fields than the platform ever sends
        raise BadPush("query") from None
