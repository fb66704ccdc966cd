"""Between the web server and the doors: bodies are read whole, bounded, before anything else.

A client that sends its body slowly, or not at all, holds a few bytes of memory here and never a
thread; after a deadline it gets 408. Each lane has a door of its own, so that busy pages cannot
make WeChat wait (docs/why/serving.md).
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class Scope(Protocol):
    """What granian says of a request (RSGI)."""

    method: str
    path: str
    query_string: str
    headers: Any
    scheme: str
    client: str
    http_version: str


@dataclass(frozen=True)
class Taken:
    """What a door answered; names of headers are in lower case."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Door(Protocol):
    """Where the requests of one lane come in; it runs on the event loop and must not hold it up."""

    async def answer(self, scope: Scope, body: bytes) -> Taken:
        """Answer one request."""
        ...

    def close(self) -> None:
        """Wait until what is under way on threads has ended."""
        ...


@dataclass(frozen=True)
class Lane:
    """How one part of the house is served: by which door, with what largest and slowest body."""

    door: Door
    largest_body: int
    body_seconds: float


class Front:
    """An RSGI application whose `lanes` are chosen by the start of the path, the longest first."""

    def __init__(self, lanes: Mapping[str, Lane], *, closing: Callable[[], None]) -> None:
        self._closing = closing
        self._lanes = sorted(lanes.items(), key=lambda lane: -len(lane[0]))

    async def __rsgi__(self, scope: Scope, protocol: Any) -> None:  # noqa: ANN401 - granian's own
        """Answer one request."""
        lane = next(lane for start, lane in self._lanes if scope.path.startswith(start))
        try:
            # Not wait_for, which would make a task of its own for every request.
            async with asyncio.timeout(lane.body_seconds):
                body = await _body(scope, protocol, lane)
        except TimeoutError:
            protocol.response_empty(408, [])
            return
        if body is None:
            protocol.response_empty(413, [])
            return
        taken = await lane.door.answer(scope, body)
        protocol.response_bytes(taken.status, taken.headers, taken.body)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let what is under way end before the process does, then close the house."""
        for _, lane in self._lanes:
            lane.door.close()
        self._closing()


async def _body(scope: Scope, protocol: Any, lane: Lane) -> bytes | None:  # noqa: ANN401 - as above
    """Return the whole body, or None when it is larger than the lane takes."""
    if scope.method in {"GET", "HEAD"}:
        return b""
    said = scope.headers.get("content-length", "")
    if said.isdigit():
        # The server reads no more than was announced.
        return await protocol() if int(said) <= lane.largest_body else None
    body = bytearray()
    async for chunk in protocol:
        body.extend(chunk)
        if len(body) > lane.largest_body:
            return None
    return bytes(body)
