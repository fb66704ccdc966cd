"""Taking due reminders so that nobody else has them, asking the truth, and making letters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from accounts.models import Person
from core.db import Session, rows
from scheduler.channels import ledger
from scheduler.channels.outlets import Outlets, ways_of
from scheduler.letters import asked
from scheduler.letters.deciding import Batch, decide
from scheduler.letters.expecting import expected
from scheduler.letters.facts import Due, gather, policies_of
from scheduler.letters.judging import put_off
from scheduler.letters.writing import Letter, by_key, end_letters, open_letters, settle
from scheduler.models import Channel, ReminderKind, ReminderState
from scheduler.models_channels import SubscriptionChange
from scheduler.policy import default
from scheduler.speech.documents import Urgency
from scheduler.speech.editions import current

COLUMNS = """
reminder.id, reminder.hospital_id, reminder.person_id, reminder.kind, reminder.rule,
reminder.edition, reminder.occasion, reminder.subject_id, reminder.item_key, reminder.urgency,
reminder.due_at, reminder.too_late_at, reminder.state, reminder.reason, reminder.attempts,
reminder.letter_id, nullif(reminder.tried, '[]') as tried
"""

IS_FREE = """
settled_at is null and next_at <= %(now)s
and (leased_until is null or leased_until <= %(now)s)
"""

PICK = f"""
select person_id from reminder where urgency = %(urgency)s and {IS_FREE}
order by next_at limit %(limit)s for update skip locked
"""  # noqa: S608 - our own words

LOCK = """
select id from person where id = any(string_to_array(%(ids)s, ','))
order by id for no key update skip locked
"""
"""Whoever holds a person writes to her; a letter under way keeps her as well (`TAKE`)."""

TAKE = f"""
select {COLUMNS} from reminder where person_id = any(string_to_array(%(ids)s, ',')) and {IS_FREE}
and not exists (
    select from reminder as busy where busy.person_id = reminder.person_id
    and busy.settled_at is null and busy.state = 'sending' and busy.leased_until > %(now)s
)
order by person_id, id for update skip locked
"""  # noqa: S608 - as above


@dataclass(frozen=True)
class Taken:
    """The letters to send, and how many reminders were due, whatever became of them."""

    letters: list[Letter]
    due: int


def claim(session: Session, *, outlets: Outlets, limit: int, now: datetime) -> list[Letter]:
    """Take due reminders and return the letters to send; the caller commits before sending."""
    return take(session, outlets=outlets, limit=limit, now=now).letters


def take(session: Session, *, outlets: Outlets, limit: int, now: datetime) -> Taken:
    """Take due reminders of at most `limit` people and make the letters to send.

    1. Take due reminders that nobody holds (or whose holder vanished), the urgent ones first, and
       with them everything else that is due to the same people.
    2. In quiet hours put them off to the morning.
    3. Ask the truth of all at once; what is not true is dropped, what cannot be said waits.
    4. Merge, choose each letter's way, spend its consent; what no way carries goes to a person.

    No letters is not the end: behind what was dropped others may be due.
    """
    taken = _taken(session, limit=limit, now=now)
    due = _by_day(session, taken, now=now)
    if not due:
        return Taken([], len(taken))
    facts = gather(session, due, outlets=outlets, now=now)
    hospitals = {one.hospital_id for one in due}
    ways = ways_of(session, hospitals=hospitals, outlets=outlets, now=now)
    coming = expected(session, due, facts=facts, outlets=outlets, now=now)
    batch = Batch(facts, current(), ways, coming)
    decide(due, batch, before=_letters_before(session, due))
    _write(session, batch, now=now)
    return Taken(_with_phones(session, batch.letters), len(taken))


def _taken(session: Session, *, limit: int, now: datetime) -> list[Due]:
    session.flush()
    by_key(session)
    people: dict[str, None] = {}
    for urgency in Urgency:
        if (left := limit - len(people)) > 0:
            given = {"urgency": urgency.rank, "now": now, "limit": left}
            people |= dict.fromkeys(row.person_id for row in rows(session, PICK, given))
    if not people:
        return []
    mine = [row.id for row in rows(session, LOCK, {"ids": ",".join(people)})]
    return [_due(row) for row in rows(session, TAKE, {"ids": ",".join(mine), "now": now})]


def _by_day(session: Session, due: Sequence[Due], *, now: datetime) -> list[Due]:
    """Put off what falls into its hospital's night, without asking anything more about it."""
    if not due:
        return []
    own = policies_of(session, {one.hospital_id for one in due})
    hospitals = {one.hospital_id for one in due}
    mornings = {each: own.get(each, default()).awake(now) for each in hospitals}
    night = [one for one in due if mornings[one.hospital_id] > now and one.too_late_at > now]
    settle(session, [put_off(one, mornings[one.hospital_id]) for one in night], now=now)
    asleep = {one.id for one in night}
    return [one for one in due if one.id not in asleep]


def _letters_before(session: Session, due: Sequence[Due]) -> dict[str, Any]:
    """Return, by id, the letters these were tried with before."""
    ids = [one.letter_id for one in due if one.letter_id is not None]
    if not ids:
        return {}
    return {row.id: row for row in rows(session, asked.LETTERS, {"ids": ",".join(ids)})}


def _write(session: Session, batch: Batch, *, now: datetime) -> None:
    open_letters(session, batch.letters, now=now)
    settle(session, batch.verdicts, now=now)
    gone = {
        batch.tried[one.reminder_id].id
        for one in batch.verdicts
        if one.reminder_id in batch.tried and one.state is not ReminderState.PENDING
    } - {one.letter_id for one in batch.letters}
    end_letters(session, [*batch.given_up, *gone], state="unsure", failure=None)
    spent = [
        ledger.Spending(one.person_id, one.appid, one.template_id, one.letter_id)
        for one in batch.letters
        if one.spends and not one.is_again
    ]
    ledger.change(session, spent, why=SubscriptionChange.SPENT, now=now)


def _with_phones(session: Session, letters: Iterable[Letter]) -> list[Letter]:
    """Return the letters, those that go to a phone with its number."""
    found = list(letters)
    ids = {one.person_id for one in found if one.channel is Channel.SMS}
    if not ids:
        return found
    people = session.execute(sa.select(Person.id, Person.phone).where(Person.id.in_(ids))).all()
    phones = {person_id: phone or "" for person_id, phone in people}
    return [replace(one, phone=phones.get(one.person_id, "")) for one in found]


def _due(row: Any) -> Due:  # noqa: ANN401 - a row of TAKE
    return Due(
        id=row.id, hospital_id=row.hospital_id, person_id=row.person_id,
        kind=ReminderKind(row.kind), rule=row.rule, edition=row.edition, occasion=row.occasion,
        subject_id=row.subject_id, item_key=row.item_key, urgency=row.urgency,
        due_at=row.due_at, too_late_at=row.too_late_at,
        state=ReminderState(row.state), reason=row.reason, attempts=row.attempts,
        letter_id=row.letter_id, tried=row.tried or (),
    )  # fmt: skip
