"""Taking due reminders so that nobody else has them, asking the truth, and making letters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from accounts.models import Person
from core.clock import beijing_date, beijing_moment
from core.db import Session, rows
from core.ids import new_id
from scheduler.channels import ledger
from scheduler.channels.choosing import Route, Unreached, Wait, choose, spend
from scheduler.channels.outlets import Outlets, Ways, ways_of
from scheduler.letters import asked
from scheduler.letters.composing import Draft, Ready, drafts, keys_of, pieces_of, values_of
from scheduler.letters.facts import Due, Facts, gather, policies_of
from scheduler.letters.judging import (
    NO_WORD,
    Verdict,
    judge,
    put_off,
    to_person,
    unreached,
)
from scheduler.letters.writing import Letter, end_letters, open_letters, sending, settle
from scheduler.models import Channel, ReminderKind, ReminderState
from scheduler.models_channels import SubscriptionChange
from scheduler.policy import default
from scheduler.rules import LEASE, SAME_ID
from scheduler.speech.documents import Late, Urgency
from scheduler.speech.editions import Edition, current

COLUMNS = """
reminder.id, reminder.hospital_id, reminder.person_id, reminder.kind, reminder.rule,
reminder.edition, reminder.occasion, reminder.subject_id, reminder.item_key, reminder.urgency,
reminder.due_at, reminder.too_late_at, reminder.state, reminder.reason, reminder.attempts,
reminder.letter_id, reminder.tried
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

NEXT_MORNING_HOUR = 9
"""What a day's cap keeps back is said the next morning."""


@dataclass
class Batch:
    """What a claim works with and what it decides, before anything is written."""

    facts: Facts
    edition: Edition
    ways: Ways
    tried: dict[str, Any] = field(default_factory=dict)
    """By reminder, the letter it was tried with and may be tried with again."""
    verdicts: list[Verdict] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    """Letters whose fate nobody will know."""


def claim(session: Session, *, outlets: Outlets, limit: int, now: datetime) -> list[Letter]:
    """Take due reminders and return the letters to send; the caller commits before sending.

    1. Take due reminders that nobody holds (or whose holder vanished), the urgent ones first, and
       with them everything else that is due to the same people.
    2. In quiet hours put them off to the morning.
    3. Ask the truth of all at once; what is not true is dropped, what cannot be said waits.
    4. Merge, choose each letter's way, spend its consent; what no way carries goes to a person.
    """
    due = _taken(session, limit=limit, now=now)
    if not due:
        return []
    due = _by_day(session, due, now=now)
    facts = gather(session, due, outlets=outlets, now=now)
    hospitals = {one.hospital_id for one in due}
    ways = ways_of(session, hospitals=hospitals, outlets=outlets, now=now)
    batch = Batch(facts, current(), ways)
    due = _undoubted(session, due, batch)
    ready = [one for each in due if (one := _judged(each, batch)) is not None]
    for _, hers in groupby(ready, key=lambda one: one.due.person_id):
        _address(list(hers), batch)
    _write(session, batch, now=now)
    return _with_phones(session, batch.letters)


def _taken(session: Session, *, limit: int, now: datetime) -> list[Due]:
    session.flush()
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
    own = policies_of(session, {one.hospital_id for one in due})
    hospitals = {one.hospital_id for one in due}
    mornings = {each: own.get(each, default()).awake(now) for each in hospitals}
    night = [one for one in due if mornings[one.hospital_id] > now and one.too_late_at > now]
    settle(session, [put_off(one, mornings[one.hospital_id]) for one in night], now=now)
    asleep = {one.id for one in night}
    return [one for one in due if one.id not in asleep]


def _undoubted(session: Session, due: Sequence[Due], batch: Batch) -> list[Due]:
    """Return the reminders that may be tried, noting the letters they were tried with before.

    What may have been taken too long ago to be sent again is given up: a person calls, if its
    rule cares.
    """
    ids = [one.letter_id for one in due if one.letter_id is not None]
    letters = (
        {row.id: row for row in rows(session, asked.LETTERS, {"ids": ",".join(ids)})} if ids else {}
    )
    rest = []
    for one in due:
        letter = letters.get(one.letter_id or "")
        if letter is None or letter.state != "sending":
            rest.append(one)
        elif _may_go_again(letter, now=batch.facts.now):
            batch.tried[one.id] = letter
            rest.append(one)
        else:
            batch.given_up.append(letter.id)
            batch.verdicts.append(_unsure(one, batch.edition))
    return rest


def _may_go_again(letter: Any, *, now: datetime) -> bool:  # noqa: ANN401 - a row of LETTERS
    if letter.doubt_at is None:
        return True
    since: datetime = letter.doubt_at.astimezone(UTC)
    return letter.channel == Channel.TEMPLATE.value and now - since < SAME_ID


def _unsure(due: Due, edition: Edition) -> Verdict:
    rule = edition.rule(due.rule)
    if rule is not None and rule.if_unreached is Late.PERSON:
        return to_person(due, NO_WORD)
    return Verdict(reminder_id=due.id, state=ReminderState.SENT, reason=NO_WORD)


def _judged(due: Due, batch: Batch) -> Ready | None:
    found = judge(due, rule=batch.edition.rule(due.rule), facts=batch.facts)
    if isinstance(found, Ready):
        return found
    batch.verdicts.append(found)
    return None


def _address(hers: Sequence[Ready], batch: Batch) -> None:
    """Make one person's letters, the most urgent first, and find each a way."""
    human = batch.facts.people[hers[0].due.person_id]
    left = batch.facts.policy(hers[0].due.hospital_id).letters_a_day - human.letters_today
    again = {part: letter.id for part, letter in batch.tried.items()}
    for draft in drafts(hers, again=again):
        if left <= 0 and (morning := _kept_back(draft, batch.facts)) is not None:
            batch.verdicts += [put_off(part.due, morning) for part in draft.parts]
            continue
        left -= _sent_off(draft, batch)


def _kept_back(draft: Draft, facts: Facts) -> datetime | None:
    """Return until when the day's cap keeps a letter back, or None if it goes past the cap."""
    tomorrow = beijing_date(facts.now) + timedelta(days=1)
    morning = beijing_moment(tomorrow, hour=NEXT_MORNING_HOUR)
    for part in draft.parts:
        is_final = part.said.care is not None and part.said.care.is_final
        if part.rule.urgency is Urgency.URGENT or is_final or part.due.too_late_at <= morning:
            return None
    return None if draft.letter_id is not None else morning


def _sent_off(draft: Draft, batch: Batch) -> bool:
    """Choose a draft's way and make its letter; say whether it goes."""
    due, rule, facts = draft.lead.due, draft.lead.rule, batch.facts
    reach = facts.people[due.person_id].reach
    ways = batch.ways.of(
        due.hospital_id, rule.layout, keys=keys_of(batch.edition, draft),
        policy=facts.policy(due.hospital_id),
    )  # fmt: skip
    chosen = choose(
        ways, reach, routes=rule.routes, tried=draft.tried, urgency=rule.urgency, now=facts.now
    )
    if isinstance(chosen, Route) and _is_bound(draft, chosen, batch):
        chosen = Wait(facts.now + LEASE)
    match chosen:
        case Wait(until):
            batch.verdicts += [put_off(part.due, until) for part in draft.parts]
        case Unreached(reason):
            batch.verdicts += [
                unreached(part.due, part.rule, part.due.reason or reason) for part in draft.parts
            ]
        case Route():
            letter = _letter(draft, chosen, spends=spend(chosen, reach), batch=batch)
            batch.letters.append(letter)
            leased_until = facts.now + LEASE
            for each in letter.reminder_ids:
                batch.verdicts.append(sending(letter, each, leased_until=leased_until))
    return isinstance(chosen, Route)


def _is_bound(draft: Draft, route: Route, batch: Batch) -> bool:
    """Say whether a letter that may have been taken one way would go another way now."""
    letter = batch.tried.get(draft.lead.due.id)
    is_doubtful = letter is not None and letter.doubt_at is not None
    return is_doubtful and route.way.channel is not Channel.TEMPLATE


def _letter(draft: Draft, route: Route, *, spends: bool, batch: Batch) -> Letter:
    due, facts, way = draft.lead.due, batch.facts, route.way
    wording = facts.wordings.get((due.hospital_id, due.rule))
    pieces = pieces_of(draft, wording=None if wording is None else wording.pieces)
    values = values_of(pieces, way.keys) if way.keys else {"text": pieces.get("text", "")}
    again = draft.letter_id if way.channel is Channel.TEMPLATE else None
    return Letter(
        letter_id=again or new_id("ltr", now=facts.now),
        reminder_ids=tuple(part.due.id for part in draft.parts), hospital_id=due.hospital_id,
        person_id=due.person_id, kind=due.kind, channel=way.channel, appid=way.appid,
        openid=route.openid, template_id=way.template_id, values=values,
        text=pieces.get("text", ""), page=draft.lead.said.page,
        subject_id=due.subject_id, spends=spends,
        is_again=again is not None, attempts=due.attempts,
        must_reach=any(part.rule.if_unreached is Late.PERSON for part in draft.parts),
        wording_id=None if wording is None else wording.id,
    )  # fmt: skip


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
        letter_id=row.letter_id, tried=row.tried,
    )  # fmt: skip
