"""What tests of lives, risk and follow-up begin with."""

from datetime import date, timedelta

from accounts.actions import give_consent
from accounts.models import AuditRow, Person, PersonRole, Purpose, SubjectKind
from accounts.notices import notice
from accounts.rules import Actor
from core.ids import new_id
from handbook.actions import open_pregnancy
from handbook.actions_births import add_child
from handbook.births import Newborn
from handbook.care.vaccines import Sex
from handbook.models_lives import GuardianKind
from handbook.timeline import read_dating
from tests import world

TODAY = date(2026, 6, 1)
PHONE = "13800005678"


def agree(session, person, purpose):
    """Let somebody agree to a purpose."""
    version = notice(purpose).version
    give_consent(
        session, person=person, purpose=purpose, version=version, channel="test", now=world.NOW
    )


def caregiver(session, family_id):
    """Return a caregiver of a family."""
    person = Person(
        id=new_id("per", now=world.NOW), family_id=family_id, role=PersonRole.CAREGIVER,
        name="陈爸爸", created_at=world.NOW,
    )  # fmt: skip
    session.add(person)
    session.flush()
    return person


def expect(session, person, *, by, days):
    """Return the pregnancy of somebody whose last period was so many days ago."""
    day = TODAY - timedelta(days=days)
    reading = read_dating(source="last_period", day=day, today=TODAY)
    actor = Actor(SubjectKind.STAFF, by.id)
    return open_pregnancy(session, person=person, reading=reading, actor=actor, now=world.NOW)


def child_of(session, cast, *, days=200, sex=Sex.FEMALE, gestation=280, name="小满"):
    """Return Mei's child, who agreed to its record."""
    agree(session, cast.newcomer, Purpose.CHILD_RECORD)
    newborn = Newborn(TODAY - timedelta(days=days), sex=sex, weight_g=3200, name=name)
    return add_child(
        session, guardian=cast.newcomer, kind=GuardianKind.MOTHER, newborn=newborn,
        gestation_at_birth_days=gestation, now=world.NOW,
        actor=Actor(SubjectKind.STAFF, cast.care_worker.id),
    )  # fmt: skip


def acts(database):
    """Return the audit trail."""
    with database.transaction() as session:
        return [row.act for row in session.query(AuditRow).order_by(AuditRow.number)]
