"""Tables of plannings, and of what changed in one."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import SubjectKind
from core.db import Base


class PlanningState(StrEnum):
    """Where a planning (备孕) is in its life."""

    PLANNING = "planning"
    PREGNANT = "pregnant"
    CLOSED = "closed"


class Planning(Base):
    """That a woman wants to become pregnant; it has no day 0, so no day can be reckoned from it.

    When a pregnancy is dated, it ends there (`pregnancy_id`).
    """

    __tablename__ = "planning"
    __table_args__ = (
        sa.Index(
            "uq_planning_live", "person_id", unique=True,
            postgresql_where=sa.text("state = 'planning'"),
        ),
        sa.CheckConstraint(
            "(state = 'planning') = (closed_at is null)", name="closed_when_over"
        ),
        sa.CheckConstraint(
            "(state = 'pregnant') = (pregnancy_id is not null)", name="pregnancy_when_pregnant"
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    family_id: Mapped[str] = mapped_column(sa.ForeignKey("family.id"), index=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("person.id"), index=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    pregnancy_id: Mapped[str | None] = mapped_column(sa.ForeignKey("pregnancy.id"))
    state: Mapped[PlanningState]
    schedule: Mapped[str]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class PlanningEvent(Base):
    """A step of a planning: who, when, from what, to what."""

    __tablename__ = "planning_event"

    id: Mapped[str] = mapped_column(primary_key=True)
    planning_id: Mapped[str] = mapped_column(sa.ForeignKey("planning.id"), index=True)
    before: Mapped[str | None]
    after: Mapped[PlanningState]
    made_by_kind: Mapped[SubjectKind]
    made_by_id: Mapped[str]
    made_at: Mapped[datetime]
