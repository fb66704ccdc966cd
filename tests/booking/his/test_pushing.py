"""The other system hears of every step: once if all goes well, again if not, never out of order."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from booking.his.models import HisPush
from booking.his.pushing import HELD, note_steps, record_sent, unsent
from booking.models import Slot
from tests import world
from tests.booking.his.system import START, at


@pytest.fixture
def slot_ids(system, session):
    """S1 and S2, of two places each, by name."""
    system.gives(system.slot("S1", places=2), system.slot("S2", begins=at(14), places=2))
    return {one.external_id: one.id for one in session.scalars(sa.select(Slot))}


@pytest.fixture
def booked(system, slot_ids):
    return system.books(slot_ids["S1"]).appointment


def test_a_booking_is_told_with_its_slot_and_number(system, cast, booked):
    [told] = system.hears()

    assert (told.event, told.slot_name, told.appointment) == ("booked", "S1", booked.number)
    assert (told.starts_at, told.patient) == (START, cast.mother.id)
    assert (told.moved_to, told.moved_to_slot_name) == (None, None)


def test_a_booking_and_its_cancelling_are_told_in_order(system, booked):
    system.cancels(booked)

    told = system.hears()

    assert [one.event for one in told] == ["booked", "cancelled"]
    assert told[0].key < told[1].key


def test_a_move_names_the_new_appointment(system, slot_ids, booked):
    new = system.moves(booked, slot_ids["S2"]).appointment

    told = {(one.event, one.appointment): one for one in system.hears()}

    assert told.keys() == {
        ("booked", booked.number), ("booked", new.number), ("moved", booked.number),
    }  # fmt: skip
    moved = told["moved", booked.number]
    assert (moved.moved_to, moved.moved_to_slot_name) == (new.number, "S2")


def test_a_slot_of_our_own_is_nobody_else_s_affair(system, make):
    make.appointment()

    assert system.hears() == []


def test_another_hospital_s_steps_are_not_ours_to_tell(system, session, cast, booked):
    assert note_steps(session, hospital_id=cast.other_hospital.id, now=world.NOW) == 0


def test_who_sends_has_the_steps_alone_for_a_while(system, booked):
    first = system.hears()

    assert len(first) == 1
    assert system.hears(now=world.NOW + HELD - timedelta(seconds=1)) == []


def test_what_was_not_recorded_is_told_again_under_the_same_key(system, booked):
    [first] = system.hears()

    [again] = system.hears(now=world.NOW + HELD)

    assert again == first


def test_what_was_recorded_is_never_told_again(system, session, cast, booked):
    keys = [one.key for one in system.hears()]
    assert unsent(session, hospital_id=cast.hospital.id) == 1

    record_sent(session, keys=keys, now=world.NOW)

    assert system.hears(now=world.NOW + HELD) == []
    assert unsent(session, hospital_id=cast.hospital.id) == 0


def test_noting_twice_makes_one_row(system, session, cast, booked):
    noted = [note_steps(session, hospital_id=cast.hospital.id, now=world.NOW) for _ in range(2)]

    assert noted == [1, 0]
    assert session.scalar(sa.select(sa.func.count()).select_from(HisPush)) == 1


def test_a_slot_that_loses_its_name_is_still_told_by_the_one_it_had(system, booked):
    system.cancels(booked)
    system.gives(system.slot("S1", begins=at(16)))

    told = system.hears()

    assert [(one.event, one.slot_name) for one in told] == [("booked", "S1"), ("cancelled", "S1")]
