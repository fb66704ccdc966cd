"""Who must be called: what no channel could tell, still true, in the words to say; worked off.

The worklist of the handbook keeps who has it and every call (`handbook/follow_up/`); this room
keeps what she was not told. An answer given here settles both.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Person, Staff, SubjectKind
from accounts.rules import Act, Actor, check_may
from core.db import Session
from core.errors import NotFound
from handbook.follow_up import actions as follow_up
from handbook.follow_up.actions import Call
from handbook.follow_up.models import FollowUpTask
from handbook.follow_up.queries import Filters, TaskRow, worklist
from handbook.follow_up.rules import CallOutcome, TaskKind
from handbook.follow_up.sightings import Sighting, open_found
from scheduler import queries
from scheduler.actions import settle_call
from scheduler.channels.outlets import Outlets
from scheduler.errors import NobodyToFollow
from scheduler.letters.composing import Draft, Ready, pieces_of
from scheduler.letters.facts import Due, Facts, gather
from scheduler.letters.truth import Said, truth
from scheduler.models import Reminder
from scheduler.queries import Unreached
from scheduler.speech.editions import current

LISTED = 2_000
"""Reminders looked at for one list; far more than a hospital leaves undone."""

TOLD_LATE = timedelta(days=14)
"""What is too late by now still stands on the list for so long: she should hear that it is."""

TALKED = frozenset(
    {
        CallOutcome.REACHED,
        CallOutcome.WILL_COME,
        CallOutcome.WENT_ELSEWHERE,
        CallOutcome.DECLINED,
    }
)
"""She was spoken to, and told."""


ALOUD = ("what", "when", "where", "note")
"""Pieces that are said on the telephone: they name days, where whole sentences say "tomorrow"."""


@dataclass(frozen=True)
class Untold:
    """Something she was not told: the reminder, the words for it, and why it was to be said."""

    reminder: Reminder
    text: str
    why_now: str


@dataclass(frozen=True)
class ToCall:
    """A person to call, what to tell her (the most urgent first), and the task, if there is one."""

    person: Person
    untold: tuple[Untold, ...]
    task: TaskRow | None


def to_call(session: Session, *, hospital_id: str, outlets: Outlets, now: datetime) -> list[ToCall]:
    """Return whom no channel reached and what is still true of it, the most urgent first.

    What is too late by now comes last. The truth is asked as before sending: nothing of a
    pregnancy that was lost, nothing done by now.
    """
    listed = queries.unreachable(session, hospital_id=hospital_id, limit=LISTED)
    return _calls(session, listed, hospital_id, outlets, now=now)


def call_of(
    session: Session, *, hospital_id: str, person_id: str, outlets: Outlets, now: datetime
) -> ToCall:
    """Return what one person is to be told by telephone.

    Raises:
        NotFound: nobody of this hospital, or nothing is left to tell her.
    """
    listed = queries.unreachable(session, hospital_id=hospital_id, limit=LISTED)
    hers = [one for one in listed if one.person.id == person_id]
    for one in _calls(session, hers, hospital_id, outlets, now=now):
        return one
    raise NotFound


def take(session: Session, *, staff: Staff, person_id: str, now: datetime) -> FollowUpTask:
    """Take on to call a person; the task of the worklist is opened if there is none.

    Raises:
        Forbidden: she may not follow up families.
        NotFound: nobody of this hospital, or nothing is left to tell her.
        NobodyToFollow: she has neither a pregnancy nor a child here.
    """
    task = _task(session, staff, person_id) or _opened(session, staff, person_id, now=now)
    return follow_up.assign(
        session, staff=staff, task_id=task.id, assignee_id=staff.id, now=now
    )  # fmt: skip


def note_call(session: Session, *, staff: Staff, person_id: str, call: Call, now: datetime) -> bool:
    """Write down a call; say whether she was told, so that she leaves the list.

    1. The call stands on the task of the worklist.
    2. Who was spoken to and need not be called again has been told: her reminders and the task end.

    Raises:
        Forbidden: she may not follow up families.
        NotFound: nobody of this hospital, or nothing is left to tell her.
        NobodyToFollow: she was not told, and no task can keep the call.
        NextDayPast: the next day lies before today.
    """
    check_may(staff.roles, Act.RECORD_LIFE)
    is_told = call.outcome in TALKED and call.next_day is None
    task = _task(session, staff, person_id)
    if task is None and not is_told:
        task = _opened(session, staff, person_id, now=now)
    if task is not None:
        follow_up.note_call(session, staff=staff, task_id=task.id, call=call, now=now)
        if is_told:
            follow_up.finish(session, staff=staff, task_id=task.id, now=now)
    if is_told and not _settle(session, staff, person_id, now=now):
        raise NotFound
    return is_told


def finish(session: Session, *, staff: Staff, task_id: str, now: datetime) -> FollowUpTask:
    """Mark a task as done; whom it was to be told is told.

    Raises:
        ItemsLeft: it is about several items, and not all are dealt with.
        Forbidden: she may not follow up families.
        NotFound: no such task in this hospital.
        TaskOver: it is done or dropped.
    """
    task = follow_up.finish(session, staff=staff, task_id=task_id, now=now)
    if task.kind is TaskKind.UNREACHABLE and task.person_id is not None:
        _settle(session, staff, task.person_id, now=now)
    return task


def _settle(session: Session, staff: Staff, person_id: str, *, now: datetime) -> int:
    return settle_call(
        session, hospital_id=staff.hospital_id, person_id=person_id,
        actor=Actor(SubjectKind.STAFF, staff.id), now=now,
    )  # fmt: skip


def _calls(
    session: Session, listed: Iterable[Unreached], hospital_id: str, outlets: Outlets, *,
    now: datetime,
) -> list[ToCall]:  # fmt: skip

    def place(one: Untold) -> tuple[bool, int, datetime, str]:
        reminder = one.reminder
        is_late = reminder.too_late_at <= now
        return is_late, reminder.urgency, reminder.too_late_at, reminder.id

    told = _untold(session, [r for one in listed for r in one.reminders], outlets, now=now)
    tasks = _tasks(session, hospital_id)
    found = [
        ToCall(one.person, tuple(sorted(hers, key=place)), tasks.get(one.person.id))
        for one in listed
        if (hers := [told[r.id] for r in one.reminders if r.id in told])
    ]
    return sorted(found, key=lambda one: place(one.untold[0]))


def _untold(
    session: Session, reminders: Iterable[Reminder], outlets: Outlets, *, now: datetime
) -> dict[str, Untold]:
    """Return what is still to be told, by reminder."""
    due = {one.id: (one, _due(one)) for one in reminders if _matters(one, now=now)}
    if not due:
        return {}
    facts = gather(session, [each for _, each in due.values()], outlets=outlets, now=now)
    found = (_told(reminder, each, facts) for reminder, each in due.values())
    return {one.reminder.id: one for one in found if one is not None}


def _matters(reminder: Reminder, *, now: datetime) -> bool:
    listed_at = reminder.listed_at or now
    return reminder.too_late_at > now or listed_at > now - TOLD_LATE


def _told(reminder: Reminder, due: Due, facts: Facts) -> Untold | None:
    rule = current().rule(due.rule)
    said = truth(due, rule=rule, facts=facts)
    if rule is None or not isinstance(said, Said):
        return None
    own = facts.wordings.get((due.hospital_id, due.rule))
    pieces = pieces_of(
        Draft([Ready(due, rule, said)], None), wording=None if own is None else own.pieces
    )
    return Untold(reminder, "，".join(filter(None, map(pieces.get, ALOUD))), rule.why_now)


def _due(one: Reminder) -> Due:
    return Due(
        id=one.id, hospital_id=one.hospital_id, person_id=one.person_id, kind=one.kind,
        rule=one.rule, edition=one.edition, occasion=one.occasion, subject_id=one.subject_id,
        item_key=one.item_key, urgency=one.urgency, due_at=one.due_at,
        too_late_at=one.too_late_at, state=one.state, reason=one.reason, attempts=one.attempts,
        letter_id=one.letter_id, tried=tuple(one.tried),
    )  # fmt: skip


def _tasks(session: Session, hospital_id: str) -> dict[str, TaskRow]:
    """Return the live tasks of people whom no message reaches, by person."""
    filters = Filters(kinds=(TaskKind.UNREACHABLE,), limit=LISTED)
    rows = worklist(session, hospital_id=hospital_id, filters=filters)
    return {row.task.person_id: row for row in rows[::-1] if row.task.person_id is not None}


def _task(session: Session, staff: Staff, person_id: str) -> FollowUpTask | None:
    found = _tasks(session, staff.hospital_id).get(person_id)
    return None if found is None else found.task


def _opened(session: Session, staff: Staff, person_id: str, *, now: datetime) -> FollowUpTask:
    listed = queries.unreachable(session, hospital_id=staff.hospital_id, limit=LISTED)
    hers = [r for one in listed if one.person.id == person_id for r in one.reminders]
    if not hers:
        raise NotFound
    first = min(hers, key=lambda one: one.due_at)
    # Of one reminder, not of its day: a second one of a day is a task of its own.
    sighting = Sighting(TaskKind.UNREACHABLE, first.id, first.due_at, person_id=person_id)
    actor = Actor(SubjectKind.STAFF, staff.id)
    open_found(session, sightings=[sighting], actor=actor, now=now)
    # None is new: a colleague opened it a moment ago, or there is nothing it could be about.
    found = _task(session, staff, person_id)
    if found is None:
        raise NobodyToFollow
    return found
