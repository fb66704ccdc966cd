"""Freed places: withheld, shown, offered when they came free otherwise, or given back."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from booking import patients
from booking.actions import cancel
from booking.models import Appointment, Quota, Share
from booking.models_waiting import (
    WaitingState,
)
from booking.release import freeing
from tests.booking.life.clinic_day import ClinicDay, by
from tests.world import NOW

SOON = timedelta(seconds=1)


def test_a_place_is_kept_for_her_who_is_just_being_booked_elsewhere(
    full: ClinicDay, hers: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = full.waits(0), full.waits(1, NOW + SOON)
    with monkeypatch.context() as patch:
        patch.setattr(patients, "is_locked", lambda session, number: False)
        full.cancels(hers, NOW + 2 * SOON)
    kept = (full.taken(), second.state, full.freed()[0].is_withheld)

    shown = freeing.show_freed(full.session, now=NOW + 2 * SOON)

    assert kept == (1, WaitingState.WAITING, True)
    assert (shown, first.state, full.taken()) == (1, WaitingState.OFFERED, 1)
    assert [(one.given_to, one.is_withheld) for one in full.freed()] == [(first.id, False)]


def test_a_freed_place_is_shown_to_all_after_a_delay_nobody_can_foresee(
    full: ClinicDay, hers: Appointment
) -> None:
    full.policy(freed_shown_after_minutes=240)
    full.cancels(hers)
    [freed] = full.freed()
    withheld, shown_at = full.taken(), freed.shown_at

    early = freeing.show_freed(full.session, now=shown_at - SOON)
    shown = freeing.show_freed(full.session, now=shown_at)

    assert NOW < shown_at < NOW + timedelta(minutes=240)
    assert (withheld, early, shown, full.taken()) == (1, 0, 1, 0)


def test_who_comes_to_wait_while_a_place_is_withheld_gets_it(
    full: ClinicDay, hers: Appointment
) -> None:
    full.policy(freed_shown_after_minutes=240)
    full.cancels(hers)
    entry = full.waits(0)

    freeing.show_freed(full.session, now=NOW + timedelta(minutes=240))

    assert entry.state is WaitingState.OFFERED
    assert full.taken() == 1


def test_a_place_that_came_free_otherwise_is_offered_too(full: ClinicDay) -> None:
    entry = full.waits(0)
    full.session.execute(sa.update(Quota).values(places=Quota.places + 1))

    served = [freeing.serve_free(full.session, now=NOW + SOON) for _ in range(2)]

    assert (served, entry.state) == ([1, 0], WaitingState.OFFERED)
    assert sum(full.taken(slot) for slot in range(3)) == 4
    assert [one.cause for one in full.freed()] == ["came_free"]


def test_a_free_place_that_nobody_can_take_stays_free(full: ClinicDay) -> None:
    full.waits(0)
    full.session.execute(sa.update(Quota).values(places=Quota.places + 1))
    for slot in (0, 1, 2):
        full.books(0, slot)
    before = [full.taken(slot) for slot in range(3)]
    full.session.execute(sa.update(Quota).values(places=Quota.places + 1))

    served = freeing.serve_free(full.session, now=NOW)

    assert served == 0
    assert [full.taken(slot) for slot in range(3)] == before


@pytest.mark.parametrize("closed", ["slot", "clinic"])
def test_a_closed_slot_serves_nobody(full: ClinicDay, hers: Appointment, closed: str) -> None:
    entry = full.waits(0)
    full.slots[0].is_closed = closed == "slot"
    full.clinic.is_open = closed != "clinic"

    full.cancels(hers)

    assert entry.state is WaitingState.WAITING
    assert full.taken() == 0


def test_who_gave_the_place_up_is_not_offered_it_again(full: ClinicDay, hers: Appointment) -> None:
    own, next_one = full.waits(4), full.waits(1, NOW + SOON)

    full.cancels(hers, NOW + 2 * SOON)

    assert (own.state, next_one.state) == (WaitingState.WAITING, WaitingState.OFFERED)


def test_a_place_of_the_desk_goes_back_to_the_desk(full: ClinicDay) -> None:
    entry = full.waits(0)
    full.session.add(Quota(slot_id=full.slots[0].id, share=Share.DESK, places=1, taken=1))
    held = full.session.scalars(
        sa.select(Appointment).where(Appointment.slot_id == full.slots[0].id)
    ).one()
    held.share = Share.DESK
    full.session.flush()

    cancel(full.session, person_id=held.person_id, appointment_id=held.id, by=by())

    assert full.taken(0, Share.DESK) == 0
    assert entry.state is WaitingState.WAITING
