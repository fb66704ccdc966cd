"""Tables of reminders and of the ticks that make and send them."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class ReminderKind(StrEnum):
    """What a reminder is about."""

    APPOINTMENT = "appointment"
    CARE_WINDOW = "care_window"


class ReminderState(StrEnum):
    """Where a reminder is in its life; none is ever lost between these."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"
    UNDELIVERABLE = "undeliverable"


class Reminder(Base):
    """One thing to say to one person, once per occasion and kind.

    `occasion` names the exact truth it rests on (an appointment's id and hour, a pregnancy's
    item and its window); a changed truth is a new occasion.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "kind", "occasion"),
        sa.Index(
            "ix_reminder_due", "due_at",
            postgresql_where=sa.text("state in ('pending', 'sending')"),
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[ReminderKind]
    occasion: Mapped[str]
    subject_id: Mapped[str] = mapped_column(index=True)
    item_key: Mapped[str | None]
    due_at: Mapped[datetime]
    too_late_at: Mapped[datetime]
    state: Mapped[ReminderState]
    reason: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    leased_until: Mapped[datetime | None]
    values: Mapped[dict[str, Any] | None]
    sent_at: Mapped[datetime | None]
    platform_msg_id: Mapped[str | None] = mapped_column(index=True)
    planned_at: Mapped[datetime]


class TickRun(Base):
    """When each tick last ran, for how long, and how much it did."""

    __tablename__ = "tick_run"

    name: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    handled: Mapped[int]
    milliseconds: Mapped[int]
    failure: Mapped[str | None]
