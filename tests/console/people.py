"""What tests of the console do to people before a page is opened."""

from accounts.actions import set_name, set_phone
from accounts.models import Person, SubjectKind
from accounts.rules import Actor
from tests import world


def by(staff):
    return Actor(SubjectKind.STAFF, staff.id)


def name(database, person, *, phone):
    """Give a person the name 林晓雨 and a phone number."""
    with database.transaction() as session:
        held = session.get_one(Person, person.id)
        set_name(session, person=held, name="林晓雨", now=world.NOW)
        set_phone(session, person=held, phone=phone, now=world.NOW)
