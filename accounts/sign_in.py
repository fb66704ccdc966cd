"""Signing in and out: staff by password, families by what WeChat vouches for."""

import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from accounts.audit import record
from accounts.errors import LockedOut
from accounts.models import Person, SignIn, Staff, SubjectKind
from accounts.rules import LOCK, PERSON_LONGEST, STAFF_LONGEST, Actor, is_live, locked_for
from core.crypto import digest
from core.db import Session

SEEN_STEP = timedelta(minutes=1)
"""A sign-in's last use is noted to the minute; a write on every page would say little more."""

hasher = PasswordHasher()
"""Argon2id with the library's present advice (RFC 9106, low-memory profile)."""

_DECOY = hasher.hash(secrets.token_hex(16))


def sign_in_staff(session: Session, *, username: str, password: str, now: datetime) -> str | None:
    """Return the token of a new sign-in, or None when user or password are wrong.

    A failure is counted, so it must be committed: that is why it does not raise. An unknown user
    costs the same time as a wrong password.

    Raises:
        LockedOut: too many failures lately.
    """
    staff = session.scalar(
        sa.select(Staff).where(Staff.username == username, Staff.is_active).with_for_update()
    )
    if staff is None:
        _matches(_DECOY, password)
        return None
    left = locked_for(failures=staff.failed_sign_ins, last_failed_at=staff.last_failed_at, now=now)
    if left:
        raise LockedOut(minutes=-(-left // timedelta(minutes=1)))
    matched = _matches(staff.password_hash, password)
    staff.failed_sign_ins = 0 if matched else _failures(staff, now=now) + 1
    staff.last_failed_at = None if matched else now
    record(
        session, actor=Actor(SubjectKind.STAFF, staff.id),
        act="sign_in" if matched else "sign_in_failed",
        subject_kind="staff", subject_id=staff.id, hospital_id=staff.hospital_id, now=now,
    )  # fmt: skip
    if not matched:
        return None
    return _token(session, SubjectKind.STAFF, staff.id, lasts=STAFF_LONGEST, now=now)


def staff_of_token(session: Session, *, token: str, now: datetime) -> Staff | None:
    """Return whose live sign-in this is; None if it is not live. Noting its use is `note_use`."""
    held = session.get(SignIn, digest(token))
    if held is None or held.subject_kind is not SubjectKind.STAFF:
        return None
    if not is_live(signed_in_at=held.signed_in_at, seen_at=held.seen_at, now=now):
        return None
    staff = session.get(Staff, held.subject_id)
    return staff if staff is not None and staff.is_active else None


def note_use(session: Session, *, token: str, now: datetime) -> None:
    """Note that a person acted with this sign-in; a page that asks by itself is no act."""
    held = session.get(SignIn, digest(token))
    if held is not None and now - held.seen_at >= SEEN_STEP:
        held.seen_at = now


def sign_in_person(session: Session, *, person_id: str, now: datetime) -> str:
    """Return the token of a new sign-in of a person whom WeChat vouched for."""
    return _token(session, SubjectKind.PERSON, person_id, lasts=PERSON_LONGEST, now=now)


def person_of_token(session: Session, *, token: str, now: datetime) -> Person | None:
    """Return whose live sign-in this is; None if it is not live."""
    held = session.get(SignIn, digest(token))
    if held is None or held.subject_kind is not SubjectKind.PERSON or held.expires_at <= now:
        return None
    return session.get(Person, held.subject_id)


def sign_out(session: Session, *, token: str) -> None:
    """End a sign-in; nothing happens if there is none."""
    session.execute(sa.delete(SignIn).where(SignIn.token_digest == digest(token)))


def _token(
    session: Session, kind: SubjectKind, subject_id: str, *, lasts: timedelta, now: datetime
) -> str:
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(
            token_digest=digest(token), subject_kind=kind, subject_id=subject_id,
            signed_in_at=now, seen_at=now, expires_at=now + lasts,
        )
    )  # fmt: skip
    session.flush()
    return token


def _failures(staff: Staff, *, now: datetime) -> int:
    """Return the failures that still count: after `LOCK` without one the count starts anew."""
    last = staff.last_failed_at
    return staff.failed_sign_ins if last is not None and now - last < LOCK else 0


def _matches(password_hash: str, password: str) -> bool:
    try:
        return hasher.verify(password_hash, password)
    except VerificationError:
        return False
