"""Booking and cancelling: once for one key, never past, over, or twice at one time."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from accounts.audit import PROGRAM
from booking.actions import book, cancel
from booking.errors import (
    NotThisStep,
    Overlapping,
    SlotFull,
    SlotPast,
    TooLateToCancel,
)
from booking.models import AppointmentState, Quota, Share, Slot
from booking.models_supply import Clinic
from booking.queries import appointment_of
from booking.steps import By
from booking.supply.actions_supply import release_slots
from core.db import Session
from core.errors import NotFound
from tests import scene
from tests.booking.life.clinic_day import audited
from tests.make import Make
from tests.world import NOW

HALF_HOUR = timedelta(minutes=30)
Count = Callable[[Slot], int]


def test_a_place_is_held(session: Session, make: Make, taken: Count) -> None:
    slot = make.slot(places=2)

    booked = book(session, request=make.request(slot), now=NOW)

    assert (booked.slot, booked.clinic.name) == (slot, "产科普通门诊")
    assert booked.appointment.state is AppointmentState.BOOKED
    assert booked.appointment.number >= 1001
    assert taken(slot) == 1
    assert audited(session, booked.appointment.id) == ["appointment_booked"]


def test_the_same_key_is_the_same_appointment(session: Session, make: Make, taken: Count) -> None:
    slot = make.slot()
    first = book(session, request=make.request(slot), now=NOW)

    again = book(session, request=make.request(slot), now=NOW + timedelta(seconds=5))

    assert again.appointment.id == first.appointment.id
    assert taken(slot) == 1
    assert audited(session, first.appointment.id) == ["appointment_booked"]


def test_the_same_key_is_answered_also_when_the_slot_is_full_or_past(
    session: Session, make: Make
) -> None:
    slot = make.slot(places=1)
    first = book(session, request=make.request(slot), now=NOW)

    again = book(session, request=make.request(slot), now=slot.starts_at)

    assert again.appointment.id == first.appointment.id


def test_a_key_is_each_persons_own(session: Session, make: Make, taken: Count) -> None:
    slot = make.slot()
    book(session, request=make.request(slot), now=NOW)

    other = book(session, request=make.request(slot, person=make.cast.newcomer), now=NOW)

    assert other.appointment.person_id == make.cast.newcomer.id
    assert taken(slot) == 2


def test_a_full_slot_is_refused(session: Session, make: Make, taken: Count) -> None:
    slot = make.slot(places=1)
    book(session, request=make.request(slot), now=NOW)

    with pytest.raises(SlotFull):
        book(session, request=make.request(slot, person=make.cast.newcomer), now=NOW)
    assert taken(slot) == 1


def test_a_slot_that_begins_too_soon_is_refused(session: Session, make: Make, taken: Count) -> None:
    slot = make.slot()

    with pytest.raises(SlotPast):
        book(session, request=make.request(slot), now=slot.starts_at)
    assert taken(slot) == 0


@pytest.mark.parametrize(
    "offset",
    [timedelta(), HALF_HOUR / 2, -HALF_HOUR / 2],
    ids=["the same time", "begins within", "ends within"],
)
def test_nobody_is_in_two_places_at_once(
    session: Session, make: Make, taken: Count, offset: timedelta
) -> None:
    first, second = make.slot(), make.slot(starts_at=NOW + timedelta(days=2) + offset)
    book(session, request=make.request(first, key="first"), now=NOW)

    with pytest.raises(Overlapping):
        book(session, request=make.request(second, key="second"), now=NOW)
    assert taken(second) == 0


def test_appointments_one_after_the_other_do_not_overlap(session: Session, make: Make) -> None:
    first = make.slot()
    second = make.slot(starts_at=first.ends_at)
    book(session, request=make.request(first, key="first"), now=NOW)

    booked = book(session, request=make.request(second, key="second"), now=NOW)

    assert booked.appointment.state is AppointmentState.BOOKED


def test_a_cancelled_appointment_stands_in_nobodys_way(
    session: Session, make: Make, taken: Count
) -> None:
    held = make.appointment()
    cancel(session, person_id=held.person_id, appointment_id=held.id, by=By(PROGRAM, "asked", NOW))
    slot = session.get_one(Slot, held.slot_id)

    again = book(session, request=make.request(slot, key="again"), now=NOW)

    assert again.appointment.id != held.id
    assert taken(slot) == 1


@pytest.mark.parametrize("whose", ["another hospital's", "of a closed clinic", "nobody's"])
def test_a_slot_that_is_not_for_her_is_not_found(session: Session, make: Make, whose: str) -> None:
    wish = make.request(make.slot())
    session.execute(sa.update(Clinic).values(is_open=whose != "of a closed clinic"))
    wishes = {
        "another hospital's": replace(wish, hospital_id=make.cast.other_hospital.id),
        "of a closed clinic": wish,
        "nobody's": replace(wish, slot_id="slt_none"),
    }

    with pytest.raises(NotFound):
        book(session, request=wishes[whose], now=NOW)


def test_a_broken_reference_is_a_defect_and_not_an_answer(session: Session, make: Make) -> None:
    wish = replace(make.request(make.slot()), pregnancy_id="prg_none")

    with pytest.raises(sa.exc.IntegrityError):
        book(session, request=wish, now=NOW)


def test_a_cancelled_place_is_given_back(session: Session, make: Make, taken: Count) -> None:
    held = make.appointment()

    gone = cancel(
        session, person_id=held.person_id, appointment_id=held.id, by=By(PROGRAM, "asked", NOW)
    )

    assert gone.appointment.state is AppointmentState.CANCELLED
    assert gone.appointment.cancelled_at == NOW
    assert taken(gone.slot) == 0
    assert audited(session, held.id) == ["appointment_booked", "appointment_cancelled"]


def test_a_place_is_given_back_once(session: Session, make: Make, taken: Count) -> None:
    held = make.appointment()
    gone = cancel(
        session, person_id=held.person_id, appointment_id=held.id, by=By(PROGRAM, "asked", NOW)
    )

    with pytest.raises(NotThisStep):
        cancel(
            session, person_id=held.person_id, appointment_id=held.id, by=By(PROGRAM, "asked", NOW)
        )
    assert taken(gone.slot) == 0
    assert audited(session, held.id) == ["appointment_booked", "appointment_cancelled"]


def test_a_family_does_not_cancel_on_the_day(session: Session, make: Make) -> None:
    held = make.appointment()
    her = scene.her(make.cast.mother)

    with pytest.raises(TooLateToCancel):
        cancel(
            session, person_id=held.person_id, appointment_id=held.id,
            by=By(her, "asked", held.during.lower - timedelta(hours=3)),
        )  # fmt: skip
    assert held.state is AppointmentState.BOOKED


def test_somebody_elses_appointment_is_not_found(session: Session, make: Make) -> None:
    held = make.appointment()
    hers = make.cast.newcomer.id

    with pytest.raises(NotFound):
        cancel(session, person_id=hers, appointment_id=held.id, by=By(PROGRAM, "asked", NOW))
    with pytest.raises(NotFound):
        appointment_of(session, person_id=hers, appointment_id=held.id)


def test_slots_released_twice_stand_once(session: Session, make: Make) -> None:
    slot = make.slot(places=3)
    again = partial(
        release_slots, session, clinic_id=slot.clinic_id, lasts=HALF_HOUR,
        shares={Share.ONLINE: 9}, now=NOW,
    )  # fmt: skip

    again(starts=[slot.starts_at, slot.ends_at])
    again(starts=[])

    places = sa.select(Quota.places).join(Slot).order_by(Slot.starts_at)
    assert session.scalars(places).all() == [3, 9]


def test_a_full_slot_tells_where_the_next_place_is(session: Session, make: Make) -> None:
    full = make.slot(places=1)
    release_slots(
        session, clinic_id=full.clinic_id, starts=[full.ends_at], lasts=HALF_HOUR,
        shares={Share.ONLINE: 1}, now=NOW,
    )  # fmt: skip
    book(session, request=make.request(full), now=NOW)

    with pytest.raises(SlotFull) as refused:
        book(session, request=make.request(full, person=make.cast.newcomer), now=NOW)
    assert refused.value.details["next_starts_at"] == full.ends_at.isoformat()
