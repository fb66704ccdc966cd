"""The look at what fell due: pure for one woman, and over the tables, as often as one likes."""

from datetime import date, datetime, timedelta

import pytest

from accounts.models import SubjectKind
from core.clock import beijing_moment
from core.db import Session
from handbook.follow_up.rules import DropReason, TaskKind, TaskState
from handbook.models import Pregnancy
from handbook.risk.actions import clear_visit_interval
from handbook.risk.colours import Colour
from handbook.risk.refresh import Followed, fallen_due
from tests import world
from tests.handbook.risk import ward
from tests.handbook.risk.refresh_told import ASSESSED, followed, look, tasks, visit


@pytest.mark.parametrize(
    ("woman", "today", "expected"),
    [
        pytest.param(followed(), date(2026, 9, 1), [], id="no-interval-no-clock"),
        pytest.param(followed(most_days=14), date(2026, 5, 15), [], id="the-last-day"),
        pytest.param(
            followed(most_days=14), date(2026, 5, 16),
            [(TaskKind.HIGH_RISK_NO_VISIT, "seen:2026-05-01", date(2026, 5, 16))],
            id="the-day-after",
        ),
        pytest.param(
            followed(most_days=14, visit_day=date(2026, 4, 20)), date(2026, 5, 15), [],
            id="an-older-visit-changes-nothing",
        ),
        pytest.param(
            followed(visit_day=date(2026, 5, 10)), date(2026, 5, 10),
            [(TaskKind.REASSESSMENT, "visit:2026-05-10", date(2026, 5, 11))],
            id="re-assessed-at-each-visit",
        ),
        pytest.param(
            followed(most_days=14, visit_day=date(2026, 5, 10)), date(2026, 5, 25),
            [
                (TaskKind.REASSESSMENT, "visit:2026-05-10", date(2026, 5, 11)),
                (TaskKind.HIGH_RISK_NO_VISIT, "seen:2026-05-10", date(2026, 5, 25)),
            ],
            id="both",
        ),
        pytest.param(
            followed(delivery_day=date(2026, 5, 20), most_days=1), date(2026, 5, 20),
            [(TaskKind.REASSESSMENT, "home_visit", date(2026, 5, 28))],
            id="after-birth-no-other-clock",
        ),
        pytest.param(
            followed(delivery_day=date(2026, 5, 20)), date(2026, 7, 1),
            [
                (TaskKind.REASSESSMENT, "home_visit", date(2026, 5, 28)),
                (TaskKind.REASSESSMENT, "day_42", date(2026, 7, 16)),
            ],
            id="on-day-42",
        ),
        pytest.param(
            followed(delivery_day=ASSESSED), date(2026, 6, 11), [], id="assessed-since-the-birth"
        ),
        pytest.param(
            followed(delivery_day=ASSESSED), date(2026, 6, 12),
            [(TaskKind.REASSESSMENT, "day_42", date(2026, 6, 27))],
            id="day-42-comes-all-the-same",
        ),
    ],
)  # fmt: skip
def test_what_fell_due_for_a_woman(
    woman: Followed, today: date, expected: list[tuple[TaskKind, str, date]]
):
    found = [(one.kind, one.occasion, one.due_at) for one in fallen_due(woman, today=today)]

    assert found == [(kind, occasion, beijing_moment(day)) for kind, occasion, day in expected]


def test_a_woman_not_seen_in_time_comes_onto_the_worklist_once(
    session: Session, cast: world.Cast, watched: Pregnancy, now: datetime
):
    opened = [look(session, now=now + timedelta(days=day)) for day in range(3)]

    assert opened == [1, 0, 0]
    assert ward.due(session, cast.hospital.id) == [
        (TaskKind.HIGH_RISK_NO_VISIT, beijing_moment(date(2026, 5, 16)))
    ]


def test_a_hospital_without_a_table_has_no_such_clock(
    session: Session, cast: world.Cast, watched: Pregnancy, now: datetime
):
    clear_visit_interval(session, staff=cast.clinician, colour=Colour.YELLOW, now=now)

    assert look(session, now=now) == 0


def test_a_visit_ends_the_waiting_and_asks_for_a_new_assessment(
    session: Session, cast: world.Cast, watched: Pregnancy, now: datetime
):
    look(session, now=now)
    visit(session, cast, pregnancy=watched, day=ward.TODAY, now=now)

    look(session, now=now + timedelta(hours=1))

    assert ward.kinds(session, cast.hospital.id) == [TaskKind.REASSESSMENT]
    assert (TaskKind.HIGH_RISK_NO_VISIT, TaskState.DONE, None) in tasks(session)


def test_an_assessment_ends_the_re_assessment(
    session: Session, cast: world.Cast, watched: Pregnancy, now: datetime
):
    visit(session, cast, pregnancy=watched, day=ward.TODAY, now=now)
    look(session, now=now)

    ward.assessed(session, cast.clinician, watched, Colour.GREEN, now=now)

    assert look(session, now=now) == 0
    assert ward.kinds(session, cast.hospital.id) == []


def test_what_a_family_reports_does_not_end_the_waiting(
    session: Session, cast: world.Cast, watched: Pregnancy, now: datetime
):
    said = visit(session, cast, pregnancy=watched, day=ward.TODAY, now=now)
    said.confirmed_day = said.confirmed_by_id = said.confirmed_at = None
    said.reported_day, said.reported_by_id, said.reported_at = ward.TODAY, cast.mother.id, now

    look(session, now=now)

    assert ward.kinds(session, cast.hospital.id) == [TaskKind.HIGH_RISK_NO_VISIT]


def test_a_withdrawn_visit_never_was(
    session: Session, cast: world.Cast, watched: Pregnancy, now: datetime
):
    wrong = visit(session, cast, pregnancy=watched, day=ward.TODAY, now=now)
    wrong.withdrawn_at, wrong.withdrawn_by_id = now, cast.care_worker.id
    wrong.withdrawn_by_kind = SubjectKind.STAFF

    look(session, now=now)

    assert ward.kinds(session, cast.hospital.id) == [TaskKind.HIGH_RISK_NO_VISIT]


def test_after_birth_she_is_re_assessed_twice_and_nothing_of_before_is_left(
    session: Session, cast: world.Cast, watched: Pregnancy, now: datetime
):
    look(session, now=now)
    ward.deliver(session, watched, day=ward.TODAY, now=now + timedelta(hours=1))

    look(session, now=now + timedelta(hours=2))
    look(session, now=now + timedelta(days=42))

    assert ward.due(session, cast.hospital.id) == [
        (TaskKind.REASSESSMENT, beijing_moment(date(2026, 6, 9))),
        (TaskKind.REASSESSMENT, beijing_moment(date(2026, 7, 28))),
    ]
    assert tasks(session)[0] == (
        TaskKind.HIGH_RISK_NO_VISIT, TaskState.DROPPED, DropReason.BORN,
    )  # fmt: skip
