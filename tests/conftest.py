"""Fixtures every test may use: the cast, an undone database, a clock that stands still."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from werkzeug.test import Client

import accounts.actions
import accounts.sign_in
import app
from bot.callback import Callback
from core import crypto, embedded
from core.db import Database, Session
from core.house import House
from deploy.migrate import migrate
from tests import shelf, world
from tests.make import Make
from tests.phone import Phone
from wechat import assembly
from wechat.login import FakeLogin


@pytest.fixture(autouse=True, scope="session")
def keys() -> None:
    crypto.install(
        crypto.KeyRing.parse(world.SETTINGS.field_keys, index_key=world.SETTINGS.index_key)
    )


@pytest.fixture(autouse=True, scope="session")
def cheap_passwords() -> Iterator[None]:
    """Hash passwords at the least cost: the tests hash hundreds, and guard nothing."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts.sign_in, "hasher", cheap)
        patch.setattr(accounts.actions, "hasher", cheap)
        yield


@pytest.fixture(scope="session")
def database_url() -> Iterator[str]:
    """A real PostgreSQL with the newest schema, ended with the tests."""
    with tempfile.TemporaryDirectory(prefix="yunyu-test-") as folder:
        # The server may have to run as another user, who must be able to walk in.
        Path(folder).chmod(0o711)
        with embedded.running(Path(folder)) as server:
            engine = sa.create_engine(server.url)
            migrate(engine)
            engine.dispose()
            yield server.url


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[sa.Engine]:
    engine = sa.create_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def database(engine: sa.Engine) -> Iterator[world.UndoneDatabase]:
    """A database in which everything a test does is undone."""
    with engine.connect() as connection:
        transaction = connection.begin()
        yield world.UndoneDatabase(connection)
        transaction.rollback()


@pytest.fixture
def real_database(database_url: str, engine: sa.Engine) -> Iterator[Database]:
    """A database with real commits, for races and processes; emptied afterwards."""
    # One connection for each caller of the largest storm: none of them waits for the pool.
    database = Database(database_url, pool_size=64)
    yield database
    database.engine.dispose()
    with engine.begin() as connection:
        names = sa.inspect(connection).get_table_names()
        tables = ", ".join(f'"{name}"' for name in names if name != "alembic_version")
        connection.execute(sa.text(f"truncate {tables} restart identity cascade"))


@pytest.fixture
def session(database: world.UndoneDatabase) -> Iterator[Session]:
    """A session of the undone database."""
    with database.transaction() as session:
        yield session


@pytest.fixture
def now() -> datetime:
    return world.NOW


@pytest.fixture
def clock(now: datetime) -> world.MovableClock:
    return world.MovableClock(now)


@pytest.fixture
def cast(database: world.UndoneDatabase) -> world.Cast:
    """Everybody, committed (to the test's own transaction)."""
    with database.transaction() as session:
        return world.settle(session)


@pytest.fixture
def house(database: world.UndoneDatabase, clock: world.MovableClock) -> House:
    return House(world.SETTINGS, database, clock)


@pytest.fixture
def login() -> FakeLogin:
    return FakeLogin()


@pytest.fixture
def program(house: House, login: FakeLogin, cast: world.Cast) -> Callback:
    """The whole web program, with everybody in the house."""
    return app.program(house, login=login, wechat=assembly.accounts(house.settings))


@pytest.fixture
def client(program: Callback) -> Client:
    """A browser that nobody is signed in with."""
    return Client(program)


@pytest.fixture
def chat(program: Callback, clock: world.MovableClock) -> Callable[[str], Phone]:
    """Give somebody a phone: `chat("oOA_lin").say("我的产检")`."""
    return partial(Phone, Client(program), clock)


@pytest.fixture
def sign_in(program: Callback) -> Callable[[str], Client]:
    """Sign somebody of the staff in at the console: `sign_in("author").get("/console/")`."""

    def sign_in(username: str) -> Client:
        desk = Client(program)
        card = {"username": username, "password": world.PASSWORD}
        assert desk.post("/console/sign-in", data=card).status_code == 303
        return desk

    return sign_in


@pytest.fixture
def articles(database: world.UndoneDatabase, cast: world.Cast) -> dict[str, str]:
    """Some of the library, published: article id by slug."""
    with database.transaction() as session:
        return shelf.publish(session, cast)


@pytest.fixture
def root() -> Path:
    return world.ROOT


@pytest.fixture
def make(session: Session, cast: world.Cast) -> Make:
    """Factories in the undone database."""
    return Make(session, cast)


@pytest.fixture
def real_cast(real_database: Database) -> world.Cast:
    """Everybody, with real commits."""
    with real_database.transaction() as session:
        return world.settle(session)
