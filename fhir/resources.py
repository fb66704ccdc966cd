"""What the house keeps as FHIR R4 resources (HL7, FHIR Release 4, 4.0.1).

What leaves is what another system needs to keep its calendar in step, and no more: when, where,
with whom of the staff, and which appointment. No name, no phone number, nothing of a pregnancy.
"""

from collections.abc import Mapping
from datetime import datetime

from accounts.models import SubjectKind
from booking.his.queries import Listed, Meeting, Openness, Seat, seat_id
from booking.models import Appointment, AppointmentState, Care
from booking.models_supply import Clinic, Doctor
from core.clock import beijing
from core.words import label
from fhir.outcomes import PATH, Resource

FREE_PLACES = f"{PATH}/StructureDefinition/free-places"
"""Our own extension, behind the house's address: R4 has no word for a slot of several places."""

CANCELLATION = "http://terminology.hl7.org/CodeSystem/appointment-cancellation-reason"

SLOT_STATUS: Mapping[Openness, str] = {
    Openness.FREE: "free",
    Openness.FULL: "busy",
    Openness.CLOSED: "busy-unavailable",
}
"""Value set SlotStatus."""

STATUS: Mapping[AppointmentState, str] = {
    AppointmentState.HELD: "pending",
    AppointmentState.BOOKED: "booked",
    AppointmentState.CHECKED_IN: "arrived",
    AppointmentState.CALLED: "checked-in",
    AppointmentState.SEEN: "fulfilled",
    AppointmentState.LEFT: "cancelled",
    AppointmentState.CANCELLED: "cancelled",
    AppointmentState.CANCELLED_BY_CLINIC: "cancelled",
    AppointmentState.NO_SHOW: "noshow",
    AppointmentState.MOVED: "cancelled",
    AppointmentState.EXPIRED: "cancelled",
}
"""Value set AppointmentStatus: arrived waits to be seen, checked-in may go in."""

REASON: Mapping[AppointmentState, str] = {
    AppointmentState.CANCELLED: "pat",
    AppointmentState.CANCELLED_BY_CLINIC: "prov",
    AppointmentState.LEFT: "other",
    AppointmentState.MOVED: "other",
    AppointmentState.EXPIRED: "other",
}
"""Code system appointment-cancellation-reason: by the patient, by the provider, other."""


def outside(thing_id: str) -> str:
    """Return an id of the house as FHIR writes it: an id has no underscore there."""
    return thing_id.replace("_", "-")


def inside(written: str) -> str:
    """Return the house's own id of one that was written outside."""
    return written.replace("-", "_")


def schedule(one: Seat, *, base_url: str) -> Resource:
    """Return a clinic's team or a doctor in a clinic as a Schedule."""
    actors = [_clinic(one.clinic, base_url)]
    if one.doctor is not None:
        actors.append(_doctor(one.doctor, base_url))
    return {
        "resourceType": "Schedule",
        "id": outside(one.id),
        "active": one.is_active,
        "serviceType": _care(one.clinic.care, base_url),
        "actor": actors,
    }


def slot(one: Listed, *, base_url: str) -> Resource:
    """Return a slot as a Slot; it bears the name the hospital's own system gave it, if any."""
    given: Resource = {
        "resourceType": "Slot",
        "id": outside(one.slot.id),
        "extension": [{"url": f"{base_url}{FREE_PLACES}", "valueInteger": one.free}],
    }
    if one.slot.external_id is not None:
        given["identifier"] = [_identifier("his-slot", one.slot.external_id, base_url)]
    seat = outside(seat_id(one.slot.clinic_id, one.slot.doctor_id))
    return given | {
        "serviceType": _care(one.clinic.care, base_url),
        "schedule": {"reference": f"Schedule/{seat}"},
        "status": SLOT_STATUS[one.openness],
        "start": _instant(one.slot.starts_at),
        "end": _instant(one.slot.ends_at),
    }


def appointment(one: Meeting, *, base_url: str) -> Resource:
    """Return an appointment as an Appointment; its time is that of the slot it was made for."""
    made, during = one.appointment, one.appointment.during
    told: Resource = {
        "resourceType": "Appointment",
        "id": outside(made.id),
        "identifier": [_identifier("appointment", str(made.number), base_url)],
        "status": STATUS[made.state],
    }
    if made.state in REASON:
        told["cancelationReason"] = {
            "coding": [{"system": CANCELLATION, "code": REASON[made.state]}],
            "text": label(f"booking.{made.state}"),
        }
    return told | {
        "serviceType": _care(one.clinic.care, base_url),
        "start": _instant(during.lower or one.slot.starts_at),
        "end": _instant(during.upper or one.slot.ends_at),
        "slot": [{"reference": f"Slot/{outside(one.slot.id)}"}],
        "created": _instant(made.booked_at),
        "participant": [
            {"actor": actor, "status": "accepted"} for actor in _takes_part(one, base_url)
        ],
    }


def _takes_part(one: Meeting, base_url: str) -> list[Resource]:
    actors = [_patient(one.appointment, base_url), _clinic(one.clinic, base_url)]
    return actors if one.doctor is None else [*actors, _doctor(one.doctor, base_url)]


def _patient(made: Appointment, base_url: str) -> Resource:
    """Return whom it is for, by an id that means nothing elsewhere; two of one patient match."""
    system = "child" if made.child_id is not None else SubjectKind.PERSON.value
    patient = _identifier(system, outside(made.child_id or made.person_id), base_url)
    return {"type": "Patient", "identifier": patient}


def _clinic(clinic: Clinic, base_url: str) -> Resource:
    return {
        "type": "HealthcareService",
        "identifier": _identifier("clinic", outside(clinic.id), base_url),
        "display": f"{clinic.name} {clinic.room}",
    }


def _doctor(doctor: Doctor, base_url: str) -> Resource:
    return {
        "type": "Practitioner",
        "identifier": _identifier("practitioner", outside(doctor.id), base_url),
        "display": f"{doctor.name} {doctor.title}",
    }


def _care(care: Care, base_url: str) -> list[Resource]:
    system = f"{base_url}{PATH}/sid/care"
    return [
        {
            "coding": [{"system": system, "code": care.value}],
            "text": label(f"booking.{care}"),
        }
    ]


def _identifier(kind: str, value: str, base_url: str) -> Resource:
    return {"system": f"{base_url}{PATH}/sid/{kind}", "value": value}


def _instant(moment: datetime) -> str:
    """Return a moment as a Beijing wall clock shows it, with its zone."""
    return beijing(moment).isoformat(timespec="seconds")
