"""The other system, families and two who push, at the same moment, with real commits."""

import pytest
import sqlalchemy as sa

from accounts.actions import meet
from booking.actions import Request, book
from booking.check import prove
from booking.his.pushing import claim, note_steps
from booking.models import LIVE, Appointment, Care, Slot
from booking.supply.actions_supply import open_clinic
from core.errors import Refusal
from tests import scene, world
from tests.booking.his.system import START, System, at
from tests.races import at_once

pytestmark = pytest.mark.slow

FAMILIES, PLACES = 12, 8


@pytest.fixture
def clinic(real_database, real_cast):
    """A clinic with a slot of the other system's."""
    with real_database.transaction() as session:
        clinic = open_clinic(
            session, hospital_id=real_cast.hospital.id, care=Care.ANTENATAL, name="专家门诊",
            room="302", now=world.NOW,
        )  # fmt: skip
        system = System(session, real_cast, clinic)
        system.gives(system.slot(places=PLACES))
    return clinic


@pytest.fixture
def people(real_database, real_cast):
    with real_database.transaction() as session:
        return [
            meet(
                session, hospital=real_cast.hospital, appid=real_cast.hospital.oa_appid,
                openid=f"oOA_{number}", unionid=None, now=world.NOW,
            )
            for number in range(FAMILIES)
        ]  # fmt: skip


def books(database, cast, slot_id, person):
    wish = Request(
        person=person, hospital_id=cast.hospital.id, slot_id=slot_id, pregnancy_id=None,
        item_key=None, channel="test", key="key", actor=scene.her(person),
    )  # fmt: skip
    with database.transaction() as session:
        return book(session, request=wish, now=world.NOW)


def moves(database, cast, clinic):
    with database.transaction() as session:
        system = System(session, cast, clinic)
        system.gives(system.slot(begins=at(10), places=PLACES))


def test_while_families_book_a_slot_never_moves_away_under_them(
    real_database, real_cast, clinic, people
):
    with real_database.transaction() as session:
        slot_id = session.scalars(sa.select(Slot.id)).one()

    got = at_once(
        lambda person: (
            moves(real_database, real_cast, clinic)
            if person is None
            else books(real_database, real_cast, slot_id, person)
        ),
        [*people[:6], None, *people[6:]],
    )

    with real_database.transaction() as session:
        times = {
            (slot.starts_at, appointment.during.lower)
            for appointment, slot in session.execute(
                sa.select(Appointment, Slot)
                .join(Slot, Slot.id == Appointment.slot_id)
                .where(sa.text(LIVE))
            )
        }
        named = session.scalars(sa.select(Slot.starts_at).where(Slot.external_id == "S1")).all()
        assert prove(session) == []
    had = [one for one in got if one is not None and not isinstance(one, Refusal)]
    assert len(had) <= PLACES
    assert times <= {(START, START)}
    assert named == [START if had else at(10)]


def test_two_imports_at_once_make_one_slot(real_database, real_cast, clinic):
    def gives(_):
        with real_database.transaction() as session:
            system = System(session, real_cast, clinic)
            return system.gives(system.slot("S2", begins=at(15))).made

    assert sorted(at_once(gives, range(4))) == [0, 0, 0, 1]


def test_two_who_push_never_hold_the_same_step(real_database, real_cast, clinic, people):
    with real_database.transaction() as session:
        slot_id = session.scalars(sa.select(Slot.id)).one()
    for person in people[:PLACES]:
        books(real_database, real_cast, slot_id, person)
    hospital_id = real_cast.hospital.id

    def held(_):
        with real_database.transaction() as session:
            note_steps(session, hospital_id=hospital_id, now=world.NOW)
        with real_database.transaction() as session:
            return claim(session, hospital_id=hospital_id, limit=PLACES, now=world.NOW)

    keys = [one.key for share in at_once(held, range(3)) for one in share]

    assert len(keys) == len(set(keys)) == PLACES
