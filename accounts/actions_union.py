"""Two persons who are one: seen by the platform's unionid, united where nothing is in the way.

A push names her only within its own account. Whoever follows the Official Account and enters the
mini-program before the platform told both to be one has two persons (docs/decisions/0009).
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import aliased

from accounts.audit import record
from accounts.models import (
    Consent,
    Doubled,
    DoubledState,
    Family,
    Person,
    SignIn,
    Staff,
    SubjectKind,
    WechatIdentity,
)
from accounts.rules import Actor
from core.db import Session, claim
from core.errors import NotFound
from core.ids import new_id


def name_union(session: Session, *, identity: WechatIdentity, unionid: str, now: datetime) -> None:
    """Keep the unionid of an identity; if it is another person's too, note that the two are one."""
    identity.unionid = unionid
    hers = session.get_one(Person, identity.person_id)
    other = session.scalar(
        sa.select(Person)
        .join(WechatIdentity, WechatIdentity.person_id == Person.id)
        .where(
            WechatIdentity.unionid == unionid,
            Person.id != hers.id,
            Person.family_id.in_(_families_beside(hers)),
        )
        .order_by(Person.created_at, Person.id)
        .limit(1)
    )
    if other is not None:
        note_double(session, one=hers, other=other, now=now)


def note_double(session: Session, *, one: Person, other: Person, now: datetime) -> None:
    """Note that two persons of a hospital are one woman: they become one, or staff are asked."""
    first, second = sorted((one, other), key=lambda each: (each.created_at, each.id))
    hospital_id = session.get_one(Family, one.family_id).hospital_id
    session.execute(
        postgresql.insert(Doubled)
        .values(
            id=new_id("dbl", now=now), hospital_id=hospital_id, first_id=first.id,
            second_id=second.id, state=DoubledState.SEEN, seen_at=now,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip


def unite(session: Session, *, goes: str, stays: str, actor: Actor, now: datetime) -> None:
    """Let one person become another: what this room has of her moves, and she is no more.

    The rooms above move what is theirs before. To each purpose her latest word counts; a name and
    a phone number go over where there is none.

    Raises:
        sqlalchemy.exc.IntegrityError: something still refers to the one who goes.
    """
    _end_outdated(session, goes=goes, stays=stays, now=now)
    for table in (WechatIdentity, Consent):
        session.execute(
            sa.update(table).where(table.person_id == goes).values(person_id=stays)
        )  # fmt: skip
    session.execute(
        sa.update(SignIn)
        .where(SignIn.subject_kind == SubjectKind.PERSON, SignIn.subject_id == goes)
        .values(subject_id=stays)
    )
    gone, left = session.get_one(Person, goes), session.get_one(Person, stays)
    left.name = left.name or gone.name
    if left.phone is None:
        left.phone, left.phone_mark = gone.phone, gone.phone_mark
    family_id, hospital_id = gone.family_id, session.get_one(Family, gone.family_id).hospital_id
    session.delete(gone)
    session.flush()
    in_it = sa.select(Person.id).where(Person.family_id == family_id)
    if session.scalar(in_it.limit(1)) is None:
        session.delete(session.get_one(Family, family_id))
        session.flush()
    for act, person_id in (("unite", stays), (f"united_into:{stays}", goes)):
        record(
            session, actor=actor, act=act, subject_kind="person", subject_id=person_id,
            hospital_id=hospital_id, now=now,
        )  # fmt: skip


def close_pair(session: Session, *, pair: Doubled, state: DoubledState) -> None:
    """Write down what came of two persons who are one; others of hers lead to who is left."""
    pair.state = state
    if state is not DoubledState.UNITED:
        return
    gone, left = (
        (pair.second_id, pair.first_id)
        if session.get(Person, pair.second_id) is None
        else (pair.first_id, pair.second_id)
    )
    for column in (Doubled.first_id, Doubled.second_id):
        session.execute(
            sa.update(Doubled)
            .where(column == gone, Doubled.state == DoubledState.SEEN)
            .values({column: left})
        )


def settle_pair(session: Session, *, staff: Staff, pair_id: str, now: datetime) -> None:
    """Take two persons who are one off the staff's list.

    Raises:
        NotFound: no such pair waits for staff in this hospital.
    """
    is_done = claim(
        session,
        sa.update(Doubled)
        .where(
            Doubled.id == pair_id,
            Doubled.hospital_id == staff.hospital_id,
            Doubled.state == DoubledState.FOR_STAFF,
        )
        .values(state=DoubledState.SETTLED, settled_by=staff.id, settled_at=now),
    )
    if not is_done:
        raise NotFound
    record(
        session, actor=Actor(SubjectKind.STAFF, staff.id), act="settle_doubled",
        subject_kind="doubled", subject_id=pair_id, hospital_id=staff.hospital_id, now=now,
    )  # fmt: skip


def _families_beside(person: Person) -> sa.Select[str]:
    """Return the families of the hospital that a person belongs to."""
    own = aliased(Family)
    return (
        sa.select(Family.id)
        .join(own, own.hospital_id == Family.hospital_id)
        .where(own.id == person.family_id)
    )


def _end_outdated(session: Session, *, goes: str, stays: str, now: datetime) -> None:
    """End what she agreed to as one person and took back later, or agreed to, as the other."""
    other = aliased(Consent)
    is_taken_back = sa.exists().where(
        other.person_id.in_((goes, stays)),
        other.person_id != Consent.person_id,
        other.purpose == Consent.purpose,
        other.withdrawn_at > Consent.given_at,
    )
    is_twice = sa.and_(
        Consent.person_id == goes,
        sa.exists().where(
            other.person_id == stays,
            other.purpose == Consent.purpose,
            other.withdrawn_at.is_(None),
        ),
    )
    session.execute(
        sa.update(Consent)
        .where(
            Consent.person_id.in_((goes, stays)),
            Consent.withdrawn_at.is_(None),
            sa.or_(is_taken_back, is_twice),
        )
        .values(withdrawn_at=now)
        .execution_options(synchronize_session=False)
    )
