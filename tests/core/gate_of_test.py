"""A small program behind the front, for granian: `tests.core.gate_of_test:gate`."""

import io
import json
import time
from collections.abc import Iterable

from core.serving import Front, Lane
from core.wsgi import Environ, Pages, StartResponse

BODY_SECONDS = 1.5


class Answer(io.BytesIO):
    """A body that must be closed, as WSGI says."""

    closings = 0

    def close(self) -> None:
        Answer.closings += 1
        super().close()


def program(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Tell what was heard."""
    if environ["PATH_INFO"].endswith("/slow"):
        time.sleep(0.5)
    heard = {
        name: value
        for name, value in environ.items()
        if isinstance(value, str | int) and not name.startswith("wsgi")
    }
    body = environ["wsgi.input"].read()
    write = start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "1")])
    write(b"")
    return Answer(json.dumps(heard | {"body": len(body), "closed": Answer.closings}).encode())


def gate() -> Front:
    """Return the front over the program, with a lane for pushes and one for the rest."""
    lanes = {
        "/": Lane(Pages(program, threads=4), largest_body=10_000, body_seconds=BODY_SECONDS),
        "/push/": Lane(Pages(program, threads=2), largest_body=100, body_seconds=BODY_SECONDS),
    }
    return Front(lanes, closing=lambda: None)
