"""What fell through goes onto a person's list: overdue items, and who cannot be reached."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from accounts.audit import PROGRAM
from core.clock import beijing_date
from core.db import Session
from handbook.care.schedule import EDITION_KEYS
from handbook.follow_up.earlier import Lapsed, tell_earlier
from handbook.follow_up.looking import looked_at, note_look
from handbook.follow_up.sightings import Sighting
from handbook.models import Pregnancy, PregnancyState
from handbook.risk.refresh import overdue_item, refresh_worklist, unreachable
from handbook.standing.windows import overdue_between, overdue_of_new
from scheduler.models import Reminder, ReminderState

STILL_WRITING = timedelta(hours=1)
"""What somebody wrote this long before a look may not have been committed by then."""

ALWAYS = datetime.min.replace(tzinfo=UTC)


def refresh(session: Session, *, now: datetime) -> int:
    """Bring the worklist up to date; say how many tasks are new. To look twice is harmless.

    1. What fell overdue since the last look, however long ago that was, is a task of its own.
    2. What had lapsed before a family was known so is told in one task of the family.
    """
    before = looked_at(session)
    sightings = [*_overdue(session, since=before or now, now=now), *_unreachable(session, now=now)]
    opened = refresh_worklist(session, sightings=sightings, now=now)
    lapsed = _lapsed(session, since=before and before - STILL_WRITING, now=now)
    earlier = tell_earlier(session, lapsed=lapsed, actor=PROGRAM, now=now)
    note_look(session, now=now)
    return opened + len(earlier)


def _overdue(session: Session, *, since: datetime, now: datetime) -> Iterator[Sighting]:
    from_day, today = beijing_date(since), beijing_date(now)
    for edition in EDITION_KEYS:
        for one in overdue_between(session, edition=edition, from_day=from_day, to_day=today):
            if one.to_day is not None and one.to_day >= beijing_date(one.known_at):
                yield overdue_item(
                    item_key=one.item_key, to_day=one.to_day, pregnancy_id=one.pregnancy_id,
                    child_id=one.child_id,
                )  # fmt: skip


def _lapsed(session: Session, *, since: datetime | None, now: datetime) -> Iterator[Lapsed]:
    today = beijing_date(now)
    for edition in EDITION_KEYS:
        for one in overdue_of_new(
            session, edition=edition, known_since=since or ALWAYS, today=today
        ):
            if one.to_day is not None:
                yield Lapsed(one.item_key, one.to_day, one.pregnancy_id, one.child_id)


def _unreachable(session: Session, *, now: datetime) -> Iterator[Sighting]:
    """Return who has a reminder that no channel could deliver and that still matters.

    Only while a pregnancy goes on: nobody is to call a bereaved mother about a reminder.
    """
    ongoing = sa.exists().where(
        Pregnancy.person_id == Reminder.person_id, Pregnancy.state == PregnancyState.ONGOING
    )
    since = sa.func.min(Reminder.due_at)
    rows = session.execute(
        sa.select(Reminder.person_id, sa.type_coerce(since, sa.DateTime(timezone=True)))
        .where(Reminder.state == ReminderState.UNDELIVERABLE, Reminder.too_late_at > now, ongoing)
        .group_by(Reminder.person_id)
    )
    for person_id, moment in rows:
        yield unreachable(person_id=person_id, since_day=beijing_date(moment))
