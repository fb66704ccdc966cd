"""The life of a follow-up task, its urgency, and its clocks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from handbook.care.rows import Mark
from handbook.care.spans import Span
from handbook.follow_up.clocks import CLOCKS, Clock
from handbook.follow_up.rules import (
    ENDED_BY_BIRTH,
    LIVE,
    NEXT_TASK,
    STAFF_REASONS,
    URGENCY,
    DropReason,
    TaskKind,
    TaskState,
)

NOW = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)


def test_every_state_has_its_next_and_is_reached():
    assert NEXT_TASK.keys() == set(TaskState)
    assert {TaskState.OPEN}.union(*NEXT_TASK.values()) == set(TaskState)


def test_only_a_live_task_has_a_next():
    assert {state for state, following in NEXT_TASK.items() if following} == LIVE


def test_every_kind_has_its_urgency():
    assert URGENCY.keys() == set(TaskKind)


def test_a_report_comes_before_everything_that_is_merely_late():
    assert URGENCY[TaskKind.REPORT_DUTY] < URGENCY[TaskKind.OVERDUE_ITEM]


def test_a_birth_ends_neither_a_report_nor_an_answer_that_is_due():
    assert not ENDED_BY_BIRTH & {TaskKind.REPORT_DUTY, TaskKind.REFERRAL_ANSWER}


def test_staff_cannot_say_a_loss_by_dropping_a_task():
    assert not STAFF_REASONS & {DropReason.LOSS, DropReason.BORN, DropReason.CHILD_GONE}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        pytest.param(date(2026, 6, 1), NOW + timedelta(hours=24), id="today-runs-from-now"),
        pytest.param(
            date(2026, 5, 31), datetime(2026, 5, 31, 16, tzinfo=UTC), id="earlier-from-its-morning"
        ),
    ],
)
def test_a_clock_runs_from_what_happened(day: date, expected: datetime):
    clock = Clock(within=Span(hours=24), mark=Mark.OFFICIAL, section="-")

    assert clock.runs_out_at(day=day, now=NOW) == expected


def test_the_time_for_aftercare_is_ours_and_says_so():
    assert CLOCKS.loss_aftercare.mark is Mark.PROPOSED
