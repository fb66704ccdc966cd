"""Slots of the other system: made, changed, closed and moved as it says; nothing half-done."""

from datetime import time, timedelta

import pytest
import sqlalchemy as sa

from booking import waiting
from booking.check import prove
from booking.his.errors import Unreadable
from booking.models import Appointment, AppointmentState, Quota, Share, Slot
from booking.models_supply import SupplyChange, Template
from booking.models_waiting import HalfDay, Waiting, WaitingState
from booking.steps import By
from booking.supply.actions_supply import DoctorCard, add_doctor
from booking.supply.conflicts import conflicts
from booking.supply.generation import generate_ahead, remake
from booking.waiting import WaitingWish
from core.clock import beijing_moment
from tests import scene, world
from tests.booking.his.system import START, at


def slots(session):
    """Return name, time, places and whether it is closed, of every slot in order of time."""
    session.flush()
    return session.execute(
        sa.select(Slot.external_id, Slot.starts_at, Quota.places, Slot.is_closed)
        .join(Quota, Quota.slot_id == Slot.id)
        .order_by(Slot.starts_at, Slot.external_id)
    ).all()


def slot_id(session, name):
    return session.scalars(sa.select(Slot.id).where(Slot.external_id == name)).one()


@pytest.fixture
def booked(system, session):
    """Lin has the one place of S1."""
    system.gives(system.slot())
    return system.books(slot_id(session, "S1")).appointment


def test_new_slots_are_made_and_shown_at_once(system, session):
    imported = system.gives(system.slot(places=3), system.slot("S2", begins=at(9)))

    assert (imported.made, imported.changed, imported.closed, imported.kept) == (2, 0, 0, [])
    assert slots(session) == [("S1", START, 3, False), ("S2", at(9), 1, False)]
    assert set(session.scalars(sa.select(Slot.shown_at))) == {world.NOW}


def test_a_doctor_s_slot_is_hers(system, session, cast):
    by = By(scene.HOSPITAL_PROGRAM, "asked", world.NOW)
    card = DoctorCard("周医生", "主任医师", 1)
    doctor = add_doctor(session, hospital_id=cast.hospital.id, card=card, by=by)

    system.gives(system.slot(doctor_id=doctor.id))

    assert session.scalars(sa.select(Slot.doctor_id)).one() == doctor.id


def test_the_same_again_changes_nothing(system, session):
    system.gives(system.slot())

    again = system.gives(system.slot())

    assert (again.made, again.changed, again.closed) == (0, 0, 0)
    acts = session.scalars(sa.select(SupplyChange.act)).all()
    assert acts.count("import_slots") == 1


def test_what_has_begun_is_left_alone(system, session):
    imported = system.gives(system.slot(begins=world.NOW))

    assert imported.made == 0


def test_places_follow_but_never_below_those_that_are_taken(system, session, booked):
    more = system.gives(system.slot(places=5))
    assert (more.changed, slots(session)[0].places) == (1, 5)

    system.gives(system.slot(places=1))

    assert slots(session) == [("S1", START, 1, False)]
    assert prove(session) == []


def test_a_slot_without_places_is_closed_and_may_open_again(system, session):
    system.gives(system.slot(places=2))

    closed = system.gives(system.slot(places=0))
    assert (closed.closed, slots(session)) == (1, [("S1", START, 0, True)])
    system.gives(system.slot(places=2))

    assert slots(session) == [("S1", START, 2, False)]


def test_a_closed_slot_that_was_never_here_is_not_made(system, session):
    assert system.gives(system.slot(places=0)).made == 0


def test_who_is_booked_in_a_closed_slot_stands_among_the_conflicts(system, session, cast, booked):
    system.gives(system.slot(places=0))

    [found] = conflicts(session, hospital_id=cast.hospital.id, now=world.NOW)
    assert [one.id for one in found.appointments] == [booked.id]


def test_a_slot_that_nobody_had_to_do_with_moves(system, session):
    system.gives(system.slot())

    imported = system.gives(system.slot(begins=at(10)))

    assert (imported.made, imported.kept) == (1, [])
    assert slots(session) == [("S1", at(10), 1, False)]


def test_two_slots_may_change_places(system, session):
    system.gives(system.slot("S1", begins=at(9)), system.slot("S2", begins=at(10)))

    system.gives(system.slot("S1", begins=at(10)), system.slot("S2", begins=at(9)))

    assert [(one.external_id, one.starts_at) for one in slots(session)] == [
        ("S2", at(9)), ("S1", at(10)),
    ]  # fmt: skip


def test_a_slot_somebody_is_booked_in_stays_at_its_time_and_takes_nobody_else(
    system, session, cast, booked
):
    imported = system.gives(system.slot(begins=at(10), places=3))

    assert imported.kept == ["S1"]
    assert slots(session) == [("S1", START, 1, True)]
    [found] = conflicts(session, hospital_id=cast.hospital.id, now=world.NOW)
    assert [one.id for one in found.appointments] == [booked.id]


def test_once_nobody_is_booked_the_slot_moves_and_its_past_stays(system, session, booked):
    system.gives(system.slot(begins=at(10)))
    system.cancels(booked)

    imported = system.gives(system.slot(begins=at(10)))

    assert (imported.made, imported.kept) == (1, [])
    assert slots(session) == [(None, START, 0, True), ("S1", at(10), 1, False)]
    assert prove(session) == []
    assert session.get_one(Appointment, booked.id).state is AppointmentState.CANCELLED


def test_a_time_that_was_left_is_used_again(system, session, booked):
    system.cancels(booked)
    system.gives(system.slot(begins=at(10)))

    system.gives(system.slot("S9", places=2))

    assert slots(session) == [("S9", START, 2, False), ("S1", at(10), 1, False)]
    assert prove(session) == []


def test_a_slot_cannot_take_a_time_that_another_one_still_keeps(system, session, booked):
    imported = system.gives(system.slot("S1", begins=at(10)), system.slot("S2", begins=START))

    assert imported.kept == ["S1", "S2"]
    assert slots(session) == [("S1", START, 1, True)]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"clinic_id": "cln_none"}, "clinic"),
        ({"doctor_id": "doc_none"}, "doctor"),
        ({"name": "S1", "starts_at": at(11)}, "twice"),
        ({"starts_at": START}, "twice"),
    ],
    ids=["no clinic", "no doctor", "a name twice", "a time twice"],
)
def test_one_bad_line_and_nothing_is_taken_over(system, session, change, why):
    good, other = system.slot(), system.slot("S2", begins=at(9))
    bad = type(other)(**(vars(other) | change))

    with pytest.raises(Unreadable) as refused:
        system.gives(good, bad)

    assert (bad.line, why) in [(one.line, one.why) for one in refused.value.faults]
    assert slots(session) == []


def test_a_clinic_of_another_hospital_is_none(system, session, cast):
    theirs = scene.desk(session, cast.other_hospital).clinic
    system.clinic = theirs

    with pytest.raises(Unreadable):
        system.gives(system.slot())


def test_a_time_of_our_own_slots_is_not_overwritten(system, session, make):
    ours = make.slot(starts_at=START)
    system.clinic = session.get_one(type(system.clinic), ours.clinic_id)

    with pytest.raises(Unreadable) as refused:
        system.gives(system.slot())

    assert [one.why for one in refused.value.faults] == ["occupied"]


def test_templates_never_touch_a_slot_of_the_other_system(system, session):
    system.gives(system.slot(places=7), system.slot("S2", begins=at(14)))
    session.add(
        Template(
            id="tpl_1", clinic_id=system.clinic.id, doctor_id=None, weekday=2,
            from_time=time(8, 30), to_time=time(9), slot_minutes=30,
            shares={Share.ONLINE.value: 2}, valid_from_day=scene.WEDNESDAY,
            valid_to_day=scene.WEDNESDAY, changed_at=world.NOW,
        )
    )  # fmt: skip

    generate_ahead(session, now=world.NOW)
    remake(session, clinic=system.clinic, now=world.NOW)

    assert slots(session) == [("S1", START, 7, False), ("S2", at(14), 1, False)]


def test_who_waits_is_offered_a_place_that_came_with_an_import(system, session, cast, booked):
    wish = WaitingWish(
        person=cast.newcomer, hospital_id=cast.hospital.id, clinic_id=system.clinic.id,
        from_day=scene.WEDNESDAY, to_day=scene.WEDNESDAY, half_day=HalfDay.ANY,
        pregnancy_id=None, item_key=None, key="wait", actor=scene.her(cast.newcomer),
    )  # fmt: skip
    waiting.join(session, wish=wish, now=world.NOW)

    system.gives(system.slot(places=2))

    assert session.scalars(sa.select(Waiting.state)).one() is WaitingState.OFFERED


def test_an_import_is_written_down_for_its_clinic(system, session, cast):
    system.gives(system.slot(), system.slot("S2", begins=at(9)))

    [kept] = session.scalars(sa.select(SupplyChange).where(SupplyChange.act == "import_slots"))
    assert (kept.clinic_id, kept.after) == (system.clinic.id, {"made": 2})
    assert kept.hospital_id == cast.hospital.id


def test_an_import_of_yesterday_s_slots_names_them_again(system, session, booked):
    day_after = world.NOW + timedelta(days=3)

    imported = system.gives(
        system.slot("S1", begins=beijing_moment(scene.WEDNESDAY + timedelta(days=7), hour=9)),
        now=day_after,
    )  # fmt: skip

    assert imported.made == 1
