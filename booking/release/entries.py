"""One step in the life of an entry of the waiting list: claimed, written down, audited."""

from collections.abc import Mapping

import sqlalchemy as sa

from accounts.audit import record
from accounts.models import SubjectKind
from booking.errors import NotThisStep
from booking.models_waiting import Waiting, WaitingState, WaitingStep
from booking.rules import NEXT_WAITING
from booking.steps import By
from core.db import Session, claim


def take(
    session: Session, *, entry: Waiting, after: WaitingState, by: By, values: Mapping[str, object]
) -> None:
    """Take a step with one conditional UPDATE, setting `values` with it; read the entry again.

    Raises:
        NotThisStep: its life does not go that way, or not any more.
    """
    before = entry.state
    if after.value not in NEXT_WAITING[before.value]:
        raise NotThisStep(state=before.value, after=after.value)
    moved = claim(
        session,
        sa.update(Waiting)
        .where(Waiting.id == entry.id, Waiting.state == before)
        .values(state=after, changed_at=by.now, **values),
    )
    if not moved:
        raise NotThisStep(state=before.value, after=after.value)
    write(session, entry=entry, before=before, after=after, by=by)
    session.refresh(entry)


def write(
    session: Session, *, entry: Waiting, before: WaitingState | None, after: WaitingState, by: By
) -> None:
    """Write a step down that was taken, and audit it; `before` is None for the first one."""
    session.add(
        WaitingStep(
            waiting_id=entry.id, before=before, after=after, why=by.why,
            made_by_kind=SubjectKind(by.actor.kind), made_by_id=by.actor.id, made_at=by.now,
        )
    )  # fmt: skip
    record(
        session, actor=by.actor, act=f"waiting_{after}", subject_kind="waiting",
        subject_id=entry.id, hospital_id=entry.hospital_id, now=by.now,
    )  # fmt: skip


def offered(session: Session, *, appointment_id: str) -> Waiting | None:
    """Return the entry whose offer a held appointment is, None if it is nobody's."""
    return session.scalar(
        sa.select(Waiting).where(
            Waiting.appointment_id == appointment_id, Waiting.state == WaitingState.OFFERED
        )
    )
