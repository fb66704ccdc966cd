"""Tables of pregnancies, datings and the events of their lives."""

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


class Pregnancy(Base):
    """A pregnancy; `last_period_day` is that of the accepted dating (day 0 of gestation)."""

    __tablename__ = "pregnancy"
    __table_args__ = (
        sa.Index(
            "uq_pregnancy_ongoing", "person_id", unique=True,
            postgresql_where=sa.text("state = 'ongoing'"),
        ),
        sa.CheckConstraint(
            "(state = 'ended') = (loss is not null)", name="loss_when_ended"
        ),
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
    last_period_day: Mapped[date] = mapped_column(index=True)
    due_day: Mapped[date]
    dating_source: Mapped[DatingSource]
    loss: Mapped[LossKind | None]
    loss_day: Mapped[date | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Dating(Base):
    """One dating of a pregnancy; the accepted one has `accepted_at`, none is overwritten."""

    __tablename__ = "dating"

    id: Mapped[str] = mapped_column(primary_key=True)
    pregnancy_id: Mapped[str] = mapped_column(sa.ForeignKey("pregnancy.id"), index=True)
    source: Mapped[DatingSource]
    given_day: Mapped[date]
    last_period_day: Mapped[date]
    due_day: Mapped[date]
    made_by_kind: Mapped[SubjectKind]
    made_by_id: Mapped[str]
    made_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]


class PregnancyEvent(Base):
    """A change in a pregnancy's life: who, when, from what, to what."""

    __tablename__ = "pregnancy_event"

    id: Mapped[str] = mapped_column(primary_key=True)
    pregnancy_id: Mapped[str] = mapped_column(sa.ForeignKey("pregnancy.id"), index=True)
    old_state: Mapped[str | None]
    new_state: Mapped[str]
    note: Mapped[str | None] = mapped_column(Sealed("pregnancy_event.note"))
    made_by_kind: Mapped[SubjectKind]
    made_by_id: Mapped[str]
    made_at: Mapped[datetime]
