"""The console on its own, and somebody at its desk."""

from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from console.pages import blueprint
from core.clock import FixedClock
from core.house import House
from tests import world
from tests.console.desk import Desk


class MovableClock(FixedClock):
    """A clock that a test sets."""

    def __init__(self) -> None:
        super().__init__(world.NOW)

    def set_to(self, moment) -> None:
        object.__setattr__(self, "moment", moment)


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords as cheaply as Argon2 allows: these tests are not about its strength."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("accounts.actions.hasher", cheap)
    monkeypatch.setattr("accounts.sign_in.hasher", cheap)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def client(database: world.UndoneDatabase, clock: FixedClock) -> FlaskClient:
    app = Flask("console-under-test")
    app.extensions["yunyu"] = House(world.SETTINGS, database, clock)
    app.register_blueprint(blueprint)
    return app.test_client()


@pytest.fixture
def desk(client: FlaskClient, cast: world.Cast) -> Callable[[str], Desk]:
    """Sign somebody in: `desk("author")`."""

    def sign_in(username: str) -> Desk:
        client.post("/console/sign-in", data={"username": username, "password": world.PASSWORD})
        return Desk(client)

    return sign_in
