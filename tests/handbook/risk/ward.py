"""The ward of the tests: a pregnancy, and what staff write about its risk."""

from collections.abc import Iterable
from datetime import date, datetime

import sqlalchemy as sa

from accounts.actions import give_consent
from accounts.models import AuditRow, Person, Purpose, Staff, SubjectKind
from accounts.notices import notice
from accounts.rules import Actor
from core.db import Session
from handbook.actions import Loss, open_pregnancy, record_loss
from handbook.actions_births import add_child
from handbook.births import Newborn
from handbook.follow_up.queries import Filters, worklist
from handbook.follow_up.rules import TaskKind
from handbook.models import LossKind, Pregnancy, PregnancyState
from handbook.models_lives import Child, GuardianKind
from handbook.risk.actions import Judgement, Screening, assess, screen
from handbook.risk.colours import Colour
from handbook.risk.forms import CURRENT_FORM
from handbook.risk.models import RiskAssessment, RiskScreening
from handbook.risk.tables import CURRENT_TABLE
from handbook.timeline import read_dating

LAST_PERIOD = date(2026, 3, 5)
TODAY = date(2026, 6, 1)

FINDING = {
    Colour.GREEN: "green-1",
    Colour.YELLOW: "yellow-1.1",
    Colour.ORANGE: "orange-1.1",
    Colour.RED: "red-1.2",
    Colour.PURPLE: "purple-1",
}
"""One finding under each colour."""


def expect(session: Session, person: Person, *, now: datetime) -> Pregnancy:
    """Open her pregnancy, twelve weeks along on 1 June."""
    reading = read_dating(source="last_period", day=LAST_PERIOD, today=TODAY)
    actor = Actor(SubjectKind.PERSON, person.id)
    return open_pregnancy(session, person=person, reading=reading, actor=actor, now=now)


def have(session: Session, person: Person, *, now: datetime) -> Child:
    """Open the record of her older child, born on 1 March."""
    version = notice(Purpose.CHILD_RECORD).version
    give_consent(
        session, person=person, purpose=Purpose.CHILD_RECORD, version=version, channel="test",
        now=now,
    )  # fmt: skip
    return add_child(
        session, guardian=person, kind=GuardianKind.MOTHER, newborn=Newborn(date(2026, 3, 1)),
        gestation_at_birth_days=None, actor=Actor(SubjectKind.PERSON, person.id), now=now,
    )  # fmt: skip


def screened(
    session: Session,
    staff: Staff,
    pregnancy: Pregnancy,
    *answers: str,
    now: datetime,
    day: date = TODAY,
) -> RiskScreening:
    """Write down a screening in which these items apply."""
    screening = Screening(pregnancy.id, CURRENT_FORM, frozenset(answers), day)
    return screen(session, staff=staff, screening=screening, now=now)


def assessed(
    session: Session,
    staff: Staff,
    pregnancy: Pregnancy,
    *colours: Colour,
    now: datetime,
    day: date = TODAY,
) -> RiskAssessment:
    """Write down an assessment with these colours, one finding each."""
    findings = frozenset(FINDING[colour] for colour in colours)
    judgement = Judgement(pregnancy.id, CURRENT_TABLE, frozenset(colours), findings, day)
    return assess(session, staff=staff, judgement=judgement, now=now)


def lose(session: Session, staff: Staff, pregnancy: Pregnancy, *, now: datetime) -> Pregnancy:
    """Record that the pregnancy was lost."""
    return record_loss(
        session, hospital_id=pregnancy.hospital_id, pregnancy_id=pregnancy.id,
        loss=Loss(LossKind.MISCARRIAGE, TODAY, ""), actor=Actor(SubjectKind.STAFF, staff.id),
        now=now,
    )  # fmt: skip


def deliver(session: Session, pregnancy: Pregnancy, *, day: date, now: datetime) -> None:
    """Let the pregnancy end with a birth."""
    pregnancy.state, pregnancy.delivery_day = PregnancyState.DELIVERED, day
    pregnancy.closed_at = now
    session.flush()


def due(session: Session, hospital_id: str) -> list[tuple[TaskKind, datetime]]:
    """Return what is on the worklist, and when its time is over."""
    rows = worklist(session, hospital_id=hospital_id, filters=Filters())
    return [(row.task.kind, row.task.due_at) for row in rows]


def kinds(session: Session, hospital_id: str) -> list[TaskKind]:
    """Return the kinds of what is on the worklist, the most urgent first."""
    return [kind for kind, _ in due(session, hospital_id)]


def acts(session: Session, subject_ids: Iterable[str]) -> list[str]:
    """Return the audit trail of some subjects."""
    of_subjects = sa.select(AuditRow.act).where(AuditRow.subject_id.in_(list(subject_ids)))
    return list(session.scalars(of_subjects.order_by(AuditRow.number)))
