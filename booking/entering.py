"""An appointment is written: whose it is, in which place, with its first step."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import Range

from booking import places
from booking.errors import Overlapping
from booking.models import Appointment, AppointmentState, Share, Slot
from booking.steps import By, write
from core.db import Session
from core.ids import new_id

OVERLAP = "ex_appointment_patient_during"


class Visit(Protocol):
    """Whose visit it is and what for: a request, an entry of the waiting list, an appointment."""

    @property
    def hospital_id(self) -> str: ...  # noqa: D102 - a row's own columns

    @property
    def family_id(self) -> str: ...  # noqa: D102

    @property
    def person_id(self) -> str: ...  # noqa: D102

    @property
    def child_id(self) -> str | None: ...  # noqa: D102

    @property
    def patient_number(self) -> int: ...  # noqa: D102

    @property
    def pregnancy_id(self) -> str | None: ...  # noqa: D102

    @property
    def item_key(self) -> str | None: ...  # noqa: D102


def planned(
    visit: Visit, *, slot: Slot, share: Share, channel: str, key: str, now: datetime
) -> Appointment:
    """Return an appointment for this visit, booked, that is not written yet."""
    return Appointment(
        id=new_id("apt", now=now), hospital_id=visit.hospital_id, slot_id=slot.id, share=share,
        family_id=visit.family_id, person_id=visit.person_id, child_id=visit.child_id,
        patient_number=visit.patient_number, pregnancy_id=visit.pregnancy_id,
        item_key=visit.item_key, during=Range(slot.starts_at, slot.ends_at),
        state=AppointmentState.BOOKED, channel=channel, idempotency_key=key, booked_at=now,
    )  # fmt: skip


def enter(session: Session, *, appointment: Appointment, by: By) -> None:
    """Take a place for an appointment and write it; the caller holds the lock of its patient.

    If it cannot be, the savepoint gives the place back.

    Raises:
        SlotFull: no place is left.
        Overlapping: the patient already has an appointment at that time.
    """
    with _apart(session):
        places.take(session, slot_id=appointment.slot_id, share=appointment.share)
        session.add(appointment)
    write(session, appointment=appointment, before=None, after=appointment.state, by=by)


def seat(session: Session, *, appointment: Appointment, by: By) -> None:
    """Write an appointment into a place that is taken already: it was passed on.

    Raises:
        Overlapping: the patient already has an appointment at that time.
    """
    with _apart(session):
        session.add(appointment)
    write(session, appointment=appointment, before=None, after=appointment.state, by=by)


@contextmanager
def _apart(session: Session) -> Iterator[None]:
    try:
        with session.begin_nested():
            yield
    except sa.exc.IntegrityError as broken:
        if OVERLAP in str(broken.orig):
            raise Overlapping from broken
        raise
