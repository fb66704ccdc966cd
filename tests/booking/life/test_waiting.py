"""The waiting list: who is served, in which order, at which moment; and who is told why."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from accounts.models import AuditRow
from booking import waiting
from booking.errors import (
    HoldExpired,
    NotThisStep,
)
from booking.models import Appointment, AppointmentState, Quota
from booking.models_waiting import (
    HalfDay,
    WaitingState,
    WaitingStep,
)
from booking.queries_waiting import Outcome, waiting_of, why_not_me
from handbook.models import Pregnancy
from handbook.risk.colours import Colour
from tests import scene
from tests.booking.life.clinic_day import EVE, ClinicDay, at, by
from tests.world import NOW

SOON = timedelta(seconds=1)


def test_a_freed_place_is_offered_to_the_first_in_the_same_transaction(
    full: ClinicDay, hers: Appointment
) -> None:
    first, second = full.waits(0), full.waits(1, NOW + SOON)

    full.cancels(hers, NOW + 2 * SOON)

    offer = full.offer_of(first)
    assert (first.state, second.state) == (WaitingState.OFFERED, WaitingState.WAITING)
    assert (offer.state, offer.channel) == (AppointmentState.HELD, "waiting_list")
    assert offer.expires_at == NOW + 2 * SOON + timedelta(minutes=15)
    assert full.taken() == 1
    assert [one.given_to for one in full.freed()] == [first.id]


def test_a_place_nobody_waits_for_is_free_for_all_at_once(
    full: ClinicDay, hers: Appointment
) -> None:
    full.cancels(hers)

    [freed] = full.freed()
    assert (freed.given_to, freed.cause, freed.is_withheld) == (None, "cancelled", False)
    assert (freed.shown_at, freed.from_appointment_id) == (NOW, hers.id)
    assert full.taken() == 0


def test_a_red_woman_is_served_before_those_who_came_earlier(
    full: ClinicDay, hers: Appointment, pregnancy: Pregnancy
) -> None:
    full.coloured(pregnancy, Colour.RED)
    earlier, red = full.waits(0), full.waits(1, NOW + SOON, pregnancy=pregnancy)

    full.cancels(hers, NOW + 2 * SOON)

    assert (earlier.state, red.state) == (WaitingState.WAITING, WaitingState.OFFERED)
    assert waiting.position(full.session, waiting_id=earlier.id) == 2


def test_a_colour_assessed_while_she_waits_moves_her_forward(
    full: ClinicDay, pregnancy: Pregnancy
) -> None:
    earlier, later = full.waits(0), full.waits(1, NOW + SOON, pregnancy=pregnancy)
    before = waiting.position(full.session, waiting_id=later.id)
    full.coloured(pregnancy, Colour.ORANGE)

    changed = [waiting.rank_anew(full.session, now=NOW) for _ in range(2)]

    assert (before, changed) == (2, [1, 0])
    assert waiting.position(full.session, waiting_id=later.id) == 1
    assert waiting.position(full.session, waiting_id=earlier.id) == 2


def test_a_taken_offer_is_an_appointment(full: ClinicDay, hers: Appointment) -> None:
    entry = full.waits(0)
    full.cancels(hers)

    booked = waiting.take_offer(
        full.session, person_id=entry.person_id, waiting_id=entry.id, by=by(key="take")
    )

    assert booked.appointment.state is AppointmentState.BOOKED
    assert entry.state is WaitingState.TAKEN
    assert full.taken() == 1


def test_a_refused_offer_goes_to_the_next_and_she_waits_on_for_another(
    full: ClinicDay, hers: Appointment
) -> None:
    first, second = full.waits(0), full.waits(1, NOW + SOON)
    full.cancels(hers, NOW + 2 * SOON)

    waiting.refuse_offer(
        full.session, person_id=first.person_id, waiting_id=first.id, by=by(now=NOW + 3 * SOON)
    )

    assert (first.state, first.refusals, first.appointment_id) == (WaitingState.WAITING, 1, None)
    assert second.state is WaitingState.OFFERED
    assert full.taken() == 1


def test_an_offer_that_runs_out_goes_to_the_next(full: ClinicDay, hers: Appointment) -> None:
    first, second = full.waits(0), full.waits(1, NOW + SOON)
    full.cancels(hers)

    early = full.expires(NOW + timedelta(minutes=15) - SOON)
    let_go = full.expires(NOW + timedelta(minutes=15))

    assert (early, let_go) == (0, 1)
    assert (first.state, second.state) == (WaitingState.WAITING, WaitingState.OFFERED)


def test_an_offer_is_not_made_twice_of_the_same_slot(full: ClinicDay, hers: Appointment) -> None:
    only = full.waits(0)
    full.cancels(hers)

    full.expires(NOW + timedelta(minutes=15))

    assert only.state is WaitingState.WAITING
    assert full.taken() == 0
    assert full.freed()[-1].passed == [{"id": only.id, "why": "had_it"}]


def test_an_offer_that_ran_out_is_not_taken(full: ClinicDay, hers: Appointment) -> None:
    entry = full.waits(0)
    full.cancels(hers)

    with pytest.raises(HoldExpired):
        waiting.take_offer(
            full.session, person_id=entry.person_id, waiting_id=entry.id,
            by=by(now=NOW + timedelta(minutes=15)),
        )  # fmt: skip


@pytest.mark.parametrize("act", [waiting.take_offer, waiting.refuse_offer])
def test_without_an_offer_there_is_nothing_to_answer(full: ClinicDay, act) -> None:
    entry = full.waits(0)

    with pytest.raises(NotThisStep):
        act(full.session, person_id=entry.person_id, waiting_id=entry.id, by=by())


def test_who_has_another_appointment_then_is_passed_over_and_told_so(
    full: ClinicDay, hers: Appointment
) -> None:
    busy, free = full.waits(0), full.waits(1, NOW + SOON)
    elsewhere = sa.update(Quota).where(Quota.slot_id == full.slots[0].id).values(places=2)
    full.session.execute(elsewhere)
    full.books(0, 0)

    full.cancels(hers, NOW + 2 * SOON)

    assert free.state is WaitingState.OFFERED
    assert [one.outcome for one in why_not_me(full.session, waiting_id=busy.id)] == [
        Outcome.OVERLAPPING
    ]


def test_nothing_is_offered_after_a_loss(
    full: ClinicDay, hers: Appointment, pregnancy: Pregnancy
) -> None:
    silent = full.waits(1, pregnancy=pregnancy)
    scene.bereaved(full.session, pregnancy)

    full.cancels(hers)
    closed = waiting.close_lists(full.session, now=NOW)

    assert full.taken() == 0
    assert (closed, silent.state) == (1, WaitingState.CLOSED)


def test_who_waits_for_the_afternoon_is_not_asked_in_the_morning(
    full: ClinicDay, hers: Appointment
) -> None:
    afternoon = full.waits(0, half_day=HalfDay.AFTERNOON)
    morning = full.waits(1, NOW + SOON, half_day=HalfDay.MORNING)

    full.cancels(hers, NOW + 2 * SOON)

    assert (afternoon.state, morning.state) == (WaitingState.WAITING, WaitingState.OFFERED)
    assert why_not_me(full.session, waiting_id=afternoon.id) == []
    assert waiting.position(full.session, waiting_id=morning.id) == 1


def test_after_the_list_has_closed_a_freed_place_is_for_all(
    full: ClinicDay, hers: Appointment
) -> None:
    entry = full.waits(0)

    full.cancels(hers, at(EVE, 23))

    told = why_not_me(full.session, waiting_id=entry.id)
    assert entry.state is WaitingState.WAITING
    assert full.taken() == 0
    assert [one.outcome for one in told] == [Outcome.FOR_ALL]


def test_the_list_of_a_day_closes_at_its_hour(full: ClinicDay) -> None:
    entry = full.waits(0)

    early = waiting.close_lists(full.session, now=at(EVE, 22, 59))
    closed = waiting.close_lists(full.session, now=at(EVE, 23))

    assert (early, closed, entry.state) == (0, 1, WaitingState.CLOSED)
    assert waiting_of(full.session, person_id=entry.person_id) == []


def test_an_offer_made_at_night_is_held_until_the_morning(
    full: ClinicDay, hers: Appointment
) -> None:
    entry = full.waits(0)

    full.cancels(hers, at(EVE, 2))

    assert full.offer_of(entry).expires_at == at(EVE, 7, 15)


def test_who_leaves_is_not_asked_and_leaving_twice_is_once(
    full: ClinicDay, hers: Appointment
) -> None:
    entry = full.waits(0)
    left = [
        waiting.leave(full.session, person_id=entry.person_id, waiting_id=entry.id, by=by())
        for _ in range(2)
    ]

    full.cancels(hers)

    assert [one.state for one in left] == [WaitingState.LEFT] * 2
    assert full.taken() == 0


def test_who_leaves_with_an_offer_hands_it_to_the_next(full: ClinicDay, hers: Appointment) -> None:
    first, second = full.waits(0), full.waits(1, NOW + SOON)
    full.cancels(hers)

    waiting.leave(full.session, person_id=first.person_id, waiting_id=first.id, by=by())

    assert (first.state, second.state) == (WaitingState.LEFT, WaitingState.OFFERED)
    assert full.taken() == 1


def test_every_step_of_an_entry_is_written_down_and_audited(
    full: ClinicDay, hers: Appointment
) -> None:
    entry = full.waits(0)
    full.cancels(hers)
    full.expires(NOW + timedelta(minutes=15))
    waiting.leave(full.session, person_id=entry.person_id, waiting_id=entry.id, by=by())

    steps = full.session.execute(
        sa.select(WaitingStep.before, WaitingStep.after, WaitingStep.why).order_by(
            WaitingStep.number
        )
    ).all()
    audits = full.session.scalars(sa.select(AuditRow.act).where(AuditRow.subject_id == entry.id))

    assert [tuple(step) for step in steps] == [
        (None, "waiting", "asked"), ("waiting", "offered", "offered"),
        ("offered", "waiting", "expired"), ("waiting", "left", "asked"),
    ]  # fmt: skip
    assert list(audits) == [
        "waiting_waiting", "waiting_offered", "waiting_waiting", "waiting_left"
    ]  # fmt: skip
