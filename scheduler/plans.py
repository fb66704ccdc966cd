"""Looking down for what has something to say: rows are written a little ahead, each once.

Once a day everything of the days that nobody looked at yet; between, only what changed since.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from core.clock import beijing_date
from core.db import Session
from core.ids import new_id
from scheduler.candidates import (
    Candidate,
    Days,
    batches,
    has_news,
    of_appointments,
    of_care,
    of_stages,
    of_steps,
)
from scheduler.models import PlanMark
from scheduler.speech.editions import Edition, current
from scheduler.speech.holidays import around
from scheduler.speech.planner import BEHIND, Due, Said, lead, plans, said_of
from scheduler.speech.points import Point

AHEAD = timedelta(days=2)
"""How far ahead rows are written: enough for a stop over a night, little to undo."""

STILL_WRITING = timedelta(minutes=2)
"""What somebody wrote this long before a look may not have been committed by then; whoever writes
for longer is met by the sweep of the next day."""

AT_ONCE = 5_000
DAY = timedelta(days=1)
ALL = "all"

ONE_AT_A_TIME = "select pg_try_advisory_xact_lock(hashtextextended('scheduler/plan', 0)) as mine"

WRITE = """
insert into reminder (
    id, hospital_id, person_id, kind, rule, edition, occasion, subject_id, item_key, urgency,
    due_at, next_at, too_late_at, state, planned_at
)
select planned.id, planned.hospital_id, planned.person_id, due.kind, due.rule, %(edition)s,
       planned.subject_id || '/' || due.tail, planned.subject_id, nullif(due.item_key, ''),
       due.urgency, due.due_at, due.due_at, due.too_late_at, 'pending', %(now)s
from unnest(
    string_to_array(%(ids)s, ','), string_to_array(%(people)s, ','),
    string_to_array(%(hospitals)s, ','), string_to_array(%(subjects)s, ','),
    string_to_array(%(which)s, ',')::int[]
) as planned(id, person_id, hospital_id, subject_id, which)
join json_to_recordset(%(due)s::json) as due(
    which int, kind text, rule text, tail text, item_key text, urgency smallint,
    due_at timestamptz, too_late_at timestamptz
) on due.which = planned.which
on conflict (person_id, rule, occasion) do nothing
"""
"""Many share what is due of them: it is written out once. Ids hold no comma, and text that is
split in the database costs a tenth of an array that is put together for it."""


AGAIN = """
with changed as (
    select id, person_id, known_at from pregnancy
    where known_at >= %(since)s and state <> 'ended'
    union all
    select child.id, guardian.person_id, child.known_at from child
    join guardian on guardian.child_id = child.id and guardian.until_at is null
    where child.known_at >= %(since)s and child.state = 'living'
)
update reminder set state = 'pending', reason = null, settled_at = null,
    next_at = greatest(reminder.due_at, %(now)s)
from changed
where reminder.person_id = changed.person_id and reminder.subject_id = changed.id
and reminder.state = 'dropped' and reminder.reason = 'dating_changed'
and reminder.settled_at < changed.known_at
and reminder.due_at > %(earliest)s and reminder.too_late_at > %(now)s
"""
"""Dates that changed may change back, to an occasion that has its row: it is asked again."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A reason to speak to one person, not yet written; those who share it share `due`."""

    candidate: Candidate
    due: Due


@dataclass
class _Steps:
    """The steps of appointments since a mark, and how far the mark may go."""

    session: Session
    after: int
    settled_before: datetime
    reached: int = 0

    def candidates(self) -> Iterator[Candidate]:
        """Yield what the steps let us say; younger ones are looked at again the next time."""
        self.reached = self.after
        for one in of_steps(self.session, after=self.after):
            if one.made_at <= self.settled_before:
                self.reached = one.number
            yield from one.candidates


def plan(session: Session, *, now: datetime) -> int:
    """Write the reminders that are due soon and not yet written; say how many.

    To look twice is harmless, to look at the same time is left to whoever came first. Costs a few
    statements when nothing changed; once a day one pass over all who reach something.
    """
    if not session.execute(sa.text(ONE_AT_A_TIME)).scalar_one():
        return 0
    session.flush()
    edition, today = current(), beijing_date(now)
    mark = session.get(PlanMark, ALL)
    steps = _Steps(session, mark.step_number if mark else 0, now - STILL_WRITING)
    found = chain(
        _of(edition, steps.candidates(), today=today), _looked(session, edition, mark, now=now)
    )
    written = sum(_write(session, batch, edition, now=now) for batch in batches(found, AT_ONCE))
    _note(session, edition, steps, now=now)
    return written


def _looked(
    session: Session, edition: Edition, mark: PlanMark | None, *, now: datetime
) -> Iterator[Planned]:
    """Yield what changed since the last look, and everything of days nobody looked at yet."""
    today = beijing_date(now)
    horizon = today + AHEAD
    new = Days(_unswept(edition, mark, today=today), horizon)
    if mark is not None:
        since = min(mark.looked_at, now) - STILL_WRITING
        changed = Days(today - BEHIND + DAY, horizon, since)
        if has_news(session, since=since):
            given = {"since": since, "now": now, "earliest": now - BEHIND}
            session.connection().exec_driver_sql(AGAIN, given)
            yield from _all(session, edition, changed, today=today)
    if new.from_day <= new.to_day:
        near = of_appointments(session, new, lead=lead(edition))
        yield from _of(edition, near, today=today)
        yield from _all(session, edition, new, today=today)


def _unswept(edition: Edition, mark: PlanMark | None, *, today: date) -> date:
    """Return the first day to sweep: of those nobody looked at yet, and once a day from today on.

    The second look repairs what changed without leaving a trace that is looked for.
    """
    earliest = today - BEHIND + DAY
    if mark is None:
        return earliest
    is_same = mark.edition == edition.key and beijing_date(mark.looked_at) >= today
    unswept = max(mark.swept_to_day + DAY, earliest)
    return unswept if is_same else min(today, unswept)


def _all(session: Session, edition: Edition, days: Days, *, today: date) -> Iterator[Planned]:
    from_day, to_day = around(days.from_day, days.to_day)
    near = replace(days, from_day=from_day, to_day=to_day)
    candidates = chain(of_care(session, edition, near), of_stages(session, edition, days))
    yield from _of(edition, candidates, today=today)


def _of(edition: Edition, candidates: Iterable[Candidate], *, today: date) -> Iterator[Planned]:
    """Yield what is due of candidates; who shares a point shares what is said of it."""
    horizon = today + AHEAD
    known: dict[int, tuple[Point, Said]] = {}
    for one in candidates:
        if (found := known.get(id(one.point))) is None:
            found = (one.point, said_of(edition, one.point, today=today, to_day=horizon))
            known[id(one.point)] = found
        said = found[1]
        due: Iterable[Due] = said.due
        if one.since is not None and one.since >= said.late_from:
            due = plans(edition, (one.point,), since=one.since, today=today, to_day=horizon)
        for each in due:
            yield Planned(one, each)


def _write(session: Session, batch: list[Planned], edition: Edition, *, now: datetime) -> int:
    shared = {id(one.due): one.due for one in batch}
    which = {key: number for number, key in enumerate(shared)}
    given = {
        "ids": ",".join(new_id("rem", now=now) for _ in batch),
        "people": ",".join(one.candidate.person_id for one in batch),
        "hospitals": ",".join(one.candidate.hospital_id for one in batch),
        "subjects": ",".join(one.candidate.subject_id for one in batch),
        "which": ",".join(str(which[id(one.due)]) for one in batch),
        "due": json.dumps([_shared(which[key], due) for key, due in shared.items()]),
        "edition": edition.key, "now": now,
    }  # fmt: skip
    return session.connection().exec_driver_sql(WRITE, given).rowcount


def _shared(which: int, due: Due) -> dict[str, object]:
    return {
        "which": which, "kind": due.rule.kind, "rule": due.rule.key, "tail": due.point.tail,
        "item_key": due.point.traits.item_key, "urgency": due.rule.urgency.rank,
        "due_at": due.due_at.isoformat(), "too_late_at": due.too_late_at.isoformat(),
    }  # fmt: skip


def _note(session: Session, edition: Edition, steps: _Steps, *, now: datetime) -> None:
    values = {
        "edition": edition.key, "swept_to_day": beijing_date(now) + AHEAD, "looked_at": now,
        "step_number": steps.reached,
    }  # fmt: skip
    kept = postgresql.insert(PlanMark).values(name=ALL, **values)
    further = {**values, "swept_to_day": sa.func.greatest(
        PlanMark.swept_to_day, kept.excluded.swept_to_day)}  # fmt: skip
    session.execute(kept.on_conflict_do_update(index_elements=["name"], set_=further))
