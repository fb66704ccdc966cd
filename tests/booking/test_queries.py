"""What is offered, what is booked, and by whom it may be seen."""

from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.audit import PROGRAM
from booking.actions import book, cancel
from booking.models import Care, Share
from booking.models_supply import Clinic
from booking.queries import (
    appointments_of,
    appointments_of_family,
    care_offered,
    clinics,
    live_by_item,
    place,
    slots,
)
from booking.steps import By
from core.clock import beijing_date
from core.db import Session
from core.errors import NotFound
from tests.make import Make
from tests.world import NOW


def test_the_list_of_slots_shows_full_ones_and_leaves_out_what_is_past(
    session: Session, make: Make
) -> None:
    full, soon = make.slot(places=1), make.slot(starts_at=NOW + timedelta(minutes=29))
    make.slot(care=Care.CHILD)
    book(session, request=make.request(full), now=NOW)

    found = slots(
        session, hospital_id=make.cast.hospital.id, care=Care.ANTENATAL,
        from_day=beijing_date(NOW), days=3, now=NOW,
    )  # fmt: skip

    assert [one.slot.id for one in found] == [full.id]
    assert soon.starts_at > NOW


def test_a_window_of_days_ends_at_midnight_in_beijing(session: Session, make: Make) -> None:
    day = beijing_date(NOW)
    last = make.slot(starts_at=NOW.replace(hour=15, minute=30))
    make.slot(starts_at=NOW.replace(hour=16, minute=0))

    found = slots(
        session, hospital_id=make.cast.hospital.id, care=Care.ANTENATAL, from_day=day, days=1,
        now=NOW,
    )  # fmt: skip

    assert [one.slot.id for one in found] == [last.id]


def test_closed_clinics_offer_nothing(session: Session, make: Make) -> None:
    hospital_id = make.cast.hospital.id
    open_slot, closed_slot = make.slot(care=Care.OGTT), make.slot(care=Care.CHILD)
    session.get_one(Clinic, closed_slot.clinic_id).is_open = False
    session.flush()

    assert care_offered(session, hospital_id=hospital_id) == [Care.OGTT]
    assert [one.id for one in clinics(session, hospital_id=hospital_id)] == [open_slot.clinic_id]
    with pytest.raises(NotFound):
        place(session, hospital_id=hospital_id, slot_id=closed_slot.id, share=Share.ONLINE)


def test_her_appointments_are_listed_soonest_first_her_familys_newest_first(
    session: Session, make: Make
) -> None:
    later = make.appointment(starts_at=NOW + timedelta(days=3))
    sooner = make.appointment(starts_at=NOW + timedelta(days=1))
    mother, hospital_id = make.cast.mother, make.cast.hospital.id

    hers = appointments_of(session, person_id=mother.id, since=NOW)
    coming = appointments_of(session, person_id=mother.id, since=NOW + timedelta(days=2))
    family = appointments_of_family(session, family_id=mother.family_id, hospital_id=hospital_id)

    assert [one.appointment.id for one in hers] == [sooner.id, later.id]
    assert [one.appointment.id for one in coming] == [later.id]
    assert [one.appointment.id for one in family] == [later.id, sooner.id]


def test_another_hospital_sees_no_appointment_of_the_family(session: Session, make: Make) -> None:
    make.appointment()

    seen = appointments_of_family(
        session, family_id=make.cast.mother.family_id, hospital_id=make.cast.other_hospital.id
    )

    assert seen == []


def test_items_that_are_booked_are_known_and_cancelled_ones_free_again(
    session: Session, make: Make
) -> None:
    slot, other = make.slot(), make.slot(starts_at=NOW + timedelta(days=5))
    wish = replace(make.request(slot, key="ogtt"), item_key="ogtt")
    held = book(session, request=wish, now=NOW).appointment
    book(session, request=make.request(other, key="without an item"), now=NOW)
    before = live_by_item(session, person_id=held.person_id, since=NOW)

    cancel(session, person_id=held.person_id, appointment_id=held.id, by=By(PROGRAM, "asked", NOW))

    assert before == {"ogtt": held.id}
    assert live_by_item(session, person_id=held.person_id, since=NOW) == {}
