"""What differs between the house and the other system is listed, both ways."""

import pytest
import sqlalchemy as sa

from booking.his.adapter import HisBooking
from booking.his.pushing import record_sent
from booking.his.reconciling import MOST_TOLD, Difference, differences, last_report, report
from booking.models import Slot
from tests import world
from tests.booking.his.system import START, at


@pytest.fixture
def compare(system, session, cast):
    def compare(*slots, bookings=()):
        return differences(
            session, hospital_id=cast.hospital.id, slots=slots,
            bookings=[HisBooking(2, number, name) for number, name in bookings], now=world.NOW,
        )  # fmt: skip

    return compare


@pytest.fixture
def told(system, session):
    """Lin's appointment in S1, of which the other system was told."""
    system.gives(system.slot())
    slot_id = session.scalars(sa.select(Slot.id)).one()
    made = system.books(slot_id).appointment
    record_sent(session, keys=[one.key for one in system.hears()], now=world.NOW)
    return made


def ways(found):
    return [(one.kind, one.thing) for one in found]


def test_two_that_agree_have_no_difference(system, compare, told):
    assert compare(system.slot(), bookings=[(told.number, "S1")]) == []


def test_a_slot_that_only_one_has_is_named(system, compare):
    system.gives(system.slot("S1"))

    found = compare(system.slot("S2"))

    assert ways(found) == [("slot_here_only", "S1"), ("slot_there_only", "S2")]


@pytest.mark.parametrize(
    "change", [{"places": 4}, {"begins": at(10)}], ids=["other places", "another time"]
)
def test_a_slot_that_is_otherwise_shows_both(system, compare, change):
    system.gives(system.slot())

    [found] = compare(system.slot(**change))

    assert (found.kind, found.thing) == ("slot_differs", "S1")
    assert found.here == "2026-06-03 08:30–09:00 ×1 产科专家门诊"
    assert found.here != found.there


def test_a_closed_slot_is_the_same_as_none(system, compare):
    system.gives(system.slot())
    system.gives(system.slot(places=0))

    assert compare() == []
    assert compare(system.slot(places=0)) == []
    assert ways(compare(system.slot(places=2))) == [("slot_there_only", "S1")]


def test_slots_that_have_begun_are_not_compared(system, compare):
    assert compare(system.slot(begins=world.NOW)) == []


def test_a_booking_the_other_system_lost_is_named(system, compare, told):
    assert ways(compare(system.slot())) == [("booking_here_only", str(told.number))]


def test_a_booking_that_is_only_there_is_named(system, compare, told):
    found = compare(system.slot(), bookings=[(told.number, "S1"), (99, "S1")])

    assert found == [Difference("booking_there_only", "99", "", "S1")]


def test_a_booking_in_another_slot_is_named(system, compare, told):
    found = compare(system.slot(), bookings=[(told.number, "S2")])

    assert found == [Difference("booking_differs", str(told.number), "S1", "S2")]


def test_a_cancelling_on_its_way_makes_no_difference(system, compare, told):
    system.cancels(told)
    system.hears()

    assert compare(system.slot(), bookings=[(told.number, "S1")]) == []


def test_a_booking_on_its_way_makes_no_difference(system, session, compare):
    system.gives(system.slot())
    system.books(session.scalars(sa.select(Slot.id)).one())

    assert compare(system.slot()) == []


def test_the_last_report_counts_and_is_one_hospital_s(session, cast):
    found = [Difference("slot_here_only", "S1", "x", "")]
    assert last_report(session, hospital_id=cast.hospital.id) is None
    report(session, hospital_id=cast.hospital.id, found=found, now=world.NOW)

    report(session, hospital_id=cast.hospital.id, found=[], now=START)

    last = last_report(session, hospital_id=cast.hospital.id)
    assert (last.differences, last.made_at) == ([], START)
    assert last_report(session, hospital_id=cast.other_hospital.id) is None


def test_a_report_keeps_no_more_than_the_most(session, cast):
    found = [Difference("slot_here_only", "S1", "x", "")] * (MOST_TOLD + 1)

    made = report(session, hospital_id=cast.hospital.id, found=found, now=world.NOW)

    assert len(made.differences) == MOST_TOLD
