"""What can be done in this room: people come and go, agree and take back."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from accounts.actions_union import name_union
from accounts.audit import record
from accounts.errors import BadName, NoticeChanged
from accounts.models import (
    Consent,
    Family,
    Hospital,
    Person,
    PersonRole,
    Purpose,
    Staff,
    SubjectKind,
    WechatIdentity,
)
from accounts.notices import notice
from accounts.queries import phone_mark
from accounts.rules import LONGEST_NAME, Actor
from core.db import Session, changed, claim
from core.errors import NotFound
from core.ids import new_id


@dataclass(frozen=True)
class Proof:
    """How a consent is known: by which channel, in what way, and who vouches for it.

    `hospital_id` is that of the staff who vouch, None for her own act.
    """

    channel: str
    words: str
    actor: Actor
    hospital_id: str | None


def meet(
    session: Session,
    *,
    hospital: Hospital,
    appid: str,
    openid: str,
    unionid: str | None,
    now: datetime,
) -> Person:
    """Return the person behind an openid, making her, her family and her identity if new.

    The same `unionid` in another account of the hospital is the same person. A push tells none, a
    sign-in does: it is kept as soon as it is known; if two persons were made by then, that they
    are one is noted. Two first pushes at once make one person: the
    second waits for the first and reads hers.
    """
    known = sa.select(WechatIdentity).where(
        WechatIdentity.appid == appid, WechatIdentity.openid == openid
    )
    identity = session.scalar(known)
    if identity is None:
        _wait_for_twins(session, f"{appid}/{openid}", unionid)
        identity = session.scalar(known)
    if identity is not None:
        if unionid and not identity.unionid:
            name_union(session, identity=identity, unionid=unionid, now=now)
        return session.get_one(Person, identity.person_id)
    person = _same_union(session, hospital, unionid) or _new_person(session, hospital, now=now)
    session.execute(
        postgresql.insert(WechatIdentity).values(
            id=new_id("wid", now=now), person_id=person.id, appid=appid, openid=openid,
            unionid=unionid,
        )
    )  # fmt: skip
    return person


def follow(session: Session, *, appid: str, openid: str, now: datetime) -> None:
    """Note that she follows the account (again)."""
    session.execute(
        sa.update(WechatIdentity)
        .where(WechatIdentity.appid == appid, WechatIdentity.openid == openid)
        .values(followed_at=now, unfollowed_at=None)
    )


def note_unionid(session: Session, *, identity_id: str, unionid: str, now: datetime) -> None:
    """Keep what the platform said of a follower; an empty text means it was asked and has none."""
    identity = session.get(WechatIdentity, identity_id, with_for_update=True)
    if identity is None or identity.unionid is not None:
        return
    if not unionid:
        identity.unionid = unionid
        return
    _wait_for_twins(session, "", unionid)
    name_union(session, identity=identity, unionid=unionid, now=now)


def unfollow(session: Session, *, appid: str, openid: str, now: datetime) -> None:
    """Note that she no longer follows the account: nothing is sent through it any more."""
    session.execute(
        sa.update(WechatIdentity)
        .where(WechatIdentity.appid == appid, WechatIdentity.openid == openid)
        .values(unfollowed_at=now)
    )


def give_consent(
    session: Session,
    *,
    person: Person,
    purpose: Purpose,
    version: str,
    channel: str,
    now: datetime,
) -> None:
    """Write down that she agreed to this purpose, to these very words; once is enough.

    A consent to earlier words ends here: of one purpose one stands.

    Raises:
        NoticeChanged: `version` is not the notice in force.
        NoSuchNotice: there is no notice for this purpose.
    """
    if notice(purpose).version != version:
        raise NoticeChanged(purpose=purpose.value)
    proof = Proof(channel, "her own act", Actor(SubjectKind.PERSON, person.id), None)
    note_consent(session, person=person, purpose=purpose, proof=proof, now=now)


def note_consent(
    session: Session, *, person: Person, purpose: Purpose, proof: Proof, now: datetime
) -> None:
    """Write down that she agreed to the notice in force, and how that is known.

    Raises:
        NoSuchNotice: there is no notice for this purpose.
    """
    shown = notice(purpose)
    session.execute(
        sa.update(Consent)
        .where(*_standing(person, purpose), Consent.notice_hash != shown.hash)
        .values(withdrawn_at=now)
    )
    is_new = claim(
        session,
        postgresql.insert(Consent)
        .values(
            id=new_id("con", now=now), person_id=person.id, purpose=purpose,
            notice_version=shown.version, notice_hash=shown.hash, channel=proof.channel,
            proof=proof.words, given_at=now,
        )
        .on_conflict_do_nothing(),
    )  # fmt: skip
    if is_new:
        record(
            session, actor=proof.actor, act=f"give_consent:{purpose.value}",
            subject_kind="person", subject_id=person.id, hospital_id=proof.hospital_id, now=now,
        )  # fmt: skip


def withdraw_consent(session: Session, *, person: Person, purpose: Purpose, now: datetime) -> None:
    """Write down that she took her consent back; nothing happens if she had given none."""
    withdrawn = changed(
        session,
        sa.update(Consent).where(*_standing(person, purpose)).values(withdrawn_at=now),
    )
    if withdrawn:
        _by_her(session, person, f"withdraw_consent:{purpose.value}", now=now)


def set_name(session: Session, *, person: Person, name: str, now: datetime) -> None:
    """Store her name, sealed.

    Raises:
        BadName: it is empty or longer than `LONGEST_NAME`.
    """
    cleaned = " ".join(name.split())
    if not 1 <= len(cleaned) <= LONGEST_NAME:
        raise BadName
    person.name = cleaned
    _by_her(session, person, "set_name", now=now)


def set_phone(session: Session, *, person: Person, phone: str, now: datetime) -> None:
    """Store her phone number, sealed, with its blind index."""
    person.phone = phone
    person.phone_mark = phone_mark(phone)
    _by_her(session, person, "set_phone", now=now)


def read_family(session: Session, *, staff: Staff, family_id: str, now: datetime) -> list[Person]:
    """Return the people of a family to a member of staff, writing down that they were read.

    Raises:
        NotFound: no such family in this hospital.
    """
    family = session.get(Family, family_id)
    if family is None or family.hospital_id != staff.hospital_id:
        raise NotFound
    record(
        session, actor=Actor(SubjectKind.STAFF, staff.id), act="read_family",
        subject_kind="family", subject_id=family_id, hospital_id=staff.hospital_id, now=now,
    )  # fmt: skip
    return list(
        session.scalars(sa.select(Person).where(Person.family_id == family_id).order_by(Person.id))
    )


def told_all(session: Session, *, person: Person, now: datetime) -> None:
    """Write down that she asked for a copy of what is kept of her, and got it.

    The hospital must answer such requests in time and prove it (个人信息保护法, 2021, art. 45).
    """
    _by_her(session, person, "read_copy", now=now)


def _wait_for_twins(session: Session, openid: str, unionid: str | None) -> None:
    """Let one caller at a time bring an openid, and one a union, in (always in this order)."""
    for who in filter(None, (openid, unionid)):
        session.execute(
            sa.text("select pg_advisory_xact_lock(hashtextextended(:who, 0))"), {"who": who}
        )


def _standing(person: Person, purpose: Purpose) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Consent.person_id == person.id,
        Consent.purpose == purpose,
        Consent.withdrawn_at.is_(None),
    )


def _same_union(session: Session, hospital: Hospital, unionid: str | None) -> Person | None:
    if unionid is None:
        return None
    return session.scalar(
        sa.select(Person)
        .join(WechatIdentity, WechatIdentity.person_id == Person.id)
        .join(Family, Family.id == Person.family_id)
        .where(WechatIdentity.unionid == unionid, Family.hospital_id == hospital.id)
        .limit(1)
    )


def _new_person(session: Session, hospital: Hospital, *, now: datetime) -> Person:
    family = Family(id=new_id("fam", now=now), hospital_id=hospital.id, created_at=now)
    person = Person(
        id=new_id("per", now=now), family_id=family.id, role=PersonRole.MOTHER, created_at=now
    )
    session.add(family)
    session.flush()
    session.add(person)
    session.flush()
    return person


def _by_her(session: Session, person: Person, act: str, *, now: datetime) -> None:
    record(
        session, actor=Actor(SubjectKind.PERSON, person.id), act=act, subject_kind="person",
        subject_id=person.id, hospital_id=None, now=now,
    )  # fmt: skip
