"""Which letters are to come that a single consent could carry, until she will be asked again.

Looked at only for people who have such consents: the truth of what is to come is asked as it is
before speaking, so that nothing done or booked keeps a consent from anything.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from core.clock import beijing_date
from core.db import Session
from scheduler.channels.outlets import Outlets
from scheduler.channels.purse import Need, Purse, need_of, together
from scheduler.letters.composing import Draft
from scheduler.letters.facts import Due, Facts, gather
from scheduler.letters.foreseeing import foreseen_of
from scheduler.letters.truth import Said, truth
from scheduler.models import Reminder, ReminderState
from scheduler.policy import Policy
from scheduler.speech.documents import Rule, Step
from scheduler.speech.planner import Due as Planned

Expected = Mapping[tuple[str, str], Sequence[Need]]
"""By person and layout: a consent is for a template, and a template for a layout."""


@dataclass(frozen=True)
class _Coming:
    due: Due
    plan: Planned
    is_final: bool


def expected(
    session: Session, due: Iterable[Due], *, facts: Facts, outlets: Outlets, now: datetime
) -> Expected:
    """Return the letters to come of those of these people who have single consents.

    Costs nothing where nobody has any; else some twenty statements, however many they are, and
    about a millisecond for each of them.
    """
    people = {
        one.person_id: one.hospital_id for one in due if facts.people[one.person_id].reach.credits
    }
    if not people:
        return {}
    policies = {each: facts.policy(each) for each in people.values()}
    days = max(each.consents.look_ahead_days for each in policies.values())
    foreseen = [
        (each, plan)
        for each, plan in foreseen_of(session, people, days=days, now=now)
        if each.due_at > now
    ]
    if not foreseen:
        return {}
    then = gather(session, [each for each, _ in foreseen], outlets=outlets, now=now)
    said = _settled(session, people, now=now)
    coming = [
        one
        for each, plan in foreseen
        if (each.person_id, each.rule, each.occasion) not in said
        and (one := _true(each, plan, then)) is not None
    ]
    return _by_layout(coming, asked_at=_asked_at(coming), policies=policies, now=now)


def purse_of(draft: Draft, coming: Expected, *, policy: Policy) -> Purse:
    """Return what the consents of a letter's person are weighed for."""
    needs = [
        need_of(
            part.rule, subject_id=part.due.subject_id, item_key=part.due.item_key,
            is_final=part.said.care is not None and part.said.care.is_final,
            due_at=part.due.due_at, weights=policy.consents,
        )
        for part in draft.parts
    ]  # fmt: skip
    lead = draft.lead
    key = (lead.due.person_id, lead.rule.layout)
    return Purse(together(needs), coming.get(key, ()), policy.consents)


def _true(due: Due, plan: Planned, facts: Facts) -> _Coming | None:
    if due.kind in facts.people[due.person_id].unwanted:
        return None
    told = truth(due, rule=plan.rule, facts=facts)
    if not isinstance(told, Said):
        return None
    return _Coming(due, plan, told.care is not None and told.care.is_final)


def _settled(
    session: Session, people: Mapping[str, str], *, now: datetime
) -> set[tuple[str, str, str]]:
    """Return what was written for later and is settled already: hushed, or told before its time."""
    found = sa.select(Reminder.person_id, Reminder.rule, Reminder.occasion).where(
        Reminder.person_id.in_(people), Reminder.state != ReminderState.PENDING,
        Reminder.too_late_at > now,
    )  # fmt: skip
    return {(row.person_id, row.rule, row.occasion) for row in session.execute(found)}


def _asked_at(coming: Iterable[_Coming]) -> dict[str, datetime]:
    """Return when people will naturally be asked again: at the next visit they booked."""
    found: dict[str, datetime] = {}
    for one in coming:
        if one.plan.rule.step is Step.NEAR:
            person_id, at = one.due.person_id, one.plan.point.at
            found[person_id] = min(at, found.get(person_id, at))
    return found


def _by_layout(
    coming: Iterable[_Coming],
    *,
    asked_at: Mapping[str, datetime],
    policies: Mapping[str, Policy],
    now: datetime,
) -> Expected:
    letters: dict[tuple[str, str], dict[tuple[object, ...], list[Need]]] = {}
    for one in coming:
        due, rule = one.due, one.plan.rule
        weights = policies[due.hospital_id].consents
        days = (beijing_date(due.due_at) - beijing_date(now)).days
        if days > weights.look_ahead_days or due.due_at > asked_at.get(due.person_id, due.due_at):
            continue
        need = need_of(
            rule, subject_id=due.subject_id, item_key=due.item_key, is_final=one.is_final,
            due_at=due.due_at, weights=weights,
        )  # fmt: skip
        hers = letters.setdefault((due.person_id, rule.layout), {})
        hers.setdefault(_letter(due, rule), []).append(need)
    return {
        key: [together(needs) for needs in by_letter.values()] for key, by_letter in letters.items()
    }


def _letter(due: Due, rule: Rule) -> tuple[object, ...]:
    """Return what makes reasons one letter: a rule that may be merged, at one moment."""
    return (rule.key, due.due_at) if rule.may_merge else (rule.key, due.due_at, due.subject_id)
