"""The desk: who walks in, is added, does not come, is cancelled; and the end of the day."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from booking.attendance import sweeps, visits
from booking.errors import NotTheDay, Overlapping, SlotFull, SlotPast
from booking.models import Appointment, AppointmentState, Quota, Share
from booking.models_waiting import MissedVisit, WaitingState
from core.errors import NotFound
from tests.booking.life.clinic_day import (
    DAY,
    EVE,
    ClinicDay,
    at,
    by,
    in_share,
    line,
    where,
)
from tests.world import NOW

MORNING = at(DAY, 8)
MIDNIGHT = at(DAY, 0) + timedelta(days=1)


def test_who_leaves_without_being_seen_keeps_no_time_but_her_place_stays_counted(
    busy: ClinicDay,
) -> None:
    booked = busy.books(0, 0)
    busy.checks_in(booked, MORNING)

    left = visits.leave(busy.session, **where(busy, booked), by=by("asked", at(DAY, 9)))

    assert left.state is AppointmentState.LEFT
    assert busy.taken() == 1
    assert line(busy) == []


def test_the_desk_marks_who_did_not_come_and_she_may_still_come(busy: ClinicDay) -> None:
    booked = busy.books(0, 0)
    visits.miss(busy.session, **where(busy, booked), by=by("not_there", at(DAY, 9)))
    gone = booked.state

    busy.checks_in(booked, at(DAY, 10))

    assert gone is AppointmentState.NO_SHOW
    assert booked.state is AppointmentState.CHECKED_IN
    assert busy.session.get_one(MissedVisit, booked.id).cleared_at == at(DAY, 10)


def test_nobody_is_missed_before_her_time(busy: ClinicDay) -> None:
    booked = busy.books(0, 0)

    with pytest.raises(NotTheDay):
        visits.miss(busy.session, **where(busy, booked), by=by(now=MORNING))


def test_who_walks_in_is_booked_and_checked_in_at_once(busy: ClinicDay) -> None:
    on_time = busy.books(1, 1)
    busy.checks_in(on_time, MORNING)
    wish = in_share(busy.request(0, 0), Share.DESK)

    came = [
        visits.walk_in(busy.session, request=wish, by=by("walked_in", at(DAY, 8, 50), "desk"))
        for _ in range(2)
    ]

    assert {one.appointment.id for one in came} == {came[0].appointment.id}
    assert came[0].appointment.state is AppointmentState.CHECKED_IN
    assert (busy.taken(), busy.taken(0, Share.DESK)) == (0, 1)
    assert line(busy) == [came[0].appointment.id, on_time.id]


@pytest.mark.parametrize(
    ("slot", "now", "refusal"),
    [(0, at(DAY, 9), SlotPast), (0, at(EVE, 9), NotTheDay)],
    ids=["over", "another day"],
)
def test_nobody_walks_into_another_time(busy: ClinicDay, slot: int, now, refusal) -> None:
    wish = in_share(busy.request(0, slot), Share.DESK)

    with pytest.raises(refusal):
        visits.walk_in(busy.session, request=wish, by=by(now=now))


def test_a_doctor_adds_a_place_that_goes_with_its_patient(full: ClinicDay) -> None:
    added = [
        visits.add_extra(full.session, request=full.request(who, 0), by=by("added"))
        for who in (0, 1, 1)
    ]
    quota = full.session.get_one(Quota, (full.slots[0].id, Share.EXTRA), populate_existing=True)
    had = (quota.places, quota.taken)

    full.cancels(added[0].appointment)

    full.session.refresh(quota)
    assert had == (2, 2)
    assert (quota.places, quota.taken) == (1, 1)
    assert full.taken() == 1


def test_a_place_is_not_added_for_who_is_elsewhere_then(full: ClinicDay) -> None:
    with pytest.raises(Overlapping):
        visits.add_extra(full.session, request=full.request(4, 0, "more"), by=by("added"))

    assert full.session.get(Quota, (full.slots[0].id, Share.EXTRA)) is None


def test_the_desk_has_no_more_places_than_its_share(busy: ClinicDay) -> None:
    for who in range(3):
        wish = in_share(busy.request(who, 0), Share.DESK)
        visits.walk_in(busy.session, request=wish, by=by(now=MORNING))

    with pytest.raises(SlotFull):
        visits.walk_in(
            busy.session, request=in_share(busy.request(3, 0), Share.DESK), by=by(now=MORNING)
        )


def test_the_hospital_cancels_and_who_waits_is_served(full: ClinicDay) -> None:
    entry = full.waits(0)
    held = full.session.scalars(
        sa.select(Appointment).where(Appointment.slot_id == full.slots[0].id)
    ).one()

    visits.cancel_by_clinic(full.session, **where(full, held), by=by("clinic_closed"))

    assert entry.state is WaitingState.OFFERED
    assert full.freed()[0].cause == "cancelled_by_clinic"


def test_a_hospital_that_cancels_twice_with_one_key_cancels_once(busy: ClinicDay) -> None:
    booked = busy.books(0, 0)
    gone = [
        visits.cancel_by_clinic(
            busy.session, **where(busy, booked), by=by("clinic_closed", MORNING, "close")
        )
        for _ in range(2)
    ]

    assert [one.state for one in gone] == [AppointmentState.CANCELLED_BY_CLINIC] * 2
    assert busy.taken() == 0


@pytest.mark.parametrize(
    "act",
    [visits.check_in, visits.call, visits.recall, visits.finish, visits.leave, visits.miss,
     visits.cancel_by_clinic],
    ids=lambda act: act.__name__,
)  # fmt: skip
def test_another_hospital_does_nothing_with_ours(busy: ClinicDay, act) -> None:
    booked = busy.books(0, 0)

    with pytest.raises(NotFound):
        act(
            busy.session, hospital_id=busy.cast.other_hospital.id, appointment_id=booked.id,
            by=by(now=MORNING),
        )  # fmt: skip


def test_a_day_that_is_over_is_closed(busy: ClinicDay) -> None:
    absent, present, calling, seen = (busy.books(who, 0) for who in range(4))
    for one in (present, calling, seen):
        busy.checks_in(one, MORNING)
    visits.call(busy.session, **where(busy, calling), by=by(now=MORNING))
    visits.finish(busy.session, **where(busy, seen), by=by(now=MORNING))

    early = sweeps.sweep_no_shows(busy.session, now=MIDNIGHT - timedelta(seconds=1))
    swept = [sweeps.sweep_no_shows(busy.session, now=MIDNIGHT) for _ in range(2)]

    assert (early, swept) == (0, [1, 0])
    assert [one.state.value for one in (absent, present, calling, seen)] == [
        "no_show", "seen", "seen", "seen"
    ]  # fmt: skip
    assert busy.steps(present)[-1] == ("seen", "day_over")


def test_what_is_held_too_long_is_let_go_once(day: ClinicDay) -> None:
    held = day.holds(0, 0)

    let_go = [day.expires(NOW + timedelta(minutes=minutes)) for minutes in (14, 15, 16)]

    assert let_go == [0, 1, 0]
    assert (held.state, day.taken()) == (AppointmentState.EXPIRED, 0)


def test_what_is_let_go_goes_to_who_waits(day: ClinicDay) -> None:
    for slot in (1, 2):
        day.books(4, slot)
    day.holds(0, 0)
    entry = day.waits(1)

    day.expires(NOW + timedelta(minutes=15))

    assert entry.state is WaitingState.OFFERED
    assert day.taken() == 1
