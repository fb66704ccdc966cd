"""The audit trail: written in the transaction of the act, so that neither stands alone."""

from datetime import datetime

from accounts.models import AuditRow, SubjectKind
from accounts.rules import Actor
from core.db import Session
from core.log import REQUEST

PROGRAM = Actor(SubjectKind.PROGRAM, "program")
"""The house itself, when time or a push makes it act."""


def record(
    session: Session,
    *,
    actor: Actor,
    act: str,
    subject_kind: str,
    subject_id: str,
    hospital_id: str | None,
    now: datetime,
) -> None:
    """Write down who did what to what."""
    session.add(
        AuditRow(
            hospital_id=hospital_id,
            actor_kind=SubjectKind(actor.kind),
            actor_id=actor.id,
            act=act,
            subject_kind=subject_kind,
            subject_id=subject_id,
            request=REQUEST.get(),
            at=now,
        )
    )
