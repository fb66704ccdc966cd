"""What every change of the supply leaves behind: who, when, from, to, and the audit row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import object_mapper

from accounts.audit import record
from accounts.models import SubjectKind
from booking.models_supply import SupplyChange, SupplyKind
from booking.steps import By
from core.db import Base, Session


@dataclass(frozen=True)
class Subject:
    """What a change was made to, and whose it is; `clinic_id` None if it is of no one clinic."""

    kind: SupplyKind
    id: str
    hospital_id: str
    clinic_id: str | None = None


def seen(thing: Base) -> dict[str, Any]:
    """Return what a row says, as plain values that JSON can keep."""
    columns = object_mapper(thing).column_attrs
    return {one.key: _plain(getattr(thing, one.key)) for one in columns}


def write_down(
    session: Session,
    *,
    subject: Subject,
    act: str,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    by: By,
) -> None:
    """Write down a change and audit it; the values are those of `seen`, None for nothing."""
    session.add(
        SupplyChange(
            hospital_id=subject.hospital_id, clinic_id=subject.clinic_id,
            subject_kind=subject.kind, subject_id=subject.id, act=act,
            before=None if before is None else dict(before),
            after=None if after is None else dict(after), idempotency_key=by.key,
            made_by_kind=SubjectKind(by.actor.kind), made_by_id=by.actor.id, made_at=by.now,
        )
    )  # fmt: skip
    record(
        session, actor=by.actor, act=act, subject_kind=subject.kind.value, subject_id=subject.id,
        hospital_id=subject.hospital_id, now=by.now,
    )  # fmt: skip
    session.flush()


def of_key(session: Session, *, hospital_id: str, key: str | None) -> str | None:
    """Return what was changed with this idempotency key before, or None."""
    if key is None:
        return None
    return session.scalar(
        sa.select(SupplyChange.subject_id).where(
            SupplyChange.hospital_id == hospital_id, SupplyChange.idempotency_key == key
        )
    )


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return value
