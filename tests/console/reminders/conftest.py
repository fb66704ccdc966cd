"""A worker beside the console: reminders planned, sent and refused in the same undone database."""

from datetime import date, timedelta

import pytest

from core.clock import beijing_moment
from core.house import House
from scheduler import actions
from scheduler.models import TickRun
from scheduler.rhythm import EVERY
from scheduler.ticks import Worker
from tests import world
from tests.console import wards
from tests.console.people import name
from tests.make import Make
from tests.scheduler.due import PLAN_AND_SEND
from tests.scheduler.test_plans import LAST_PERIOD, SERUM
from wechat.errors import NotSubscribed
from wechat.login import FakeLogin
from wechat.messages import FakeMessenger
from wechat.push import DeliveryOutcome

EVENING = beijing_moment(SERUM, hour=18)
"""A window of Lin opened this morning, and her appointment is tomorrow at nine."""

TODAY, TOMORROW = SERUM, SERUM + timedelta(days=1)
NEXT_WEEK = date(2026, 6, 25)


@pytest.fixture
def messenger():
    return FakeMessenger()


@pytest.fixture
def beat(database, clock, messenger):
    """Let the worker plan and send once."""
    worker = Worker(House(world.SETTINGS, database, clock), messenger, FakeLogin())

    def once():
        for tick in PLAN_AND_SEND:
            tick.act(worker)

    return once


@pytest.fixture
def lin(database, cast, clock):
    """Lin, with her name and number, is pregnant and has an appointment; it is the evening."""
    name(database, cast.mother, phone=wards.PHONE)
    with database.transaction() as session:
        make = Make(session, cast)
        pregnancy = make.pregnancy(last_period_day=LAST_PERIOD)
        make.appointment(starts_at=beijing_moment(TOMORROW, hour=9), pregnancy=pregnancy)
    clock.set_to(EVENING)
    return pregnancy


@pytest.fixture
def spoken(lin, database, beat, clock):
    """Both were sent; the first arrived, of the second nothing is known yet."""
    beat()
    with database.transaction() as session:
        actions.note_delivery(
            session, msg_id="1", outcome=DeliveryOutcome.DELIVERED, now=clock.now()
        )
    return lin


@pytest.fixture
def refused(lin, messenger, beat):
    """Neither reached her."""
    for _ in range(2):
        messenger.fail_next(NotSubscribed(43101))
    beat()
    return lin


@pytest.fixture
def ticking(database, clock):
    """Say that every tick has just run, but for those that are named."""

    def run(*, but=()):
        with database.transaction() as session:
            session.add_all(
                TickRun(
                    name=each, started_at=clock.now(), finished_at=clock.now(), handled=0,
                    milliseconds=1, failure=None,
                )
                for each in EVERY
                if each not in but
            )  # fmt: skip

    return run
