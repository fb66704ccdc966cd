"""A stand-in for the platform's template route over HTTP, under any weather; keeps what it took.

It tells apart what it was asked, what it took, and what it answered: an answer may be cut off after
the message was taken, which is how messages come twice.
"""

import json
import random
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import BinaryIO
from urllib.parse import parse_qs, urlsplit

from core.clock import Clock, beijing_date

REMEMBERED = timedelta(minutes=10)
"""For so long the platform takes a `client_msg_id` once (Template_Message_Interface, 2026-07)."""

BUSY, TOKEN_DEAD, QUOTA_USED = -1, 40001, 45009
TOKEN_SECONDS = 7200

Answer = dict[str, object] | None
"""None: the connection is cut."""


@dataclass(frozen=True)
class Weather:
    """What goes wrong, as shares of the calls; the token dies with every so many-th call."""

    cut: float = 0.0
    busy: float = 0.0
    token_dies_every: int = 0
    quota: int | None = None
    """Messages of one day of Beijing."""
    is_dark: bool = False
    """Nothing is answered; half of what comes is taken all the same."""
    takes_seconds: float = 0.0


@dataclass(frozen=True)
class Taken:
    """A message that was taken: to whom, under which id of ours, when."""

    openid: str
    client_msg_id: str
    at: datetime


class Sky:
    """The platform; its `weather` may be changed at any time."""

    def __init__(self, clock: Clock, *, seed: int) -> None:
        self.weather = Weather()
        self.taken: list[Taken] = []
        self.calls, self.crossed = 0, 0
        self._clock, self._chance = clock, random.Random(seed)  # noqa: S311 - weather, no secret
        self._token = 0
        self._seen: dict[str, tuple[int, datetime]] = {}
        self._under_way: Counter[str] = Counter()
        self._of_day: Counter[date] = Counter()
        self._lock = threading.Lock()

    def answer(self, path: str, token: str, asked: Mapping[str, str]) -> Answer:
        """Answer one call."""
        if path.endswith("/stable_token"):
            return None if self.weather.is_dark else self._grant()
        openid = asked["touser"]
        with self._lock:
            self.calls += 1
            self._under_way[openid] += 1
            self.crossed += self._under_way[openid] > 1
        time.sleep(self.weather.takes_seconds)
        with self._lock:
            self._under_way[openid] -= 1
            return self._send(token, openid, asked["client_msg_id"])

    def _grant(self) -> Answer:
        with self._lock:
            return {"access_token": f"token-{self._token}", "expires_in": TOKEN_SECONDS}

    def _send(self, token: str, openid: str, client_msg_id: str) -> Answer:
        weather, chance = self.weather, self._chance.random()
        if weather.is_dark:
            if chance < 1 / 2:
                self._take(openid, client_msg_id)
            return None
        if weather.token_dies_every and self.calls % weather.token_dies_every == 0:
            self._token += 1
        if token != f"token-{self._token}":
            return {"errcode": TOKEN_DEAD, "errmsg": "invalid credential"}
        if chance < weather.busy:
            return {"errcode": BUSY, "errmsg": "system error"}
        if weather.quota is not None and self._of_day[self._today()] >= weather.quota:
            return {"errcode": QUOTA_USED, "errmsg": "reach max api daily quota limit"}
        msg_id = self._take(openid, client_msg_id)
        is_cut = chance > 1 - weather.cut
        return None if is_cut else {"errcode": 0, "errmsg": "ok", "msgid": msg_id}

    def _take(self, openid: str, client_msg_id: str) -> int:
        now = self._clock.now()
        msg_id, at = self._seen.get(f"{openid} {client_msg_id}", (0, now - REMEMBERED))
        if now - at < REMEMBERED:
            return msg_id
        self.taken.append(Taken(openid, client_msg_id, now))
        self._of_day[self._today()] += 1
        msg_id = len(self.taken)
        self._seen[f"{openid} {client_msg_id}"] = (msg_id, now)
        return msg_id

    def _today(self) -> date:
        return beijing_date(self._clock.now())


@contextmanager
def listening(sky: Sky) -> Iterator[str]:
    """Let a sky answer at an address of this machine while the block runs."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as door:
        threading.Thread(target=_let_in, args=(sky, door), daemon=True).start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        # Wakes whoever waits for the next caller.
        door.shutdown(socket.SHUT_RDWR)


def _let_in(sky: Sky, door: socket.socket) -> None:
    while True:
        try:
            line, _ = door.accept()
        except OSError:  # closed
            return
        threading.Thread(target=_converse, args=(sky, line), daemon=True).start()


def _converse(sky: Sky, line: socket.socket) -> None:
    """Answer the calls of one connection, until it ends or an answer is cut off."""
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with line, line.makefile("rb") as heard, suppress(OSError):
        while (asked := _asked(heard)) is not None:
            if (answer := sky.answer(*asked)) is None:
                return
            body = json.dumps(answer).encode()
            head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n"
            line.sendall(head.encode() + body)


def _asked(heard: BinaryIO) -> tuple[str, str, Mapping[str, str]] | None:
    """Return path, token and body of the next call; None if there is none, or not all of it."""
    first, length = heard.readline().split(), 0
    while (line := heard.readline()) not in {b"\r\n", b""}:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    if not first or len(body := heard.read(length)) < length:
        return None
    address = urlsplit(first[1].decode())
    token = parse_qs(address.query).get("access_token", [""])[0]
    return address.path, token, json.loads(body)
