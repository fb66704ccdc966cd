"""After every storm: nothing oversold, nothing lost, nobody booked twice."""

import random
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import Future, wait
from threading import Event

import pytest

from benchmarks.market import Market, Town
from booking.check import Fault, prove
from tests.booking.storms.conftest import PEOPLE, PLACES, Booked
from tests.booking.storms.crowd import Told, rush
from tests.booking.storms.gates import Gate

pytestmark = pytest.mark.slow

CLIENTS = 64
KILLS, KILL_EVERY = 3, 50
PATIENCE_SECONDS = 60


def faults(town: Town) -> list[Fault]:
    with town.house.database.transaction() as session:
        return prove(session)


def ports(gates: Sequence[Gate]) -> list[int]:
    return [gate.port for gate in gates]


def told(asked: Sequence[Future[Told]]) -> list[Told]:
    return [one.result(timeout=PATIENCE_SECONDS) for one in asked]


def until(asked: Sequence[Future[Told]], count: int) -> None:
    """Wait until so many were told something."""
    tick = Event()
    while sum(one.done() for one in asked) < count:
        tick.wait(0.002)


def kill_gates(gates: Sequence[Gate], asked: Sequence[Future[Told]]) -> None:
    """Kill a worker at a random moment, start it again, and so on."""
    chance = random.Random(4)  # noqa: S311 - which moment, not a secret
    for kill in range(KILLS):
        until(asked, kill * KILL_EVERY + chance.randrange(KILL_EVERY))
        victim = chance.choice(gates)
        victim.kill()
        victim.open()


def check_all_told_is_true(answers: Sequence[Told], booked: Booked) -> None:
    """Check that who was told yes has an appointment, and nobody else."""
    yes = [one.appointment_id for one in answers if one.status == 201]
    assert len(yes) == len(set(yes)) == PLACES
    assert set(yes) == booked.ids()
    assert Counter(one.status for one in answers) == {201: PLACES, 409: PEOPLE - PLACES}


def test_64_phones_for_100_places_that_ask_twice(
    town: Town, fair: Market, gates: Sequence[Gate], booked: Booked
) -> None:
    asked = rush(
        ports(gates), clients=CLIENTS, people=range(PEOPLE), slot_id=fair.hot[0], repeats=2
    )

    answers = told(asked)

    check_all_told_is_true(answers, booked)
    assert faults(town) == []


def test_workers_killed_at_random_lose_no_confirmation(
    town: Town, fair: Market, gates: Sequence[Gate], booked: Booked
) -> None:
    asked = rush(ports(gates), clients=CLIENTS, people=range(PEOPLE), slot_id=fair.hot[0])

    kill_gates(gates, asked)
    answers = told(asked)

    assert max(one.tries for one in answers) > 1
    check_all_told_is_true(answers, booked)
    assert faults(town) == []


def test_a_killed_database_that_comes_back_lost_no_confirmation(
    town: Town, fair: Market, gates: Sequence[Gate], booked: Booked
) -> None:
    asked = rush(ports(gates), clients=CLIENTS, people=range(PEOPLE), slot_id=fair.hot[0])

    until(asked, 20)
    town.postgres.kill()
    town.server.start()
    wait(asked, timeout=PATIENCE_SECONDS)
    answers = told(asked)

    assert max(one.tries for one in answers) > 1
    check_all_told_is_true(answers, booked)
    assert faults(town) == []
