"""One step in an appointment's life: claimed, written down, audited; one caller takes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from accounts.audit import record
from accounts.models import SubjectKind
from accounts.rules import Actor
from booking.errors import NotThisStep
from booking.models import Appointment, AppointmentState, Step
from booking.rules import check_step
from core.db import Session, claim


@dataclass(frozen=True)
class By:
    """Who takes a step, why (`Step.why`), when, and the caller's idempotency key."""

    actor: Actor
    why: str
    now: datetime
    key: str | None = None


def is_repeated(session: Session, *, appointment_id: str, key: str | None) -> bool:
    """Say whether a step of this appointment was taken with this key before."""
    if key is None:
        return False
    taken = sa.exists().where(Step.appointment_id == appointment_id, Step.idempotency_key == key)
    return bool(session.scalar(sa.select(taken)))


def lock(session: Session, *, appointment_ids: Iterable[str]) -> list[Appointment]:
    """Lock appointments in their one order and read them again; before any of their places.

    Whoever frees several places in one transaction begins with this.
    """
    return list(
        session.scalars(
            sa.select(Appointment)
            .where(Appointment.id.in_(set(appointment_ids)))
            .order_by(Appointment.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )


def take(
    session: Session,
    *,
    appointment: Appointment,
    after: AppointmentState,
    by: By,
    values: Mapping[str, object],
) -> None:
    """Take a step with one conditional UPDATE, setting `values` with it.

    1. Of racing callers one changes the row.
    2. The step is written down, and audited.
    3. The appointment is read again.

    Raises:
        NotThisStep: its life does not go that way, or not any more.
    """
    state = appointment.state
    check_step(state=state.value, after=after.value)
    moved = claim(
        session,
        sa.update(Appointment)
        .where(Appointment.id == appointment.id, Appointment.state == state)
        .values(state=after, **values),
    )
    if not moved:
        raise NotThisStep(state=state.value, after=after.value)
    write(session, appointment=appointment, before=state, after=after, by=by)
    session.refresh(appointment)


def write(
    session: Session,
    *,
    appointment: Appointment,
    before: AppointmentState | None,
    after: AppointmentState,
    by: By,
) -> None:
    """Write a step down that was taken, and audit it; `before` is None for the first one."""
    session.add(
        Step(
            appointment_id=appointment.id, before=before, after=after, why=by.why,
            idempotency_key=by.key, made_by_kind=SubjectKind(by.actor.kind),
            made_by_id=by.actor.id, made_at=by.now,
        )
    )  # fmt: skip
    record(
        session, actor=by.actor, act=f"appointment_{after}", subject_kind="appointment",
        subject_id=appointment.id, hospital_id=appointment.hospital_id, now=by.now,
    )  # fmt: skip
