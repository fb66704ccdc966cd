"""A worker with a fake messenger, over the undone database and over the real one."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from core.db import Database, Session
from core.house import House
from scheduler import ticks
from scheduler.models import Reminder
from scheduler.ticks import Tick, Worker
from tests import world
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
    """Return every reminder, in the order they are due."""

    def found() -> list[Reminder]:
        session.expire_all()
        return list(session.scalars(sa.select(Reminder).order_by(Reminder.due_at, Reminder.id)))

    return found
