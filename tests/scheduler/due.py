"""What tests of reminders share: two ticks, and an evening on which both kinds are due."""

from collections.abc import Callable
from datetime import date, timedelta

from core.clock import beijing_moment
from scheduler import ticks
from scheduler.models import Reminder, ReminderKind, ReminderState
from tests.scheduler.test_plans import SERUM

PLAN = next(tick for tick in ticks.TICKS if tick.name == "plan")
SEND = next(tick for tick in ticks.TICKS if tick.name == "send")
ERASE = next(tick for tick in ticks.TICKS if tick.name == "erase")
PLAN_AND_SEND = (PLAN, SEND)

PLAIN = ("day_before", "window_opens")
"""An appointment of tomorrow, and a window that opens: the rules most tests look at."""

MINUTE = timedelta(minutes=1)
DUE = beijing_moment(date(2026, 6, 2), hour=18)
"""When Lin's appointment of 3 June at 10:00 is reminded of."""

Reminders = Callable[[], list[Reminder]]
Change = Callable[[], None]

EVENING = beijing_moment(SERUM, hour=18)
"""On 18 June at 18:00 both reminders are due."""


def states(found: list[Reminder]) -> set[tuple[ReminderKind, ReminderState, str | None]]:
    return {(one.kind, one.state, one.reason) for one in found}


BOTH = (ReminderKind.APPOINTMENT, ReminderKind.CARE_WINDOW)
"""The kinds that are due on that evening."""


def dropped(reason: str) -> set[tuple[ReminderKind, ReminderState, str | None]]:
    return {(kind, ReminderState.DROPPED, reason) for kind in BOTH}
