"""People signed in at the mini-program, and the client they use."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from bot.callback import Callback
from tests import scene, world
from tests.miniapp.booking_cast import Hospital
from wechat.login import FakeLogin, Identity

API = "/api/v1"
OWN = {"X-Yunyu": "1"}


@dataclass
class Signed:
    """A client of the JSON door; `headers` go with every call."""

    client: Client
    headers: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **query: str) -> TestResponse:
        """Ask."""
        return self.client.get(f"{API}{path}", query_string=query, headers=self.headers)

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Write, from our own page."""
        return self._write("POST", path, body, headers)

    def put(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        """Replace, from our own page."""
        return self._write("PUT", path, body, headers)

    def delete(self, path: str) -> TestResponse:
        """Take away, from our own page."""
        return self.client.delete(f"{API}{path}", headers=self.headers | OWN)

    def book(
        self, slot_id: str, *, key: str = "key-1", item_key: str | None = None
    ) -> TestResponse:
        """Book a slot."""
        body = {"slot_id": slot_id, "item_key": item_key}
        return self._write("POST", "/appointments", body, {"Idempotency-Key": key})

    def act(self, path: str, body: Any = None, *, key: str = "act-1") -> TestResponse:
        """Write with an idempotency key, as every act of booking is."""
        return self._write("POST", path, body, {"Idempotency-Key": key})

    def _write(self, method: str, path: str, body: Any, headers: dict[str, str]) -> TestResponse:
        return self.client.open(
            f"{API}{path}", method=method, json=body, headers=self.headers | OWN | headers
        )


@pytest.fixture
def stranger(program: Callback) -> Signed:
    """Somebody who is not signed in."""
    return Signed(Client(program))


@pytest.fixture
def signed(program: Callback, login: FakeLogin) -> Callable[[str], Signed]:
    """Sign somebody in by her unionid at the Official Account: `signed("uoOA_lin")`."""

    def sign_in(unionid: str) -> Signed:
        login.people["js-code"] = Identity(f"mp-of-{unionid}", unionid)
        begun = Signed(Client(program)).post("/sessions", {"code": "js-code"})
        return Signed(Client(program), {"Authorization": f"Bearer {begun.json['token']}"})

    return sign_in


@pytest.fixture
def lin(signed: Callable[[str], Signed]) -> Signed:
    """Lin: has agreed to the handbook and to messages."""
    return signed("uoOA_lin")


@pytest.fixture
def mei(signed: Callable[[str], Signed]) -> Signed:
    """Mei: has agreed to nothing."""
    return signed("uoOA_mei")


@pytest.fixture
def expecting(database: world.UndoneDatabase, cast: world.Cast) -> None:
    """Lin is 12 weeks and 4 days pregnant."""
    with database.transaction() as session:
        scene.expecting(session, cast.mother)


@pytest.fixture
def antenatal(database: world.UndoneDatabase, cast: world.Cast) -> scene.Desk:
    """A clinic for antenatal visits, open on Wednesday at 08:30 and 09:00."""
    with database.transaction() as session:
        return scene.desk(session, cast.hospital)


@pytest.fixture
def hospital(
    database: world.UndoneDatabase, cast: world.Cast, clock: world.MovableClock
) -> Hospital:
    """The other side of the desk."""
    return Hospital(database, cast, clock)


@pytest.fixture
def booked(lin: Signed, antenatal: scene.Desk) -> Any:
    """An appointment of Lin, on Wednesday at 08:30, as she was told."""
    return lin.book(antenatal.slots[0].id).json
