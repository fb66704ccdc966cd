"""What R4 demands of the resources this door gives: cardinalities and required value sets.

Source: HL7, FHIR Release 4 (4.0.1), resource definitions of Schedule, Slot, Appointment, Bundle,
OperationOutcome and CapabilityStatement; data types id, instant, Reference, Identifier.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
CODE = re.compile(r"[^\s]+( [^\s]+)*")
TEXT = re.compile(r"(?s).+")

MANY = "*"
ANY = re.compile(r"(?s).*")

SLOT_STATUS = re.compile("busy|free|busy-unavailable|busy-tentative|entered-in-error")
APPOINTMENT_STATUS = re.compile(
    "proposed|pending|booked|arrived|fulfilled|cancelled|noshow|entered-in-error|checked-in"
    "|waitlist"
)
TAKES_PART = re.compile("accepted|declined|tentative|needs-action")
SEVERITY = re.compile("fatal|error|warning|information")
ISSUE = re.compile(
    "invalid|structure|required|value|invariant|security|login|unknown|expired|forbidden"
    "|suppressed|processing|not-supported|duplicate|multiple-matches|not-found|deleted|too-long"
    "|code-invalid|extension|too-costly|business-rule|conflict|transient|lock-error|no-store"
    "|exception|timeout|incomplete|throttled|informational"
)

CONCEPT = {"coding": (0, MANY, {"system": (0, 1, TEXT), "code": (0, 1, CODE)}),
           "text": (0, 1, TEXT)}  # fmt: skip
IDENTIFIER = {"system": (0, 1, TEXT), "value": (0, 1, TEXT)}
REFERENCE = {"reference": (0, 1, TEXT), "type": (0, 1, TEXT), "identifier": (0, 1, IDENTIFIER),
             "display": (0, 1, TEXT)}  # fmt: skip

Shape = Mapping[str, tuple[int, int | str, Any]]

SHAPES: Mapping[str, Shape] = {
    "Schedule": {
        "resourceType": (1, 1, re.compile("Schedule")), "id": (0, 1, ID), "active": (0, 1, bool),
        "serviceType": (0, MANY, CONCEPT), "actor": (1, MANY, REFERENCE),
    },
    "Slot": {
        "resourceType": (1, 1, re.compile("Slot")), "id": (0, 1, ID),
        "extension": (0, MANY, {"url": (1, 1, TEXT), "valueInteger": (0, 1, int)}),
        "identifier": (0, MANY, IDENTIFIER), "serviceType": (0, MANY, CONCEPT),
        "schedule": (1, 1, REFERENCE), "status": (1, 1, SLOT_STATUS), "start": (1, 1, INSTANT),
        "end": (1, 1, INSTANT),
    },
    "Appointment": {
        "resourceType": (1, 1, re.compile("Appointment")), "id": (0, 1, ID),
        "identifier": (0, MANY, IDENTIFIER), "status": (1, 1, APPOINTMENT_STATUS),
        "cancelationReason": (0, 1, CONCEPT), "serviceType": (0, MANY, CONCEPT),
        "start": (0, 1, INSTANT), "end": (0, 1, INSTANT), "slot": (0, MANY, REFERENCE),
        "created": (0, 1, INSTANT),
        "participant": (1, MANY, {"actor": (0, 1, REFERENCE), "status": (1, 1, TAKES_PART)}),
    },
    "Bundle": {
        "resourceType": (1, 1, re.compile("Bundle")), "type": (1, 1, re.compile("searchset")),
        "link": (0, MANY, {"relation": (1, 1, TEXT), "url": (1, 1, TEXT)}),
        "entry": (0, MANY, {"fullUrl": (0, 1, TEXT), "resource": (0, 1, dict),
                            "search": (0, 1, {"mode": (0, 1, re.compile("match"))})}),
    },
    "OperationOutcome": {
        "resourceType": (1, 1, re.compile("OperationOutcome")),
        "issue": (1, MANY, {"severity": (1, 1, SEVERITY), "code": (1, 1, ISSUE),
                            "details": (0, 1, CONCEPT), "diagnostics": (0, 1, TEXT)}),
    },
    "CapabilityStatement": {
        "resourceType": (1, 1, re.compile("CapabilityStatement")),
        "status": (1, 1, re.compile("draft|active|retired|unknown")), "date": (1, 1, TEXT),
        "kind": (1, 1, re.compile("instance|capability|requirements")),
        "software": (0, 1, {"name": (1, 1, TEXT)}),
        "implementation": (0, 1, {"description": (1, 1, TEXT), "url": (0, 1, TEXT)}),
        "fhirVersion": (1, 1, re.compile("4.0.1")), "format": (1, MANY, CODE),
        "rest": (0, MANY, {"mode": (1, 1, re.compile("server|client")),
                           "security": (0, 1, {"description": (0, 1, TEXT)}),
                           "resource": (0, MANY, dict)}),
    },
}  # fmt: skip


def faults(resource: Any) -> list[str]:
    """Return what is wrong with a resource, and with those a bundle holds."""
    found = list(_of_element(resource, SHAPES[resource["resourceType"]], resource["resourceType"]))
    for entry in resource.get("entry", []):
        found += faults(entry["resource"])
    return found + list(_of_appointment(resource))


def _of_element(element: Any, shape: Shape, path: str) -> Iterator[str]:
    yield from (f"{path}.{name} is unknown" for name in element.keys() - shape.keys())
    for name, (least, most, kind) in shape.items():
        given = element.get(name, [])
        values = given if most == MANY else [given] * (name in element)
        if not isinstance(values, list) or (name in element and not values):
            yield f"{path}.{name} is no list, or an empty one"
        elif len(values) < least:
            yield f"{path}.{name} is missing"
        else:
            for value in values:
                yield from _of_value(value, kind, f"{path}.{name}")


def _of_value(value: Any, kind: Any, path: str) -> Iterator[str]:
    if isinstance(kind, dict):
        yield from _of_element(value, kind, path)
    elif isinstance(kind, re.Pattern):
        if not isinstance(value, str) or not kind.fullmatch(value):
            yield f"{path}: {value}"
    elif type(value) is not kind:
        yield f"{path} is no {kind.__name__}"


def _of_appointment(resource: Any) -> Iterator[str]:
    """Yield what breaks the invariants app-1 to app-4."""
    if resource["resourceType"] != "Appointment":
        return
    if not all({"actor", "type"} & one.keys() for one in resource["participant"]):
        yield "app-1: a participant with neither type nor actor"
    if ("start" in resource) != ("end" in resource):
        yield "app-2: start without end"
    if "start" not in resource and resource["status"] not in {"proposed", "cancelled", "waitlist"}:
        yield "app-3: no time"
    if "cancelationReason" in resource and resource["status"] not in {"cancelled", "noshow"}:
        yield "app-4: a reason without a cancellation"
