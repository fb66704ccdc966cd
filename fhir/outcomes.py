"""Every no of this door in FHIR's own form, the OperationOutcome."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, make_response

PATH = "/fhir"
MEDIA_TYPE = "application/fhir+json"

Resource = dict[str, Any]

CODES: Mapping[int, str] = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    413: "too-long",
    503: "transient",
}
"""From status to the code of an issue (HL7, FHIR R4 4.0.1, value set IssueType)."""


def is_asked(path: str) -> bool:
    """Say whether an address belongs to this door."""
    return path == PATH or path.startswith(f"{PATH}/")


def answer(resource: Resource, *, status: int = 200) -> Response:
    """Return a resource as this door says it; nobody on the way keeps it."""
    response = make_response(json.dumps(resource, ensure_ascii=False), status)
    response.headers["Content-Type"] = f"{MEDIA_TYPE}; charset=utf-8"
    response.headers["Cache-Control"] = "no-store"
    return response


def refusal(*, status: int, code: str, sentence: str) -> Response:
    """Return a no: `code` is the house's own, `sentence` what it says in Chinese."""
    issue = {
        "severity": "fatal" if status >= 500 else "error",
        "code": CODES.get(status, "exception"),
        "details": {"text": sentence},
        "diagnostics": code,
    }
    response = answer({"resourceType": "OperationOutcome", "issue": [issue]}, status=status)
    if status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response
