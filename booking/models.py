"""Tables of clinics, slots and appointments."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Care(StrEnum):
    """The kinds of care that can be booked."""

    ANTENATAL = "antenatal"
    ULTRASOUND = "ultrasound"
    OGTT = "ogtt"
    POSTPARTUM = "postpartum"
    CHILD = "child"
    VACCINATION = "vaccination"


class AppointmentState(StrEnum):
    """Where an appointment (预约) is in its life."""

    BOOKED = "booked"
    CANCELLED = "cancelled"


class Clinic(Base):
    """A clinic (门诊): one kind of care in one room."""

    __tablename__ = "clinic"

    id: Mapped[str] = mapped_column(primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    care: Mapped[Care]
    name: Mapped[str]
    room: Mapped[str]
    is_open: Mapped[bool]


class Slot(Base):
    """A slot (号源): `[starts_at, ends_at)` in a clinic, with places of which some are taken."""

    __tablename__ = "slot"
    __table_args__ = (
        sa.UniqueConstraint("clinic_id", "starts_at"),
        sa.CheckConstraint("taken between 0 and places", name="taken_within_places"),
        sa.CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    clinic_id: Mapped[str] = mapped_column(sa.ForeignKey("clinic.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    places: Mapped[int]
    taken: Mapped[int] = mapped_column(server_default="0")


class Appointment(Base):
    """One person's place in a slot; `number` is what she says at the desk.

    Live appointments of one person never overlap (the exclusion constraint), and the same
    idempotency key of a person is the same appointment.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "idempotency_key"),
        ExcludeConstraint(
            (sa.text("int8range(person_number, person_number, '[]')"), "&&"),
            (sa.column("during"), "&&"),
            name="ex_appointment_person_during",
            using="gist",
            where=sa.text("state = 'booked'"),
        ),
        sa.Index(
            "ix_appointment_booked_during", sa.text("lower(during)"),
            postgresql_where=sa.text("state = 'booked'"),
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(start=1001), unique=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    slot_id: Mapped[str] = mapped_column(sa.ForeignKey("slot.id"), index=True)
    family_id: Mapped[str] = mapped_column(sa.ForeignKey("family.id"), index=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), index=True)
    person_number: Mapped[int] = mapped_column(sa.BigInteger)
    pregnancy_id: Mapped[str | None] = mapped_column(sa.ForeignKey("pregnancy.id"), index=True)
    item_key: Mapped[str | None]
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    state: Mapped[AppointmentState]
    channel: Mapped[str]
    idempotency_key: Mapped[str]
    booked_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
