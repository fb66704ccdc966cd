"""What becomes of due reminders once their facts are known: letters, waits, ends; pure.

The worker's claim and the journey ask the same functions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from core.clock import beijing_date, beijing_moment
from core.ids import new_id
from scheduler.channels.choosing import Route, Unreached, Wait, choose, spend
from scheduler.channels.outlets import Ways
from scheduler.letters.composing import Draft, Ready, drafts, keys_of, pieces_of, values_of
from scheduler.letters.expecting import Expected, purse_of
from scheduler.letters.facts import Due, Facts
from scheduler.letters.judging import (
    NO_WORD,
    Verdict,
    judge,
    put_off,
    to_person,
    unreached,
)
from scheduler.letters.writing import Letter, sending
from scheduler.models import Channel, ReminderState
from scheduler.rules import LEASE, SAME_ID
from scheduler.speech.documents import Late, Urgency
from scheduler.speech.editions import Edition

NEXT_MORNING_HOUR = 9
"""What a day's cap keeps back is said the next morning."""


@dataclass
class Batch:
    """What a claim works with and what it decides, before anything is written."""

    facts: Facts
    edition: Edition
    ways: Ways
    coming: Expected = field(default_factory=dict)
    """Letters for which single consents may be kept."""
    tried: dict[str, Any] = field(default_factory=dict)
    """By reminder, the letter it was tried with and may be tried with again."""
    verdicts: list[Verdict] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    given_up: list[str] = field(default_factory=list)
    """Letters whose fate nobody will know."""


def decide(due: Sequence[Due], batch: Batch, *, before: Mapping[str, Any]) -> None:
    """Say in the batch what becomes of each of these, those of one person side by side.

    `before` is, by id, the letters they were tried with.
    """
    due = _undoubted(due, batch, before)
    ready = [one for each in due if (one := _judged(each, batch)) is not None]
    for _, hers in groupby(ready, key=lambda one: one.due.person_id):
        _address(list(hers), batch)


def _undoubted(due: Sequence[Due], batch: Batch, before: Mapping[str, Any]) -> list[Due]:
    """Return the reminders that may be tried, noting the letters they were tried with before.

    What may have been taken too long ago to be sent again is given up: a person calls, if its
    rule cares.
    """
    rest = []
    for one in due:
        letter = before.get(one.letter_id or "")
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
    policy = facts.policy(due.hospital_id)
    ways = batch.ways.of(
        due.hospital_id, rule.layout, keys=keys_of(batch.edition, draft), policy=policy
    )  # fmt: skip
    chosen = choose(
        ways, reach, routes=rule.routes, tried=draft.tried, urgency=rule.urgency,
        purse=purse_of(draft, batch.coming, policy=policy), now=facts.now,
    )  # fmt: skip
    if isinstance(chosen, Route) and _is_bound(draft, chosen, batch):
        chosen = Wait(facts.now + LEASE)
    match chosen:
        case Wait(until, reason):
            batch.verdicts += [put_off(part.due, until, reason=reason) for part in draft.parts]
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
    words = facts.words(due, draft.lead.rule)
    pieces = pieces_of(draft, wording=words.pieces)
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
        wording_id=words.wording_id, lot_number=words.lot_number,
    )  # fmt: skip
