"""Tables of follow-up tasks, their steps, and the calls that were made."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from accounts.models import SubjectKind
from core.db import Base, Sealed
from handbook.follow_up.rules import CallOutcome, DropReason, ItemOutcome, TaskKind, TaskState


class FollowUpTask(Base):
    """Something staff have to do for a family; once per kind and occasion.

    `occasion` names the exact truth it rests on, `item_key` the care item that is overdue.
    `urgency` is that of its kind (`rules.URGENCY`), kept so that an index can walk the list.
    """

    __tablename__ = "follow_up_task"
    __table_args__ = (
        sa.UniqueConstraint("kind", "occasion"),
        sa.Index(
            "ix_follow_up_task_live", "hospital_id", "urgency", "due_at", "id",
            postgresql_where=sa.text("state in ('open', 'assigned')"),
        ),
        sa.Index(
            "ix_follow_up_task_earlier", "family_id", unique=True,
            postgresql_where=sa.text("kind = 'earlier_items' and state in ('open', 'assigned')"),
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
    urgency: Mapped[int]
    due_at: Mapped[datetime]
    state: Mapped[TaskState]
    reason: Mapped[DropReason | None]
    assigned_to: Mapped[str | None] = mapped_column(sa.ForeignKey("staff.id"))
    next_day: Mapped[date | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class EarlierItem(Base):
    """A care item that had lapsed before staff could have known, and what came of asking.

    It stands on one task of its family since `told_at`.
    """

    __tablename__ = "follow_up_earlier_item"
    __table_args__ = (
        sa.CheckConstraint("num_nonnulls(pregnancy_id, child_id) = 1", name="one_subject"),
        sa.CheckConstraint(
            "num_nulls(outcome, settled_by_kind, settled_by_id, settled_at) in (0, 4)",
            name="settled_whole",
        ),
        sa.Index(
            "ix_follow_up_earlier_item_asked", "task_id",
            postgresql_where=sa.text("outcome is null"),
        ),
        sa.Index(
            "uq_follow_up_earlier_item_pregnancy", "pregnancy_id", "item_key", "to_day",
            unique=True,
        ),
        sa.Index(
            "uq_follow_up_earlier_item_child", "child_id", "item_key", "to_day", unique=True
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    task_id: Mapped[str] = mapped_column(sa.ForeignKey("follow_up_task.id"), index=True)
    pregnancy_id: Mapped[str | None] = mapped_column(sa.ForeignKey("pregnancy.id"))
    child_id: Mapped[str | None] = mapped_column(sa.ForeignKey("child.id"))
    item_key: Mapped[str]
    to_day: Mapped[date]
    told_at: Mapped[datetime]
    outcome: Mapped[ItemOutcome | None]
    settled_by_kind: Mapped[SubjectKind | None]
    settled_by_id: Mapped[str | None]
    settled_at: Mapped[datetime | None]


class Look(Base):
    """When the worklist last looked at everything that falls overdue; one row."""

    __tablename__ = "follow_up_look"
    __table_args__ = (sa.CheckConstraint("number = 1", name="one_row"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    looked_at: Mapped[datetime]


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
