"""A handbook from a roster reaches the WeChat of its mother: she proves it, staff confirm it.

Two ways. She claims it from her phone: WeChat vouches for her number, she types her name, staff
answer. Or she shows a code to staff who see her. Either way the two persons are noted to be one,
and become one as any two do (docs/decisions/0009).
"""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from accounts.actions_union import note_double
from accounts.audit import record
from accounts.models import AuditRow, Family, Person, Staff, SubjectKind, WechatIdentity
from accounts.rules import Act, Actor, check_may
from core.crypto import digest
from core.db import Session
from core.errors import NotFound
from core.ids import new_id
from handbook.models import Pregnancy, PregnancyState
from handbook.roster.errors import ClaimAnswered, HasOwnHandbook, NoPhoneYet, TooManyTries
from handbook.roster.linking_numbers import LINKING
from handbook.roster.models import ClaimState, HandbookClaim, LinkCode

NOT_FOUND = "handbook_not_found"
DAY = timedelta(days=1)


def claim_handbook(
    session: Session, *, person: Person, name: str, now: datetime
) -> HandbookClaim | None:
    """Look for the handbook made for her number and this name, and ask staff to hand it over.

    None when there is none. A name that differs is answered as if there were no handbook, so that
    nobody learns from a number who is pregnant; that it was tried is counted, so it must be
    committed: that is why it does not raise.

    Raises:
        NoPhoneYet: WeChat has not vouched for a number of hers.
        HasOwnHandbook: she keeps one herself; staff unite them.
        TooManyTries: she has tried often enough today.
    """
    if person.phone_mark is None:
        raise NoPhoneYet
    _check_free(session, person)
    _check_tries(session, person, now=now)
    waiting = claim_of(session, person_id=person.id)
    if waiting is not None and waiting.state is ClaimState.WAITING:
        return waiting
    hers = _on_paper(session, person)
    actor = Actor(SubjectKind.PERSON, person.id)
    if hers is None or _plain(hers.name or "") != _plain(name):
        _audit(session, NOT_FOUND, person.id, actor=actor, hospital_id=None, now=now)
        return None
    claimed = HandbookClaim(
        id=new_id("clm", now=now), hospital_id=session.get_one(Family, hers.family_id).hospital_id,
        person_id=person.id, claimed_id=hers.id, state=ClaimState.WAITING, made_at=now,
    )  # fmt: skip
    session.add(claimed)
    session.flush()
    _audit(
        session, "claim_handbook", hers.id, actor=actor, hospital_id=claimed.hospital_id, now=now
    )
    return claimed


def claim_of(session: Session, *, person_id: str) -> HandbookClaim | None:
    """Return her newest claim, or None."""
    hers = sa.select(HandbookClaim).where(HandbookClaim.person_id == person_id)
    return session.scalar(hers.order_by(HandbookClaim.id.desc()).limit(1))


def claims_in(session: Session, *, hospital_id: str) -> list[HandbookClaim]:
    """Return the claims of a hospital that wait for an answer, oldest first."""
    waiting = (HandbookClaim.hospital_id == hospital_id, HandbookClaim.state == ClaimState.WAITING)
    return list(
        session.scalars(sa.select(HandbookClaim).where(*waiting).order_by(HandbookClaim.id))
    )


def answer_claim(
    session: Session, *, staff: Staff, claim_id: str, answer: ClaimState, now: datetime
) -> HandbookClaim:
    """Hand the handbook over (`LINKED`), or decline.

    Raises:
        Forbidden: the member of staff may not do this.
        NotFound: no such claim in this hospital.
        ClaimAnswered: somebody answered already.
        HasOwnHandbook: she keeps one herself by now.
    """
    check_may(staff.roles, Act.IMPORT_ROSTER)
    claimed = session.get(HandbookClaim, claim_id, with_for_update=True, populate_existing=True)
    if claimed is None or claimed.hospital_id != staff.hospital_id:
        raise NotFound
    if claimed.state is not ClaimState.WAITING:
        raise ClaimAnswered
    if answer is ClaimState.LINKED:
        _link(session, goes=claimed.person_id, stays=claimed.claimed_id, staff=staff, now=now)
    claimed.state, claimed.answered_by, claimed.answered_at = answer, staff.id, now
    _audit(
        session, f"claim_{answer}", claimed.claimed_id, actor=Actor(SubjectKind.STAFF, staff.id),
        hospital_id=staff.hospital_id, now=now,
    )  # fmt: skip
    session.flush()
    return claimed


def make_code(session: Session, *, person: Person, now: datetime) -> str:
    """Return a new code that she can show at the desk; an older one of hers ends here.

    Raises:
        HasOwnHandbook: she keeps one herself.
    """
    _check_free(session, person)
    digits = LINKING.code_digits.value
    code = f"{secrets.randbelow(10**digits):0{digits}d}"
    hospital_id = session.get_one(Family, person.family_id).hospital_id
    values = {
        "hospital_id": hospital_id, "digest": _digest(hospital_id, code),
        "expires_at": now + timedelta(minutes=LINKING.code_minutes.value),
    }  # fmt: skip
    session.execute(
        postgresql.insert(LinkCode)
        .values(person_id=person.id, **values)
        .on_conflict_do_update(index_elements=["person_id"], set_=values)
    )
    return code


def link_by_code(
    session: Session, *, staff: Staff, person_id: str, code: str, now: datetime
) -> HandbookClaim:
    """Hand a handbook to who shows this code, whom staff have before them.

    Raises:
        Forbidden: the member of staff may not do this.
        NotFound: no such code now, or no handbook here that nobody on WeChat has.
        HasOwnHandbook: she keeps one herself.
    """
    check_may(staff.roles, Act.IMPORT_ROSTER)
    shown = LinkCode.digest == _digest(staff.hospital_id, code)
    found = session.scalar(sa.select(LinkCode).where(shown, LinkCode.expires_at > now))
    stays = session.scalar(
        _unlinked(staff.hospital_id).where(Person.id == person_id, _is_followed())
    )
    if found is None or stays is None:
        raise NotFound
    _link(session, goes=found.person_id, stays=stays.id, staff=staff, now=now)
    claimed = HandbookClaim(
        id=new_id("clm", now=now), hospital_id=staff.hospital_id, person_id=found.person_id,
        claimed_id=stays.id, state=ClaimState.LINKED, made_at=now, answered_by=staff.id,
        answered_at=now,
    )  # fmt: skip
    session.add(claimed)
    session.delete(found)
    _audit(
        session, "link_by_code", stays.id, actor=Actor(SubjectKind.STAFF, staff.id),
        hospital_id=staff.hospital_id, now=now,
    )  # fmt: skip
    session.flush()
    return claimed


def is_on_paper(session: Session, *, person_id: str, hospital_id: str) -> bool:
    """Say whether this is the mother of a handbook that nobody on WeChat has."""
    hers = _unlinked(hospital_id).where(Person.id == person_id, _is_followed())
    return session.scalar(hers) is not None


def _link(session: Session, *, goes: str, stays: str, staff: Staff, now: datetime) -> None:
    on_phone = session.get(Person, goes)
    if on_phone is None:
        raise NotFound
    _check_free(session, on_phone)
    note_double(session, one=on_phone, other=session.get_one(Person, stays), now=now)
    _audit(
        session, "link_handbook", goes, actor=Actor(SubjectKind.STAFF, staff.id),
        hospital_id=staff.hospital_id, now=now,
    )  # fmt: skip


def _on_paper(session: Session, person: Person) -> Person | None:
    """Return the mother of a handbook with her phone number whom nobody on WeChat is."""
    hospital_id = session.get_one(Family, person.family_id).hospital_id
    hers = _unlinked(hospital_id).where(
        Person.phone_mark == person.phone_mark, Person.id != person.id, _is_followed()
    )
    return session.scalar(hers.order_by(Person.id.desc()).limit(1))


def _unlinked(hospital_id: str) -> sa.Select[Person]:
    has_identity = sa.exists().where(WechatIdentity.person_id == Person.id)
    in_hospital = sa.select(Family.id).where(Family.hospital_id == hospital_id)
    return sa.select(Person).where(Person.family_id.in_(in_hospital), ~has_identity)


def _is_followed() -> sa.ColumnElement[bool]:
    """Return the condition of who has a pregnancy that may be spoken of."""
    return sa.exists().where(
        Pregnancy.person_id == Person.id,
        Pregnancy.state != PregnancyState.ENDED,
        Pregnancy.quiet_at.is_(None),
    )


def _check_free(session: Session, person: Person) -> None:
    has_own = sa.exists().where(Pregnancy.person_id == person.id)
    if session.scalar(sa.select(has_own)):
        raise HasOwnHandbook


def _check_tries(session: Session, person: Person, *, now: datetime) -> None:
    tries = sa.select(sa.func.count()).where(
        AuditRow.subject_kind == "person",
        AuditRow.subject_id == person.id,
        AuditRow.act == NOT_FOUND,
        AuditRow.at > now - DAY,
    )
    if (session.scalar(tries) or 0) >= LINKING.most_tries_a_day.value:
        raise TooManyTries


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def _digest(hospital_id: str, code: str) -> str:
    return digest(f"{hospital_id}/{''.join(code.split())}")


def _audit(
    session: Session,
    act: str,
    person_id: str,
    *,
    actor: Actor,
    hospital_id: str | None,
    now: datetime,
) -> None:
    record(
        session, actor=actor, act=act, subject_kind="person", subject_id=person_id,
        hospital_id=hospital_id, now=now,
    )  # fmt: skip
