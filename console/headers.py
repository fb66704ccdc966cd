"""What the browser is told about every page: which sources it may load, and to keep no copy."""

from typing import Final

from flask import Response, g, request

_STRICT: Final = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
EDITOR: Final = {**_STRICT, "style-src": "'self' 'unsafe-inline'", "img-src": "'self' data: https:"}
"""The editor keeps colours and alignment as inline style; scripts stay strict."""

PAPER: Final = {
    **_STRICT,
    "default-src": "'none'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: https:",
    "frame-ancestors": "'self'",
    "sandbox": "",
}
"""An article as readers see it, in a frame where no script can run at all."""


def dress(response: Response) -> Response:
    """Add the headers to a response."""
    policy = g.get("policy", _STRICT)
    response.headers["Content-Security-Policy"] = "; ".join(
        f"{name} {value}".strip() for name, value in policy.items()
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    if request.endpoint != "console.static":
        response.headers["Cache-Control"] = "no-store"
    return response
