"""What pages of a clinic share: who changed what, and who works here."""

from collections.abc import Iterable, Mapping, Sequence

from accounts.queries import people_by_ids, staff_by_ids
from accounts.rules import Act, may
from booking.models import Appointment
from booking.models_supply import Doctor, SupplyChange
from booking.supply.queries_supply import doctors
from console.guard import member
from console.presenters import clinics_changes as presenters
from console.presenters.clinics import doctor_name
from console.presenters.clinics_changes import ChangeLine
from console.presenters.inbox import name_of
from core.db import Session


def doctors_by_id(session: Session) -> Mapping[str, Doctor]:
    """Return the doctors of the member's hospital by id, those who left too."""
    return {one.id: one for one in doctors(session, hospital_id=member().hospital_id)}


def doctor_choices(found: Mapping[str, Doctor]) -> list[tuple[str, str]]:
    """Return who may sit in a clinic, with the title."""
    return [(one.id, doctor_name(one)) for one in found.values() if one.is_active]


def change_lines(session: Session, changes: Sequence[SupplyChange]) -> list[ChangeLine]:
    """Return changes with the names of those who made them."""
    staff = staff_by_ids(session, [one.made_by_id for one in changes])
    names = {key: one.name for key, one in staff.items()}
    return presenters.change_lines(changes, staff=names)


def names(session: Session, appointments: Iterable[Appointment]) -> Mapping[str, str]:
    """Return the names of those who booked, by id; none to who may not read families."""
    if not may(member().roles, Act.READ_FAMILIES):
        return {}
    found = people_by_ids(session, [one.person_id for one in appointments])
    return {key: name_of(one) for key, one in found.items()}
