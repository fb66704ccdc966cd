"""Tables of what families and hospitals wish: kinds on and off, pauses, own words, own hours."""

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import SubjectKind
from core.db import Base
from scheduler.models import ReminderKind


class PauseWhy(StrEnum):
    """Why nothing is said for a while."""

    AWAY = "away"
    """Her wish, until she is back."""
    SWITCHED_OFF = "switched_off"
    """Staff stopped a kind, or everything, for the whole hospital."""


class WordingState(StrEnum):
    """Where a hospital's own wording is; the steps are `scheduler.rules.NEXT_WORDING`."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    TRIED = "tried"
    """Looked at by a colleague, and one of those that are drawn by lot."""
    DECLINED = "declined"
    RETIRED = "retired"


class Choice(Base):
    """That a person wants reminders of a kind, or does not; the newest row of a kind counts."""

    __tablename__ = "reminder_choice"
    __table_args__ = (sa.Index("ix_reminder_choice_person", "person_id", "kind", "number"),)

    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[ReminderKind]
    is_wanted: Mapped[bool]
    made_by_kind: Mapped[SubjectKind]
    made_by_id: Mapped[str]
    made_at: Mapped[datetime]


class Pause(Base):
    """An interval `[from_at, until_at)` of silence: of one person, or (None) the whole hospital.

    Of one kind, or (None) of all. `until_at` None: until somebody ends it. It never touches what
    it holds back; ended, it leaves no trace on it.
    """

    __tablename__ = "reminder_pause"
    __table_args__ = (
        sa.Index("ix_reminder_pause_live", "hospital_id", "person_id",
                 postgresql_where=sa.text("ended_at is null")),
        sa.CheckConstraint("until_at > from_at", name="until_after_from"),
        sa.CheckConstraint("(ended_at is null) = (ended_by_id is null)", name="ended_whole"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"))
    person_id: Mapped[str | None] = mapped_column(sa.ForeignKey("person.id"))
    kind: Mapped[ReminderKind | None]
    why: Mapped[PauseWhy]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(server_default="")
    """Why staff stopped it, in their words; empty where a family asked for silence."""
    made_by_kind: Mapped[SubjectKind]
    made_by_id: Mapped[str]
    made_at: Mapped[datetime]
    ended_by_id: Mapped[str | None]
    ended_at: Mapped[datetime | None]


class Wording(Base):
    """A hospital's own words for a rule, by piece; never changed once written.

    One is in force for a rule, others may be tried beside it; a colleague of the writer looked at
    them.
    """

    __tablename__ = "wording"
    __table_args__ = (
        sa.Index("uq_wording_approved", "hospital_id", "rule", unique=True,
                 postgresql_where=sa.text("state = 'approved'")),
        sa.CheckConstraint("(reviewed_at is null) = (reviewed_by is null)", name="reviewed_whole"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"))
    rule: Mapped[str]
    pieces: Mapped[dict[str, Any]]
    state: Mapped[WordingState]
    written_by: Mapped[str] = mapped_column(sa.ForeignKey("staff.id"))
    written_at: Mapped[datetime]
    reviewed_by: Mapped[str | None] = mapped_column(sa.ForeignKey("staff.id"))
    reviewed_at: Mapped[datetime | None]


class WordingLot(Base):
    """How often each wording of a rule is drawn from here on; a change is a new row.

    `shares` is percent by wording, the words in force among them (`scheduler.lots.COMMON` where
    these are the rule's own); empty: nothing is drawn. `seen` is what the shares rest on.
    """

    __tablename__ = "wording_lot"
    __table_args__ = (sa.Index("ix_wording_lot_rule", "hospital_id", "rule", "number"),)

    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"))
    rule: Mapped[str]
    shares: Mapped[dict[str, Any]]
    seen: Mapped[dict[str, Any]]
    """Came and judged, by wording."""
    made_at: Mapped[datetime]


class SpeechPolicy(Base):
    """What a hospital sets otherwise than `scheduler/policy.yaml`; a change is a new row."""

    __tablename__ = "speech_policy"

    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    values: Mapped[dict[str, Any]]
    made_by_id: Mapped[str]
    made_at: Mapped[datetime]
