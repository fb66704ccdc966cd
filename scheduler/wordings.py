"""A hospital's own words for a rule: written by one, approved by another, fitted before use.

Also what else staff set about speaking: policy and templates.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.dialects import postgresql

from accounts.audit import record
from accounts.models import Staff, SubjectKind
from accounts.rules import Actor
from core.db import Session
from core.errors import NotFound
from core.ids import new_id
from scheduler.errors import (
    BadPolicy,
    BadWording,
    NothingToLearn,
    NotThisStep,
    OwnWording,
    PoolFull,
    UnknownRule,
)
from scheduler.learning import pool_of, redraw, rules_that_learn
from scheduler.models import Channel
from scheduler.models_channels import ChannelTemplate
from scheduler.models_wishes import SpeechPolicy, Wording, WordingState
from scheduler.policy import policy
from scheduler.rules import NEXT_WORDING
from scheduler.speech.documents import PIECES, check_pieces
from scheduler.speech.editions import current

MOST_TRIED = 4
"""Wordings tried beside those in force: with more, nobody would ever know."""


def write(
    session: Session, *, staff: Staff, rule: str, pieces: Mapping[str, str], now: datetime
) -> Wording:
    """Write words for a rule; what is not written keeps the rule's own words.

    Raises:
        UnknownRule: nobody speaks by such a rule.
        BadWording: a piece or a field is unknown.
    """
    spoken = current().rule(rule)
    if spoken is None:
        raise UnknownRule
    try:
        check_pieces(spoken.step, pieces)
    except ValueError as unreadable:
        raise BadWording from unreadable
    wording = Wording(
        id=new_id("wrd", now=now), hospital_id=staff.hospital_id, rule=rule, pieces=dict(pieces),
        state=WordingState.DRAFT, written_by=staff.id, written_at=now,
    )  # fmt: skip
    session.add(wording)
    session.flush()
    _audit(session, staff, wording, now=now)
    return wording


def submit(session: Session, *, staff: Staff, wording_id: str, now: datetime) -> Wording:
    """Ask a colleague to look at words.

    Raises:
        NotFound: no such wording, or of another hospital.
        NotThisStep: it is no draft any more.
    """
    return _step(session, staff, wording_id, WordingState.IN_REVIEW, now=now)


def approve(session: Session, *, staff: Staff, wording_id: str, now: datetime) -> Wording:
    """Put words in force; those that were in force before retire.

    Raises:
        NotFound: no such wording, or of another hospital.
        NotThisStep: nobody asked for a review, nor are they tried.
        OwnWording: the reviewer wrote them.
    """
    wording = _reviewable(session, staff, wording_id, WordingState.APPROVED)
    session.execute(
        sa.update(Wording)
        .where(
            Wording.hospital_id == wording.hospital_id, Wording.rule == wording.rule,
            Wording.state == WordingState.APPROVED,
        )
        .values(state=WordingState.RETIRED)
    )  # fmt: skip
    return _reviewed(session, staff, wording, WordingState.APPROVED, now=now)


def admit(session: Session, *, staff: Staff, wording_id: str, now: datetime) -> Wording:
    """Let words be tried by lot beside those in force.

    Raises:
        NotFound: no such wording, or of another hospital.
        NotThisStep: nobody asked for a review.
        OwnWording: the reviewer wrote them.
        NothingToLearn: the rule is not one whose words may be drawn.
        PoolFull: as many as may be are tried already.
    """
    wording = _reviewable(session, staff, wording_id, WordingState.TRIED)
    if wording.rule not in rules_that_learn():
        raise NothingToLearn
    pool = pool_of(session, hospital_id=staff.hospital_id, rule=wording.rule)
    if len(pool) > MOST_TRIED:
        raise PoolFull
    return _reviewed(session, staff, wording, WordingState.TRIED, now=now)


def decline(session: Session, *, staff: Staff, wording_id: str, now: datetime) -> Wording:
    """Send words back; the writer may write others.

    Raises:
        NotFound: no such wording, or of another hospital.
        NotThisStep: nobody asked for a review.
        OwnWording: the reviewer wrote them.
    """
    wording = _reviewable(session, staff, wording_id, WordingState.DECLINED)
    return _reviewed(session, staff, wording, WordingState.DECLINED, now=now)


def retire(session: Session, *, staff: Staff, wording_id: str, now: datetime) -> Wording:
    """Speak these words no more: go back to the rule's own, or end their trial.

    Raises:
        NotFound: no such wording, or of another hospital.
        NotThisStep: it is neither in force nor tried.
    """
    return _step(session, staff, wording_id, WordingState.RETIRED, now=now)


def wordings_of(session: Session, *, hospital_id: str) -> list[Wording]:
    """Return all words a hospital wrote, the newest first."""
    of_hospital = sa.select(Wording).where(Wording.hospital_id == hospital_id)
    return list(session.scalars(of_hospital.order_by(Wording.id.desc())))


def set_policy(session: Session, *, staff: Staff, values: Mapping[str, Any], now: datetime) -> None:
    """Set what a hospital wants otherwise than the defaults, all of it.

    Raises:
        BadPolicy: something cannot be set, or not to this value.
    """
    try:
        policy(values)
    except ValidationError as impossible:
        raise BadPolicy from impossible
    session.add(
        SpeechPolicy(
            hospital_id=staff.hospital_id, values=dict(values), made_by_id=staff.id, made_at=now
        )
    )
    _noted(session, staff, "speech_policy_set", "hospital", staff.hospital_id, now=now)


def set_template(
    session: Session,
    *,
    staff: Staff,
    channel: Channel,
    layout: str,
    template_id: str,
    keys: Mapping[str, str],
    now: datetime,
) -> None:
    """Name the hospital's template for a layout on a channel; `keys` is piece by template key.

    Raises:
        UnknownRule: there is no such layout.
        BadWording: a key carries an unknown piece.
    """
    if layout not in current().layouts:
        raise UnknownRule
    if set(keys.values()) - PIECES:
        raise BadWording
    made: dict[str, Any] = {
        "template_id": template_id, "keys": dict(keys), "made_by_id": staff.id, "made_at": now,
    }  # fmt: skip
    named = postgresql.insert(ChannelTemplate).values(
        id=new_id("tpl", now=now), hospital_id=staff.hospital_id, channel=channel, layout=layout,
        **made,
    )  # fmt: skip
    session.execute(
        named.on_conflict_do_update(index_elements=["hospital_id", "channel", "layout"], set_=made)
    )
    _noted(session, staff, "template_named", "hospital", staff.hospital_id, now=now)


def _of(session: Session, staff: Staff, wording_id: str) -> Wording:
    wording = session.get(Wording, wording_id, with_for_update=True)
    if wording is None or wording.hospital_id != staff.hospital_id:
        raise NotFound
    return wording


def _reviewable(session: Session, staff: Staff, wording_id: str, to: WordingState) -> Wording:
    wording = _of(session, staff, wording_id)
    if wording.written_by == staff.id:
        raise OwnWording
    _check_step(wording, to)
    return wording


def _check_step(wording: Wording, to: WordingState) -> None:
    if to.value not in NEXT_WORDING[wording.state.value]:
        raise NotThisStep


def _step(
    session: Session, staff: Staff, wording_id: str, to: WordingState, *, now: datetime
) -> Wording:
    wording = _of(session, staff, wording_id)
    _check_step(wording, to)
    wording.state = to
    return _changed(session, staff, wording, now=now)


def _reviewed(
    session: Session, staff: Staff, wording: Wording, to: WordingState, *, now: datetime
) -> Wording:
    wording.state, wording.reviewed_by, wording.reviewed_at = to, staff.id, now
    return _changed(session, staff, wording, now=now)


def _changed(session: Session, staff: Staff, wording: Wording, *, now: datetime) -> Wording:
    """Write down a step; the lots of the rule are made anew where there are any."""
    session.flush()
    _audit(session, staff, wording, now=now)
    redraw(session, hospital_id=wording.hospital_id, rule=wording.rule, now=now)
    return wording


def _audit(session: Session, staff: Staff, wording: Wording, *, now: datetime) -> None:
    _noted(session, staff, f"wording_{wording.state}", "wording", wording.id, now=now)


def _noted(
    session: Session, staff: Staff, act: str, subject_kind: str, subject_id: str, *, now: datetime
) -> None:
    record(
        session, actor=Actor(SubjectKind.STAFF, staff.id), act=act, subject_kind=subject_kind,
        subject_id=subject_id, hospital_id=staff.hospital_id, now=now,
    )  # fmt: skip
