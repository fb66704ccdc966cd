"""How tasks come onto the worklist: what was seen, written in one statement, once per occasion."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from accounts.audit import record
from accounts.models import SubjectKind
from accounts.rules import Actor
from core.db import Session, rows
from core.ids import new_id
from handbook.follow_up.models import FollowUpEvent
from handbook.follow_up.rules import URGENCY, TaskKind, TaskState

OPEN = """
with seen as (
    select * from jsonb_to_recordset(%(seen)s::jsonb) as seen(
        id text, kind text, occasion text, due_at timestamptz, item_key text,
        urgency int, pregnancy_id text, child_id text, person_id text
    )
), subject as (
    select seen.id, pregnancy.hospital_id, pregnancy.family_id, pregnancy.person_id,
           pregnancy.id as pregnancy_id, null as child_id
    from seen join pregnancy on pregnancy.id = seen.pregnancy_id
    where seen.kind = 'loss_aftercare' or (
        pregnancy.state <> 'ended' and pregnancy.quiet_at is null and exists (
            select from consent where consent.person_id = pregnancy.person_id
            and consent.purpose = 'handbook' and consent.withdrawn_at is null
        )
    )
    union all
    select seen.id, child.hospital_id, child.family_id, keeper.person_id, null, child.id
    from seen join child on child.id = seen.child_id and child.state = 'living'
    join lateral (
        select guardian.person_id from guardian
        join consent on consent.person_id = guardian.person_id
            and consent.purpose = 'child_record' and consent.withdrawn_at is null
        where guardian.child_id = child.id and guardian.until_at is null
        order by guardian.id limit 1
    ) as keeper on true
    union all
    select seen.id, family.hospital_id, person.family_id, person.id, pregnancy.id, null
    from seen join person on person.id = seen.person_id
    join family on family.id = person.family_id
    left join pregnancy on pregnancy.person_id = person.id and pregnancy.state = 'ongoing'
    where pregnancy.id is not null or exists (
        select from guardian join child on child.id = guardian.child_id
        where guardian.person_id = person.id and guardian.until_at is null
        and child.state = 'living'
    )
)
insert into follow_up_task (
    id, hospital_id, family_id, person_id, pregnancy_id, child_id, kind, occasion, item_key,
    urgency, due_at, state, opened_at
)
select seen.id, subject.hospital_id, subject.family_id, subject.person_id, subject.pregnancy_id,
       subject.child_id, seen.kind, seen.occasion, seen.item_key, seen.urgency,
       seen.due_at, 'open', %(now)s
from seen join subject on subject.id = seen.id
order by seen.id
on conflict (kind, occasion) do nothing
returning id, hospital_id
"""


@dataclass(frozen=True)
class Sighting:
    """Why somebody has to be followed up, and until when; it names one of the three subjects.

    The subject and `occasion` together name the exact truth the task rests on.
    """

    kind: TaskKind
    occasion: str
    due_at: datetime
    pregnancy_id: str | None = None
    child_id: str | None = None
    person_id: str | None = None
    item_key: str | None = None
    urgency: int | None = None
    """Where it does not follow from the kind alone, as `rules.URGENCY`."""


def open_found(
    session: Session, *, sightings: Iterable[Sighting], actor: Actor, now: datetime
) -> list[str]:
    """Open a task for each sighting that has none yet, and return the ids of the new ones.

    Whoever looks may look twice: the same kind and occasion is one task. Nothing but aftercare is
    opened for a pregnancy that is lost or silent, or for who took her consent back.
    """
    seen = [_row(sighting, now=now) for sighting in sightings]
    if not seen:
        return []
    session.flush()
    opened = rows(session, OPEN, {"seen": json.dumps(seen), "now": now})
    for task in opened:
        session.add(
            FollowUpEvent(
                id=new_id("fev", now=now), task_id=task.id, new_state=TaskState.OPEN,
                made_by_kind=SubjectKind(actor.kind), made_by_id=actor.id, made_at=now,
            )
        )  # fmt: skip
        record(
            session, actor=actor, act="open_follow_up", subject_kind="follow_up",
            subject_id=task.id, hospital_id=task.hospital_id, now=now,
        )  # fmt: skip
    return [task.id for task in opened]


def _row(sighting: Sighting, *, now: datetime) -> dict[str, str | int | None]:
    subject = sighting.pregnancy_id or sighting.child_id or sighting.person_id
    return asdict(sighting) | {
        "id": new_id("fup", now=now),
        "occasion": f"{subject}:{sighting.occasion}",
        "urgency": URGENCY[sighting.kind] if sighting.urgency is None else sighting.urgency,
        "due_at": sighting.due_at.isoformat(),
    }
