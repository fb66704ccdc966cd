"""Screening and assessment: who, what it obliges to, and by when."""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.actions import withdraw_consent
from accounts.errors import ConsentNeeded
from accounts.models import Purpose, Role
from core.db import Session
from core.errors import Forbidden, NotFound
from handbook.errors import AlreadyClosed
from handbook.errors_risk import (
    ColoursDoNotFit,
    IntervalOutOfRange,
    NoSuchRiskItem,
    RiskDayOutOfRange,
)
from handbook.follow_up.rules import TaskKind
from handbook.models import Pregnancy
from handbook.risk.actions import Judgement, assess, clear_visit_interval, set_visit_interval
from handbook.risk.colours import Colour
from handbook.risk.queries import assessments_of, priority_of, screenings_of, visit_intervals
from handbook.risk.tables import CURRENT_TABLE
from tests import world
from tests.handbook.risk import ward

GREEN, YELLOW, ORANGE, RED, PURPLE = Colour
YESTERDAY_BEGAN_AT = datetime(2026, 5, 30, 16, 0, tzinfo=UTC)
"""Midnight of 31 May in Beijing."""


def test_a_positive_screening_has_to_be_seen_within_14_days(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    made = ward.screened(session, cast.care_worker, pregnancy, "1.1", "2.2", now=now)

    assert made.is_positive
    assert ward.due(session, cast.hospital.id) == [
        (TaskKind.POSITIVE_REFERRAL, now + timedelta(days=14))
    ]


def test_the_days_run_from_the_screening_not_from_when_it_is_written_down(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    ward.screened(session, cast.care_worker, pregnancy, "1.1", now=now, day=date(2026, 5, 31))

    assert ward.due(session, cast.hospital.id) == [
        (TaskKind.POSITIVE_REFERRAL, YESTERDAY_BEGAN_AT + timedelta(days=14))
    ]


def test_a_negative_screening_is_noted_and_asks_for_nothing(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    ward.screened(session, cast.care_worker, pregnancy, now=now)

    (noted,) = screenings_of(session, pregnancy_id=pregnancy.id, hospital_id=cast.hospital.id)
    assert (noted.is_positive, noted.day) == (False, ward.TODAY)
    assert ward.kinds(session, cast.hospital.id) == []


def test_a_screening_sets_no_colour(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    ward.screened(session, cast.care_worker, pregnancy, "1.1", now=now)

    assert priority_of(session, pregnancy_id=pregnancy.id) is None


def test_an_assessment_answers_a_positive_screening(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    ward.screened(session, cast.care_worker, pregnancy, "1.1", now=now)

    ward.assessed(session, cast.clinician, pregnancy, YELLOW, now=now)

    assert priority_of(session, pregnancy_id=pregnancy.id) is YELLOW
    assert ward.kinds(session, cast.hospital.id) == []


@pytest.mark.parametrize(
    ("colour", "within"),
    [
        pytest.param(ORANGE, timedelta(days=3), id="orange"),
        pytest.param(RED, timedelta(hours=24), id="red"),
    ],
)
def test_orange_is_reported_within_3_days_and_red_within_24_hours(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime, colour: Colour,
    within: timedelta,
):  # fmt: skip
    ward.assessed(session, cast.clinician, pregnancy, colour, now=now)

    assert ward.due(session, cast.hospital.id) == [(TaskKind.REPORT_DUTY, now + within)]


def test_red_found_yesterday_is_already_late(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    ward.assessed(session, cast.clinician, pregnancy, RED, now=now, day=date(2026, 5, 31))

    ((_, due_at),) = ward.due(session, cast.hospital.id)
    assert due_at == YESTERDAY_BEGAN_AT + timedelta(hours=24)
    assert due_at < now


def test_the_same_colour_again_is_not_reported_again(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    ward.assessed(session, cast.clinician, pregnancy, ORANGE, now=now)
    later = now + timedelta(days=7)

    ward.assessed(session, cast.clinician, pregnancy, ORANGE, now=later, day=date(2026, 6, 8))

    assert len(ward.due(session, cast.hospital.id)) == 1


def test_a_risen_colour_is_reported_with_its_own_clock(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    ward.assessed(session, cast.clinician, pregnancy, ORANGE, now=now)
    later = now + timedelta(hours=1)

    ward.assessed(session, cast.clinician, pregnancy, RED, now=later)

    assert [due_at for _, due_at in ward.due(session, cast.hospital.id)] == [
        later + timedelta(hours=24), now + timedelta(days=3),
    ]  # fmt: skip


def test_the_history_of_colours_is_kept(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    days = [date(2026, 5, 1), date(2026, 5, 15), ward.TODAY]

    for day, colour in zip(days, (RED, ORANGE, YELLOW), strict=True):
        ward.assessed(session, cast.clinician, pregnancy, colour, now=now, day=day)

    history = assessments_of(session, pregnancy_id=pregnancy.id, hospital_id=cast.hospital.id)
    assert [(each.colour, each.day) for each in history] == [
        (YELLOW, days[2]), (ORANGE, days[1]), (RED, days[0]),
    ]  # fmt: skip
    assert {each.made_by for each in history} == {cast.clinician.id}
    assert ward.acts(session, [pregnancy.id]).count("assess_risk") == 3


def test_an_assessment_written_late_does_not_become_the_newest(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    ward.assessed(session, cast.clinician, pregnancy, YELLOW, now=now)

    ward.assessed(session, cast.clinician, pregnancy, GREEN, now=now, day=date(2026, 5, 1))

    assert priority_of(session, pregnancy_id=pregnancy.id) is YELLOW


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CLINICIAN])
def test_nobody_but_a_clinician_sets_a_colour(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime, role: Role
):
    with pytest.raises(Forbidden):
        ward.assessed(session, getattr(cast, role), pregnancy, YELLOW, now=now)

    assert priority_of(session, pregnancy_id=pregnancy.id) is None


def test_an_author_screens_nobody(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    with pytest.raises(Forbidden):
        ward.screened(session, cast.author, pregnancy, "1.1", now=now)


def test_another_hospital_finds_nothing_to_write_about(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    cast.stranger.roles = [Role.CLINICIAN]

    with pytest.raises(NotFound):
        ward.screened(session, cast.stranger, pregnancy, "1.1", now=now)
    with pytest.raises(NotFound):
        ward.assessed(session, cast.stranger, pregnancy, YELLOW, now=now)
    with pytest.raises(NotFound):
        assessments_of(session, pregnancy_id=pregnancy.id, hospital_id=cast.other_hospital.id)
    with pytest.raises(NotFound):
        screenings_of(session, pregnancy_id=pregnancy.id, hospital_id=cast.other_hospital.id)


def test_nothing_is_written_without_her_consent(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    withdraw_consent(session, person=cast.mother, purpose=Purpose.HANDBOOK, now=now)

    with pytest.raises(ConsentNeeded):
        ward.screened(session, cast.care_worker, pregnancy, "1.1", now=now)


def test_nothing_is_written_after_a_loss(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    ward.lose(session, cast.care_worker, pregnancy, now=now)

    with pytest.raises(AlreadyClosed):
        ward.assessed(session, cast.clinician, pregnancy, RED, now=now)


def test_a_screening_of_tomorrow_is_refused(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    with pytest.raises(RiskDayOutOfRange):
        ward.screened(session, cast.care_worker, pregnancy, now=now, day=date(2026, 6, 2))


def test_an_unknown_answer_is_refused(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    with pytest.raises(NoSuchRiskItem):
        ward.screened(session, cast.care_worker, pregnancy, "9.9", now=now)


def test_a_colour_below_its_finding_is_refused(
    session: Session, cast: world.Cast, pregnancy: Pregnancy, now: datetime
):
    judgement = Judgement(
        pregnancy.id, CURRENT_TABLE, frozenset({GREEN}), frozenset({"red-1.2"}), ward.TODAY
    )

    with pytest.raises(ColoursDoNotFit):
        assess(session, staff=cast.clinician, judgement=judgement, now=now)


def test_a_hospital_sets_and_clears_its_own_intervals(
    session: Session, cast: world.Cast, now: datetime
):
    assert visit_intervals(session, hospital_id=cast.hospital.id) == {}

    set_visit_interval(session, staff=cast.clinician, colour=ORANGE, most_days=14, now=now)
    set_visit_interval(session, staff=cast.clinician, colour=RED, most_days=7, now=now)
    set_visit_interval(session, staff=cast.clinician, colour=ORANGE, most_days=10, now=now)
    clear_visit_interval(session, staff=cast.clinician, colour=RED, now=now)

    assert visit_intervals(session, hospital_id=cast.hospital.id) == {ORANGE: 10}
    assert visit_intervals(session, hospital_id=cast.other_hospital.id) == {}
    assert ward.acts(session, [cast.hospital.id]) == [
        "set_visit_interval_orange_14", "set_visit_interval_red_7",
        "set_visit_interval_orange_10", "clear_visit_interval_red",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("colour", "most_days"),
    [pytest.param(ORANGE, 0, id="no-day"), pytest.param(PURPLE, 7, id="purple-has-none")],
)
def test_an_interval_that_means_nothing_is_refused(
    session: Session, cast: world.Cast, now: datetime, colour: Colour, most_days: int
):
    with pytest.raises(IntervalOutOfRange):
        set_visit_interval(
            session, staff=cast.clinician, colour=colour, most_days=most_days, now=now
        )


def test_a_care_worker_sets_no_interval(session: Session, cast: world.Cast, now: datetime):
    with pytest.raises(Forbidden):
        set_visit_interval(session, staff=cast.care_worker, colour=RED, most_days=7, now=now)
    with pytest.raises(Forbidden):
        clear_visit_interval(session, staff=cast.care_worker, colour=RED, now=now)
