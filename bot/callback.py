"""The address the platform pushes to: proof first, then one answer, once.

It stands in front of the web framework, which would cost more than the whole rest of the work.
Its guard is the platform's signature.
"""

import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy.exc import SQLAlchemyError

from bot import replies, signs
from bot.quick import Quick
from bot.turn import NeedsTransaction
from conversation import receipts
from core import metrics
from core.house import House
from wechat.account import Account, AccountKind
from wechat.callback import MAX_BODY_BYTES, read, verify
from wechat.errors import BadPush
from wechat.push import Push
from wechat.replies import Reply, Silence, TextReply, answer

log = logging.getLogger(__name__)

Environ = dict[str, Any]
Program = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Callback:
    """A WSGI program that answers the pushes of each account at its path, and passes on the rest.

    Refused bodies get 403 (413 if too large), other methods 405; while the database is away the
    platform gets 503 and repeats its push, except that a danger sign is answered even then.
    """

    def __init__(
        self, house: House, *, accounts: Mapping[str, Account], otherwise: Program
    ) -> None:
        self._house = house
        self._accounts = accounts
        self._otherwise = otherwise
        self._quick = Quick(house)
        # Read now, so that nobody's first message waits for it.
        signs.rules()

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        account = self._accounts.get(environ["PATH_INFO"])
        if account is None:
            return self._otherwise(environ, start_response)
        status, body = self._answered(account, environ)
        metrics.pushes.labels(account.kind, status.value).inc()
        start_response(
            f"{status.value} {status.phrase}",
            [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))],
        )
        return [body]

    def _answered(self, account: Account, environ: Environ) -> tuple[HTTPStatus, bytes]:
        now = self._house.clock.now()
        try:
            query = _query(environ)
            if environ["REQUEST_METHOD"] == "GET":
                return HTTPStatus.OK, verify(account, query, now=now).encode()
            if environ["REQUEST_METHOD"] != "POST":
                return HTTPStatus.METHOD_NOT_ALLOWED, b""
            # One byte more than is taken tells an oversized body without holding it.
            body = environ["wsgi.input"].read(MAX_BODY_BYTES + 1)
            return self._pushed(account, read(account, query, body, now=now), now=now)
        except BadPush as refused:
            log.warning("push refused", extra={"account": account.kind, "code": refused.code})
            if refused.code == "size":
                return HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b""
            return HTTPStatus.FORBIDDEN, b""

    def _pushed(self, account: Account, push: Push, *, now: datetime) -> tuple[HTTPStatus, bytes]:
        try:
            text = self._once(account, push, now=now)
        except SQLAlchemyError:
            log.exception("push not stored", extra={"account": account.kind})
            text = None
            if account.kind is AccountKind.OA:
                text = replies.danger_without_database(push)
            if text is None:
                return HTTPStatus.SERVICE_UNAVAILABLE, b""
        reply: Reply = Silence() if text is None else TextReply(text)
        nonce = secrets.token_hex(8)
        return HTTPStatus.OK, answer(account, push, reply, now=now, nonce=nonce)

    def _once(self, account: Account, push: Push, *, now: datetime) -> str | None:
        """Return the answer to a push: worked out the first time, remembered ever after."""
        if replies.tells_nothing(account, push):
            return None
        try:
            return self._quick.answer(account, push, now=now)
        except NeedsTransaction:
            return self._in_transaction(account, push, now=now)

    def _in_transaction(self, account: Account, push: Push, *, now: datetime) -> str | None:
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


def _query(environ: Environ) -> dict[str, str]:
    try:
        return dict(
            parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True, max_num_fields=20)
        )
    except ValueError:  # more fields than the platform ever sends
        raise BadPush("query") from None
