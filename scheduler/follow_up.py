"""What fell through goes onto a person's list: overdue items, and who cannot be reached."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from core.clock import beijing_date
from core.db import Session
from handbook.care.schedule import EDITION_KEYS
from handbook.follow_up.sightings import Sighting
from handbook.models import Pregnancy, PregnancyState
from handbook.risk.refresh import overdue_item, refresh_worklist, unreachable
from handbook.standing.windows import overdue_between
from scheduler.models import Reminder, ReminderState

LOOK_BACK_DAYS = 14
"""Items that fell overdue while the worker was down are still found for this long."""


def refresh(session: Session, *, now: datetime) -> int:
    """Bring the worklist up to date; say how many tasks are new. To look twice is harmless."""
    sightings = [*_overdue(session, now=now), *_unreachable(session, now=now)]
    return refresh_worklist(session, sightings=sightings, now=now)


def _overdue(session: Session, *, now: datetime) -> Iterator[Sighting]:
    today = beijing_date(now)
    from_day = today - timedelta(days=LOOK_BACK_DAYS)
    for edition in EDITION_KEYS:
        for one in overdue_between(session, edition=edition, from_day=from_day, to_day=today):
            if one.to_day is not None:
                yield overdue_item(
                    item_key=one.item_key, to_day=one.to_day, pregnancy_id=one.pregnancy_id,
                    child_id=one.child_id,
                )  # fmt: skip


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
