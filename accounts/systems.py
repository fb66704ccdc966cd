"""The systems of a hospital that may ask the house: their tokens are issued and revoked."""

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from accounts.audit import PROGRAM, record
from accounts.errors import SystemKnown
from accounts.models import SubjectKind
from accounts.models_systems import HospitalSystem
from accounts.rules import Actor
from core.crypto import digest
from core.db import Session, claim
from core.errors import NotFound
from core.ids import new_id


def issue_token(session: Session, *, hospital_id: str, name: str, now: datetime) -> str:
    """Let a system of a hospital in and return its token, which nobody can read again.

    Raises:
        SystemKnown: a system of this name has a token; it is revoked first.
    """
    token, system_id = secrets.token_urlsafe(32), new_id("sys", now=now)
    is_new = claim(
        session,
        postgresql.insert(HospitalSystem)
        .values(
            id=system_id, hospital_id=hospital_id, name=name, token_digest=digest(token),
            issued_at=now,
        )
        .on_conflict_do_nothing(),
    )  # fmt: skip
    if not is_new:
        raise SystemKnown(name=name)
    _write_down(session, "issue_token", system_id, hospital_id, now=now)
    return token


def revoke_token(session: Session, *, hospital_id: str, name: str, now: datetime) -> None:
    """Shut a system of a hospital out, from its next question on.

    Raises:
        NotFound: no system of this name has a token.
    """
    revoked = session.scalar(
        sa.update(HospitalSystem)
        .where(
            HospitalSystem.hospital_id == hospital_id,
            HospitalSystem.name == name,
            HospitalSystem.revoked_at.is_(None),
        )
        .values(revoked_at=now)
        .returning(HospitalSystem.id)
    )
    if revoked is None:
        raise NotFound
    _write_down(session, "revoke_token", revoked, hospital_id, now=now)


def systems(session: Session, *, hospital_id: str) -> list[HospitalSystem]:
    """Return the systems of a hospital that may ask now, by name."""
    return list(
        session.scalars(
            sa.select(HospitalSystem)
            .where(HospitalSystem.hospital_id == hospital_id, HospitalSystem.revoked_at.is_(None))
            .order_by(HospitalSystem.name)
        )
    )


def system_of_token(session: Session, *, token: str) -> HospitalSystem | None:
    """Return whose token this is; None if nobody's, or if it was revoked."""
    return session.scalar(
        sa.select(HospitalSystem).where(
            HospitalSystem.token_digest == digest(token), HospitalSystem.revoked_at.is_(None)
        )
    )


def as_actor(system: HospitalSystem) -> Actor:
    """Return a system as the one who acts."""
    return Actor(SubjectKind.PROGRAM, system.id)


def _write_down(
    session: Session, act: str, system_id: str, hospital_id: str, *, now: datetime
) -> None:
    record(
        session, actor=PROGRAM, act=act, subject_kind="hospital_system", subject_id=system_id,
        hospital_id=hospital_id, now=now,
    )  # fmt: skip
