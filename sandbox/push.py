"""The push engine: signs, encrypts, posts, tries three times, and judges what comes back."""

import secrets
import threading
from concurrent.futures import Future
from dataclasses import asdict
from typing import Any

from sandbox import courier
from sandbox.config import Account, Format, Kind, Mode
from sandbox.courier import Errand
from sandbox.crypto import seal, sign
from sandbox.faults import PUSH, FaultKind, Faults
from sandbox.journal import Delivery, Try
from sandbox.lanes import Lanes
from sandbox.replies import Asked, BadReply, bubble_of
from sandbox.wire import Fields, write
from sandbox.words import FAILURE
from sandbox.world import World, openid

TRIES = 3
"""A push that is not answered in time is sent three times in total."""
SILENT_EVENTS = frozenset(
    {
        "unsubscribe",
        "VIEW",
        "view_miniprogram",
        "LOCATION",
        "TEMPLATESENDJOBFINISH",
        "subscribe_msg_popup_event",
        "subscribe_msg_change_event",
        "subscribe_msg_sent_event",
        "user_authorization_revoke",
        "user_authorization_cancellation",
    }
)
"""After these events no chat line appears, whatever the callback answers."""
LONGEST_HOLD_SECONDS = 30.0
"""A push does not wait longer than this for what it should follow."""
AT_ONCE = threading.Event()
"""What a push follows that waits for nothing."""
AT_ONCE.set()
CONTENT_TYPES = {Format.XML: "text/xml", Format.JSON: "application/json"}


class PushEngine:
    """Delivers pushes to the callbacks; in order per person, different persons side by side."""

    def __init__(self, world: World, faults: Faults) -> None:
        self._world = world
        self._faults = faults
        self._lanes: Lanes[Delivery] = Lanes()

    def push(
        self, account: Account, person: str, fields: Fields, *, after: threading.Event = AT_ONCE
    ) -> Future[Delivery]:
        """Queue a push about a person, to leave when `after` is set; names and time are added."""
        delivery = self._record(account, person, fields)
        fault = self._faults.take(PUSH)
        if fault and fault.kind is FaultKind.DUPLICATE_PUSH:
            twin = self._record(account, person, delivery.payload)
            self._lanes.put(person, lambda: self._deliver(account, twin))
        return self._lanes.put(person, lambda: self._deliver_after(after, account, delivery))

    def wait_until_quiet(self, seconds: float) -> bool:
        """Wait until every push has been answered or given up; False after `seconds`."""
        return self._lanes.wait_until_quiet(seconds)

    def verify(self, account: Account) -> dict[str, Any]:
        """Ask the callback URL to prove itself, as when it is saved in the console."""
        echo = str(secrets.randbelow(10**19))
        answer, body = courier.run(
            Errand(
                account.callback_url,
                self._signed(account) | {"echostr": echo},
                None,
                "text/plain",
                self._world.config.reply_seconds,
            )
        )
        return {"ok": not answer.problem and body == echo.encode()} | asdict(answer)

    def close(self) -> None:
        """Drop waiting pushes and let the running ones finish."""
        self._lanes.close()

    def _record(self, account: Account, person: str, fields: Fields) -> Delivery:
        payload = {
            "ToUserName": account.gh_id,
            "FromUserName": openid(person, account),
            "CreateTime": int(self._world.now()),
        } | fields
        kind = str(payload.get("Event") or payload["MsgType"])
        journal = self._world.journal
        delivery = Delivery(
            journal.next_id(), account.appid, person, self._world.stamp(), kind, payload
        )
        journal.add(delivery)
        return delivery

    def _signed(self, account: Account) -> dict[str, str]:
        timestamp, nonce = str(int(self._world.now())), str(secrets.randbelow(10**10))
        signature = sign(account.token, timestamp, nonce)
        return {"signature": signature, "timestamp": timestamp, "nonce": nonce}

    def _deliver_after(
        self, after: threading.Event, account: Account, delivery: Delivery
    ) -> Delivery:
        after.wait(LONGEST_HOLD_SECONDS)
        return self._deliver(account, delivery)

    def _deliver(self, account: Account, delivery: Delivery) -> Delivery:
        aes_key = self._aes_key(account)
        while True:
            answer, body = courier.run(self._errand(account, delivery.payload, aes_key))
            delivery.tries.append(answer)
            if not answer.problem or len(delivery.tries) == TRIES or self._world.closing:
                break
        asked = Asked(account, delivery.payload["FromUserName"], aes_key)
        self._judge(delivery, asked, answer, body)
        return delivery

    def _aes_key(self, account: Account) -> str:
        if account.aes_key_previous and account.appid in self._world.state.previous_key:
            return account.aes_key_previous
        return account.aes_key

    def _errand(self, account: Account, payload: Fields, aes_key: str) -> Errand:
        query = self._signed(account) | {"openid": payload["FromUserName"]}
        if account.mode is not Mode.PLAIN:
            envelope = seal(write(payload, account.format), aes_key=aes_key, appid=account.appid)
            plain = payload if account.mode is Mode.COMPATIBLE else {}
            payload = {"ToUserName": account.gh_id} | plain | {"Encrypt": envelope}
            query["encrypt_type"] = "aes"
            query["msg_signature"] = sign(
                account.token, query["timestamp"], query["nonce"], envelope
            )
        return Errand(
            account.callback_url,
            query,
            write(payload, account.format),
            CONTENT_TYPES[account.format],
            self._world.config.reply_seconds,
        )

    def _judge(self, delivery: Delivery, asked: Asked, answer: Try, body: bytes) -> None:
        try:
            if answer.problem:
                raise BadReply(answer.problem)
            bubble = bubble_of(body, asked)
        except BadReply as bad:
            delivery.reason = str(bad)
            delivery.verdict = "failed"
            if asked.account.kind is Kind.OA and delivery.kind not in SILENT_EVENTS:
                self._say(delivery, {"kind": "failure", "text": FAILURE, "side": "middle"})
            return
        if bubble is None or bubble["kind"] == "transfer":
            delivery.verdict = "silent" if bubble is None else "transferred"
        elif delivery.kind in SILENT_EVENTS:
            delivery.verdict = "ignored"
        else:
            delivery.verdict = "replied"
            self._say(delivery, bubble | {"side": "them"})

    def _say(self, delivery: Delivery, bubble: Fields) -> None:
        line = bubble | {"chat": delivery.account}
        delivery.reply = self._world.tell(delivery.person, line)
