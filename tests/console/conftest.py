"""The console on its own, and somebody at its desk."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from console.pages import blueprint
from core.clock import FixedClock
from core.house import House
from handbook.models import Pregnancy
from handbook.models_lives import Child
from tests import world
from tests.console import wards
from tests.console.desk import Desk
from tests.console.people import name


class MovableClock(FixedClock):
    """A clock that a test sets."""

    def __init__(self) -> None:
        super().__init__(world.NOW)

    def set_to(self, moment) -> None:
        object.__setattr__(self, "moment", moment)


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture(scope="session")
def console() -> Flask:
    """The console of a house that is not there yet; to lay out its routes outlasts most tests."""
    app = Flask("console-under-test")
    app.register_blueprint(blueprint)
    return app


@pytest.fixture
def client(console: Flask, database: world.UndoneDatabase, clock: FixedClock) -> FlaskClient:
    console.extensions["yunyu"] = House(world.SETTINGS, database, clock)
    return console.test_client()


@pytest.fixture
def desk(client: FlaskClient, cast: world.Cast) -> Callable[[str], Desk]:
    """Sign somebody in: `desk("author")`."""

    def sign_in(username: str) -> Desk:
        client.post("/console/sign-in", data={"username": username, "password": world.PASSWORD})
        return Desk(client)

    return sign_in


@pytest.fixture
def pregnancy(database: world.UndoneDatabase, cast: world.Cast) -> Pregnancy:
    """Lin, with her name and number, is 20 weeks pregnant today."""
    name(database, cast.mother, phone=wards.PHONE)
    with database.transaction() as session:
        return wards.expect(session, cast.mother, by=cast.care_worker, days=140)


@pytest.fixture
def child(database: world.UndoneDatabase, cast: world.Cast) -> Child:
    """Mei's daughter is 200 days old today."""
    with database.transaction() as session:
        return wards.child_of(session, cast)
