"""Moving: one act that never loses the old place before the new one is had."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from booking import actions
from booking.attendance import visits
from booking.errors import (
    NotThisStep,
    NotYetShown,
    Overlapping,
    SlotFull,
    SlotPast,
    TooEarlyForItem,
    TooLateToCancel,
)
from booking.models import Appointment, AppointmentState, Care, Share
from booking.models_waiting import WaitingState
from core.db import Session
from core.errors import NotFound
from tests import scene
from tests.booking.life.clinic_day import DAY, EVE, ClinicDay, at, by, clinic_day
from tests.world import NOW, Cast


def states(day: ClinicDay) -> list[str]:
    """Return the states of all appointments, oldest first."""
    found = sa.select(Appointment.state).order_by(Appointment.number)
    return [state.value for state in day.session.scalars(found)]


def test_an_appointment_is_moved_in_one_act(day: ClinicDay) -> None:
    old = day.books(0, 0)

    new = day.moves(old, 2)

    assert (old.state, old.moved_to) == (AppointmentState.MOVED, new.id)
    assert (new.state, new.slot_id) == (AppointmentState.BOOKED, day.slots[2].id)
    assert [day.taken(slot) for slot in range(3)] == [0, 0, 1]
    assert day.steps(old) == [("booked", "asked"), ("moved", "asked")]
    assert day.steps(new) == [("booked", "moved")]


def test_what_it_was_for_goes_with_it(day: ClinicDay) -> None:
    old = day.books(0, 0)
    old.item_key, old.course_id = "anc2", "crs_1"

    new = day.moves(old, 2, now=NOW + timedelta(hours=1))

    kept = ("patient_number", "item_key", "course_id", "channel", "booked_at", "family_id")
    assert [getattr(new, name) for name in kept] == [getattr(old, name) for name in kept]


def test_the_same_key_moves_once(day: ClinicDay) -> None:
    old = day.books(0, 0)
    new = day.moves(old, 2, key="move")

    again = day.moves(old, 2, key="move")

    assert again.id == new.id
    assert states(day) == ["moved", "booked"]


def test_an_old_one_is_not_moved_again(day: ClinicDay) -> None:
    old = day.books(0, 0)
    day.moves(old, 2)

    with pytest.raises(NotThisStep):
        day.moves(old, 1)
    assert [day.taken(slot) for slot in range(3)] == [0, 0, 1]


def test_a_move_into_a_full_slot_changes_nothing(day: ClinicDay) -> None:
    old = day.books(0, 0)
    day.books(1, 2)

    with pytest.raises(SlotFull):
        day.moves(old, 2)
    assert (old.state, old.moved_to) == (AppointmentState.BOOKED, None)
    assert [day.taken(slot) for slot in range(3)] == [1, 0, 1]


def test_a_move_into_another_appointment_of_hers_changes_nothing(
    session, cast: Cast, day: ClinicDay
) -> None:
    old = day.books(0, 0)
    same_time = clinic_day(session, cast, starts=[at(DAY, 9), at(DAY, 15)])
    hers = same_time.request(0, 0, key="elsewhere")
    actions.book(session, request=hers, now=NOW)

    with pytest.raises(Overlapping):
        day.moves(old, 1)
    assert old.state is AppointmentState.BOOKED
    assert [day.taken(slot) for slot in range(3)] == [1, 0, 0]


def test_a_move_may_overlap_what_is_moved(session, cast: Cast) -> None:
    day = clinic_day(session, cast, starts=[at(DAY, 8, 30), at(DAY, 8, 45)])
    old = day.books(0, 0)

    new = day.moves(old, 1)

    assert new.state is AppointmentState.BOOKED
    assert [day.taken(0), day.taken(1)] == [0, 1]


def test_a_move_to_where_it_is_is_refused(day: ClinicDay) -> None:
    old = day.books(0, 0)

    with pytest.raises(Overlapping):
        day.moves(old, 0)
    assert (old.state, day.taken(0)) == (AppointmentState.BOOKED, 1)


def test_the_place_she_leaves_goes_to_who_waits(full: ClinicDay) -> None:
    entry = full.waits(0)
    old = full.session.scalars(
        sa.select(Appointment).where(Appointment.slot_id == full.slots[0].id)
    ).one()
    full.cancels(
        full.session.scalars(
            sa.select(Appointment).where(Appointment.slot_id == full.slots[2].id)
        ).one(),
        at(EVE, 23),
    )

    full.moves(old, 2)

    assert entry.state is WaitingState.OFFERED
    assert full.offer_of(entry).slot_id == full.slots[0].id
    assert [full.taken(slot) for slot in range(3)] == [1, 1, 1]


def test_a_family_moves_until_the_hour_in_which_it_could_cancel(day: ClinicDay) -> None:
    old = day.books(0, 0)
    her = by(now=at(EVE, 11), actor=scene.her(day.people[0]))

    with pytest.raises(TooLateToCancel):
        actions.move(
            day.session, person_id=old.person_id, appointment_id=old.id,
            slot_id=day.slots[2].id, by=her,
        )  # fmt: skip


def test_a_family_moves_only_into_what_it_sees(day: ClinicDay) -> None:
    old = day.books(0, 0)
    day.slots[2].shown_at = NOW + timedelta(hours=1)
    day.session.flush()

    with pytest.raises(NotYetShown):
        actions.move(
            day.session, person_id=old.person_id, appointment_id=old.id,
            slot_id=day.slots[2].id, by=by(actor=scene.her(day.people[0])),
        )  # fmt: skip


def test_nobody_moves_into_what_has_closed(day: ClinicDay) -> None:
    old = day.books(0, 2)

    with pytest.raises(SlotPast):
        day.moves(old, 0, now=at(DAY, 8, 15))


def test_nobody_moves_what_is_not_hers(day: ClinicDay) -> None:
    old = day.books(0, 0)

    with pytest.raises(NotFound):
        actions.move(
            day.session, person_id=day.people[1].id, appointment_id=old.id,
            slot_id=day.slots[2].id, by=by(),
        )  # fmt: skip


def test_the_hospital_moves_at_any_hour_and_into_its_own_share(session, cast: Cast) -> None:
    day = clinic_day(session, cast, shares={Share.ONLINE: 1, Share.DESK: 1})
    old = day.books(0, 0)
    moving = by("doctor_away", at(DAY, 8, 20), "desk")
    where = {"hospital_id": cast.hospital.id, "appointment_id": old.id, "by": moving}

    moved = visits.move_by_clinic(session, slot_id=day.slots[1].id, share=Share.DESK, **where)
    again = visits.move_by_clinic(session, slot_id=day.slots[1].id, share=Share.DESK, **where)

    assert moved.appointment.id == again.appointment.id
    assert moved.appointment.share is Share.DESK
    assert (day.taken(0), day.taken(1), day.taken(1, Share.DESK)) == (0, 0, 1)


def test_the_hospital_moves_nobody_into_what_is_over(day: ClinicDay) -> None:
    old = day.books(0, 2)

    with pytest.raises(SlotPast):
        visits.move_by_clinic(
            day.session, hospital_id=day.cast.hospital.id, appointment_id=old.id,
            slot_id=day.slots[0].id, share=Share.ONLINE, by=by(now=at(DAY, 9)),
        )  # fmt: skip


def test_another_hospital_moves_nothing_of_ours(day: ClinicDay) -> None:
    old = day.books(0, 0)

    with pytest.raises(NotFound):
        visits.move_by_clinic(
            day.session, hospital_id=day.cast.other_hospital.id, appointment_id=old.id,
            slot_id=day.slots[2].id, share=Share.ONLINE, by=by(),
        )  # fmt: skip


def test_a_key_that_gave_it_up_does_not_move_it(day: ClinicDay) -> None:
    old = day.books(0, 0)
    actions.cancel(day.session, person_id=old.person_id, appointment_id=old.id, by=by(key="same"))

    answered = day.moves(old, 2, key="same")

    assert (answered.id, answered.state) == (old.id, AppointmentState.CANCELLED)


def test_a_family_moves_only_where_it_could_book(
    session: Session, cast: Cast, day: ClinicDay
) -> None:
    pregnancy = day.expecting(0)
    lab = clinic_day(session, cast, people=0, care=Care.OGTT, starts=[at(DAY, 16)])
    old = day.books(0, 0)
    old.pregnancy_id = pregnancy.id
    her = by(actor=scene.her(day.people[0]))

    with pytest.raises(TooEarlyForItem):
        actions.move(
            session, person_id=old.person_id, appointment_id=old.id, slot_id=lab.slots[0].id,
            by=her,
        )  # fmt: skip
    moved = actions.move(
        session, person_id=old.person_id, appointment_id=old.id, slot_id=day.slots[2].id, by=her
    )

    assert moved.slot.id == day.slots[2].id
