"""Tables of reminders, of the letters that carry them, and of the ticks that make and send them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from wechat.push import DeliveryOutcome

OPEN = "settled_at is null"
"""Pending or sending. Not written by states: a claim then changes no column that any index knows,
and costs a fraction (heap-only updates)."""


class ReminderKind(StrEnum):
    """What a reminder is about: what a family switches on and off."""

    APPOINTMENT = "appointment"
    CARE_WINDOW = "care_window"
    CHILD_CARE = "child_care"
    AFTER_VISIT = "after_visit"
    STAGE_LETTER = "stage_letter"


class ReminderState(StrEnum):
    """Where a reminder is in its life; none is ever lost between these."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"
    UNDELIVERABLE = "undeliverable"
    """On a person's list: somebody must call."""
    TOLD = "told"
    """A person of the hospital has told it."""


class LetterState(StrEnum):
    """What became of a letter."""

    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    FAILED = "failed"
    """The platform took it, and said later that it did not arrive."""
    REFUSED = "refused"
    UNSURE = "unsure"
    """It may have been taken; nobody knows, and nobody sends it again."""


class Channel(StrEnum):
    """The ways to a person, in the order they are tried."""

    ASSISTANT = "assistant"
    """微信就医助手: needs no consent of the platform's."""
    MINI_LASTING = "mini_lasting"
    MINI_ONCE = "mini_once"
    OFFICIAL_NOTICE = "official_notice"
    """订阅通知 of the Official Account; spends a credit."""
    TEMPLATE = "template"
    CUSTOMER = "customer"
    """A customer-service text inside its window."""
    SMS = "sms"


class Reminder(Base):
    """One reason to speak to one person, once for each rule and occasion.

    `occasion` names the exact truth it rests on (an appointment at its hour, an item and its day);
    a changed truth is a new occasion. `due_at` is what the rule said; `next_at` when it is looked
    at next, later than that while the night, a pause (`held_by`) or a talk keeps it waiting.
    `urgency` is the rank of `scheduler.speech.documents.Urgency`, the smaller the sooner.
    """

    __tablename__ = "reminder"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "rule", "occasion"),
        sa.Index("ix_reminder_due", "urgency", "next_at", postgresql_where=sa.text(OPEN)),
        sa.Index("ix_reminder_open", "person_id", postgresql_where=sa.text(OPEN)),
        sa.Index("ix_reminder_held", "held_by", postgresql_where=sa.text("held_by is not null")),
        sa.Index(
            "ix_reminder_listed", "hospital_id", "listed_at",
            postgresql_where=sa.text("listed_at is not null"),
        ),
        sa.Index("ix_reminder_due_at", "due_at", postgresql_using="brin"),
        sa.CheckConstraint(
            "(state in ('pending', 'sending')) = (settled_at is null)", name="settled_when_over"
        ),
        sa.CheckConstraint(
            "(state = 'undeliverable') = (listed_at is not null)", name="listed_when_undeliverable"
        ),
        {"postgresql_with": {"fillfactor": "70"}},
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    hospital_id: Mapped[str]
    """Her family's; no foreign key, since a million rows a day would each look it up."""
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[ReminderKind]
    rule: Mapped[str]
    edition: Mapped[str]
    """Of the rules of speaking, under which it was planned."""
    occasion: Mapped[str]
    subject_id: Mapped[str]
    item_key: Mapped[str | None]
    urgency: Mapped[int] = mapped_column(sa.SmallInteger)
    due_at: Mapped[datetime]
    next_at: Mapped[datetime]
    too_late_at: Mapped[datetime]
    state: Mapped[ReminderState]
    reason: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(server_default="0")
    leased_until: Mapped[datetime | None]
    held_by: Mapped[str | None] = mapped_column(sa.ForeignKey("reminder_pause.id"))
    letter_id: Mapped[str | None] = mapped_column(sa.ForeignKey("letter.id"))
    tried: Mapped[list[Any]] = mapped_column(server_default=sa.text("'[]'::jsonb"))
    """Channels that refused it for good."""
    planned_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    """When it was sent, dropped, or put on a person's list."""
    listed_at: Mapped[datetime | None]
    """Since when it is on a person's list."""


class Letter(Base):
    """One message to one person through one channel; its id is the platform's `client_msg_id`.

    `doubt_at` is since when it may have been taken without our knowing; None while it certainly
    was not.
    """

    __tablename__ = "letter"
    __table_args__ = (
        sa.Index("ix_letter_person_claimed", "person_id", "claimed_at"),
        sa.Index(
            "ix_letter_msg_id", "platform_msg_id",
            postgresql_where=sa.text("platform_msg_id is not null"),
        ),
        sa.Index("ix_letter_hospital_claimed", "hospital_id", "claimed_at"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    hospital_id: Mapped[str]
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[ReminderKind]
    channel: Mapped[Channel]
    appid: Mapped[str]
    template_id: Mapped[str]
    values: Mapped[dict[str, Any]]
    wording_id: Mapped[str | None] = mapped_column(sa.ForeignKey("wording.id"))
    lot_number: Mapped[int | None] = mapped_column(sa.ForeignKey("wording_lot.number"))
    """By which lot its words were drawn; None: everybody gets these words."""
    state: Mapped[LetterState]
    failure: Mapped[str | None]
    claimed_at: Mapped[datetime]
    doubt_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    platform_msg_id: Mapped[str | None]


class EarlyReport(Base):
    """A message that was reported on before its sending was written down."""

    __tablename__ = "early_report"

    msg_id: Mapped[str] = mapped_column(primary_key=True)
    outcome: Mapped[DeliveryOutcome]
    told_at: Mapped[datetime] = mapped_column(index=True)


class PlanMark(Base):
    """How far the planner has looked: up to which day, when last, at which step of a booking."""

    __tablename__ = "plan_mark"

    name: Mapped[str] = mapped_column(primary_key=True)
    edition: Mapped[str]
    swept_to_day: Mapped[date]
    looked_at: Mapped[datetime]
    step_number: Mapped[int] = mapped_column(sa.BigInteger)


class TickRun(Base):
    """When each tick last ran, for how long, and how much it did."""

    __tablename__ = "tick_run"

    name: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    handled: Mapped[int]
    milliseconds: Mapped[int]
    failure: Mapped[str | None]


class ReminderFigure(Base):
    """How many reminders of a day went which way; kept when the reminders themselves are erased."""

    __tablename__ = "reminder_figure"

    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[ReminderKind] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    """Empty where no letter was written."""
    outcome: Mapped[str] = mapped_column(primary_key=True)
    """The letter's state where it was sent, else the reminder's."""
    reason: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    dwell_p50_seconds: Mapped[float | None]
    dwell_p99_seconds: Mapped[float | None]
