"""How long a try is repeated, when a hospital is quiet, and that no state is forgotten."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pydantic
import pytest

from core.clock import beijing_moment
from scheduler.models import ReminderState
from scheduler.models_wishes import WordingState
from scheduler.policy import policy
from scheduler.rules import MOST_ATTEMPTS, NEXT, NEXT_WORDING, next_try
from tests.world import NOW

DAY = date(2026, 6, 3)
BEFORE = date(2026, 6, 2)


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
    assert policy().awake(moment) == speaks_at


@pytest.mark.parametrize(
    ("hour", "speaks_hour"), [(12, 14), (13, 14), (14, 14), (11, 11)],
    ids=["noon", "within", "its end", "before"],
)  # fmt: skip
def test_a_hospital_may_be_quiet_at_noon_instead(hour: int, speaks_hour: int) -> None:
    resting = policy({"quiet_from": "12:00", "quiet_to": "14:00"})

    spoken = resting.awake(beijing_moment(DAY, hour=hour))

    assert spoken == beijing_moment(DAY, hour=speaks_hour)


@pytest.mark.parametrize(
    ("day", "speaks_on"),
    [
        (date(2026, 6, 5), date(2026, 6, 5)),
        (date(2026, 6, 6), date(2026, 6, 8)),
        (date(2026, 10, 1), date(2026, 10, 8)),
        (date(2036, 10, 1), date(2036, 10, 1)),
    ],
    ids=["a Friday", "a Saturday", "the national holiday", "a year nobody knows yet"],
)
def test_a_hospital_may_wait_for_the_next_working_day(day: date, speaks_on: date) -> None:
    waiting = policy({"waits_on_days_off": True})

    assert waiting.working(beijing_moment(day, hour=9)) == beijing_moment(speaks_on, hour=9)
    assert policy().working(beijing_moment(day, hour=9)) == beijing_moment(day, hour=9)


@pytest.mark.parametrize(
    "layer",
    [{"letters_a_day": 0}, {"quiet_from": "soon"}, {"colour": "red"}],
    ids=["no letter", "no time", "nothing that can be set"],
)
def test_what_cannot_be_set_is_refused(layer: Mapping[str, object]) -> None:
    with pytest.raises(pydantic.ValidationError):
        policy(layer)


def test_pauses_double_and_end() -> None:
    pauses = [next_try(attempts=tried, now=NOW) for tried in range(1, MOST_ATTEMPTS + 1)]

    minutes = [pause and (pause - NOW) // timedelta(minutes=1) for pause in pauses]
    assert minutes == [1, 2, 4, 8, 16, None]


@pytest.mark.parametrize(
    ("steps", "states"), [(NEXT, ReminderState), (NEXT_WORDING, WordingState)],
    ids=["reminder", "wording"],
)  # fmt: skip
def test_every_state_has_its_steps_and_can_be_reached(
    steps: Mapping[str, frozenset[str]], states: type[ReminderState] | type[WordingState]
) -> None:
    values = {state.value for state in states}

    reached = {next(iter(values & {"pending", "draft"}))}.union(*steps.values())

    assert steps.keys() == values
    assert reached == values
