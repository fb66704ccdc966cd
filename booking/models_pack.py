"""Tables of a clinic's day taken along without a network: the packs, and what came back in them."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from booking.models import AppointmentState
from core.db import Base, Sealed


class PackAct(StrEnum):
    """What a desk does without a network."""

    CHECK_IN = "check_in"
    CALL = "call"
    RECALL = "recall"
    FINISH = "finish"
    LEAVE = "leave"
    WALK_IN = "walk_in"
    """Somebody came without an appointment: noted by name only."""


class PackOutcome(StrEnum):
    """What became of an act when it came back."""

    DONE = "done"
    ALREADY = "already"
    """Somebody else had written the same down before."""
    CHANGED = "changed"
    """In the meantime her appointment went another way: staff look at it."""
    NOT_ON_LIST = "not_on_list"
    """No appointment of this clinic on this day: staff look at it."""
    NOT_ITS_DAY = "not_its_day"
    """By the clock of that machine it was another day: staff look at it."""
    NOTED = "noted"
    """Of a walk-in, who is entered by hand: staff look at it."""


class Pack(Base):
    """A clinic's day (日包) that was exported; it is merged before `merge_until`."""

    __tablename__ = "pack"
    __table_args__ = (sa.Index("ix_pack_clinic", "clinic_id", "day"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    clinic_id: Mapped[str] = mapped_column(sa.ForeignKey("clinic.id"))
    day: Mapped[date]
    issued_by_id: Mapped[str]
    issued_at: Mapped[datetime]
    merge_until: Mapped[datetime]


class PackLine(Base):
    """One act that came back: `key` was made where it was taken, so twice is once.

    `visit` is the appointment's id, or the key of the walk-in's first act. `found` is the state in
    which the appointment was. What staff had to look at is settled by one of them, and with it the
    walk-in's name is forgotten.
    """

    __tablename__ = "pack_line"
    __table_args__ = (
        sa.CheckConstraint(
            "(settled_by_id is null) = (settled_at is null)", name="settled_by_whom_and_when"
        ),
    )

    pack_id: Mapped[str] = mapped_column(sa.ForeignKey("pack.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    visit: Mapped[str]
    appointment_id: Mapped[str | None] = mapped_column(sa.ForeignKey("appointment.id"), index=True)
    act: Mapped[PackAct]
    at: Mapped[datetime]
    name: Mapped[str | None] = mapped_column(Sealed("pack_line.name"))
    outcome: Mapped[PackOutcome]
    found: Mapped[AppointmentState | None]
    merged_by_id: Mapped[str]
    merged_at: Mapped[datetime]
    settled_by_id: Mapped[str | None]
    settled_at: Mapped[datetime | None]
