"""What the tests of the look at what fell due do again and again."""

from datetime import date, datetime

import sqlalchemy as sa

from core.db import Session
from handbook.follow_up.models import FollowUpTask
from handbook.follow_up.rules import DropReason, TaskKind, TaskState
from handbook.follow_up.sightings import Sighting
from handbook.models import Pregnancy
from handbook.models_lives import Child
from handbook.models_records import VisitRecord
from handbook.risk.refresh import Followed, overdue_item, refresh_worklist
from tests import world

ASSESSED = date(2026, 5, 1)


def followed(
    *,
    delivery_day: date | None = None,
    visit_day: date | None = None,
    most_days: int | None = None,
) -> Followed:
    return Followed("prg_1", delivery_day, ASSESSED, visit_day, most_days)


def look(session: Session, *sightings: Sighting, now: datetime) -> int:
    return refresh_worklist(session, sightings=sightings, now=now)


def tasks(session: Session) -> list[tuple[TaskKind, TaskState, DropReason | None]]:
    """Return every task there ever was, the oldest first."""
    found = sa.select(FollowUpTask).order_by(FollowUpTask.opened_at, FollowUpTask.id)
    return [(task.kind, task.state, task.reason) for task in session.scalars(found)]


def visit(
    session: Session,
    cast: world.Cast,
    *,
    day: date,
    now: datetime,
    pregnancy: Pregnancy | None = None,
    child: Child | None = None,
    item_key: str = "visit_2",
) -> VisitRecord:
    """Let staff confirm a visit."""
    made = VisitRecord(
        id=f"vis_{item_key}_{day}", pregnancy_id=pregnancy and pregnancy.id,
        child_id=child and child.id, item_key=item_key, confirmed_day=day,
        confirmed_by_id=cast.care_worker.id, confirmed_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def late(item_key: str, *, pregnancy: Pregnancy | None = None, child: Child | None = None):
    return overdue_item(
        item_key=item_key, to_day=date(2026, 5, 30), pregnancy_id=pregnancy and pregnancy.id,
        child_id=child and child.id,
    )  # fmt: skip
