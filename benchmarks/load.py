"""Pushes as the platform sends them, sealed beforehand, over connections that stay open."""

import itertools
import os
import random
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from wechat.account import Account
from wechat.crypto import PREFIX_BYTES, seal, signature

CONNECTIONS = 16
NONCE = "1372623149"
PATIENCE_SECONDS = 30
SEALED, SILENCE = b"<xml>", b"success"
"""How an answer with words in it begins; and the whole of one without."""


class WrongAnswer(RuntimeError):
    """A server answered something else than 200 and what was due."""


def pushes(
    account: Account, *, openids: Sequence[str], text: str, count: int, moment: int
) -> list[bytes]:
    """Return whole HTTP requests, each with its own message id, spread over the people."""
    ids = itertools.count(random.getrandbits(62))
    said = f"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{text}]]></Content>"
    people = itertools.islice(itertools.cycle(openids), count)
    return [
        _request(account, openid, f"{said}<MsgId>{next(ids)}</MsgId>", moment) for openid in people
    ]


def taps(account: Account, *, openids: Sequence[str], count: int, moment: int) -> list[bytes]:
    """Return whole HTTP requests: people who tap a menu key that opens a page."""
    event = (
        "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[VIEW]]></Event>"
        "<EventKey><![CDATA[https://hospital.example/]]></EventKey><MenuId>1</MenuId>"
    )
    people = itertools.islice(itertools.cycle(openids), count)
    return [_request(account, openid, event, moment) for openid in people]


def drive(
    port: int,
    requests: Sequence[bytes],
    *,
    due: bytes,
    status: int = 200,
    connections: int = CONNECTIONS,
) -> tuple[float, list[float]]:
    """Send the requests over some connections, one at a time on each.

    Every answer must have the `status` and begin with what is `due`.

    Returns:
        The seconds that all of them took together, and those of each.

    Raises:
        WrongAnswer: another status, another body, or nothing for `PATIENCE_SECONDS`.
    """
    waiting = iter(requests)
    latencies: list[float] = []
    with selectors.DefaultSelector() as ready:
        begun = time.perf_counter()
        for request in itertools.islice(waiting, connections):
            line = _Line(port)
            ready.register(line.socket, selectors.EVENT_READ, line)
            line.send(request)
        while ready.get_map():
            for line in _heard(ready):
                if (answer := line.received()) == b"":
                    continue
                latencies.append(time.perf_counter() - line.sent_at)
                _check(answer, due, status=status)
                if (request := next(waiting, b"")) != b"":
                    line.send(request)
                else:
                    ready.unregister(line.socket)
                    line.socket.close()
        return time.perf_counter() - begun, latencies


class _Line:
    """One connection, with the request under way on it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent_at = 0.0
        self._heard = b""

    def send(self, request: bytes) -> None:
        self._heard = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def received(self) -> bytes:
        """Return the whole answer, or nothing while some of it is still to come."""
        if (piece := self.socket.recv(65536)) == b"":
            raise WrongAnswer("the connection was closed")
        self._heard += piece
        head, end, body = self._heard.partition(b"\r\n\r\n")
        if not end:
            return b""
        _, _, length = head.lower().partition(b"content-length:")
        return self._heard if len(body) >= int(length.split(b"\r\n", 1)[0]) else b""


def _heard(ready: selectors.BaseSelector) -> Iterator[_Line]:
    if not (events := ready.select(PATIENCE_SECONDS)):
        raise WrongAnswer("no answer")
    return (key.data for key, _ in events)


def _check(answer: bytes, due: bytes, *, status: int) -> None:
    head, _, body = answer.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 %d" % status) or not body.lstrip().startswith(due):
        raise WrongAnswer(head.decode("latin-1"))


def _request(account: Account, openid: str, fields: str, moment: int) -> bytes:
    message = (
        f"<xml><ToUserName><![CDATA[{account.gh_id}]]></ToUserName>"
        f"<FromUserName><![CDATA[{openid}]]></FromUserName><CreateTime>{moment}</CreateTime>"
        f"{fields}</xml>"
    )
    sealed = seal(
        message.encode(), aes_key=account.aes_key, appid=account.appid,
        prefix=os.urandom(PREFIX_BYTES),
    )  # fmt: skip
    proof = signature(account.token, str(moment), NONCE, sealed)
    asked = {"timestamp": moment, "nonce": NONCE, "encrypt_type": "aes", "msg_signature": proof}
    body = (
        f"<xml><ToUserName><![CDATA[{account.gh_id}]]></ToUserName>"
        f"<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    ).encode()
    head = (
        f"POST /wechat/oa?{urlencode(asked)} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
