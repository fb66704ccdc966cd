"""What this door can do, in FHIR's own form, the CapabilityStatement."""

from fhir.outcomes import PATH, Resource
from fhir.parameters import PARAMETERS, Parameter

CHANGED = "2026-11-22"
"""The day on which what this door can do last changed."""


def statement(*, base_url: str) -> Resource:
    """Return what can be read and searched here, and how one is let in."""
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": CHANGED,
        "kind": "instance",
        "software": {"name": "Yunyu"},
        "implementation": {"description": "孕育 Yunyu", "url": f"{base_url}{PATH}"},
        "fhirVersion": "4.0.1",
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "security": {"description": "Authorization: Bearer, a token of the hospital"},
                "resource": [_resource(kind) for kind in PARAMETERS],
            }
        ],
    }


def _resource(kind: str) -> Resource:
    return {
        "type": kind,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "searchParam": [_parameter(one) for one in PARAMETERS[kind]],
    }


def _parameter(one: Parameter) -> Resource:
    return {"name": one.name, "type": one.type, "documentation": one.meaning}
