"""The whole house as one WSGI program, so that the tests' browser can ask it without a server."""

import asyncio
import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Thread

from core.serving import Lane
from core.wsgi import Environ, Pages, StartResponse

PATIENCE_SECONDS = 60


@dataclass
class Request:
    """A request as granian tells of it."""

    method: str = "POST"
    path: str = "/"
    query_string: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    scheme: str = "http"
    client: str = "127.0.0.1:5000"
    http_version: str = "1.1"


class Whole:
    """The lanes of a house: pages are asked as they are, pushes on an event loop."""

    def __init__(self, lanes: Mapping[str, Lane]) -> None:
        self.lanes = lanes

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, from whatever thread."""
        path = environ["PATH_INFO"]
        start = max((start for start in self.lanes if path.startswith(start)), key=len)
        door = self.lanes[start].door
        if isinstance(door, Pages):
            return door.program(environ, start_response)
        request = Request(
            environ["REQUEST_METHOD"], path, environ.get("QUERY_STRING", ""), _headers(environ)
        )
        answer = door.answer(request, environ["wsgi.input"].read())
        taken = asyncio.run_coroutine_threadsafe(answer, self._loop).result(PATIENCE_SECONDS)
        start_response(f"{taken.status} -", taken.headers)
        return [taken.body]

    @cached_property
    def _loop(self) -> asyncio.AbstractEventLoop:
        """Return an event loop that runs as long as this house stands.

        One for all tests would outlive a pause of the coverage's tracer, and not be traced again.
        """
        loop = asyncio.new_event_loop()
        Thread(target=_run, args=[loop], daemon=True).start()
        weakref.finalize(self, loop.call_soon_threadsafe, loop.stop)
        return loop


def _headers(environ: Environ) -> dict[str, str]:
    return {
        name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_") or name == "CONTENT_TYPE"
    }


def _run(loop: asyncio.AbstractEventLoop) -> None:
    loop.run_forever()
    loop.close()
