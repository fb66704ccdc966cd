"""When a reminder is due, when the house is quiet, and how long a try is repeated."""

from datetime import date, datetime, timedelta

import pytest

from core.clock import beijing_moment
from scheduler.rules import MOST_ATTEMPTS, appointment_due, awake, next_try, window_due
from tests.world import NOW

DAY = date(2026, 6, 3)
BEFORE = date(2026, 6, 2)


@pytest.mark.parametrize(
    ("hour", "minute"), [(0, 0), (8, 30), (23, 59)], ids=["midnight", "morning", "late"]
)
def test_an_appointment_is_reminded_of_at_six_the_evening_before(hour: int, minute: int) -> None:
    starts_at = beijing_moment(DAY, hour=hour, minute=minute)

    assert appointment_due(starts_at) == beijing_moment(BEFORE, hour=18)


def test_a_window_is_told_at_nine_on_its_first_day() -> None:
    assert window_due(DAY) == beijing_moment(DAY, hour=9)


@pytest.mark.parametrize(
    ("moment", "speaks_at"),
    [
        (beijing_moment(DAY, hour=7), beijing_moment(DAY, hour=7)),
        (beijing_moment(DAY, hour=21, minute=59), beijing_moment(DAY, hour=21, minute=59)),
        (beijing_moment(BEFORE, hour=22), beijing_moment(DAY, hour=7)),
        (beijing_moment(DAY, hour=0), beijing_moment(DAY, hour=7)),
        (beijing_moment(DAY, hour=6, minute=59), beijing_moment(DAY, hour=7)),
    ],
    ids=["seven", "a minute before ten", "ten", "midnight", "a minute before seven"],
)
def test_nothing_is_said_between_ten_and_seven(moment: datetime, speaks_at: datetime) -> None:
    assert awake(moment) == speaks_at


def test_pauses_double_and_end() -> None:
    pauses = [next_try(attempts=tried, now=NOW) for tried in range(1, MOST_ATTEMPTS + 1)]

    minutes = [pause and (pause - NOW) // timedelta(minutes=1) for pause in pauses]
    assert minutes == [1, 2, 4, 8, 16, None]
