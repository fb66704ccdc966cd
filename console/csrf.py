"""Against forged requests: a mark bound to the sign-in, and the origin of every writing call."""

import hashlib
import hmac
from urllib.parse import urlsplit

from flask import g, request

from console.errors import Forged
from console.guard import OPEN, house

FIELD = "csrf"
HEADER = "X-CSRF"
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def mark(token: str) -> str:
    """Return the mark that forms of this sign-in carry; another sign-in has another."""
    return hmac.new(token.encode(), b"console form", hashlib.sha256).hexdigest()


def check() -> None:
    """Pass if this request reads, or was sent by a page of ours for this very sign-in.

    Raises:
        Forged: it comes from elsewhere, or its mark is missing or wrong.
    """
    if request.method in READING:
        return
    if not _is_from_here():
        raise Forged
    if request.endpoint in OPEN:
        return
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if not hmac.compare_digest(given.encode(), mark(g.token).encode()):
        raise Forged


def _is_from_here() -> bool:
    """Say whether the browser names this house as the origin; old browsers name none."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"
    return urlsplit(origin).netloc in {request.host, urlsplit(house().settings.base_url).netloc}
