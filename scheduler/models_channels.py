"""Tables of the ways to a person: what she allowed, the hospital's templates, the day's meters."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from scheduler.models import Channel


class SubscriptionChange(StrEnum):
    """Why a subscription changed."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """In a pop-up, or later in the phone's list of notices."""
    SPENT = "spent"
    RETURNED = "returned"
    """The letter it was spent on was certainly not taken."""
    FOUND_EMPTY = "found_empty"
    """The platform said that there is no consent (43101)."""


class Subscription(Base):
    """What one person allowed of one template: for good, or so many times."""

    __tablename__ = "subscription"
    __table_args__ = (sa.CheckConstraint("credits >= 0", name="credits_not_negative"),)

    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    appid: Mapped[str] = mapped_column(primary_key=True)
    template_id: Mapped[str] = mapped_column(primary_key=True)
    is_lasting: Mapped[bool] = mapped_column(server_default=sa.false())
    credits: Mapped[int] = mapped_column(server_default="0")
    changed_at: Mapped[datetime]


class SubscriptionEvent(Base):
    """One change of a subscription: when, why, and for which letter."""

    __tablename__ = "subscription_event"
    __table_args__ = (sa.Index("ix_subscription_event_person", "person_id", "number"),)

    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"))
    appid: Mapped[str]
    template_id: Mapped[str]
    change: Mapped[SubscriptionChange]
    letter_id: Mapped[str | None]
    at: Mapped[datetime]


class ChannelTemplate(Base):
    """A hospital's template for one layout on one channel.

    `keys` is piece by template key (`{"thing3": "what"}`); the layout's own keys when it is empty.
    """

    __tablename__ = "channel_template"
    __table_args__ = (sa.UniqueConstraint("hospital_id", "channel", "layout"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"))
    channel: Mapped[Channel]
    layout: Mapped[str]
    template_id: Mapped[str] = mapped_column(index=True)
    keys: Mapped[dict[str, Any]] = mapped_column(server_default=sa.text("'{}'::jsonb"))
    made_by_id: Mapped[str]
    made_at: Mapped[datetime]


class ChannelMeter(Base):
    """One channel of one account: calls of `day`, and whether it rests, since when, and why."""

    __tablename__ = "channel_meter"

    appid: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[Channel] = mapped_column(primary_key=True)
    day: Mapped[date]
    used: Mapped[int] = mapped_column(server_default="0")
    failures: Mapped[int] = mapped_column(server_default="0")
    """In a row, without a word of the platform between them."""
    stopped_until: Mapped[datetime | None]
    alarm: Mapped[str | None]
    """A code that staff must see to: a wrong key, a missing right, a banned template."""
    alarmed_at: Mapped[datetime | None]
