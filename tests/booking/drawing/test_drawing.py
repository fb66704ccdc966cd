"""Wishes of the first minutes are collected and drawn; who asks a hundred times gains nothing."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from booking import queries_waiting
from booking.actions import book, hold
from booking.collecting import collecting_until
from booking.drawing.actions import MOST_WISHES, ask, prepare
from booking.drawing.queries import asked_by, published
from booking.drawing.rules import verify
from booking.errors import AlreadyInDraw, BeingDrawn, EnoughWishes, NotDrawn, SlotPast
from booking.models import Appointment, AppointmentState, Care
from booking.models_waiting import Draw, DrawOutcome, DrawRequest
from core.errors import NotFound
from handbook.actions import Loss, record_loss
from handbook.models import LossKind
from tests import scene
from tests.booking.drawing.conftest import DRAWN, LATER
from tests.booking.life.clinic_day import at, audited, clinic_day
from tests.world import NOW

SOON = timedelta(seconds=1)


def outcomes(*requests):
    return [one.outcome for one in requests]


@pytest.mark.parametrize("act", [book, hold])
def test_nobody_books_while_wishes_are_collected(release, act):
    with pytest.raises(BeingDrawn) as refused:
        act(release.day.session, request=release.wish(0), now=NOW)

    assert refused.value.details["said"] == "6月1日 10:10"


def test_the_desk_books_as_ever(release):
    assert release.day.books(0).state is AppointmentState.BOOKED


@pytest.mark.parametrize(
    ("change", "now"),
    [
        ({"is_drawn": False}, NOW),
        ({}, NOW - SOON),
        ({}, DRAWN),
    ],
    ids=["a clinic that does not draw", "before the release", "nobody asked in time"],
)
def test_nothing_is_collected(release, change, now):
    release.day.clinic.is_drawn = change.get("is_drawn", True)

    with pytest.raises(NotDrawn):
        release.asks(0, now=now)
    assert (
        collecting_until(
            release.day.session, slot=release.day.slots[0], clinic=release.day.clinic, now=now
        )
        is None
    )


def test_a_hundred_calls_are_one_entry_with_one_chance(release):
    asked = {release.asks(0, now=NOW + number * SOON).id for number in range(100)}

    [entry] = release.day.session.scalars(sa.select(DrawRequest)).all()
    assert asked == {entry.id}
    assert (entry.wishes, entry.asked_at) == ([release.day.slots[0].id], NOW)
    assert audited(release.day.session, entry.id) == ["draw_asked"]


def test_an_entry_names_so_many_times_and_no_more(session, cast, release):
    starts = [at(LATER, 10 + number) for number in range(MOST_WISHES)]
    more = clinic_day(session, cast, people=0, starts=starts)
    session.execute(sa.text("update slot set clinic_id = :id"), {"id": release.day.clinic.id})
    session.execute(sa.text("update slot set shown_at = :now"), {"now": NOW})
    session.expire_all()
    release.asks(0, 0, 1)
    hers = release.wish(0)
    for slot in more.slots[: MOST_WISHES - 2]:
        ask(session, request=_for(hers, slot), now=NOW)

    with pytest.raises(EnoughWishes):
        ask(session, request=_for(hers, more.slots[-1]), now=NOW)


def test_fewest_days_left_come_first_and_the_rest_wait(release):
    day = release.day
    weeks = {0: date(2026, 3, 5), 1: date(2026, 3, 12), 2: date(2026, 3, 19)}
    pregnancies = {who: day.expecting(who, last_period_day=lmp) for who, lmp in weeks.items()}
    day.clinic.care = Care.ULTRASOUND
    for who in (3, 4):
        day.books(who, 1)
    entries = {
        who: release.asks(who, pregnancy_id=pregnancies[who].id, item_key="nt") for who in (2, 1, 0)
    }

    count = release.drawn()

    assert count == 3
    assert [entries[who].days_left for who in range(3)] == [9, 16, 23]
    assert [entries[who].rank for who in range(3)] == [1, 2, 3]
    won = DrawOutcome.WON
    assert outcomes(*(entries[who] for who in range(3))) == [won, won, DrawOutcome.NONE_LEFT]
    assert day.taken(0) == 2
    [waits] = queries_waiting.waiting_of(day.session, person_id=day.people[2].id)
    assert (waits.entry.from_day, waits.entry.to_day) == (LATER, LATER)


def test_who_wins_is_booked_by_herself(release):
    entry = release.asks(0)

    release.drawn()

    booked = release.day.session.get_one(Appointment, entry.appointment_id)
    assert (booked.state, booked.channel) == (AppointmentState.BOOKED, "draw")
    assert release.day.steps(booked) == [("booked", "asked")]
    assert audited(release.day.session, entry.id) == ["draw_asked", "draw_won"]


def test_her_next_wish_is_tried_when_the_first_is_gone(release):
    release.day.books(3, 0)
    release.day.books(4, 0)

    entry = release.asks(0, 0, 1)
    release.drawn()

    booked = release.day.session.get_one(Appointment, entry.appointment_id)
    assert booked.slot_id == release.day.slots[1].id


def test_who_has_another_visit_then_is_told_so(release):
    entry = release.asks(0)
    other = clinic_day(release.day.session, release.day.cast, people=0, starts=[at(LATER, 8, 30)])
    book(release.day.session, request=_for(release.wish(0, key="x"), other.slots[0]), now=NOW)

    release.drawn()

    assert (entry.outcome, entry.appointment_id) == (DrawOutcome.REFUSED, None)


def test_nothing_is_drawn_for_a_pregnancy_that_was_lost(release):
    pregnancy = release.day.expecting(0)
    entry = release.asks(0, pregnancy_id=pregnancy.id)
    loss = Loss(LossKind.MISCARRIAGE, scene.TODAY, "")
    record_loss(
        release.day.session, hospital_id=pregnancy.hospital_id, pregnancy_id=pregnancy.id,
        loss=loss, actor=scene.HOSPITAL_PROGRAM, now=NOW,
    )  # fmt: skip

    release.drawn()

    assert (entry.outcome, entry.appointment_id) == (DrawOutcome.NO_LONGER, None)


def test_it_is_held_once_and_not_before_its_time(release):
    release.asks(0)

    assert [release.drawn(DRAWN - SOON), release.drawn(), release.drawn()] == [None, 1, None]


def test_after_the_draw_what_is_left_is_for_all(release):
    release.asks(0)
    release.drawn()

    booked = book(release.day.session, request=release.wish(1), now=DRAWN)

    assert booked.appointment.state is AppointmentState.BOOKED
    with pytest.raises(NotDrawn):
        release.asks(2, now=DRAWN)


def test_wishes_are_collected_until_the_draw_is_held_however_late(release):
    release.asks(0)

    entry = release.asks(1, now=DRAWN + timedelta(minutes=5))

    assert release.drawn(DRAWN + timedelta(minutes=6)) == 2
    assert entry.outcome is DrawOutcome.WON


def test_who_asks_too_late_for_the_slot_is_refused(release):
    release.day.policy(closes_before_minutes=240)
    release.day.slots[0].starts_at = NOW + timedelta(hours=1)
    release.day.session.flush()

    with pytest.raises(SlotPast):
        release.asks(0)


def test_a_child_is_in_a_draw_once_whoever_asks(release):
    entry = release.asks(0)
    entry.person_id = release.day.people[1].id
    release.day.session.flush()

    with pytest.raises(AlreadyInDraw):
        release.asks(0)


def test_the_seed_is_promised_a_day_before_and_published_after(release):
    session, clinic = release.day.session, release.day.clinic
    promised = [prepare(session, now=NOW - timedelta(hours=2)) for _ in range(2)]
    where = {
        "hospital_id": clinic.hospital_id, "clinic_id": clinic.id, "draw_day": scene.TODAY
    }  # fmt: skip
    before = published(session, **where)
    digest = before.draw.seed_digest
    for who in range(4):
        release.asks(who)
    release.drawn()

    after = published(session, **where)

    assert promised == [1, 0]
    assert (before.seed, list(before.entries)) == (None, [])
    assert len(after.entries) == 4
    assert verify(seed_digest=digest, seed=after.seed, entries=after.entries)


def test_a_draw_of_another_hospital_is_not_told(release):
    release.asks(0)

    with pytest.raises(NotFound):
        published(
            release.day.session, hospital_id="hos_other", clinic_id=release.day.clinic.id,
            draw_day=scene.TODAY,
        )  # fmt: skip


def test_she_finds_her_entries_with_what_came_of_them(release):
    release.asks(0, 1, 0)

    [asked] = asked_by(release.day.session, person_id=release.day.people[0].id, since=NOW)

    assert [one.id for one in asked.slots] == [one.id for one in release.day.slots][::-1]
    assert asked.draw.closes_at == DRAWN
    assert asked.clinic is release.day.clinic


def test_equal_days_are_decided_by_lot(release):
    release.asks(0)
    draw = release.day.session.scalars(sa.select(Draw)).one()
    for who in range(1, 6):
        release.asks(who)

    release.drawn()

    ranked = release.day.session.scalars(sa.select(DrawRequest).order_by(DrawRequest.rank)).all()
    assert [one.outcome for one in ranked].count(DrawOutcome.WON) == 2
    assert draw.held_at == DRAWN


def _for(request, slot):
    return replace(request, slot_id=slot.id)
