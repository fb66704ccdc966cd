"""Figures of clinics: each counts what its definition says, as a page and as a table."""

from datetime import timedelta

import pytest

from booking.actions import Request
from booking.attendance import visits
from booking.queries_figures import Figures, Places, Visits, figures
from booking.steps import By
from tests import scene, world
from tests.console.people import by

WEDNESDAY = scene.WEDNESDAY
MONDAY = scene.TODAY
AT_NINE = world.NOW + timedelta(days=2, hours=-1)
"""Wednesday, nine o'clock in Beijing."""


@pytest.fixture
def clinic(database, cast):
    """A clinic of Wednesday with three times, two places each."""
    with database.transaction() as session:
        return scene.desk(session, cast.hospital, hours=((9, 0), (9, 30), (14, 0)), places=2)


def booked(database, cast, clinic, person, *, slot=0):
    with database.transaction() as session:
        return scene.booked(session, person, clinic.slots[slot], hospital=cast.hospital)


def step(database, cast, visit, *acts):
    staff = By(by(cast.clerk), "came", AT_NINE)
    with database.transaction() as session:
        for act in acts:
            act(
                session, hospital_id=cast.hospital.id, appointment_id=visit.appointment.id,
                by=staff,
            )  # fmt: skip


def walk_in(database, cast, clinic, person):
    wish = Request(
        person=person, hospital_id=cast.hospital.id, slot_id=clinic.slots[0].id,
        pregnancy_id=None, item_key=None, channel="desk", key="walk", actor=by(cast.clerk),
    )  # fmt: skip
    with database.transaction() as session:
        staff = By(by(cast.clerk), "walked_in", AT_NINE)
        return visits.walk_in(session, request=wish, by=staff)


def counted(database, hospital, *, from_day=MONDAY, to_day=WEDNESDAY):
    with database.transaction() as session:
        return figures(session, hospital_id=hospital.id, from_day=from_day, to_day=to_day)


SEEN = (visits.check_in, visits.finish)


def test_who_was_seen_had_booked_ahead_or_walked_in(database, cast, clinic):
    ahead = booked(database, cast, clinic, cast.mother)
    walked = walk_in(database, cast, clinic, cast.newcomer)
    step(database, cast, ahead, *SEEN)
    step(database, cast, walked, visits.finish)

    total, weeks = counted(database, cast.hospital)

    assert total.visits == Visits(seen=2, seen_ahead=1, due=1, waited=2)
    assert total.ahead_rate == 0.5
    assert [(one.clinic_id, one.week) for one in weeks] == [(clinic.clinic.id, MONDAY)]


def test_a_next_visit_counts_when_it_was_booked_by_the_end_of_the_day(database, cast, clinic):
    first = booked(database, cast, clinic, cast.mother)
    other = booked(database, cast, clinic, cast.newcomer)
    booked(database, cast, clinic, cast.mother, slot=2)
    step(database, cast, first, *SEEN)
    step(database, cast, other, *SEEN)

    total, _ = counted(database, cast.hospital)

    assert (total.visits.with_next, total.next_rate) == (1, 0.5)


def test_a_next_visit_that_was_given_up_before_she_left_does_not_count(database, cast, clinic):
    first = booked(database, cast, clinic, cast.mother)
    given_up = booked(database, cast, clinic, cast.mother, slot=2)
    step(database, cast, first, *SEEN)
    step(database, cast, given_up, visits.cancel_by_clinic)

    assert counted(database, cast.hospital)[0].visits.with_next == 0


def test_who_did_not_come_is_counted_among_those_who_had_booked(database, cast, clinic):
    came = booked(database, cast, clinic, cast.mother)
    missing = booked(database, cast, clinic, cast.newcomer)
    step(database, cast, came, *SEEN)
    step(database, cast, missing, visits.miss)

    assert counted(database, cast.hospital)[0].missed_rate == 0.5


def test_a_cancelled_visit_is_neither_missed_nor_a_place_used(database, cast, clinic):
    visit = booked(database, cast, clinic, cast.mother)
    step(database, cast, visit, visits.cancel_by_clinic)

    total, _ = counted(database, cast.hospital)

    assert total.missed_rate is None
    assert total.places == Places(places=6, taken=0)


def test_places_are_used_by_who_is_booked(database, cast, clinic):
    booked(database, cast, clinic, cast.mother)

    assert counted(database, cast.hospital)[0].use_rate == pytest.approx(1 / 6)


@pytest.mark.parametrize("day", [MONDAY, WEDNESDAY + timedelta(days=1)], ids=["before", "after"])
def test_only_the_days_asked_for_count(database, cast, clinic, day):
    total, weeks = counted(database, cast.hospital, from_day=day, to_day=day)

    assert (total, weeks) == (Figures(None, None, Visits(), Places()), [])


def test_another_hospital_has_its_own_figures(database, cast, clinic):
    booked(database, cast, clinic, cast.mother)

    assert counted(database, cast.other_hospital)[0].places == Places()


@pytest.mark.parametrize("rate", ["ahead_rate", "next_rate", "missed_rate", "use_rate"])
def test_of_nothing_there_is_no_rate(rate):
    assert getattr(Figures(None, None, Visits(), Places()), rate) is None


@pytest.mark.parametrize("who", ["clerk", "manager"])
def test_the_page_shows_every_figure_with_its_definition(desk, cast, clinic, database, who):
    booked(database, cast, clinic, cast.mother)

    page = desk(who).read("/desk/figures/?from=2026-06-01&to=2026-06-07")

    assert "16.7%（1/6）" in page
    assert "提前预约的人次中，没有来的占多少" in page
    assert "2026年6月1日起" in page


def test_without_days_the_last_weeks_are_shown(desk, cast):
    page = desk("clerk").read("/desk/figures/")

    assert 'value="2026-05-04"' in page
    assert "这段时间没有号源" in page


def test_the_table_has_the_figures_of_the_page(desk, cast, clinic):
    answer = desk("clerk").open("/desk/figures/csv?from=2026-06-01&to=2026-06-07")

    lines = answer.text.splitlines()
    assert answer.mimetype == "text/csv"
    assert lines[0].endswith("周,门诊,就诊,预约率,复诊预约率,爽约率,等待天数,号源使用率")
    assert lines[1].startswith("2026年6月1日起,产科普通门诊,0,—")
    assert lines[2].startswith(",全部门诊,")


@pytest.mark.parametrize(
    "asked",
    ["from=monday", "from=2026-06-02&to=2026-06-01", "from=2020-01-01&to=2026-06-01"],
    ids=["no day", "upside down", "too long"],
)
def test_days_that_are_none_are_refused(desk, cast, asked):
    assert desk("clerk").open(f"/desk/figures/?{asked}").status_code == 400


@pytest.mark.parametrize("who", ["author", "care_worker"])
def test_others_do_not_see_figures(desk, cast, who):
    assert desk(who).open("/desk/figures/").status_code == 403
