"""A worker with a fake messenger, over the undone database and over the real one."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from accounts.actions import withdraw_consent
from accounts.models import Purpose
from booking.models import Appointment
from core.clock import beijing_moment
from core.db import Database, Session
from core.house import House
from handbook.models import Pregnancy
from scheduler import ticks
from scheduler.models import Letter, Reminder
from scheduler.ticks import Tick, Worker
from tests import world
from tests.make import Make
from tests.scheduler.due import DUE, EVENING, PLAIN, Change, Reminders
from tests.scheduler.test_plans import LAST_PERIOD, SERUM
from wechat.login import FakeLogin
from wechat.messages import FakeMessenger

Beat = Callable[..., None]


@pytest.fixture
def messenger() -> FakeMessenger:
    return FakeMessenger()


@pytest.fixture
def login() -> FakeLogin:
    return FakeLogin()


@pytest.fixture
def worker(
    database: world.UndoneDatabase, clock: world.MovableClock, messenger: FakeMessenger,
    login: FakeLogin,
) -> Worker:  # fmt: skip
    return Worker(House(world.SETTINGS, database, clock), messenger, login)


@pytest.fixture
def real_worker(
    real_database: Database, clock: world.MovableClock, messenger: FakeMessenger, login: FakeLogin
) -> Worker:
    return Worker(House(world.SETTINGS, real_database, clock), messenger, login)


@pytest.fixture
def beat(worker: Worker, session: Session) -> Beat:
    """Let some ticks of the house run once, or all of them."""

    def once(*only: Tick) -> None:
        session.flush()
        for tick in only or ticks.TICKS:
            tick.act(worker)
        session.expire_all()

    return once


@pytest.fixture
def reminders(session: Session) -> Callable[[], list[Reminder]]:
    """Return the reminders of the two plainest rules, in the order they are due."""

    def found() -> list[Reminder]:
        session.expire_all()
        plain = sa.select(Reminder).where(Reminder.rule.in_(PLAIN))
        return list(session.scalars(plain.order_by(Reminder.due_at, Reminder.id)))

    return found


@pytest.fixture
def all_reminders(session: Session) -> Callable[[], list[Reminder]]:
    """Return every reminder, in the order they are due."""

    def found() -> list[Reminder]:
        session.expire_all()
        return list(session.scalars(sa.select(Reminder).order_by(Reminder.due_at, Reminder.rule)))

    return found


@pytest.fixture
def letters(session: Session) -> Callable[[], list[Letter]]:
    """Return every letter, in the order they were claimed."""

    def found() -> list[Letter]:
        session.expire_all()
        return list(session.scalars(sa.select(Letter).order_by(Letter.claimed_at, Letter.id)))

    return found


@pytest.fixture
def pregnancy(make: Make) -> Pregnancy:
    """Lin's: its next window opens on 18 June."""
    return make.pregnancy(last_period_day=LAST_PERIOD)


@pytest.fixture
def appointment(make: Make, pregnancy: Pregnancy) -> Appointment:
    """Lin's, on the day after that; its reminder is due that evening."""
    return make.appointment(
        starts_at=beijing_moment(SERUM + timedelta(days=1), hour=9), pregnancy=pregnancy
    )


@pytest.fixture
def lose(make: Make, pregnancy: Pregnancy, clock: world.MovableClock) -> Change:
    return lambda: make.loss(pregnancy, now=clock.now())


@pytest.fixture
def withdraw(session: Session, cast: world.Cast, clock: world.MovableClock) -> Change:
    return lambda: withdraw_consent(
        session, person=cast.mother, purpose=Purpose.MESSAGES, now=clock.now()
    )


@pytest.fixture
def both_due(appointment: Appointment, clock: world.MovableClock) -> None:
    """Both kinds of reminders of one pregnancy, due now."""
    clock.moment = EVENING


@pytest.fixture
def due(make: Make, clock: world.MovableClock) -> None:
    """One reminder of Lin, due now."""
    make.appointment()
    clock.moment = DUE


@pytest.fixture
def reminder(reminders: Reminders) -> Callable[[], Reminder]:
    def one() -> Reminder:
        (found,) = reminders()
        return found

    return one
