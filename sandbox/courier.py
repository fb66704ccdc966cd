"""Carries one request to a callback within a time limit and says honestly what came back."""

import time
from dataclasses import dataclass

import requests

from sandbox.journal import Try

REPLY_BYTES = 65_536
"""A longer answer cannot be a reply; reading stops there."""


@dataclass(frozen=True)
class Errand:
    """What to ask: `body` None is a GET, anything else a POST."""

    url: str
    query: dict[str, str]
    body: bytes | None
    content_type: str
    seconds: float


def run(errand: Errand) -> tuple[Try, bytes]:
    """Send the request; the answer counts if it is whole, in time and has status 200."""
    begun = time.monotonic()
    status, body, problem = None, b"", ""
    try:
        status, body = _exchange(errand, begun + errand.seconds)
        problem = "" if status == requests.codes.ok else f"HTTP {status}"
    except requests.Timeout:
        problem = f"no answer within {errand.seconds:g} s"
    except requests.RequestException as failed:
        problem = f"no connection ({type(failed).__name__})"
    elapsed_ms = round((time.monotonic() - begun) * 1000)
    return Try(status, elapsed_ms, problem, body.decode("utf-8", "replace")), body


def _exchange(errand: Errand, deadline: float) -> tuple[int, bytes]:
    with requests.request(
        "GET" if errand.body is None else "POST",
        errand.url,
        params=errand.query,
        data=errand.body,
        headers={"Content-Type": errand.content_type, "User-Agent": "Mozilla/4.0"},
        timeout=errand.seconds,
        allow_redirects=False,
        stream=True,
    ) as answer:
        body = b""
        # The library's time-out counts from byte to byte; the platform's counts the whole answer.
        for piece in answer.iter_content(chunk_size=1024):
            body += piece
            if time.monotonic() > deadline or len(body) > REPLY_BYTES:
                raise requests.Timeout
        return answer.status_code, body
