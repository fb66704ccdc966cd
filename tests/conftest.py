"""Fixtures every test may use: the cast, an undone database, a clock that stands still."""

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from core import crypto, embedded
from core.clock import FixedClock
from core.db import Database, Session
from deploy.migrate import migrate
from tests import world


@pytest.fixture(autouse=True, scope="session")
def keys() -> None:
    crypto.install(
        crypto.KeyRing.parse(world.SETTINGS.field_keys, index_key=world.SETTINGS.index_key)
    )


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
    database = Database(database_url)
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
def clock(now: datetime) -> FixedClock:
    return FixedClock(now)


@pytest.fixture
def cast(database: world.UndoneDatabase) -> world.Cast:
    """Everybody, committed (to the test's own transaction)."""
    with database.transaction() as session:
        return world.settle(session)


@pytest.fixture
def root() -> Path:
    return world.ROOT
