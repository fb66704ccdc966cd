"""Tables of children, of who looks after them, and of what changed in a child's life."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import SubjectKind
from core.db import Base, Sealed
from handbook.ages import FULL_TERM, corrected_birthday
from handbook.care.vaccines import Sex
from handbook.models import Aspect
from handbook.timeline import Gestation


class ChildState(StrEnum):
    """Where a child (儿童) is in its life with this hospital."""

    LIVING = "living"
    MOVED_AWAY = "moved_away"
    DIED = "died"


class GuardianKind(StrEnum):
    """Who somebody is to a child."""

    MOTHER = "mother"
    FATHER = "father"
    GRANDPARENT = "grandparent"
    OTHER = "other"


class EndReason(StrEnum):
    """Why somebody no longer looks after a child."""

    OWN_WISH = "own_wish"
    CUSTODY = "custody"
    MISTAKE = "mistake"
    OTHER = "other"


class Finding(StrEnum):
    """What is known of a mother's infection when her child was born."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    UNKNOWN = "unknown"


class Child(Base):
    """A child; `birth_rank` is its place among those born together, 1 for a single child.

    `plan` is the follow-up plan that clinicians chose, if any; its next visit, which depends on the
    last one, is kept in `plan_from_day` and `plan_to_day` (None: no more visits). `known_at` is
    since when its dates and records are as they are, as with a pregnancy.
    """

    __tablename__ = "child"
    __table_args__ = (
        sa.UniqueConstraint("family_id", "birth_day", "birth_rank"),
        sa.Index(
            "ix_child_birth_day", "schedule", "birth_day",
            postgresql_where=sa.text("state = 'living'"),
        ),
        sa.Index(
            "ix_child_plan_from_day", "schedule", "plan_from_day",
            postgresql_where=sa.text("state = 'living' and plan_from_day is not null"),
        ),
        sa.Index(
            "ix_child_plan_to_day", "schedule", "plan_to_day",
            postgresql_where=sa.text("state = 'living' and plan_to_day is not null"),
        ),
        sa.Index(
            "ix_child_discharge_day", "schedule", "discharge_day",
            postgresql_where=sa.text("state = 'living' and discharge_day is not null"),
        ),
        sa.Index("ix_child_known_at", "known_at", postgresql_where=sa.text("state = 'living'")),
        sa.CheckConstraint("birth_rank >= 1", name="birth_rank_from_one"),
        sa.CheckConstraint("weight_g > 0", name="weight_is_positive"),
        sa.CheckConstraint(
            "(state = 'living') = (closed_at is null) and (state = 'living') = (state_day is null)",
            name="closed_when_not_living",
        ),
        sa.CheckConstraint(
            "(plan_from_day is null) = (plan_to_day is null)"
            " and (plan is not null or plan_from_day is null)",
            name="plan_has_its_days",
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), unique=True)
    family_id: Mapped[str] = mapped_column(sa.ForeignKey("family.id"))
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    pregnancy_id: Mapped[str | None] = mapped_column(sa.ForeignKey("pregnancy.id"), index=True)
    schedule: Mapped[str]
    plan: Mapped[str | None]
    plan_from_day: Mapped[date | None]
    plan_to_day: Mapped[date | None]
    name: Mapped[str | None] = mapped_column(Sealed("child.name"))
    birth_day: Mapped[date]
    birth_at: Mapped[datetime | None]
    birth_rank: Mapped[int]
    sex: Mapped[Sex | None]
    gestation_at_birth_days: Mapped[int | None]
    weight_g: Mapped[int | None]
    discharge_day: Mapped[date | None]
    state: Mapped[ChildState]
    state_day: Mapped[date | None]
    opened_at: Mapped[datetime]
    known_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    @property
    def gestation_at_birth(self) -> Gestation:
        """Return the gestation at birth; full term when nobody knows it."""
        days = self.gestation_at_birth_days
        return FULL_TERM if days is None else Gestation(days)

    @property
    def development_day(self) -> date:
        """Return the day growth and development are counted from: 40+0 if born preterm."""
        return corrected_birthday(born=self.birth_day, gestation_at_birth=self.gestation_at_birth)


class Guardian(Base):
    """That somebody looks after a child and may read its record, until `until_at`; why it ended."""

    __tablename__ = "guardian"
    __table_args__ = (
        sa.Index(
            "uq_guardian_live", "person_id", "child_id", unique=True,
            postgresql_where=sa.text("until_at is null"),
        ),
        sa.CheckConstraint("until_at >= since_at", name="until_after_since"),
        sa.CheckConstraint("(until_at is null) = (end_reason is null)", name="ended_for_a_reason"),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"))
    child_id: Mapped[str] = mapped_column(sa.ForeignKey("child.id"), index=True)
    kind: Mapped[GuardianKind]
    since_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    end_reason: Mapped[EndReason | None]


class Exposure(Base):
    """What was known of the mother's HBsAg at birth; the newest row counts.

    It stands apart from the child so that nobody loads it with her: it has its own permission.
    """

    __tablename__ = "exposure"

    id: Mapped[str] = mapped_column(primary_key=True)
    child_id: Mapped[str] = mapped_column(sa.ForeignKey("child.id"), index=True)
    hbsag: Mapped[str] = mapped_column(Sealed("exposure.hbsag"))
    made_by_kind: Mapped[SubjectKind]
    made_by_id: Mapped[str]
    made_at: Mapped[datetime]


class LifeEvent(Base):
    """A change in a child's life: who, when, from what, to what."""

    __tablename__ = "life_event"

    id: Mapped[str] = mapped_column(primary_key=True)
    child_id: Mapped[str] = mapped_column(sa.ForeignKey("child.id"), index=True)
    aspect: Mapped[Aspect]
    before: Mapped[str | None]
    after: Mapped[str]
    day: Mapped[date]
    note: Mapped[str | None] = mapped_column(Sealed("life_event.note"))
    made_by_kind: Mapped[SubjectKind]
    made_by_id: Mapped[str]
    made_at: Mapped[datetime]
