"""Tables of follow-up tasks, their steps, and the calls that were made."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import SubjectKind
from core.db import Base, Sealed
from handbook.follow_up.rules import CallOutcome, DropReason, TaskKind, TaskState


class FollowUpTask(Base):
    """Something staff have to do for a family; once per kind and occasion.

    `occasion` names the exact truth it rests on, `item_key` the care item that is overdue.
    """

    __tablename__ = "follow_up_task"
    __table_args__ = (
        sa.UniqueConstraint("kind", "occasion"),
        sa.Index(
            "ix_follow_up_task_live", "hospital_id", "due_at",
            postgresql_where=sa.text("state in ('open', 'assigned')"),
        ),
        sa.CheckConstraint("(state = 'dropped') = (reason is not null)", name="reason_of_dropping"),
        sa.CheckConstraint("state <> 'assigned' or assigned_to is not null", name="assigned_to"),
        sa.CheckConstraint(
            "(state in ('done', 'dropped')) = (closed_at is not null)", name="closed_when_over"
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"))
    family_id: Mapped[str] = mapped_column(sa.ForeignKey("family.id"), index=True)
    person_id: Mapped[str | None] = mapped_column(sa.ForeignKey("person.id"))
    pregnancy_id: Mapped[str | None] = mapped_column(sa.ForeignKey("pregnancy.id"), index=True)
    child_id: Mapped[str | None] = mapped_column(sa.ForeignKey("child.id"), index=True)
    kind: Mapped[TaskKind]
    occasion: Mapped[str]
    item_key: Mapped[str | None]
    due_at: Mapped[datetime]
    state: Mapped[TaskState]
    reason: Mapped[DropReason | None]
    assigned_to: Mapped[str | None] = mapped_column(sa.ForeignKey("staff.id"))
    next_day: Mapped[date | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class FollowUpEvent(Base):
    """A step of a task: who, when, from what, to what."""

    __tablename__ = "follow_up_event"

    id: Mapped[str] = mapped_column(primary_key=True)
    task_id: Mapped[str] = mapped_column(sa.ForeignKey("follow_up_task.id"), index=True)
    old_state: Mapped[str | None]
    new_state: Mapped[TaskState]
    reason: Mapped[DropReason | None]
    assigned_to: Mapped[str | None]
    made_by_kind: Mapped[SubjectKind]
    made_by_id: Mapped[str]
    made_at: Mapped[datetime]


class FollowUpCall(Base):
    """A call: who made it, when, how it ended, what was said, and when to look again."""

    __tablename__ = "follow_up_call"

    id: Mapped[str] = mapped_column(primary_key=True)
    task_id: Mapped[str] = mapped_column(sa.ForeignKey("follow_up_task.id"), index=True)
    outcome: Mapped[CallOutcome]
    note: Mapped[str] = mapped_column(Sealed("follow_up_call.note"))
    next_day: Mapped[date | None]
    made_by: Mapped[str] = mapped_column(sa.ForeignKey("staff.id"))
    made_at: Mapped[datetime]
