"""A platform on the loopback that answers as a test tells it to, however badly."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Call:
    """One request that arrived."""

    path: str
    query: dict[str, str]
    raw: bytes

    @property
    def payload(self) -> Any:
        return json.loads(self.raw)


@dataclass
class Loopback:
    """Answers every call with `respond`; keeps the calls."""

    url: str = ""
    calls: list[Call] = field(default_factory=list)
    respond: Callable[["Answering", Call], None] = lambda answering, call: answering.send({})


class Answering(BaseHTTPRequestHandler):
    """Reads one request and lets the test answer it."""

    platform: Loopback

    def answer_one(self) -> None:
        split = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(split.query).items()}
        raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        call = Call(split.path, query, raw)
        self.platform.calls.append(call)
        self.platform.respond(self, call)

    do_GET = do_POST = answer_one  # noqa: N815

    def send(self, answer: object, *, status: int = 200) -> None:
        self.send_bytes(json.dumps(answer).encode(), status=status)

    def send_bytes(self, body: bytes, *, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Keep quiet."""


@contextmanager
def running() -> Iterator[Loopback]:
    platform = Loopback()
    answering = type("Bound", (Answering,), {"platform": platform})
    with ThreadingHTTPServer(("127.0.0.1", 0), answering) as server:
        platform.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield platform
        finally:
            server.shutdown()
            thread.join()
