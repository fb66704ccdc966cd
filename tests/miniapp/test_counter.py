"""The counter answers as the careful way does, and takes it when something may stand against."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import sqlalchemy as sa
from prometheus_client.samples import Sample

from booking import glances
from booking.models import Appointment
from core import metrics
from core.db import Session
from core.house import House
from core.serving import Scope, Taken
from core.wsgi import Pages
from miniapp.counter import PATH, Counter
from tests import scene
from tests.miniapp import obstacles
from tests.miniapp.conftest import Signed
from tests.whole import Request, Whole
from tests.world import Cast, UndoneDatabase


@dataclass
class Careful:
    """The way behind the counter, which remembers that it was taken."""

    pages: Pages
    taken: list[str] = field(default_factory=list)

    async def answer(self, scope: Scope, body: bytes) -> Taken:
        self.taken.append(scope.path)
        return await self.pages.answer(scope, body)

    def close(self) -> None:
        """Leave the pages open: others use them."""


@dataclass
class Both:
    """Asks both ways: the counter, and the way behind it."""

    house: House
    pages: Pages
    token: str
    database: UndoneDatabase

    def ask(self, body: Any, **headers: str) -> tuple[Taken, Taken, bool]:
        """Return the counter's answer, the careful one, and whether the counter gave its own.

        What the first one did is undone before the second is asked.
        """
        request = self._request(body, headers)
        careful = Careful(self.pages)
        with undone(self.database):
            counter = Counter(self.house, otherwise=careful)
            answer = asyncio.run(counter.answer(request, body_of(body)))
            counter.close()
        with undone(self.database):
            behind = asyncio.run(self.pages.answer(request, body_of(body)))
        return answer, behind, careful.taken == []

    def next_key(self, slot_id: str) -> str | None:
        """Return the item that a visit in this slot would be booked for."""
        body = {"slot_id": slot_id}
        with undone(self.database):
            asyncio.run(self.pages.answer(self._request(body, {}), body_of(body)))
            with self.database.transaction() as session:
                return session.scalars(sa.select(Appointment.item_key)).one()

    def _request(self, body: Any, headers: dict[str, str]) -> Request:
        given = {
            "authorization": f"Bearer {self.token}", "x-yunyu": "1", "idempotency-key": "key-1",
            "content-type": "application/json", "content-length": str(len(body_of(body))),
        } | {name.replace("_", "-"): value for name, value in headers.items()}  # fmt: skip
        return Request(
            "POST", PATH, headers={name: value for name, value in given.items() if value}
        )


@contextmanager
def undone(database: UndoneDatabase) -> Iterator[None]:
    """Undo what the block changes."""
    point = database.connection.begin_nested()
    yield
    point.rollback()


def body_of(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


def told(answer: Taken) -> tuple[int, Any]:
    """Return status and body, without what chance or a sequence gave it."""
    body = json.loads(answer.body)
    return answer.status, {key: one for key, one in body.items() if key not in {"id", "number"}}


@pytest.fixture
def both(house: House, program: Whole, lin: Signed, database: UndoneDatabase) -> Both:
    pages = program.lanes["/"].door
    token = lin.headers["Authorization"].removeprefix("Bearer ")
    return Both(house, pages, token, database)


Arrange = Callable[[Session, Cast, scene.Desk], None]


@pytest.mark.parametrize(
    ("arrange", "status", "is_quick"),
    [
        (obstacles.nothing, 201, True),
        (obstacles.a_pregnancy, 201, True),
        (obstacles.the_hospitals_own_rule, 201, True),
        (obstacles.a_full_slot, 409, True),
        (obstacles.a_full_clinic, 409, True),
        (obstacles.a_pregnancy_that_ended, 201, False),
        (obstacles.the_same_key_before, 201, False),
        (obstacles.a_rule_over_a_long_time, 201, False),
        (obstacles.an_overlapping_visit, 409, False),
        (obstacles.as_many_visits_as_allowed, 409, False),
        (obstacles.missed_visits, 409, False),
        (obstacles.a_slot_not_shown_yet, 409, False),
        (obstacles.a_slot_too_soon, 409, False),
        (obstacles.a_clinic_named_for_a_colour, 409, False),
        (obstacles.a_closed_slot, 404, False),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_both_ways_answer_alike(
    both: Both, antenatal: scene.Desk, database: UndoneDatabase, cast: Cast,
    arrange: Arrange, status: int, *, is_quick: bool,
) -> None:  # fmt: skip
    with database.transaction() as session:
        arrange(session, cast, antenatal)

    answer, careful, was_quick = both.ask({"slot_id": antenatal.slots[0].id})

    assert (answer.status, was_quick) == (status, is_quick)
    assert told(answer) == told(careful)
    assert {name for name, _ in answer.headers} == {name for name, _ in careful.headers}


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ({"slot_id": "slt_none"}, {}, 404),
        ({"slot_id": "\x00"}, {}, 400),
        ({"slot_id": "slt_none", "more": 1}, {}, 422),
        (b"{", {}, 400),
        ({"slot_id": "slt_none"}, {"authorization": ""}, 401),
        ({"slot_id": "slt_none"}, {"authorization": "Bearer wrong"}, 401),
        ({"slot_id": "slt_none"}, {"authorization": "", "cookie": "yunyu_family=wrong"}, 401),
        ({"slot_id": "slt_none"}, {"authorization": "", "cookie": "\x01;=="}, 401),
        ({"slot_id": "slt_none"}, {"x_yunyu": ""}, 403),
        ({"slot_id": "slt_none"}, {"idempotency_key": ""}, 400),
        ({"slot_id": "slt_none"}, {"idempotency_key": 81 * "k"}, 400),
        ({"slot_id": "slt_none", "item_key": "no-such"}, {}, 404),
    ],
    ids=["no such slot", "no text", "unknown field", "no json", "no token", "wrong token",
         "wrong cookie", "broken cookie", "foreign page", "no key", "long key", "other item"],
)  # fmt: skip
def test_what_cannot_be_read_goes_the_careful_way(
    both: Both, cast: Cast, body: Any, headers: dict[str, str], status: int
) -> None:
    answer, careful, was_quick = both.ask(body, **headers)

    assert (answer.status, was_quick) == (status, False)
    assert told(answer) == told(careful)


@pytest.mark.parametrize("of_timeline", [True, False], ids=["on her timeline", "unknown"])
def test_the_item_she_names_counts_if_it_is_the_next_one(
    both: Both, antenatal: scene.Desk, database: UndoneDatabase, cast: Cast, *, of_timeline: bool
) -> None:
    with database.transaction() as session:
        scene.expecting(session, cast.mother)
    slot_id = antenatal.slots[0].id
    named = {True: both.next_key(slot_id), False: "no-such-item"}[of_timeline]

    answer, careful, was_quick = both.ask({"slot_id": slot_id, "item_key": named})

    assert was_quick is of_timeline
    assert told(answer) == told(careful)


def test_other_calls_beneath_its_path_go_the_careful_way(both: Both, lin: Signed) -> None:
    listed = lin.get("/appointments")

    assert (listed.status_code, listed.json) == (200, {"items": []})


def test_a_database_that_refuses_the_look_leaves_it_to_the_careful_way(
    both: Both, antenatal: scene.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise sa.exc.OperationalError("look", {}, Exception("away"))

    monkeypatch.setattr(glances, "look", away)

    answer, _, was_quick = both.ask({"slot_id": antenatal.slots[0].id})

    assert (answer.status, was_quick) == (201, False)


def counted() -> Iterator[Sample]:
    return (sample for family in metrics.requests.collect() for sample in family.samples)


def test_its_answers_are_counted_with_those_of_the_careful_way(
    both: Both, antenatal: scene.Desk
) -> None:
    answer, _, _ = both.ask({"slot_id": antenatal.slots[0].id})

    labels = [one.labels for one in counted() if one.labels.get("endpoint") == "api.book"]
    assert answer.status == 201
    assert {"endpoint": "api.book", "status": "201"} in labels
