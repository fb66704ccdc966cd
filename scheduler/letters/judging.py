"""What is to be done with one reminder now: speak, wait, drop, or ask a person; pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.letters.composing import Ready
from scheduler.letters.facts import Due, Facts, Row
from scheduler.letters.truth import Later, Said, Untrue, truth
from scheduler.models import ReminderState
from scheduler.models_wishes import PauseWhy
from scheduler.rules import MOST_ATTEMPTS
from scheduler.speech.documents import Late, Rule, Step, Urgency
from scheduler.speech.holidays import Holiday
from scheduler.speech.points import traits_of

NO_WORD = "no_word"
TOO_LATE = "too_late"
OPTED_OUT = "opted_out"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What becomes of a reminder; `next_at` None leaves its moment, `letter_id` None its letter."""

    reminder_id: str
    state: ReminderState
    reason: str | None = None
    next_at: datetime | None = None
    held_by: str | None = None
    letter_id: str | None = None
    leased_until: datetime | None = None
    tries: int = 0


def judge(due: Due, *, rule: Rule | None, facts: Facts) -> Ready | Verdict:
    """Return a reminder that is ready to be spoken, or what becomes of it instead.

    In this order: is it true, is it in time, is it wanted, is it paused, is it day, does she talk?
    """
    said = truth(due, rule=rule, facts=facts)
    if isinstance(said, Untrue) or rule is None:
        return dropped(due, said.reason if isinstance(said, Untrue) else "rule_changed")
    if isinstance(said, Later):
        return put_off(due, said.at)
    if due.too_late_at <= facts.now:
        return _too_late(due, rule)
    if due.kind in facts.people[due.person_id].unwanted:
        return dropped(due, OPTED_OUT)
    if due.attempts >= MOST_ATTEMPTS:
        return to_person(due, NO_WORD)
    return _held(due, rule, said, facts) or _waiting(due, rule, facts) or Ready(due, rule, said)


def dropped(due: Due, reason: str) -> Verdict:
    """Return that it is not said any more."""
    return Verdict(reminder_id=due.id, state=ReminderState.DROPPED, reason=reason)


def to_person(due: Due, reason: str) -> Verdict:
    """Return that a person must call."""
    return Verdict(reminder_id=due.id, state=ReminderState.UNDELIVERABLE, reason=reason)


def put_off(due: Due, until: datetime, *, reason: str | None = None) -> Verdict:
    """Return that it is looked at again later, at the latest when its time is over."""
    return Verdict(
        reminder_id=due.id, state=ReminderState.PENDING, reason=reason or due.reason,
        next_at=min(until, max(due.too_late_at, due.due_at)),
    )  # fmt: skip


def unreached(due: Due, rule: Rule, reason: str) -> Verdict:
    """Return what becomes of what no channel can carry, as its rule says."""
    return to_person(due, reason) if rule.if_unreached is Late.PERSON else dropped(due, reason)


def _too_late(due: Due, rule: Rule) -> Verdict:
    if rule.too_late.then is Late.PERSON:
        return to_person(due, TOO_LATE)
    return dropped(due, TOO_LATE)


def _held(due: Due, rule: Rule, said: Said, facts: Facts) -> Verdict | None:
    """Return that a pause holds it back: until the pause ends, or its own time.

    Who is away, and back only when what cannot be made up is lost, is called by a person.
    """
    for pause in facts.pauses:
        if not _holds(pause, due, rule):
            continue
        until = min(pause.until_at or due.too_late_at, due.too_late_at)
        is_final = said.care is not None and said.care.is_final
        if pause.why == PauseWhy.AWAY and is_final and until == due.too_late_at:
            return to_person(due, PauseWhy.AWAY)
        return Verdict(
            reminder_id=due.id, state=ReminderState.PENDING, reason=due.reason,
            next_at=until, held_by=pause.id,
        )  # fmt: skip
    return None


def _holds(pause: Row, due: Due, rule: Rule) -> bool:
    """Say whether a pause is of this reminder; a last call from before she left is said."""
    is_hers = pause.person_id in (None, due.person_id)
    is_of_kind = pause.kind in (None, due.kind.value)
    is_farewell = rule.step is Step.CLOSES and due.due_at <= pause.from_at
    is_away = pause.why == PauseWhy.AWAY
    is_here = pause.hospital_id == due.hospital_id
    return is_here and is_hers and is_of_kind and not (is_away and is_farewell)


def _waiting(due: Due, rule: Rule, facts: Facts) -> Verdict | None:
    """Return that it waits for the morning, a working day, an open clinic, or a talk's end."""
    policy = facts.policy(due.hospital_id)
    if (morning := policy.awake(facts.now)) > facts.now:
        return put_off(due, morning)
    if rule.urgency is Urgency.URGENT:
        return None
    until = max(
        _talked_until(due, facts), _working_from(rule, due, facts), _open_from(rule, due, facts)
    )
    return put_off(due, until) if facts.now < until < due.too_late_at else None


def _talked_until(due: Due, facts: Facts) -> datetime:
    human, policy = facts.people[due.person_id], facts.policy(due.hospital_id)
    heard = human.heard_at or facts.now - timedelta(days=1)
    until = heard + timedelta(minutes=policy.talk_minutes)
    if human.called_at is not None and human.called_at + _called(due, facts) > facts.now:
        until = max(until, facts.now + timedelta(minutes=policy.talk_minutes))
    return until


def _called(due: Due, facts: Facts) -> timedelta:
    return timedelta(hours=facts.policy(due.hospital_id).called_hours)


def _working_from(rule: Rule, due: Due, facts: Facts) -> datetime:
    if rule.urgency is not Urgency.ROUTINE:
        return facts.now
    return facts.policy(due.hospital_id).working(facts.now)


def _open_from(rule: Rule, due: Due, facts: Facts) -> datetime:
    """Return tomorrow where all who give the care are closed today, and the rule waits for them."""
    lived = facts.lives.get(due.subject_id)
    if rule.when.holiday is not Holiday.AFTER or lived is None or not due.item_key:
        return facts.now
    care = traits_of(lived.life.edition, due.item_key).care
    is_closed = (due.hospital_id, care) in facts.closed
    return facts.now + timedelta(days=1) if is_closed else facts.now
