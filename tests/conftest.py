"""Fixtures every test may use: the cast, an undone database, a clock that stands still."""

import gc
import tempfile
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from argon2 import PasswordHasher
from werkzeug.test import Client

import accounts.actions_hospital
import accounts.sign_in
import app
from core import crypto, embedded
from core.clock import FixedClock
from core.db import Database, Session
from core.house import House
from deploy.migrate import migrate
from tests import world
from tests.grounds import Ground, Grounds, empty
from tests.make import Make
from tests.phone import Phone
from tests.whole import Whole
from wechat import assembly
from wechat.login import FakeLogin


@pytest.hookimpl(trylast=True)  # hypothesis marks its own first
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no worker is left alone with one at the end.

    Being traced for coverage doubles the price of a test. So property tests, which walk a thousand
    times where others walk once, are not traced, and of a claim with many cases the first one is.
    """
    claims = set()
    for item in items:
        claim = item.nodeid.partition("[")[0]
        if item.get_closest_marker("hypothesis") or claim in claims:
            item.add_marker("no_cover")
        claims.add(claim)
    long = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (not item.get_closest_marker("browser"), item.path not in long))


def pytest_collection_finish() -> None:
    """Look for dead rings seldom, and never among what lives as long as the tests do.

    Every walk through some thousand collected tests would cost a seventh of their time.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


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
        patch.setattr(accounts.actions_hospital, "hasher", cheap)
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
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                # Nobody misses the data of a test that the machine did not survive.
                connection.execute(sa.text("alter system set fsync = off"))
                connection.execute(sa.text("select pg_reload_conf()"))
            engine.dispose()
            yield server.url


@pytest.fixture(scope="session")
def grounds(database_url: str) -> Iterator[Grounds]:
    grounds = Grounds(database_url)
    yield grounds
    grounds.close()


@pytest.fixture(scope="session")
def engine(grounds: Grounds) -> sa.Engine:
    return grounds.empty.engine


@pytest.fixture
def ground(request: pytest.FixtureRequest, grounds: Grounds) -> Ground:
    """The database that holds what the test asks for already, and nothing else."""
    if "articles" in request.fixturenames:
        return grounds.shelved
    return grounds.settled if "cast" in request.fixturenames else grounds.empty


@pytest.fixture
def database(ground: Ground) -> Iterator[world.UndoneDatabase]:
    """A database in which everything a test does is undone."""
    with ground.engine.connect() as connection:
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
        empty(connection)


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
def cast(ground: Ground) -> world.Cast:
    """Everybody, in the house before the test began."""
    return ground.cast()


@pytest.fixture
def house(database: world.UndoneDatabase, clock: world.MovableClock) -> House:
    return House(world.SETTINGS, database, clock)


@pytest.fixture
def login() -> FakeLogin:
    return FakeLogin()


@pytest.fixture(scope="session")
def pages() -> APIFlask:
    """The pages of a house that is not there yet; to lay out their routes outlasts most tests."""
    nowhere = Database("postgresql+psycopg:///nowhere")
    return app.create_app(House(world.SETTINGS, nowhere, FixedClock(world.NOW)), login=FakeLogin())


@pytest.fixture
def program(house: House, login: FakeLogin, cast: world.Cast, pages: APIFlask) -> Whole:
    """The whole web program, with everybody in the house."""

    def move_in(house: House, *, login: FakeLogin) -> APIFlask:
        pages.extensions.update(yunyu=house, login=login)
        return pages

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "create_app", move_in)
        return Whole(app.lanes(house, login=login, wechat=assembly.accounts(house.settings)))


@pytest.fixture
def client(program: Whole) -> Client:
    """A browser that nobody is signed in with."""
    return Client(program)


@pytest.fixture
def chat(program: Whole, clock: world.MovableClock) -> Callable[[str], Phone]:
    """Give somebody a phone: `chat("oOA_lin").say("我的产检")`."""
    return partial(Phone, Client(program), clock)


@pytest.fixture
def sign_in(program: Whole) -> Callable[[str], Client]:
    """Sign somebody of the staff in at the console: `sign_in("author").get("/console/")`."""

    def sign_in(username: str) -> Client:
        desk = Client(program)
        card = {"username": username, "password": world.PASSWORD}
        assert desk.post("/console/sign-in", data=card).status_code == 303
        return desk

    return sign_in


@pytest.fixture
def articles(ground: Ground) -> Mapping[str, str]:
    """Some of the library, published before the test began: article id by slug."""
    return ground.articles


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
