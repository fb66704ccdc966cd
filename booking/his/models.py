"""Tables of what a hospital's own system is told, and of how it differs from the house."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class PushEvent(StrEnum):
    """What became of an appointment, as the hospital's own system is told."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    MOVED = "moved"


class HisPush(Base):
    """A step of an appointment in a slot of the hospital's own system, which is told of it.

    Each step has one row, made before anything is sent. It is sent until `sent_at` stands: more
    than once if the house fell over between. Who sends it has it alone until `held_until`.
    """

    __tablename__ = "his_push"
    __table_args__ = (
        sa.Index(
            "ix_his_push_unsent", "hospital_id", "step_number",
            postgresql_where=sa.text("sent_at is null"),
        ),
    )  # fmt: skip

    step_number: Mapped[int] = mapped_column(
        sa.BigInteger, sa.ForeignKey("appointment_step.number"), primary_key=True
    )
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"))
    event: Mapped[PushEvent]
    slot_name: Mapped[str]
    """What the other system called the slot when the step was taken."""
    noted_at: Mapped[datetime]
    held_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]


class HisReport(Base):
    """How the house and the hospital's own system differed at a moment; the last one counts."""

    __tablename__ = "his_report"

    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    made_at: Mapped[datetime]
    differences: Mapped[list[Any]]
    """`booking.his.reconciling.Difference` each; nothing of a person stands in them."""
    unsent_count: Mapped[int]
    """Steps the other system had not been told of by then."""
