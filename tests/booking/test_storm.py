"""Many callers at once: nothing is sold twice; and the storm is strong enough to show it."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from accounts.actions import meet
from accounts.audit import PROGRAM
from accounts.models import Person
from booking import actions
from booking.actions import Request, book, cancel
from booking.errors import AlreadyCancelled, Overlapping, SlotFull
from booking.models import Appointment, AppointmentState, Slot
from booking.queries import Booked
from core.db import Database, Session
from core.errors import Refusal
from tests import world
from tests.make import Make
from tests.races import at_once
from tests.world import NOW

pytestmark = pytest.mark.slow

CALLERS, PLACES = 64, 10
Storm = Callable[[], tuple[Counter[str], Slot, int]]


def people(session: Session, cast: world.Cast, count: int) -> list[Person]:
    return [
        meet(
            session, hospital=cast.hospital, appid="wxOA0001", openid=f"oOA_{number}",
            unionid=None, now=NOW,
        )
        for number in range(count)
    ]  # fmt: skip


def booked_by(database: Database) -> Callable[[Request], Booked]:
    def call(request: Request) -> Booked:
        with database.transaction() as session:
            return book(session, request=request, now=NOW)

    return call


def outcome(found: list[Booked | Refusal]) -> Counter[str]:
    return Counter(type(one).__name__ for one in found)


def resting(database: Database, slot_id: str) -> tuple[Slot, int]:
    """Return a slot and how many live appointments rest in it."""
    with database.transaction() as session:
        live = sa.select(sa.func.count()).where(
            Appointment.slot_id == slot_id, Appointment.state == AppointmentState.BOOKED
        )
        return session.get_one(Slot, slot_id), session.scalar(live) or 0


@pytest.fixture
def storm(real_database: Database, real_cast: world.Cast) -> Storm:
    """Let 64 people reach for 10 places at the same moment."""
    with real_database.transaction() as session:
        make = Make(session, real_cast)
        slot = make.slot(places=PLACES)
        wishes = [
            make.request(slot, person=person) for person in people(session, real_cast, CALLERS)
        ]

    def blow() -> tuple[Counter[str], Slot, int]:
        found = outcome(at_once(booked_by(real_database), wishes))
        return found, *resting(real_database, slot.id)

    return blow


@pytest.mark.parametrize("round_", range(3))
def test_64_callers_for_10_places_get_10_appointments(storm: Storm, round_: int) -> None:
    found, slot, rows = storm()

    assert found == {"Booked": PLACES, "SlotFull": CALLERS - PLACES}
    assert slot.taken == rows == PLACES


def read_check_write(session: Session, slot_id: str) -> None:
    """Take a place as it must not be done: look, then write what was seen."""
    slot = session.get_one(Slot, slot_id, populate_existing=True)
    if slot.taken >= slot.places:
        raise SlotFull
    session.execute(
        sa.update(Slot).where(Slot.id == slot_id).values(taken=slot.taken + 1),
        execution_options={"synchronize_session": False},
    )


def test_control_without_the_claim_the_same_storm_oversells(
    storm: Storm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "_take_place", read_check_write)

    found, slot, rows = storm()

    assert found["Booked"] > PLACES
    assert rows > slot.places


def test_one_key_from_16_callers_is_one_appointment(
    real_database: Database, real_cast: world.Cast
) -> None:
    with real_database.transaction() as session:
        make = Make(session, real_cast)
        slot = make.slot()

    found = at_once(booked_by(real_database), [make.request(slot)] * 16)

    assert outcome(found) == {"Booked": 16}
    assert len({one.appointment.id for one in found if isinstance(one, Booked)}) == 1
    assert resting(real_database, slot.id)[1] == 1
    assert resting(real_database, slot.id)[0].taken == 1


def test_one_person_reaching_for_16_slots_of_one_time_gets_one(
    real_database: Database, real_cast: world.Cast
) -> None:
    with real_database.transaction() as session:
        make = Make(session, real_cast)
        wishes = [make.request(make.slot(), key=f"key {number}") for number in range(16)]

    found = at_once(booked_by(real_database), wishes)

    assert outcome(found) == {"Booked": 1, Overlapping.__name__: 15}
    with real_database.transaction() as session:
        assert sum(session.scalars(sa.select(Slot.taken))) == 1


def test_cancelling_from_16_callers_gives_one_place_back(
    real_database: Database, real_cast: world.Cast
) -> None:
    with real_database.transaction() as session:
        held = Make(session, real_cast).appointment()

    def give_back(_: int) -> Booked:
        with real_database.transaction() as session:
            return cancel(
                session, person_id=held.person_id, appointment_id=held.id, actor=PROGRAM, now=NOW
            )

    found = at_once(give_back, range(16))

    assert outcome(found) == {"Booked": 1, AlreadyCancelled.__name__: 15}
    slot, rows = resting(real_database, held.slot_id)
    assert slot.taken == rows == 0


def test_opposite_orders_of_two_slots_end_without_a_deadlock(
    real_database: Database, real_cast: world.Cast
) -> None:
    with real_database.transaction() as session:
        make = Make(session, real_cast)
        slots = [make.slot(starts_at=NOW + timedelta(days=day)) for day in (2, 3)]
        wishes = [
            [make.request(slot, person=person, key=slot.id) for slot in slots[::step]]
            for person, step in zip(people(session, real_cast, 10), [1, -1] * 5, strict=True)
        ]
    call = booked_by(real_database)

    found = at_once(lambda pair: [call(wish) for wish in pair], wishes)

    assert [one for one in found if isinstance(one, Refusal)] == []
    assert [resting(real_database, slot.id)[0].taken for slot in slots] == [10, 10]
