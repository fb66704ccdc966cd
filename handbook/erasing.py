"""What this room forgets when somebody closes her account, and what it may not forget.

What the hospital wrote or confirmed is a medical record and must be kept (医疗机构病历管理规定,
2013, art. 29: 15 years and more after the last visit). What only she or time wrote is erased. The
foreign keys decide: a life that a record of the hospital hangs on cannot be deleted, so it stays.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

import psycopg
import sqlalchemy as sa

from accounts.models import Person, SubjectKind
from accounts.rules import Actor
from core.db import Session, changed
from handbook.actions_children import end_guardianship
from handbook.follow_up.models import EarlierItem, FollowUpEvent, FollowUpTask
from handbook.models import Dating, Pregnancy, PregnancyEvent
from handbook.models_lives import Child, EndReason, Guardian, LifeEvent
from handbook.models_records import DoseRecord, Measurement, VisitRecord
from handbook.planning.models import Planning, PlanningEvent
from handbook.roster.models import HandbookClaim, LinkCode

Life = type[Planning] | type[Pregnancy] | type[Child]


def erase(session: Session, *, person: Person, now: datetime) -> int:
    """Erase her pregnancies, and the children nobody else looks after; say how many had to stay.

    1. End her guardianships. A child that somebody else looks after stays theirs, whole.
    2. Erase what she reported of lives that are only hers, and what she claimed of others.
    3. Erase each of these lives, with what hangs on it, unless the hospital wrote on it.
    """
    plannings = session.scalars(sa.select(Planning.id).where(Planning.person_id == person.id)).all()
    children = _only_hers(session, person, now=now)
    pregnancies = list(
        session.scalars(sa.select(Pregnancy.id).where(Pregnancy.person_id == person.id))
    )
    session.execute(sa.delete(LinkCode).where(LinkCode.person_id == person.id))
    session.execute(sa.delete(HandbookClaim).where(HandbookClaim.person_id == person.id))
    _erase_reported(session, pregnancies=pregnancies, children=children)
    lives: list[tuple[Life, str]] = [
        *((Planning, one) for one in plannings),
        *((Child, one) for one in children),
        *((Pregnancy, one) for one in pregnancies),
    ]
    return sum(not _erased(session, life, life_id) for life, life_id in lives)


def _only_hers(session: Session, person: Person, *, now: datetime) -> list[str]:
    """End her guardianships and return the children that nobody looks after any more."""
    live = sa.select(Guardian.child_id).where(Guardian.until_at.is_(None))
    hers = session.scalars(live.where(Guardian.person_id == person.id)).all()
    others = session.scalars(
        live.where(Guardian.person_id != person.id, Guardian.child_id.in_(hers)).distinct()
    ).all()
    for child_id in others:
        end_guardianship(
            session, child=session.get_one(Child, child_id), person_id=person.id,
            reason=EndReason.OWN_WISH, actor=Actor(SubjectKind.PERSON, person.id), now=now,
        )  # fmt: skip
    session.execute(
        sa.update(Guardian)
        .where(Guardian.person_id == person.id, Guardian.until_at.is_(None))
        .values(until_at=now, end_reason=EndReason.OWN_WISH)
    )
    return [one for one in hers if one not in others]


def _erase_reported(
    session: Session, *, pregnancies: Collection[str], children: Collection[str]
) -> None:
    """Erase what families reported; what staff confirmed stays without the family's word."""
    visits = sa.or_(VisitRecord.pregnancy_id.in_(pregnancies), VisitRecord.child_id.in_(children))
    doses = DoseRecord.child_id.in_(children)
    unsaid = dict.fromkeys(("reported_day", "reported_by_id", "reported_at", "reported_place"))
    session.execute(sa.delete(VisitRecord).where(visits, VisitRecord.confirmed_day.is_(None)))
    session.execute(sa.delete(DoseRecord).where(doses, DoseRecord.confirmed_day.is_(None)))
    session.execute(sa.update(VisitRecord).where(visits).values(unsaid))
    session.execute(sa.update(DoseRecord).where(doses).values(unsaid))
    session.execute(
        sa.delete(Measurement).where(
            sa.or_(Measurement.pregnancy_id.in_(pregnancies), Measurement.child_id.in_(children)),
            Measurement.made_by_kind == SubjectKind.PERSON,
        )
    )


def _erased(session: Session, life: Life, life_id: str) -> bool:
    """Erase a life with what she and time wrote on it; False if the hospital wrote on it too."""
    try:
        with session.begin_nested():
            for statement in HANGING_ON[life](life_id):
                changed(session, statement)
            changed(session, sa.delete(life).where(life.id == life_id))
    except sa.exc.IntegrityError as refused:
        if not isinstance(refused.orig, psycopg.errors.ForeignKeyViolation):
            raise
        return False
    return True


def _tasks(column: sa.orm.InstrumentedAttribute[str | None], life_id: str) -> list[sa.Delete]:
    """Return how to erase the tasks of a life at which nobody has worked."""
    tasks = sa.select(FollowUpTask.id).where(column == life_id)
    return [
        sa.delete(EarlierItem).where(
            EarlierItem.task_id.in_(tasks),
            EarlierItem.settled_by_kind.is_distinct_from(SubjectKind.STAFF),
        ),
        sa.delete(FollowUpEvent).where(
            FollowUpEvent.task_id.in_(tasks), FollowUpEvent.made_by_kind != SubjectKind.STAFF
        ),
        sa.delete(FollowUpTask).where(FollowUpTask.id.in_(tasks)),
    ]


def _of_planning(life_id: str) -> list[sa.Delete]:
    return [
        sa.delete(PlanningEvent).where(
            PlanningEvent.planning_id == life_id, PlanningEvent.made_by_kind != SubjectKind.STAFF
        )
    ]


def _of_pregnancy(life_id: str) -> list[sa.Delete]:
    return [
        *_tasks(FollowUpTask.pregnancy_id, life_id),
        sa.delete(Dating).where(
            Dating.pregnancy_id == life_id,
            Dating.made_by_kind != SubjectKind.STAFF,
            Dating.answered_by_id.is_(None),
        ),
        sa.delete(PregnancyEvent).where(
            PregnancyEvent.pregnancy_id == life_id,
            PregnancyEvent.made_by_kind != SubjectKind.STAFF,
        ),
    ]


def _of_child(life_id: str) -> list[sa.Delete]:
    return [
        *_tasks(FollowUpTask.child_id, life_id),
        sa.delete(LifeEvent).where(
            LifeEvent.child_id == life_id, LifeEvent.made_by_kind != SubjectKind.STAFF
        ),
        sa.delete(Guardian).where(Guardian.child_id == life_id),
    ]


HANGING_ON: Mapping[Life, Callable[[str], list[sa.Delete]]] = {
    Planning: _of_planning,
    Pregnancy: _of_pregnancy,
    Child: _of_child,
}
"""How to erase what hangs on a life and is no word of the hospital."""
