"""Somebody at a phone: the platform's part of one person's chat, sealed both ways."""

import html
import itertools
import re
from collections.abc import Mapping
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from werkzeug.test import Client, TestResponse

from tests.world import AES_KEY, SETTINGS, MovableClock
from wechat.crypto import is_signed, seal, signature, unseal
from wechat.notation import Fields, leaf, read_fields
from wechat.replies import MAX_TEXT_BYTES

OFFICIAL, MINIPROGRAM = "/wechat/oa", "/wechat/mp"
LINK = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=(.*?)&msgmenuid=1">(.*?)</a>')
_ids = itertools.count(24_000_000_001)


class Phone:
    """One person's phone in the chat of the Official Account; every answer is opened and checked.

    Attributes:
        answer: the last answer as it came.
        text: its words, with their links; empty for silence.
    """

    def __init__(self, client: Client, clock: MovableClock, openid: str) -> None:
        self.client, self.clock, self.openid = client, clock, openid
        self.answer = TestResponse([], "204 NO CONTENT", {}, None)
        self.text = ""
        self._last: tuple[str, bytes] = ("", b"")

    def follow(self) -> str:
        """Begin to follow the account."""
        return self.event("subscribe")

    def unfollow(self) -> str:
        """Stop following it."""
        return self.event("unsubscribe")

    def tap(self, key: str) -> str:
        """Tap a key of the menu under the chat."""
        return self.event("CLICK", EventKey=key)

    def event(self, name: str, **fields: str) -> str:
        """Do something that is no message."""
        return self.push(MsgType="event", Event=name, **fields)

    def say(self, text: str) -> str:
        """Write something."""
        return self.message("text", Content=text)

    def message(self, sort: str, **fields: str) -> str:
        """Send a message of any sort."""
        return self.push(MsgType=sort, MsgId=str(next(_ids)), **fields)

    def choose(self, label: str) -> str:
        """Tap the first link of the last answer that is labelled so; it speaks in her name."""
        links = [(html.unescape(said), shown) for said, shown in LINK.findall(self.text)]
        said = next(said for said, shown in links if label in shown)
        return self.message("text", Content=said, bizmsgmenuid="1")

    def push(self, **fields: str) -> str:
        """Have the platform push these fields for her."""
        whole = {
            "ToUserName": SETTINGS.oa_gh_id,
            "FromUserName": self.openid,
            "CreateTime": str(int(self.clock.now().timestamp())),
        }
        self._last = sealed(in_xml(whole | fields), now=self.clock.now().timestamp())
        return self.repeat_last()

    def repeat_last(self) -> str:
        """Have the platform send the very same push (again), as it does when no answer came."""
        query, body = self._last
        self.answer = self.client.post(f"{OFFICIAL}?{query}", data=body)
        self.text = self._words(self.answer)
        return self.text

    def _words(self, answer: TestResponse) -> str:
        if answer.status_code != 200 or answer.data == b"success":
            return ""
        envelope = read_fields(answer.data)
        reply = read_fields(_opened(envelope))
        assert leaf(reply, "ToUserName") == self.openid
        assert leaf(reply, "FromUserName") == SETTINGS.oa_gh_id
        assert leaf(reply, "MsgType") == "text"
        assert len(leaf(reply, "Content").encode()) <= MAX_TEXT_BYTES
        return leaf(reply, "Content")


def _opened(envelope: Fields) -> bytes:
    encrypted = leaf(envelope, "Encrypt")
    parts = (SETTINGS.oa_token, leaf(envelope, "TimeStamp"), leaf(envelope, "Nonce"), encrypted)
    assert is_signed(leaf(envelope, "MsgSignature"), *parts)
    return unseal(encrypted, aes_key=AES_KEY, appid=SETTINGS.oa_appid)


def in_xml(fields: Mapping[str, str]) -> str:
    """Write a push as the platform does."""
    return (
        "<xml>"
        + "".join(f"<{name}>{escape(said)}</{name}>" for name, said in fields.items())
        + "</xml>"
    )


def sealed(
    message: str,
    *,
    now: float,
    token: str = SETTINGS.oa_token,
    appid: str = SETTINGS.oa_appid,
    nonce: str = "n0nce",
) -> tuple[str, bytes]:
    """Return query and body of a push in safe mode."""
    encrypted = seal(message.encode(), aes_key=AES_KEY, appid=appid, prefix=b"p" * 16)
    moment = str(int(now))
    query = {
        "timestamp": moment,
        "nonce": nonce,
        "encrypt_type": "aes",
        "msg_signature": signature(token, moment, nonce, encrypted),
    }
    return urlencode(query), in_xml({"Encrypt": encrypted}).encode()
