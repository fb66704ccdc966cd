"""The front's own steps, with a scope and a protocol of the test."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field

import pytest

from core.serving import Environ, Front, Lane, StartResponse


@dataclass
class Scope:
    """A request as granian tells of it."""

    method: str = "POST"
    path: str = "/"
    headers: dict[str, str] = field(default_factory=dict)
    query_string: str = ""
    scheme: str = "http"
    client: str = "127.0.0.1:5000"
    http_version: str = "1.1"


class Wire:
    """The connection of a request: gives the body in pieces, keeps the answer."""

    def __init__(self, *pieces: bytes, stalls: bool = False) -> None:
        self._pieces, self._stalls = pieces, stalls
        self.answer: tuple[int, dict[str, str], bytes] = (0, {}, b"")

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Give the body as granian's protocol does."""
        return self._body()

    async def _body(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece
        if self._stalls:
            await asyncio.sleep(60)

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.answer = (status, dict(headers), b"")

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answer = (status, dict(headers), body)


def echo(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Answer with the body and the name of the thread."""
    write = start_response("201 Created", [("X-Host", environ["SERVER_NAME"])])
    write(b"written ")
    name = threading.current_thread().name
    return [
        environ["wsgi.input"].read(),
        b" by " + name.encode(),
        environ.get("HTTP_A", "").encode(),
    ]


def ask(scope: Scope, wire: Wire, *, closed: list[str] | None = None) -> Wire:
    """Have a front answer one request, and end it."""
    ends = closed if closed is not None else []
    lanes = {
        "/": Lane(largest_body=10, body_seconds=0.02, threads=1),
        "/wechat/": Lane(largest_body=4, body_seconds=0.02, threads=1),
    }
    front = Front(echo, lanes=lanes, closing=lambda: ends.append("closed"))

    async def whole() -> None:
        await front.__rsgi__(scope, wire)
        front.__rsgi_del__(asyncio.get_running_loop())

    asyncio.run(whole())
    return wire


def test_the_longest_beginning_of_a_path_chooses_the_lane() -> None:
    push = ask(Scope(path="/wechat/oa"), Wire(b"ping"))
    page = ask(Scope(path="/m/"), Wire(b"ping"))

    assert push.answer == (201, {"x-host": "localhost"}, b"written ping by lane/wechat/_0")
    assert page.answer[2] == b"written ping by lane/_0"


def test_a_body_in_pieces_is_read_whole() -> None:
    wire = ask(Scope(), Wire(b"one", b"two"))

    assert wire.answer[2].startswith(b"written onetwo")


@pytest.mark.parametrize(
    ("scope", "wire", "status"),
    [
        (Scope(headers={"content-length": "11"}), Wire(), 413),
        (Scope(headers={"content-length": "few"}), Wire(b"x" * 11), 413),
        (Scope(), Wire(b"x" * 6, b"x" * 6), 413),
        (Scope(), Wire(b"x", stalls=True), 408),
    ],
    ids=["announced too large", "announced oddly", "grows too large", "stalls"],
)
def test_a_body_too_large_or_too_slow_reaches_no_program(
    scope: Scope, wire: Wire, status: int
) -> None:
    assert ask(scope, wire).answer == (status, {}, b"")


def test_a_get_has_no_body() -> None:
    wire = ask(Scope(method="GET"), Wire(b"ignored"))

    assert wire.answer[2] == b"written  by lane/_0"


def test_headers_reach_the_program_but_never_under_a_false_name() -> None:
    wire = ask(Scope(headers={"host": "h:80", "x_host": "evil", "a": "1"}), Wire())

    assert wire.answer[1] == {"x-host": "h"}
    assert wire.answer[2].endswith(b"_01")


def test_the_house_is_closed_after_the_last_answer() -> None:
    closed: list[str] = []

    ask(Scope(), Wire(), closed=closed)

    assert closed == ["closed"]
