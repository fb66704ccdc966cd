"""Tables of received pushes, conversations, messages and alarms."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Sealed


class ConversationState(StrEnum):
    """Whether a person of the hospital is needed."""

    QUIET = "quiet"
    WAITING = "waiting"
    ANSWERED = "answered"


class Speaker(StrEnum):
    """Who said it."""

    FAMILY = "family"
    BOT = "bot"
    STAFF = "staff"


class Delivery(StrEnum):
    """Whether a message of staff reached the phone."""

    NONE = "none"
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Receipt(Base):
    """A push of the platform that was taken in: the same key is answered the same way."""

    __tablename__ = "receipt"
    __table_args__ = (sa.Index("ix_receipt_received_at", "received_at"),)

    appid: Mapped[str] = mapped_column(primary_key=True)
    dedup_key: Mapped[str] = mapped_column(primary_key=True)
    answer: Mapped[str | None] = mapped_column(Sealed("receipt.answer"))
    received_at: Mapped[datetime]


class Conversation(Base):
    """The conversation of one person with the house.

    `awaiting` is the bot's own memory of a question it asked (sealed, and dropped after
    `awaiting_until`); `heard_at` opens the platform's window for messages of staff.
    """

    __tablename__ = "conversation"

    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"))
    state: Mapped[ConversationState] = mapped_column(index=True)
    awaiting: Mapped[str | None] = mapped_column(Sealed("conversation.awaiting"))
    awaiting_until: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]


class Message(Base):
    """One thing said. Kept only with consent, in an alarm, or while a person is asked for."""

    __tablename__ = "message"
    __table_args__ = (
        sa.Index("ix_message_person", "person_id", "number"),
        sa.Index(
            "ix_message_unsent", "number",
            postgresql_where=sa.text("delivery in ('pending', 'sending')"),
        ),
    )  # fmt: skip

    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"))
    speaker: Mapped[Speaker]
    staff_id: Mapped[str | None] = mapped_column(sa.ForeignKey("staff.id"))
    text: Mapped[str] = mapped_column(Sealed("message.text"))
    delivery: Mapped[Delivery]
    failure: Mapped[str | None]
    leased_until: Mapped[datetime | None]
    said_at: Mapped[datetime]


class Alarm(Base):
    """A danger sign that was found in a message, and who of the staff looked at it when."""

    __tablename__ = "alarm"
    __table_args__ = (
        sa.Index(
            "ix_alarm_unopened", "hospital_id", postgresql_where=sa.text("opened_at is null")
        ),
        sa.CheckConstraint(
            "(opened_at is null) = (opened_by is null)", name="opened_by_and_at"
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"))
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), index=True)
    sign: Mapped[str]
    level: Mapped[str]
    rules_version: Mapped[str]
    answer_key: Mapped[str]
    raised_at: Mapped[datetime]
    opened_by: Mapped[str | None] = mapped_column(sa.ForeignKey("staff.id"))
    opened_at: Mapped[datetime | None]
