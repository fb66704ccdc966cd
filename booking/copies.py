"""What this room keeps of a person, to be told to her."""

import sqlalchemy as sa

from accounts.models import Person
from booking.models import Appointment, Slot
from booking.models_supply import Clinic
from booking.models_waiting import DrawRequest, MissedVisit, Waiting
from core.copies import Copy


def copies(person: Person) -> list[Copy]:
    """Return what is kept of her here: her appointments, and the places she waited for."""
    return [
        Copy(
            "appointment",
            sa.select(
                Appointment.number, Slot.starts_at, Clinic.name.label("clinic"), Clinic.room,
                Appointment.child_id, Appointment.item_key, Appointment.state,
                Appointment.channel, Appointment.booked_at, Appointment.cancelled_at,
            )
            .join(Slot, Slot.id == Appointment.slot_id)
            .join(Clinic, Clinic.id == Slot.clinic_id)
            .where(Appointment.person_id == person.id)
            .order_by(Appointment.id),
        ),
        Copy(
            "waiting",
            sa.select(
                Clinic.name.label("clinic"), Waiting.child_id, Waiting.item_key, Waiting.from_day,
                Waiting.to_day, Waiting.half_day, Waiting.state, Waiting.joined_at,
            )
            .join(Clinic, Clinic.id == Waiting.clinic_id)
            .where(Waiting.person_id == person.id)
            .order_by(Waiting.id),
        ),
        Copy(
            "draw_request",
            sa.select(
                Clinic.name.label("clinic"), DrawRequest.child_id, DrawRequest.item_key,
                DrawRequest.draw_day, DrawRequest.rank, DrawRequest.outcome,
                DrawRequest.asked_at,
            )
            .join(Clinic, Clinic.id == DrawRequest.clinic_id)
            .where(DrawRequest.person_id == person.id)
            .order_by(DrawRequest.id),
        ),
        Copy(
            "missed_visit",
            sa.select(
                MissedVisit.missed_at, MissedVisit.counts, MissedVisit.appeal,
                MissedVisit.appeal_words, MissedVisit.appealed_at, MissedVisit.decided_at,
            )
            .where(MissedVisit.person_id == person.id)
            .order_by(MissedVisit.missed_at),
        ),
    ]  # fmt: skip
