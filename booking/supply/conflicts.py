"""Appointments that no longer fit what their clinic should have, for the clerk to settle."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from booking.models import LIVE, Appointment, Slot
from booking.models_supply import Clinic, Doctor
from core.db import Session, rows

FOUND = f"""
select slot.id, slot.is_closed, planned.places
from appointment
join slot on slot.id = appointment.slot_id
join clinic on clinic.id = slot.clinic_id
left join template on template.id = slot.template_id
left join lateral (
    select sum(value::int) as places from jsonb_each_text(template.shares)
) as planned on true
where {LIVE} and lower(appointment.during) > %(now)s and clinic.hospital_id = %(hospital_id)s
    and (%(clinic_id)s::text is null or clinic.id = %(clinic_id)s)
group by slot.id, slot.is_closed, planned.places
having slot.is_closed or count(*) filter (where appointment.share <> 'extra') > planned.places
"""  # noqa: S608 - of our own words only


class ConflictKind(StrEnum):
    """Why appointments of a slot no longer fit."""

    CLOSED = "closed"
    """The clinic does not sit at that time any more."""
    OVER = "over"
    """More have a place than there are by now; all of them keep it."""


@dataclass(frozen=True)
class Conflict:
    """A slot with the live appointments that do not fit any more, in the order they were made."""

    kind: ConflictKind
    slot: Slot
    clinic: Clinic
    doctor: Doctor | None
    planned: int
    """Places the slot has by its template; 0 for one that is closed."""
    appointments: Sequence[Appointment]


def conflicts(
    session: Session, *, hospital_id: str, now: datetime, clinic_id: str | None = None
) -> list[Conflict]:
    """Return what is to be settled in a hospital, or in one of its clinics, soonest first.

    Nothing is stored for it: a conflict is there as long as appointments and supply disagree.
    """
    session.flush()
    given = {"hospital_id": hospital_id, "clinic_id": clinic_id, "now": now}
    found = {row.id: row for row in rows(session, FOUND, given)}
    people = _appointments(session, list(found))
    slots = session.execute(
        sa.select(Slot, Clinic, Doctor)
        .join(Clinic, Clinic.id == Slot.clinic_id)
        .outerjoin(Doctor, Doctor.id == Slot.doctor_id)
        .where(Slot.id.in_(found))
        .order_by(Slot.starts_at, Slot.id)
    )
    return [
        Conflict(
            ConflictKind.CLOSED if slot.is_closed else ConflictKind.OVER, slot, clinic, doctor,
            0 if slot.is_closed else found[slot.id].places, people[slot.id],
        )
        for slot, clinic, doctor in slots
    ]  # fmt: skip


def _appointments(session: Session, slot_ids: Sequence[str]) -> dict[str, list[Appointment]]:
    found: dict[str, list[Appointment]] = {slot_id: [] for slot_id in slot_ids}
    for one in session.scalars(
        sa.select(Appointment)
        .where(Appointment.slot_id.in_(slot_ids), sa.text(LIVE))
        .order_by(Appointment.number)
    ):
        found[one.slot_id].append(one)
    return found
