"""Many callers at once: nobody is served out of order, called twice, or left without her place."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from accounts.audit import PROGRAM
from booking import waiting
from booking.attendance import sweeps, visits
from booking.models import Appointment, Quota
from booking.models_waiting import FreedPlace, Waiting, WaitingState
from booking.queries import Booked
from booking.steps import By
from core.db import Database
from tests.booking.life.clinic_day import DAY, ClinicDay, at
from tests.booking.storming import PLACES, booked_by, cancelled, outcome, resting
from tests.races import at_once
from tests.world import NOW

pytestmark = pytest.mark.slow

Storm = Callable[[], tuple[Counter[str], int, int]]


@pytest.fixture
def waiting_crowd(real_database: Database, crowd: ClinicDay) -> ClinicDay:
    """Everything is full; ten hold the first slot, twenty others wait, one after the other."""
    with real_database.transaction() as session:
        mine = replace(crowd, session=session)
        for who in range(PLACES):
            mine.books(who, 0)
        later = Quota.slot_id != crowd.slots[0].id
        session.execute(sa.update(Quota).where(later).values(taken=Quota.places))
        for who in range(20, 40):
            mine.waits(who, NOW + timedelta(seconds=who))
    return crowd


def first_held(database: Database, crowd: ClinicDay) -> list[Appointment]:
    with database.transaction() as session:
        of_first = Appointment.slot_id == crowd.slots[0].id
        return list(session.scalars(sa.select(Appointment).where(of_first)))


def test_ten_places_freed_at_once_go_to_the_first_ten_who_wait(
    real_database: Database, waiting_crowd: ClinicDay
) -> None:
    held = first_held(real_database, waiting_crowd)

    at_once(lambda one: cancelled(real_database, one), held)

    with real_database.transaction() as session:
        offered = sa.select(Waiting.person_id).where(Waiting.state == WaitingState.OFFERED)
        first = {waiting_crowd.people[who].id for who in range(20, 30)}
        assert set(session.scalars(offered)) == first
        assert resting(session, waiting_crowd.slots[0]) == (PLACES, PLACES)
        assert len(set(session.scalars(sa.select(FreedPlace.given_to)))) == PLACES


def test_rivals_win_no_place_that_somebody_waits_for(
    real_database: Database, waiting_crowd: ClinicDay
) -> None:
    held = first_held(real_database, waiting_crowd)
    rivals = [waiting_crowd.request(who, 0) for who in range(40, 60)]
    acts = [lambda one=one: cancelled(real_database, one) for one in held]
    acts += [lambda one=one: booked_by(real_database)(one) for one in rivals]

    found = outcome(at_once(lambda act: act(), acts))

    assert found == {"Booked": PLACES, "SlotFull": 20}


def test_control_where_places_are_only_given_back_rivals_win_them(
    real_database: Database, waiting_crowd: ClinicDay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("booking.release.freeing.may_offer", lambda **_: False)
    held = first_held(real_database, waiting_crowd)
    for one in held:
        cancelled(real_database, one)
    rivals = [waiting_crowd.request(who, 0) for who in range(40, 60)]

    found = outcome(at_once(booked_by(real_database), rivals))

    assert found["Booked"] == PLACES


def answers(database: Database, entry: Waiting, *, now: datetime) -> Booked:
    with database.transaction() as session:
        return waiting.take_offer(
            session, person_id=entry.person_id, waiting_id=entry.id, by=By(PROGRAM, "asked", now)
        )


def expires(database: Database, *, now: datetime) -> int:
    with database.transaction() as session:
        return sweeps.expire_holds(session, now=now)


def test_an_offer_that_is_taken_as_it_runs_out_is_hers_or_the_next_ones(
    real_database: Database, waiting_crowd: ClinicDay
) -> None:
    at_once(lambda one: cancelled(real_database, one), first_held(real_database, waiting_crowd))
    with real_database.transaction() as session:
        offered = session.scalars(
            sa.select(Waiting).where(Waiting.state == WaitingState.OFFERED)
        ).all()
    last_moment = NOW + timedelta(minutes=15) - timedelta(microseconds=1)
    acts = [lambda one=one: answers(real_database, one, now=last_moment) for one in offered]
    acts += [lambda: expires(real_database, now=NOW + timedelta(minutes=15))] * 4

    found = at_once(lambda act: act(), acts)

    taken = [one for one in found[: len(offered)] if isinstance(one, Booked)]
    with real_database.transaction() as session:
        states = Counter(session.scalars(sa.select(Waiting.state)))
        assert states[WaitingState.TAKEN] == len(taken)
        assert states[WaitingState.OFFERED] == PLACES - len(taken)
        assert resting(session, waiting_crowd.slots[0]) == (PLACES, PLACES)


def test_sixteen_who_check_in_at_once_get_sixteen_numbers_without_gaps(
    real_database: Database, crowd: ClinicDay
) -> None:
    held = [booked_by(real_database)(crowd.request(who, 1)).appointment for who in range(16)]

    def checks_in(one: Appointment) -> int | None:
        with real_database.transaction() as session:
            return visits.check_in(
                session, hospital_id=one.hospital_id, appointment_id=one.id,
                by=By(PROGRAM, "came", at(DAY, 8)),
            ).queue_number  # fmt: skip

    numbers = at_once(checks_in, held)

    assert sorted(numbers) == list(range(1, 17))


def test_sixteen_who_call_call_sixteen(real_database: Database, crowd: ClinicDay) -> None:
    by = By(PROGRAM, "came", at(DAY, 8))
    with real_database.transaction() as session:
        mine = replace(crowd, session=session)
        for who in range(16):
            mine.checks_in(mine.books(who, 1), by.now)

    def calls(_: int) -> str | None:
        with real_database.transaction() as session:
            called = visits.call_next(
                session, hospital_id=crowd.cast.hospital.id, clinic_id=crowd.clinic.id, by=by
            )
            return None if called is None else called.id

    found = at_once(calls, range(16))

    assert len(set(found) - {None}) == 16
