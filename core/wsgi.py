"""A WSGI program as a door: each request on a thread, its answer collected whole."""

import asyncio
import io
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from core.serving import Scope, Taken

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Program = Callable[[Environ, StartResponse], Iterable[bytes]]


class Pages:
    """The door of a WSGI program, at most `threads` requests at once."""

    def __init__(self, program: Program, *, threads: int) -> None:
        self.program = program
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="pages")

    async def answer(self, scope: Scope, body: bytes) -> Taken:
        """Answer one request."""
        loop = asyncio.get_running_loop()
        environ = _environ(scope, body)
        return await loop.run_in_executor(self._threads, _run, self.program, environ)

    def close(self) -> None:
        """Wait until what is under way has ended."""
        self._threads.shutdown(wait=True)


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
