"""What had lapsed before staff could have known: one task of each family, with its items on it.

A mother who comes in her thirtieth week, or from a roster, has missed a dozen windows already; a
task for each would bury what is urgent. So they stand together on one (docs/why/overdue.md).
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from accounts.audit import record
from accounts.models import SubjectKind
from accounts.rules import Actor
from core.clock import beijing_date
from core.db import Session, rows
from core.ids import new_id
from handbook.follow_up.clocks import CLOCKS
from handbook.follow_up.models import EarlierItem, FollowUpEvent, FollowUpTask
from handbook.follow_up.rules import LIVE, URGENCY, TaskKind, TaskState

UNTOLD = """
with lapsed as (
    select * from jsonb_to_recordset(%(lapsed)s::jsonb) as lapsed(
        pregnancy_id text, child_id text, item_key text, to_day date
    )
), whose as (
    select lapsed.*, pregnancy.hospital_id, pregnancy.family_id, pregnancy.person_id
    from lapsed join pregnancy on pregnancy.id = lapsed.pregnancy_id
    where pregnancy.state <> 'ended' and pregnancy.quiet_at is null and exists (
        select from consent where consent.person_id = pregnancy.person_id
        and consent.purpose = 'handbook' and consent.withdrawn_at is null
    )
    union all
    select lapsed.*, child.hospital_id, child.family_id, keeper.person_id
    from lapsed join child on child.id = lapsed.child_id and child.state = 'living'
    join lateral (
        select guardian.person_id from guardian
        join consent on consent.person_id = guardian.person_id
            and consent.purpose = 'child_record' and consent.withdrawn_at is null
        where guardian.child_id = child.id and guardian.until_at is null
        order by guardian.id limit 1
    ) as keeper on true
)
select whose.* from whose
where not exists (
    select from follow_up_task as task
    where (task.pregnancy_id = whose.pregnancy_id or task.child_id = whose.child_id)
    and task.kind = 'overdue_item' and task.item_key = whose.item_key
    and (task.state in ('open', 'assigned') or exists (
        select from follow_up_event as event
        where event.task_id = task.id and event.new_state = task.state
        and event.made_by_kind = 'staff'
    ))
) and not exists (
    select from follow_up_earlier_item as item join follow_up_task as task on task.id = item.task_id
    where (item.pregnancy_id = whose.pregnancy_id or item.child_id = whose.child_id)
    and item.item_key = whose.item_key and item.to_day = whose.to_day
    and item.outcome is distinct from 'recorded'
    and coalesce(task.reason, '') not in ('consent_withdrawn', 'child_gone', 'overtaken')
)
order by whose.family_id, whose.pregnancy_id, whose.child_id, whose.to_day, whose.item_key
"""
"""What nobody was told of, or what a program took off the list and is true again: of an item that
staff have dealt with, or still have to, nobody is told twice."""


@dataclass(frozen=True)
class Lapsed:
    """An item of a pregnancy or a child whose last day is over, and of which there is no record."""

    item_key: str
    to_day: date
    pregnancy_id: str | None
    child_id: str | None


def tell_earlier(
    session: Session, *, lapsed: Iterable[Lapsed], actor: Actor, now: datetime
) -> list[str]:
    """Put what lapsed onto its family's task and return the ids of tasks that are new.

    1. Leave out what staff know, and whom nobody may ask.
    2. Find the live task of each family, or open one.
    3. Put the items on it; the same item comes onto it once.
    """
    said = [asdict(one) | {"to_day": one.to_day.isoformat()} for one in lapsed]
    if not said:
        return []
    session.flush()
    untold = rows(session, UNTOLD, {"lapsed": json.dumps(said)})
    opened = _open(session, untold, actor=actor, now=now)
    task_of = _live_tasks(session, {one.family_id for one in untold})
    for one in untold:
        _put(session, one, task_id=task_of[one.family_id], now=now)
    return opened


def _open(
    session: Session,
    untold: Sequence[Any],
    *,
    actor: Actor,
    now: datetime,
) -> list[str]:
    due_at = CLOCKS.earlier_items.runs_out_at(day=beijing_date(now), now=now)
    first = {one.family_id: one for one in reversed(untold)}
    found = []
    for family_id, one in sorted(first.items()):
        opened = session.scalar(
            postgresql.insert(FollowUpTask)
            .values(
                id=new_id("fup", now=now), hospital_id=one.hospital_id, family_id=family_id,
                person_id=one.person_id, kind=TaskKind.EARLIER_ITEMS,
                occasion=f"{family_id}:{now.isoformat()}",
                urgency=URGENCY[TaskKind.EARLIER_ITEMS], due_at=due_at, state=TaskState.OPEN,
                opened_at=now,
            )
            .on_conflict_do_nothing()
            .returning(FollowUpTask)
        )  # fmt: skip
        if opened is not None:
            _write_down(session, opened, actor=actor, now=now)
            found.append(opened.id)
    return found


def _live_tasks(session: Session, family_ids: set[str]) -> dict[str, str]:
    live = sa.select(FollowUpTask.family_id, FollowUpTask.id).where(
        FollowUpTask.family_id.in_(family_ids),
        FollowUpTask.kind == TaskKind.EARLIER_ITEMS,
        FollowUpTask.state.in_(LIVE),
    )
    return dict(session.execute(live).all())


def _put(session: Session, one: Any, *, task_id: str, now: datetime) -> None:  # noqa: ANN401 - a row of `UNTOLD`
    subject = "pregnancy_id" if one.pregnancy_id else "child_id"
    asked_again = {
        "task_id": task_id, "told_at": now, "outcome": None, "settled_by_kind": None,
        "settled_by_id": None, "settled_at": None,
    }  # fmt: skip
    session.execute(
        postgresql.insert(EarlierItem)
        .values(
            id=new_id("fei", now=now), task_id=task_id, pregnancy_id=one.pregnancy_id,
            child_id=one.child_id, item_key=one.item_key, to_day=one.to_day,
            told_at=now,
        )
        .on_conflict_do_update(index_elements=[subject, "item_key", "to_day"], set_=asked_again)
    )  # fmt: skip


def _write_down(session: Session, task: FollowUpTask, *, actor: Actor, now: datetime) -> None:
    session.add(
        FollowUpEvent(
            id=new_id("fev", now=now), task_id=task.id, new_state=TaskState.OPEN,
            made_by_kind=SubjectKind(actor.kind), made_by_id=actor.id, made_at=now,
        )
    )  # fmt: skip
    record(
        session, actor=actor, act="open_follow_up", subject_kind="follow_up", subject_id=task.id,
        hospital_id=task.hospital_id, now=now,
    )  # fmt: skip
