"""What others may ask of this room."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

import sqlalchemy as sa

from accounts.errors import ConsentNeeded
from accounts.models import (
    Consent,
    Doubled,
    DoubledState,
    Family,
    Hospital,
    Person,
    Purpose,
    Staff,
    WechatIdentity,
)
from accounts.rules import Act, may
from core.crypto import ring
from core.db import Session
from core.errors import NotFound

Thing = TypeVar("Thing")


def hospital(session: Session, *, hospital_id: str) -> Hospital:
    """Return a hospital.

    Raises:
        NotFound: no such hospital.
    """
    return _found(session.get(Hospital, hospital_id))


def hospital_of_account(session: Session, *, appid: str) -> Hospital:
    """Return the hospital an Official Account speaks for.

    Raises:
        NotFound: no hospital has this account.
    """
    return _found(session.scalar(sa.select(Hospital).where(Hospital.oa_appid == appid)))


def person_of(session: Session, *, person_id: str, hospital_id: str) -> Person:
    """Return a person of this hospital.

    Raises:
        NotFound: no such person, or of another hospital.
    """
    return _found(
        session.scalar(
            sa.select(Person).where(
                Person.id == person_id, Person.family_id.in_(_families_of(hospital_id))
            )
        )
    )


def consents_of(session: Session, *, person_id: str) -> Mapping[Purpose, Consent]:
    """Return the consents that stand now, by purpose."""
    live = sa.select(Consent).where(Consent.person_id == person_id, Consent.withdrawn_at.is_(None))
    return {consent.purpose: consent for consent in session.scalars(live)}


def check_consent(session: Session, *, person_id: str, purpose: Purpose) -> None:
    """Pass if she has agreed to this purpose and not taken it back.

    Raises:
        ConsentNeeded: she has not.
    """
    live = sa.select(Consent.id).where(
        Consent.person_id == person_id,
        Consent.purpose == purpose,
        Consent.withdrawn_at.is_(None),
    )
    if session.scalar(live) is None:
        raise ConsentNeeded(purpose=purpose.value)


def identity_in(session: Session, *, person_id: str, appid: str) -> WechatIdentity | None:
    """Return a person's identity in a WeChat account that she still follows, or None."""
    return session.scalar(
        sa.select(WechatIdentity)
        .where(
            WechatIdentity.person_id == person_id,
            WechatIdentity.appid == appid,
            WechatIdentity.unfollowed_at.is_(None),
        )
        .order_by(WechatIdentity.id.desc())
        .limit(1)
    )


def without_unionid(session: Session, *, appid: str, limit: int) -> list[WechatIdentity]:
    """Return followers whose unionid nobody has asked the platform for, oldest first."""
    return list(
        session.scalars(
            sa.select(WechatIdentity)
            .where(
                WechatIdentity.appid == appid,
                WechatIdentity.unionid.is_(None),
                WechatIdentity.unfollowed_at.is_(None),
                WechatIdentity.followed_at.is_not(None),
            )
            .order_by(WechatIdentity.id)
            .limit(limit)
        )
    )


def doubled_in(session: Session, *, hospital_id: str) -> list[Doubled]:
    """Return the persons who are one and whom staff have to look at, longest waiting first."""
    return list(
        session.scalars(
            sa.select(Doubled)
            .where(Doubled.hospital_id == hospital_id, Doubled.state == DoubledState.FOR_STAFF)
            .order_by(Doubled.id)
        )
    )


def doubled_seen(session: Session, *, limit: int) -> list[Doubled]:
    """Return persons who are one and whom nobody tried to unite yet; each to one caller only."""
    return list(
        session.scalars(
            sa.select(Doubled)
            .where(Doubled.state == DoubledState.SEEN)
            .order_by(Doubled.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
    )


def families(
    session: Session, *, hospital_id: str, search: str, after: str, limit: int
) -> list[Person]:
    """Return people of a hospital by phone number (all when `search` is empty), newest first.

    Who has left is shown only if a record of hers bears her name.

    `after` is the id of the last person of the page before, or empty.
    """
    people = sa.select(Person).where(
        Person.family_id.in_(_families_of(hospital_id)),
        sa.or_(Person.closed_at.is_(None), Person.name.is_not(None), Person.phone.is_not(None)),
    )
    if search:
        people = people.where(Person.phone_mark == phone_mark(search))
    if after:
        people = people.where(Person.id < after)
    return list(session.scalars(people.order_by(Person.id.desc()).limit(limit)))


def staff_by_ids(session: Session, staff_ids: Iterable[str]) -> Mapping[str, Staff]:
    """Return staff by id; unknown ids are left out."""
    members = session.scalars(sa.select(Staff).where(Staff.id.in_(set(staff_ids))))
    return {member.id: member for member in members}


def colleagues(session: Session, *, hospital_id: str, act: Act) -> list[Staff]:
    """Return the active staff of a hospital who may do this, in the order of their joining."""
    active = sa.select(Staff).where(Staff.hospital_id == hospital_id, Staff.is_active)
    return [one for one in session.scalars(active.order_by(Staff.id)) if may(one.roles, act)]


def staff_by_username(session: Session, *, username: str) -> Staff:
    """Return a member of staff by the name she signs in by.

    Raises:
        NotFound: nobody does.
    """
    return _found(session.scalar(sa.select(Staff).where(Staff.username == username)))


def people_by_ids(session: Session, person_ids: Iterable[str]) -> Mapping[str, Person]:
    """Return people by id; unknown ids are left out."""
    people = session.scalars(sa.select(Person).where(Person.id.in_(set(person_ids))))
    return {person.id: person for person in people}


def phone_mark(phone: str) -> str:
    """Return what a phone number is looked up by (its blind index)."""
    digits = "".join(character for character in phone if character.isdigit())
    return ring().blind(digits.removeprefix("86"), column="person.phone")


def _families_of(hospital_id: str) -> sa.Select[str]:
    return sa.select(Family.id).where(Family.hospital_id == hospital_id)


def _found(thing: Thing | None) -> Thing:
    if thing is None:
        raise NotFound
    return thing
