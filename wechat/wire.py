"""One exchange with the platform over HTTP: bounded in time and size, typed in its errors.

Addresses carry the access token, the secret or an openid, and exceptions of `requests` carry
addresses. So none of them is logged, quoted or chained.
"""

import json
import logging
import time
from collections.abc import Mapping
from typing import Final

import requests
from urllib3.exceptions import ConnectTimeoutError, HTTPError, MaxRetryError, NewConnectionError

from wechat.errors import AnswerLost, BadAnswer, NotReached, PlatformError, platform_error

CONNECT_SECONDS: Final = 3
READ_SECONDS: Final = 5
"""Longest silence, and longest time in all, in which an answer must have come."""

MAX_ANSWER_BYTES: Final = 1024 * 1024
"""Answers of the calls we make are a few kilobytes at most."""

_CHUNK_BYTES: Final = 16 * 1024
_JSON_TYPE: Final = "application/json; charset=utf-8"

Answer = Mapping[str, object]

log = logging.getLogger(__name__)


class Wire:
    """A way to the platform, or to a stand-in for it at another base address."""

    def __init__(self, base_url: str, *, http: requests.Session) -> None:
        self._base_url = base_url.rstrip("/")
        self._http = http

    def get(self, path: str, *, params: Mapping[str, str]) -> Answer:
        """Return the answer to a GET.

        Raises:
            PlatformError: no answer, not an answer, or a refusal.
        """
        return self._exchange(requests.Request("GET", self._base_url + path, params=params), path)

    def post(
        self, path: str, *, params: Mapping[str, str], payload: Mapping[str, object]
    ) -> Answer:
        r"""Return the answer to a POST of JSON in UTF-8, never `\u` escapes (they arrive as such).

        Raises:
            PlatformError: no answer, not an answer, or a refusal.
        """
        request = requests.Request(
            "POST",
            self._base_url + path,
            params=params,
            data=json.dumps(payload, ensure_ascii=False).encode(),
            headers={"Content-Type": _JSON_TYPE},
        )
        return self._exchange(request, path)

    def _exchange(self, request: requests.Request, path: str) -> Answer:
        answer = self._fetch(request)
        if isinstance(answer, PlatformError):
            log.warning("platform not reached", extra={"path": path, "code": answer.code})
            raise answer
        errcode = answer.get("errcode", 0)
        if errcode == 0:
            return answer
        error = _refusal(errcode, answer)
        refused = {"path": path, "code": error.code, "errcode": error.errcode, "rid": error.rid}
        log.info("platform refused", extra=refused)
        raise error

    def _fetch(self, request: requests.Request) -> Answer | PlatformError:
        """Return rather than raise a failure, so that nothing of `requests` is chained to it."""
        deadline = time.monotonic() + CONNECT_SECONDS + READ_SECONDS
        try:
            with self._http.send(
                self._http.prepare_request(request),
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                stream=True,
                allow_redirects=False,
            ) as response:
                body = _bounded_body(response, deadline)
        except (requests.RequestException, HTTPError) as error:
            return NotReached() if _never_left(error) else AnswerLost()
        return AnswerLost() if body is None else _read(response.status_code, body)


def _bounded_body(response: requests.Response, deadline: float) -> bytes | None:
    """Return the body, or None if it is too large or comes too slowly."""
    body = b""
    # `iter_content` waits for a whole chunk, so a dripping answer would outlast any deadline.
    while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=True):
        body += chunk
        if len(body) > MAX_ANSWER_BYTES or time.monotonic() > deadline:
            return None
    return body


def _read(status: int, body: bytes) -> Answer | PlatformError:
    if status != requests.codes.ok:
        return BadAnswer()
    try:
        # The platform lets control characters through in names; strict reading would refuse.
        answer = json.loads(body, strict=False)
    except (ValueError, RecursionError):
        return BadAnswer()
    return answer if isinstance(answer, dict) else BadAnswer()


def _refusal(errcode: object, answer: Answer) -> PlatformError:
    if not isinstance(errcode, int):
        return BadAnswer()
    return platform_error(errcode, str(answer.get("errmsg", "")))


def _never_left(error: Exception) -> bool:
    """Say whether no connection came about, so that the call cannot have been carried out."""
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)
