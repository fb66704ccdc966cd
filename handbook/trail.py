"""What every change leaves behind: a row of the life it changed, and the audit row."""

from dataclasses import dataclass
from datetime import date, datetime

from accounts.audit import record
from accounts.models import SubjectKind
from accounts.rules import Actor
from core.db import Session
from core.ids import new_id
from handbook.models import Aspect, Pregnancy, PregnancyEvent
from handbook.models_lives import Child, LifeEvent


@dataclass(frozen=True)
class Change:
    """A change: `act` is its name in the audit trail; a note is for staff only."""

    act: str
    aspect: Aspect
    before: str | None
    after: str
    note: str | None = None


def write_down(
    session: Session, pregnancy: Pregnancy, *, change: Change, actor: Actor, now: datetime
) -> None:
    """Write down a change in a pregnancy's life."""
    session.add(
        PregnancyEvent(
            id=new_id("pev", now=now), pregnancy_id=pregnancy.id, aspect=change.aspect,
            before=change.before, after=change.after, note=change.note or None,
            made_by_kind=SubjectKind(actor.kind), made_by_id=actor.id, made_at=now,
        )
    )  # fmt: skip
    record(
        session, actor=actor, act=change.act, subject_kind="pregnancy", subject_id=pregnancy.id,
        hospital_id=pregnancy.hospital_id, now=now,
    )  # fmt: skip


def write_down_child(
    session: Session, child: Child, *, change: Change, day: date, actor: Actor, now: datetime
) -> None:
    """Write down a change in a child's life that happened on `day`."""
    session.add(
        LifeEvent(
            id=new_id("lev", now=now), child_id=child.id, aspect=change.aspect,
            before=change.before, after=change.after, day=day, note=change.note or None,
            made_by_kind=SubjectKind(actor.kind), made_by_id=actor.id, made_at=now,
        )
    )  # fmt: skip
    record(
        session, actor=actor, act=change.act, subject_kind="child", subject_id=child.id,
        hospital_id=child.hospital_id, now=now,
    )  # fmt: skip
