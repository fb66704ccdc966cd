"""A whole course: proposed from the timeline, booked in one act, moved together."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from booking import courses
from booking.courses import CourseRequest, Pick
from booking.errors import SlotFull
from booking.models import Appointment, AppointmentState, Care, Quota, Slot
from booking.models_waiting import HalfDay
from booking.proposals import Proposal, WhyNot, propose_course
from core.clock import beijing
from core.db import Session
from core.errors import NotFound
from handbook.models import Pregnancy
from tests import scene
from tests.booking.life.clinic_day import ClinicDay, by, clinic_day, weekly
from tests.scene import TODAY
from tests.world import NOW, Cast

TUESDAY, THURSDAY = 1, 3
LATER = {"anc2", "anc3", "anc4", "anc5"}
"""Visits whose windows hold a Tuesday and a Thursday."""


@pytest.fixture
def clinic(session: Session, cast: Cast) -> ClinicDay:
    """An antenatal clinic on Tuesdays and Thursdays for half a year; person 0 is expecting."""
    return clinic_day(session, cast, people=2, starts=weekly([TUESDAY, THURSDAY]))


@pytest.fixture
def pregnancy(clinic: ClinicDay) -> Pregnancy:
    return clinic.expecting(0)


def proposed(
    clinic: ClinicDay, pregnancy: Pregnancy, *, weekday: int | None = TUESDAY,
    half_day: HalfDay = HalfDay.MORNING,
) -> dict[str, Proposal]:  # fmt: skip
    """Return what is proposed, by item."""
    found = propose_course(
        clinic.session, pregnancy=pregnancy, clinic_id=clinic.clinic.id, weekday=weekday,
        half_day=half_day, today=TODAY, now=NOW,
    )  # fmt: skip
    return {one.item_key: one for one in found}


def placed(found: dict[str, Proposal]) -> list[Proposal]:
    return [one for one in found.values() if one.place is not None]


def course(clinic: ClinicDay, pregnancy: Pregnancy, found: dict[str, Proposal]) -> CourseRequest:
    """Return the wish to book all that was proposed."""
    return CourseRequest(
        person=clinic.people[0], hospital_id=clinic.cast.hospital.id, pregnancy_id=pregnancy.id,
        picks=[Pick(one.item_key, one.place.slot.id) for one in placed(found) if one.place],
        channel="client", key="course", actor=scene.her(clinic.people[0]),
    )  # fmt: skip


def when(slot: Slot) -> tuple[int, int]:
    """Return the weekday and hour of a slot."""
    wall = beijing(slot.starts_at)
    return wall.weekday(), wall.hour


def test_every_required_visit_that_is_left_is_proposed_as_she_likes(
    clinic: ClinicDay, pregnancy: Pregnancy
) -> None:
    found = proposed(clinic, pregnancy)

    assert set(found) >= LATER
    assert {when(found[key].place.slot) for key in LATER} == {(TUESDAY, 9)}
    assert [
        one.item_key
        for one in placed(found)
        if one.place and not one.from_day <= beijing(one.place.slot.starts_at).date() <= one.to_day
    ] == []


def test_items_that_one_visit_serves_share_it(clinic: ClinicDay, pregnancy: Pregnancy) -> None:
    found = proposed(clinic, pregnancy)

    shared = [one for one in found.values() if one.also]
    assert {one.name for one in found.values()}.isdisjoint(
        name for one in shared for name in one.also
    )
    assert shared != []


def test_care_without_a_clinic_is_said_so(clinic: ClinicDay, pregnancy: Pregnancy) -> None:
    found = proposed(clinic, pregnancy)

    assert (found["ogtt"].place, found["ogtt"].why_not) == (None, WhyNot.NO_CLINIC)


def test_another_care_is_proposed_in_its_own_clinic(
    session: Session, cast: Cast, clinic: ClinicDay, pregnancy: Pregnancy
) -> None:
    lab = clinic_day(session, cast, people=0, care=Care.OGTT, starts=weekly([TUESDAY], [8]))

    place = proposed(clinic, pregnancy)["ogtt"].place

    assert place is not None
    assert place.clinic.id == lab.clinic.id


@pytest.mark.parametrize(
    ("change", "why_not"),
    [
        (sa.update(Quota).values(taken=Quota.places), WhyNot.FULL),
        (sa.update(Slot).values(shown_at=NOW + timedelta(days=1)), WhyNot.NOT_RELEASED),
    ],
    ids=["full", "not released"],
)
def test_where_no_place_is_proposed_she_is_told_why(
    clinic: ClinicDay, pregnancy: Pregnancy, change: sa.Update, why_not: WhyNot
) -> None:
    clinic.session.execute(change, execution_options={"synchronize_session": False})
    clinic.session.expire_all()

    found = proposed(clinic, pregnancy)

    assert (found["anc2"].place, found["anc2"].why_not) == (None, why_not)


@pytest.mark.parametrize(
    ("weekday", "half_day", "expected"),
    [
        (THURSDAY, HalfDay.AFTERNOON, (THURSDAY, 14)),
        (None, HalfDay.AFTERNOON, None),
        (4, HalfDay.MORNING, None),
    ],
    ids=["thursday afternoon", "any day", "a day without a clinic"],
)
def test_her_wish_is_followed_as_far_as_it_goes(
    clinic: ClinicDay, pregnancy: Pregnancy, weekday: int | None, half_day: HalfDay,
    expected: tuple[int, int] | None,
) -> None:  # fmt: skip
    found = proposed(clinic, pregnancy, weekday=weekday, half_day=half_day)

    later = [one.place for key, one in found.items() if key in LATER]
    times = {when(place.slot) for place in later if place}
    hours = {hour for _, hour in times}
    assert hours == ({9} if half_day is HalfDay.MORNING else {14})
    assert times == ({expected} if expected else times)


def test_nothing_is_proposed_at_a_time_she_keeps_already(
    clinic: ClinicDay, pregnancy: Pregnancy
) -> None:
    chosen = proposed(clinic, pregnancy)["anc2"].place
    assert chosen is not None
    elsewhere = clinic_day(
        clinic.session, clinic.cast, people=0, starts=[chosen.slot.starts_at], care=Care.CHILD
    )
    replace(elsewhere, people=clinic.people).books(0, 0)

    again = proposed(clinic, pregnancy)["anc2"].place

    assert again is not None
    assert again.slot.id != chosen.slot.id


def test_what_is_overdue_is_proposed_soon(session: Session, cast: Cast) -> None:
    clinic = clinic_day(session, cast, people=1, starts=weekly([TUESDAY]))
    late = clinic.expecting(0, last_period_day=date(2026, 2, 10))

    first = proposed(clinic, late)["anc1"]

    assert (first.from_day, first.to_day) == (TODAY, TODAY + timedelta(days=14))
    assert first.place is not None


def test_after_a_loss_nothing_is_proposed(clinic: ClinicDay, pregnancy: Pregnancy) -> None:
    scene.bereaved(clinic.session, pregnancy)

    assert proposed(clinic, pregnancy) == {}


def test_a_clinic_of_another_hospital_is_not_found(clinic: ClinicDay, pregnancy: Pregnancy) -> None:
    clinic.clinic.hospital_id = clinic.cast.other_hospital.id

    with pytest.raises(NotFound):
        proposed(clinic, pregnancy)


def test_a_course_is_booked_in_one_act_and_counts_as_one_booking(
    clinic: ClinicDay, pregnancy: Pregnancy
) -> None:
    wish = course(clinic, pregnancy, proposed(clinic, pregnancy))

    booked = courses.book_course(clinic.session, request=wish, now=NOW)
    again = courses.book_course(clinic.session, request=wish, now=NOW)

    assert len(booked) == len(wish.picks) > 3
    assert [one.appointment.id for one in again] == [one.appointment.id for one in booked]
    assert len({one.appointment.course_id for one in booked}) == 1
    assert [one.appointment.item_key for one in booked] == [one.item_key for one in wish.picks]


def test_what_is_booked_is_not_proposed_again(clinic: ClinicDay, pregnancy: Pregnancy) -> None:
    wish = course(clinic, pregnancy, proposed(clinic, pregnancy))
    courses.book_course(clinic.session, request=wish, now=NOW)

    again = proposed(clinic, pregnancy)

    assert LATER.isdisjoint(again)


def test_a_course_with_one_full_slot_is_not_booked_at_all(
    clinic: ClinicDay, pregnancy: Pregnancy
) -> None:
    wish = course(clinic, pregnancy, proposed(clinic, pregnancy))
    last = wish.picks[-1].slot_id
    full = sa.update(Quota).where(Quota.slot_id == last).values(taken=Quota.places)
    clinic.session.execute(full)

    with pytest.raises(SlotFull) as refused, clinic.session.begin_nested():
        courses.book_course(clinic.session, request=wish, now=NOW)

    assert refused.value.details["slot_id"] == last
    assert clinic.session.scalars(sa.select(Appointment)).all() == []


def test_the_rest_of_a_course_follows_the_one_that_was_moved(
    clinic: ClinicDay, pregnancy: Pregnancy
) -> None:
    wish = course(clinic, pregnancy, proposed(clinic, pregnancy))
    first, *rest = courses.book_course(clinic.session, request=wish, now=NOW)
    lead = clinic.moves(first.appointment, clinic.slots.index(first.slot) + 3)

    followed = courses.move_rest(
        clinic.session, person_id=lead.person_id, appointment_id=lead.id, by=by(key="rest")
    )
    again = courses.move_rest(
        clinic.session, person_id=lead.person_id, appointment_id=lead.id, by=by(key="rest")
    )

    assert when(clinic.slots[clinic.slots.index(first.slot) + 3]) == (THURSDAY, 14)
    assert len(followed) == len(rest)
    assert {when(one.moved.slot) for one in followed if one.moved} == {(THURSDAY, 14)}
    assert {one.appointment.state for one in followed} == {AppointmentState.MOVED}
    assert [one.moved for one in again] == [None] * len(rest)


def test_a_visit_that_finds_no_such_place_stays_where_it_is(
    clinic: ClinicDay, pregnancy: Pregnancy
) -> None:
    wish = course(clinic, pregnancy, proposed(clinic, pregnancy))
    first, *rest = courses.book_course(clinic.session, request=wish, now=NOW)
    lead = clinic.moves(first.appointment, clinic.slots.index(first.slot) + 3)
    clinic.session.execute(sa.update(Quota).values(taken=Quota.places))

    followed = courses.move_rest(
        clinic.session, person_id=lead.person_id, appointment_id=lead.id, by=by()
    )

    assert [one.moved for one in followed] == [None] * len(rest)
    assert {one.appointment.state for one in followed} == {AppointmentState.BOOKED}


def test_a_visit_that_would_meet_another_of_hers_stays_where_it_is(
    session: Session, cast: Cast, clinic: ClinicDay, pregnancy: Pregnancy
) -> None:
    wish = course(clinic, pregnancy, proposed(clinic, pregnancy))
    first, *rest = courses.book_course(session, request=wish, now=NOW)
    lead = clinic.moves(first.appointment, clinic.slots.index(first.slot) + 3)
    elsewhere = clinic_day(session, cast, people=0, starts=weekly([THURSDAY], [14]))
    hers = replace(elsewhere, people=clinic.people)
    [hers.books(0, slot) for slot in range(3, len(hers.slots))]

    followed = courses.move_rest(session, person_id=lead.person_id, appointment_id=lead.id, by=by())

    assert [one.moved for one in followed] == [None] * len(rest)
    assert {one.appointment.state for one in followed} == {AppointmentState.BOOKED}


def test_what_belongs_to_no_course_moves_alone(clinic: ClinicDay) -> None:
    alone = clinic.books(0, 0)

    assert courses.move_rest(
        clinic.session, person_id=alone.person_id, appointment_id=alone.id, by=by()
    ) == []  # fmt: skip
