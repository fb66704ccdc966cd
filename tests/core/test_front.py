"""The front's own steps, with a scope and a protocol of the test."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterable

import pytest

from core.serving import Front, Lane, Scope, Taken
from core.wsgi import Environ, Pages, StartResponse
from tests.whole import Request


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


class Pushes:
    """A door that answers on the event loop."""

    async def answer(self, scope: Scope, body: bytes) -> Taken:
        return Taken(200, [], b"pushed " + body + b" at " + scope.path.encode())

    def close(self) -> None:
        pass


def ask(scope: Request, wire: Wire, *, closed: list[str] | None = None) -> Wire:
    """Have a front answer one request, and end it."""
    ends = closed if closed is not None else []
    lanes = {
        "/": Lane(Pages(echo, threads=1), largest_body=10, body_seconds=0.02),
        "/wechat/": Lane(Pushes(), largest_body=4, body_seconds=0.02),
    }
    front = Front(lanes, closing=lambda: ends.append("closed"))

    async def whole() -> None:
        await front.__rsgi__(scope, wire)
        front.__rsgi_del__(asyncio.get_running_loop())

    asyncio.run(whole())
    return wire


def test_the_longest_beginning_of_a_path_chooses_the_lane() -> None:
    push = ask(Request(path="/wechat/oa"), Wire(b"ping"))
    page = ask(Request(path="/m/"), Wire(b"ping"))

    assert push.answer == (200, {}, b"pushed ping at /wechat/oa")
    assert page.answer == (201, {"x-host": "localhost"}, b"written ping by pages_0")


def test_a_body_in_pieces_is_read_whole() -> None:
    wire = ask(Request(), Wire(b"one", b"two"))

    assert wire.answer[2].startswith(b"written onetwo")


@pytest.mark.parametrize(
    ("scope", "wire", "status"),
    [
        (Request(headers={"content-length": "11"}), Wire(), 413),
        (Request(headers={"content-length": "few"}), Wire(b"x" * 11), 413),
        (Request(), Wire(b"x" * 6, b"x" * 6), 413),
        (Request(), Wire(b"x", stalls=True), 408),
    ],
    ids=["announced too large", "announced oddly", "grows too large", "stalls"],
)
def test_a_body_too_large_or_too_slow_reaches_no_program(
    scope: Request, wire: Wire, status: int
) -> None:
    assert ask(scope, wire).answer == (status, {}, b"")


def test_a_get_has_no_body() -> None:
    wire = ask(Request(method="GET"), Wire(b"ignored"))

    assert wire.answer[2] == b"written  by pages_0"


def test_headers_reach_the_program_but_never_under_a_false_name() -> None:
    wire = ask(Request(headers={"host": "h:80", "x_host": "evil", "a": "1"}), Wire())

    assert wire.answer[1] == {"x-host": "h"}
    assert wire.answer[2].endswith(b"_01")


def test_the_house_is_closed_after_the_last_answer() -> None:
    closed: list[str] = []

    ask(Request(), Wire(), closed=closed)

    assert closed == ["closed"]
