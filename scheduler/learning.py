"""Reminders that learn: several wordings of a rule tried by lot, and what became of the visits."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from accounts.audit import record
from accounts.models import Staff, SubjectKind
from accounts.rules import Actor
from core.db import Session, rows
from scheduler.letters.facts import policies_of
from scheduler.letters.lots import COMMON, Seen, shares_of
from scheduler.models_wishes import SpeechPolicy, Wording, WordingLot, WordingState
from scheduler.policy import Learning, default
from scheduler.speech.editions import current

SEEN = """
select coalesce(letter.wording_id, '') as wording, count(*) as sent,
       count(*) filter (
           where appointment.state in ('checked_in', 'called', 'seen', 'left')
       ) as came,
       count(*) filter (where appointment.state = 'no_show') as missed,
       count(*) filter (where appointment.state in ('cancelled', 'moved')) as changed
from letter
join reminder on reminder.person_id = letter.person_id and reminder.letter_id = letter.id
join appointment on appointment.id = reminder.subject_id
where letter.hospital_id = %(hospital_id)s and letter.claimed_at >= %(since)s
and letter.lot_number is not null and letter.state in ('accepted', 'delivered')
and reminder.rule = %(rule)s
group by 1
"""
"""Only letters whose words were drawn: whoever got them otherwise is not like the others."""


def seen_of(session: Session, *, hospital_id: str, rule: str, now: datetime) -> dict[str, Seen]:
    """Return what became of visits behind each wording that is in force or tried, by its id.

    Costs a pass over the hospital's letters of the days that count.
    """
    since = now - timedelta(days=learning_in(session, hospital_id=hospital_id).days)
    given = {"hospital_id": hospital_id, "rule": rule, "since": since}
    found = {
        row.wording: Seen(row.sent, row.came, row.missed, row.changed)
        for row in rows(session, SEEN, given)
    }
    pool = pool_of(session, hospital_id=hospital_id, rule=rule)
    return {key: found.get(key, Seen()) for key in pool}


def pool_of(session: Session, *, hospital_id: str, rule: str) -> dict[str, Wording | None]:
    """Return the words in force (`COMMON`: the rule's own) and those tried beside them, by id."""
    live = (WordingState.APPROVED, WordingState.TRIED)
    found = sa.select(Wording).where(
        Wording.hospital_id == hospital_id, Wording.rule == rule, Wording.state.in_(live)
    )
    own = list(session.scalars(found.order_by(Wording.state, Wording.id)))
    pool: dict[str, Wording | None] = {one.id: one for one in own}
    has_own = any(one.state is WordingState.APPROVED for one in own)
    return pool if has_own else {COMMON: None, **pool}


def lot_of(session: Session, *, hospital_id: str, rule: str) -> WordingLot | None:
    """Return by which shares wordings of a rule are drawn now, or None if none ever were."""
    found = sa.select(WordingLot).where(
        WordingLot.hospital_id == hospital_id, WordingLot.rule == rule
    )
    return session.scalar(found.order_by(WordingLot.number.desc()).limit(1))


def redraw(session: Session, *, hospital_id: str, rule: str, now: datetime) -> None:
    """Write down how often each wording is drawn from now on, if that changes.

    Call it when the pool changed. Words that stand alone are not drawn.
    """
    seen = seen_of(session, hospital_id=hospital_id, rule=rule, now=now)
    learning = learning_in(session, hospital_id=hospital_id)
    shares = shares_of(seen, learning=learning) if len(seen) > 1 else {}
    last = lot_of(session, hospital_id=hospital_id, rule=rule)
    if shares == ({} if last is None else last.shares):
        return
    lot = WordingLot(
        hospital_id=hospital_id, rule=rule, shares=shares, made_at=now,
        seen={key: [one.came, one.judged] for key, one in seen.items()},
    )  # fmt: skip
    session.add(lot)
    session.flush()


def redraw_all(session: Session, *, now: datetime) -> int:
    """Look once a night at what every trial has shown; say how many there are."""
    tried = sa.select(Wording.hospital_id, Wording.rule).where(Wording.state == WordingState.TRIED)
    found = session.execute(tried.distinct()).all()
    for hospital_id, rule in found:
        redraw(session, hospital_id=hospital_id, rule=rule, now=now)
    return len(found)


def learning_in(session: Session, *, hospital_id: str) -> Learning:
    """Return how a hospital tries wordings."""
    return (policies_of(session, [hospital_id]).get(hospital_id) or default()).learning


def switch_on(session: Session, *, staff: Staff, now: datetime) -> None:
    """Let wordings be drawn in this hospital, where several are tried."""
    _switch(session, staff, {"is_on": True}, act="wordings_learning_on", now=now)


def switch_off(session: Session, *, staff: Staff, now: datetime) -> None:
    """Give everybody the words in force, from the next letter on; the trials are kept."""
    _switch(session, staff, {"is_on": False}, act="wordings_learning_off", now=now)


def rules_that_learn() -> list[str]:
    """Return the rules whose wordings may be tried."""
    return [key for key, spoken in current().rules.items() if spoken.rule.learns]


def _switch(
    session: Session, staff: Staff, change: Mapping[str, Any], *, act: str, now: datetime
) -> None:
    newest = (
        sa.select(SpeechPolicy.values)
        .where(SpeechPolicy.hospital_id == staff.hospital_id)
        .order_by(SpeechPolicy.number.desc())
    )
    own = session.scalar(newest.limit(1)) or {}
    learning = learning_in(session, hospital_id=staff.hospital_id).model_dump() | dict(change)
    values = {**own, "learning": learning}
    session.add(
        SpeechPolicy(hospital_id=staff.hospital_id, values=values, made_by_id=staff.id, made_at=now)
    )
    session.flush()
    record(
        session, actor=Actor(SubjectKind.STAFF, staff.id), act=act, subject_kind="hospital",
        subject_id=staff.hospital_id, hospital_id=staff.hospital_id, now=now,
    )  # fmt: skip
