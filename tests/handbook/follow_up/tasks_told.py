"""What the tests of tasks do again and again."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from accounts.audit import PROGRAM
from core.db import Session
from handbook.follow_up.actions import Call, assign, drop, finish, note_call
from handbook.follow_up.queries import Filters, worklist
from handbook.follow_up.rules import CallOutcome, DropReason, TaskKind
from handbook.follow_up.sightings import Sighting, open_found
from handbook.models import Pregnancy
from tests import world

CALL = Call(CallOutcome.NO_ANSWER, "上午打了两次", date(2026, 6, 3))


HOUR = timedelta(hours=1)


def opened(
    session: Session,
    pregnancy: Pregnancy,
    *,
    now: datetime,
    kind: TaskKind = TaskKind.OVERDUE_ITEM,
    occasion: str = "nt",
    due_at: datetime | None = None,
) -> str:
    sighting = Sighting(kind, occasion, due_at or now, pregnancy_id=pregnancy.id)
    (task_id,) = open_found(session, sightings=[sighting], actor=PROGRAM, now=now)
    return task_id


def shown(session: Session, cast: world.Cast, **narrowed: object) -> list[str]:
    rows = worklist(session, hospital_id=cast.hospital.id, filters=Filters(**narrowed))
    return [row.task.id for row in rows]


def acting(session: Session, staff: world.Staff, task_id: str, now: datetime) -> list[Callable]:
    """Return everything staff can do with a task."""
    given = {"staff": staff, "task_id": task_id, "now": now}
    return [
        lambda: assign(session, assignee_id=staff.id, **given),
        lambda: note_call(session, call=CALL, **given),
        lambda: finish(session, **given),
        lambda: drop(session, reason=DropReason.MISTAKE, **given),
    ]
