"""What fell through goes onto a person's list: overdue items, and who cannot be reached."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from accounts.audit import PROGRAM
from booking.rescuing.queries import left_without
from core.clock import beijing_date
from core.db import Session
from handbook.care.schedule import EDITION_KEYS
from handbook.follow_up.closing import close
from handbook.follow_up.earlier import Lapsed, tell_earlier
from handbook.follow_up.looking import looked_at, note_look
from handbook.follow_up.models import FollowUpTask
from handbook.follow_up.rules import LIVE, URGENCY, TaskKind
from handbook.follow_up.sightings import Sighting
from handbook.models import Pregnancy, PregnancyState
from handbook.risk.colours import rank
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
    lost = list(_places_lost(session, now=now))
    _end_found(session, lost, now=now)
    overdue = _overdue(session, since=before or now, now=now)
    sightings = [*overdue, *_unreachable(session, now=now), *lost]
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

    Only while a pregnancy goes on: nobody is to call a bereaved mother about a reminder. Who is
    being called already has her task.
    """
    called = sa.exists().where(
        FollowUpTask.person_id == Reminder.person_id,
        FollowUpTask.kind == TaskKind.UNREACHABLE, FollowUpTask.state.in_(LIVE),
    )  # fmt: skip
    ongoing = sa.exists().where(
        Pregnancy.person_id == Reminder.person_id, Pregnancy.state == PregnancyState.ONGOING
    )
    since = sa.func.min(Reminder.due_at)
    rows = session.execute(
        sa.select(Reminder.person_id, sa.type_coerce(since, sa.DateTime(timezone=True)))
        .where(
            Reminder.state == ReminderState.UNDELIVERABLE, Reminder.too_late_at > now, ongoing,
            ~called,
        )
        .group_by(Reminder.person_id)
    )  # fmt: skip
    for person_id, moment in rows:
        yield unreachable(person_id=person_id, since_day=beijing_date(moment))


def _places_lost(session: Session, *, now: datetime) -> Iterator[Sighting]:
    """Return who lost a place through a closed session and has no other: the urgent ones first."""
    for one in left_without(session, now=now):
        yield Sighting(
            TaskKind.PLACE_LOST,
            f"lost:{one.appointment_id}",
            one.since,
            person_id=one.person_id,
            urgency=max(0, URGENCY[TaskKind.PLACE_LOST] - (rank(one.colour) if one.colour else 0)),
        )


def _end_found(session: Session, lost: Iterable[Sighting], *, now: datetime) -> None:
    """End the tasks about women who have found another place since."""
    kind = TaskKind.PLACE_LOST
    true = [f"{one.person_id}:{one.occasion}" for one in lost]
    which = (FollowUpTask.kind == kind) & FollowUpTask.occasion.not_in(true)
    close(session, which=which, reason=None, actor=PROGRAM, now=now)
