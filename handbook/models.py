"""Tables of pregnancies, datings and what changed in a pregnancy's life."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import SubjectKind
from core.db import Base, Sealed


class PregnancyState(StrEnum):
    """Where a pregnancy (孕期) is in its life."""

    ONGOING = "ongoing"
    DELIVERED = "delivered"
    ENDED = "ended"


class LossKind(StrEnum):
    """How a pregnancy ended without a living child."""

    MISCARRIAGE = "miscarriage"
    ECTOPIC = "ectopic"
    TERMINATION = "termination"
    STILLBIRTH = "stillbirth"
    NEONATAL_DEATH = "neonatal_death"


class DatingSource(StrEnum):
    """What a due date was worked out from."""

    LAST_PERIOD = "last_period"
    DUE_DATE = "due_date"
    GESTATION = "gestation"
    ULTRASOUND = "ultrasound"
    EMBRYO_TRANSFER = "embryo_transfer"
    CLINICIAN = "clinician"


class DatingState(StrEnum):
    """What became of a dating: staff are asked about a proposed one, nobody about a noted one."""

    NOTED = "noted"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REPLACED = "replaced"


class Aspect(StrEnum):
    """Which side of a life changed."""

    STATE = "state"
    LOSS = "loss"
    QUIET = "quiet"
    DATING = "dating"
    FETUSES = "fetuses"
    DISCHARGE = "discharge"
    SCHEDULE = "schedule"
    PLAN = "plan"
    GUARDIAN = "guardian"
    EXPOSURE = "exposure"
    SEX = "sex"


class Pregnancy(Base):
    """A pregnancy; `last_period_day` is that of the accepted dating (day 0 of gestation).

    `known_at` is since when its dates and records are as they are: what lapsed before that day is
    told to staff in one task, not one by one (docs/why/overdue.md).

    A delivered one has a `loss` when a child of it was lost and another lives. From `quiet_at` on
    nothing about a delivered one is sent: no child of it lives any more.
    """

    __tablename__ = "pregnancy"
    __table_args__ = (
        sa.Index(
            "uq_pregnancy_ongoing", "person_id", unique=True,
            postgresql_where=sa.text("state = 'ongoing'"),
        ),
        sa.Index(
            "ix_pregnancy_ongoing_day", "schedule", "last_period_day",
            postgresql_where=sa.text("state = 'ongoing'"),
        ),
        sa.Index(
            "ix_pregnancy_delivery_day", "schedule", "delivery_day",
            postgresql_where=sa.text("state = 'delivered' and quiet_at is null"),
        ),
        sa.Index(
            "ix_pregnancy_discharge_day", "schedule", "discharge_day",
            postgresql_where=sa.text("state = 'delivered' and quiet_at is null"),
        ),
        sa.Index("ix_pregnancy_known_at", "known_at", postgresql_where=sa.text("state <> 'ended'")),
        sa.CheckConstraint(
            "(state <> 'ended' or loss is not null) and (state <> 'ongoing' or loss is null)",
            name="loss_when_ended",
        ),
        sa.CheckConstraint("(loss is null) = (loss_day is null)", name="loss_has_its_day"),
        sa.CheckConstraint(
            "(state <> 'delivered' or delivery_day is not null)"
            " and (state <> 'ongoing' or delivery_day is null)",
            name="delivery_day_when_delivered",
        ),
        sa.CheckConstraint("fetuses >= 1", name="at_least_one_fetus"),
        sa.CheckConstraint(
            "(state = 'ongoing') = (closed_at is null)", name="closed_when_not_ongoing"
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    family_id: Mapped[str] = mapped_column(sa.ForeignKey("family.id"), index=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), index=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    state: Mapped[PregnancyState]
    schedule: Mapped[str]
    last_period_day: Mapped[date]
    due_day: Mapped[date]
    dating_source: Mapped[DatingSource]
    fetuses: Mapped[int] = mapped_column(server_default="1")
    delivery_day: Mapped[date | None]
    discharge_day: Mapped[date | None]
    quiet_at: Mapped[datetime | None]
    loss: Mapped[LossKind | None]
    loss_day: Mapped[date | None]
    opened_at: Mapped[datetime]
    known_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Dating(Base):
    """One dating of a pregnancy; one is accepted and in force, none is ever overwritten."""

    __tablename__ = "dating"
    __table_args__ = (
        sa.Index(
            "uq_dating_accepted", "pregnancy_id", unique=True,
            postgresql_where=sa.text("state = 'accepted'"),
        ),
        sa.Index(
            "ix_dating_proposed", "pregnancy_id", postgresql_where=sa.text("state = 'proposed'")
        ),
        sa.CheckConstraint(
            "state not in ('accepted', 'replaced') or accepted_at is not null",
            name="accepted_has_its_moment",
        ),
        sa.CheckConstraint(
            "(answered_at is null) = (answered_by_id is null)", name="answered_whole"
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    pregnancy_id: Mapped[str] = mapped_column(sa.ForeignKey("pregnancy.id"), index=True)
    source: Mapped[DatingSource]
    given_day: Mapped[date]
    last_period_day: Mapped[date]
    due_day: Mapped[date]
    state: Mapped[DatingState]
    made_by_kind: Mapped[SubjectKind]
    made_by_id: Mapped[str]
    made_at: Mapped[datetime]
    answered_by_id: Mapped[str | None] = mapped_column(sa.ForeignKey("staff.id"))
    answered_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]


class PregnancyEvent(Base):
    """A change in a pregnancy's life: who, when, from what, to what."""

    __tablename__ = "pregnancy_event"

    id: Mapped[str] = mapped_column(primary_key=True)
    pregnancy_id: Mapped[str] = mapped_column(sa.ForeignKey("pregnancy.id"), index=True)
    aspect: Mapped[Aspect]
    before: Mapped[str | None]
    after: Mapped[str]
    note: Mapped[str | None] = mapped_column(Sealed("pregnancy_event.note"))
    made_by_kind: Mapped[SubjectKind]
    made_by_id: Mapped[str]
    made_at: Mapped[datetime]


class RedatingChoice(Base):
    """Which re-dating rule a hospital chose, who and when; the newest row counts."""

    __tablename__ = "redating_choice"

    id: Mapped[str] = mapped_column(primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    rule: Mapped[str]
    made_by: Mapped[str] = mapped_column(sa.ForeignKey("staff.id"))
    made_at: Mapped[datetime]
