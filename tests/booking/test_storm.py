"""Many callers at once: nothing is sold twice, lost, or served out of order; with controls."""

from collections import Counter
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from accounts.audit import PROGRAM
from booking import courses, places
from booking.actions import move
from booking.courses import CourseRequest, Pick
from booking.errors import NotThisStep, Overlapping, SlotFull
from booking.models import Appointment, AppointmentState, Quota, Share, Slot
from booking.queries import Booked, appointment_of
from booking.steps import By
from core.db import Database, Session
from core.errors import Refusal
from tests import world
from tests.booking.life.clinic_day import ClinicDay
from tests.booking.storming import CALLERS, PLACES, booked_by, cancelled, moved, outcome, resting
from tests.make import Make
from tests.races import at_once
from tests.world import NOW

pytestmark = pytest.mark.slow

Storm = Callable[[], tuple[Counter[str], int, int]]


@pytest.fixture
def storm(real_database: Database, crowd: ClinicDay) -> Storm:
    """Let 64 people reach for 10 places at the same moment."""
    wishes = [crowd.request(who, 0) for who in range(CALLERS)]

    def blow() -> tuple[Counter[str], int, int]:
        found = outcome(at_once(booked_by(real_database), wishes))
        with real_database.transaction() as session:
            return found, *resting(session, crowd.slots[0])

    return blow


@pytest.mark.parametrize("round_", range(3))
def test_64_callers_for_10_places_get_10_appointments(storm: Storm, round_: int) -> None:
    found, taken, rows = storm()

    assert found == {"Booked": PLACES, "SlotFull": CALLERS - PLACES}
    assert taken == rows == PLACES


def read_check_write(session: Session, *, slot_id: str, share: Share) -> None:
    """Take a place as it must not be done: look, then write what was seen."""
    quota = session.get_one(Quota, (slot_id, share), populate_existing=True)
    if quota.taken >= quota.places:
        raise SlotFull
    session.execute(
        sa.update(Quota).where(Quota.slot_id == slot_id).values(taken=quota.taken + 1),
        execution_options={"synchronize_session": False},
    )


def test_control_without_the_claim_the_same_storm_oversells(
    storm: Storm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "take", read_check_write)

    found, _, rows = storm()

    assert found["Booked"] > PLACES
    assert rows > PLACES


def test_one_key_from_16_callers_is_one_appointment(
    real_database: Database, crowd: ClinicDay
) -> None:
    found = at_once(booked_by(real_database), [crowd.request(0, 0)] * 16)

    assert outcome(found) == {"Booked": 16}
    assert len({one.appointment.id for one in found if isinstance(one, Booked)}) == 1
    with real_database.transaction() as session:
        assert resting(session, crowd.slots[0]) == (1, 1)


def test_one_person_reaching_for_16_slots_of_one_time_gets_one(
    real_database: Database, real_cast: world.Cast
) -> None:
    with real_database.transaction() as session:
        make = Make(session, real_cast)
        wishes = [make.request(make.slot(), key=f"key {number}") for number in range(16)]

    found = at_once(booked_by(real_database), wishes)

    assert outcome(found) == {"Booked": 1, Overlapping.__name__: 15}
    with real_database.transaction() as session:
        assert sum(session.scalars(sa.select(Quota.taken))) == 1


def test_cancelling_from_16_callers_gives_one_place_back(
    real_database: Database, crowd: ClinicDay
) -> None:
    held = booked_by(real_database)(crowd.request(0, 0)).appointment

    found = at_once(lambda _: cancelled(real_database, held), range(16))

    assert outcome(found) == {"Booked": 1, NotThisStep.__name__: 15}
    with real_database.transaction() as session:
        assert resting(session, crowd.slots[0]) == (0, 0)


@pytest.mark.parametrize("round_", range(3))
def test_a_move_and_a_cancellation_of_one_appointment_end_in_one_of_them(
    real_database: Database, crowd: ClinicDay, round_: int
) -> None:
    held = [booked_by(real_database)(crowd.request(who, 1)).appointment for who in range(16)]
    acts = [lambda one=one: cancelled(real_database, one) for one in held]
    acts += [lambda one=one: moved(real_database, one, crowd.slots[2]) for one in held]

    found = outcome(at_once(lambda act: act(), acts))

    assert found == {"Booked": 16, NotThisStep.__name__: 16}
    with real_database.transaction() as session:
        states = Counter(session.scalars(sa.select(Appointment.state)))
        assert states[AppointmentState.CANCELLED] + states[AppointmentState.MOVED] == 16
        assert states[AppointmentState.BOOKED] == states[AppointmentState.MOVED]
        for slot in crowd.slots:
            taken, rows = resting(session, slot)
            assert taken == rows


def won_anyway(session: Session, statement: sa.Update) -> bool:
    """Claim as it must not be done: win whatever was found."""
    session.execute(statement, execution_options={"synchronize_session": False})
    return True


def test_control_without_lock_and_claim_both_of_them_happen(
    real_database: Database, crowd: ClinicDay, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = booked_by(real_database)(crowd.request(0, 1)).appointment
    monkeypatch.setattr("booking.moving.lock", lambda session, appointment_ids: None)
    monkeypatch.setattr("booking.steps.claim", won_anyway)

    with pytest.raises(sa.exc.IntegrityError, match="taken_within_places"):
        cancelled_while_it_moves(real_database, held, crowd.slots[2])


def cancelled_while_it_moves(database: Database, held: Appointment, slot: Slot) -> Booked:
    """Move an appointment as it was seen before somebody cancelled it."""
    with database.transaction() as session:
        stale = appointment_of(session, person_id=held.person_id, appointment_id=held.id)
        cancelled(database, held)
        return move(
            session, person_id=held.person_id, appointment_id=stale.appointment.id,
            slot_id=slot.id, by=By(PROGRAM, "asked", NOW),
        )  # fmt: skip


def test_moves_in_opposite_directions_end_without_a_deadlock(
    real_database: Database, crowd: ClinicDay
) -> None:
    there = [booked_by(real_database)(crowd.request(who, 1)).appointment for who in range(16)]
    back = [booked_by(real_database)(crowd.request(who, 2)).appointment for who in range(16, 32)]
    acts = [lambda one=one: moved(real_database, one, crowd.slots[2]) for one in there]
    acts += [lambda one=one: moved(real_database, one, crowd.slots[1]) for one in back]

    found = outcome(at_once(lambda act: act(), acts))

    assert found == {"Booked": 32}
    with real_database.transaction() as session:
        assert [resting(session, slot) for slot in crowd.slots] == [(0, 0), (16, 16), (16, 16)]


def test_courses_in_opposite_orders_end_without_a_deadlock(
    real_database: Database, crowd: ClinicDay
) -> None:
    orders = [(0, 1, 2), (2, 1, 0)] * 5

    def books_course(who: int) -> list[Booked]:
        picks = [Pick("anc2", crowd.slots[slot].id) for slot in orders[who]]
        wish = CourseRequest(
            person=crowd.people[who], hospital_id=crowd.cast.hospital.id, pregnancy_id=None,
            picks=picks, channel="test", key="course", actor=PROGRAM,
        )  # fmt: skip
        with real_database.transaction() as session:
            return courses.book_course(session, request=wish, now=NOW)

    found = at_once(books_course, range(10))

    assert [one for one in found if isinstance(one, Refusal)] == []
    with real_database.transaction() as session:
        assert [resting(session, slot) for slot in crowd.slots] == [(10, 10)] * 3
