"""The JSON door describes itself, and keeps to its description."""

import pytest
import schemathesis
from hypothesis import given, settings
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from tests.miniapp.conftest import API, OWN

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]

ROUTES = {
    "/sessions": {"post", "delete"},
    "/me": {"get"},
    "/me/name": {"put"},
    "/me/phone": {"post"},
    "/me/copy": {"get"},
    "/me/leaving": {"get", "post"},
    "/consents": {"post"},
    "/datings/reading": {"post"},
    "/pregnancies": {"post"},
    "/timeline": {"get"},
    "/care": {"get"},
    "/slots": {"get"},
    "/appointments": {"get", "post"},
    "/appointments/{appointment_id}/cancel": {"post"},
    "/articles": {"get"},
    "/articles/{article_id}": {"get"},
    "/days": {"get"},
    "/holds": {"post"},
    "/appointments/{appointment_id}/move": {"post"},
    "/appointments/together": {"post"},
    "/waiting": {"get", "post"},
    "/waiting/{waiting_id}/take": {"post"},
    "/course/proposal": {"get"},
    "/course": {"post"},
    "/missed/{appointment_id}/appeal": {"post"},
    "/attendance": {"get"},
}

ALIKE = {
    "/clinics": {"get"},
    "/appointments/{appointment_id}": {"get"},
    "/appointments/{appointment_id}/confirm": {"post"},
    "/appointments/{appointment_id}/move-rest": {"post"},
    "/appointments/{appointment_id}/check-in-code": {"get"},
    "/appointments/{appointment_id}/calendar.ics": {"get"},
    "/appointments/{appointment_id}/neighbours": {"get"},
    "/waiting/{waiting_id}/leave": {"post"},
    "/waiting/{waiting_id}/refuse": {"post"},
    "/waiting/{waiting_id}/why": {"get"},
    "/missed/{appointment_id}/excuse": {"post"},
}
"""Calls that take no more than others of the same make, which are tried with whatever is sent."""


@pytest.fixture
def description(client):
    return client.get("/openapi.json").json


@pytest.mark.slow
def test_the_description_is_valid_openapi(description):
    validate(description)

    assert description["openapi"] == "3.1.0"


@pytest.mark.parametrize(("path", "methods"), [*ROUTES.items(), *ALIKE.items()])
def test_every_route_clients_rely_on_is_described(description, path, methods):
    assert methods <= description["paths"][f"{API}{path}"].keys()


def test_only_the_json_door_is_described(description):
    assert [path for path in description["paths"] if not path.startswith(API)] == []


SENT = [
    pytest.param(path, method, id=f"{method} {path}")
    for path, methods in ROUTES.items()
    for method in sorted(methods - {"delete"})
    if (path, method) != ("/me/leaving", "post")
]
"""Every call but signing out and leaving, which would end the others; they are tried elsewhere."""


@pytest.mark.slow
@pytest.mark.no_cover
@pytest.mark.parametrize(("path", "method"), SENT)
def test_whatever_a_client_sends_is_answered_as_described(
    program, lin, expecting, antenatal, articles, path, method
):
    described = schemathesis.openapi.from_wsgi("/openapi.json", program)
    headers = lin.headers | OWN | {"Idempotency-Key": "key-1"}

    @settings(max_examples=25, deadline=None, database=None)
    @given(case=described[f"{API}{path}"][method].as_strategy())
    def is_answered(case):
        case.call_and_validate(headers=headers, checks=CHECKS)

    is_answered()
