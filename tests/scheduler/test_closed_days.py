"""What opens waits for a day on which somebody gives that care; a last call does not."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from booking.models import Care, Slot
from booking.models_supply import Clinic
from core.clock import beijing_moment
from core.db import Session
from scheduler.models import Reminder, ReminderState
from tests import world
from tests.make import Make
from tests.scheduler.conftest import Beat
from tests.scheduler.due import PLAN_AND_SEND
from tests.scheduler.test_plans import SERUM

MORNING = beijing_moment(SERUM, hour=9)
DAY = timedelta(days=1)


@pytest.fixture
def closed(make: Make, session: Session, clock: world.MovableClock) -> Slot:
    """The only session of today that gives the care which opens today: 停诊."""
    slot = make.slot(starts_at=MORNING + timedelta(hours=1))
    slot.is_closed = True
    session.flush()
    clock.moment = MORNING
    return slot


@pytest.mark.usefixtures("pregnancy", "closed")
def test_on_a_closed_day_what_opens_waits_for_the_next(
    beat: Beat, reminder: Callable[[], Reminder], clock: world.MovableClock
) -> None:
    beat(*PLAN_AND_SEND)
    waits = (reminder().state, reminder().next_at)

    clock.moment = MORNING + DAY
    beat(*PLAN_AND_SEND)

    assert waits == (ReminderState.PENDING, MORNING + DAY)
    assert reminder().state is ReminderState.SENT


@pytest.mark.usefixtures("pregnancy", "closed")
def test_one_open_session_is_enough(
    make: Make, beat: Beat, reminder: Callable[[], Reminder]
) -> None:
    make.slot(starts_at=MORNING + timedelta(hours=2))

    beat(*PLAN_AND_SEND)

    assert reminder().state is ReminderState.SENT


@pytest.mark.usefixtures("pregnancy")
def test_a_closed_clinic_of_other_care_holds_nothing(
    session: Session, closed: Slot, beat: Beat, reminder: Callable[[], Reminder]
) -> None:
    session.get_one(Clinic, closed.clinic_id).care = Care.ULTRASOUND
    session.flush()

    beat(*PLAN_AND_SEND)

    assert reminder().state is ReminderState.SENT
