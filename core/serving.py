"""Between the web server and the program: bodies are read whole, bounded, before a thread is used.

A client that sends its body slowly, or not at all, holds a few bytes of memory here and never a
thread; after a deadline it gets 408. Pushes of the platform have threads of their own, so that
busy pages cannot make WeChat wait (docs/why/serving.md).
"""

import asyncio
import io
import sys
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Program = Callable[[Environ, StartResponse], Iterable[bytes]]


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
class Lane:
    """How one part of the program is served: largest body, slowest body, how many at once."""

    largest_body: int
    body_seconds: float
    threads: int


@dataclass(frozen=True)
class Taken:
    """What the program answered."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Front:
    """An RSGI application over a WSGI one; `lanes` are chosen by the start of the path."""

    def __init__(
        self, program: Program, *, lanes: Mapping[str, Lane], closing: Callable[[], None]
    ) -> None:
        self._program = program
        self._closing = closing
        self._lanes = sorted(lanes.items(), key=lambda lane: -len(lane[0]))
        self._threads = {
            start: ThreadPoolExecutor(lane.threads, thread_name_prefix=f"lane{start}")
            for start, lane in lanes.items()
        }

    async def __rsgi__(self, scope: Scope, protocol: Any) -> None:  # noqa: ANN401 - granian's own
        """Answer one request."""
        start, lane = next(one for one in self._lanes if scope.path.startswith(one[0]))
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
        loop = asyncio.get_running_loop()
        taken = await loop.run_in_executor(
            self._threads[start], _run, self._program, _environ(scope, body)
        )
        protocol.response_bytes(taken.status, taken.headers, taken.body)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let what is under way end before the process does, then close the house."""
        for threads in self._threads.values():
            threads.shutdown(wait=True)
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


def _environ(scope: Scope, body: bytes) -> Environ:
    headers = scope.headers
    host = headers.get("host", "")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host.rpartition(":")[0] or host or "localhost",
        "SERVER_PORT": host.rpartition(":")[2] if ":" in host else "80",
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0],
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": headers.get("content-type", ""),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in headers.items():
        # A name with an underscore could pose as another header (CGI naming).
        if "_" not in name and name not in {"content-length", "content-type"}:
            key = "HTTP_" + name.upper().replace("-", "_")
            environ[key] = f"{environ[key]}, {value}" if key in environ else value
    return environ


def _run(program: Program, environ: Environ) -> Taken:
    begun: list[tuple[int, list[tuple[str, str]]]] = []

    def start_response(
        status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> Callable[[bytes], None]:
        begun.append((int(status.split(" ", 1)[0]), headers))
        return late_write

    written = io.BytesIO()

    def late_write(chunk: bytes) -> None:
        written.write(chunk)

    chunks = program(environ, start_response)
    try:
        written.writelines(chunks)
    finally:
        if (close := getattr(chunks, "close", None)) is not None:
            close()
    status, headers = begun[-1]
    lowered = [(name.lower(), value) for name, value in headers if name.lower() != "content-length"]
    return Taken(status, lowered, written.getvalue())
