"""Those who ask at once share a run, and none can spoil it for another."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any

import pytest
from sqlalchemy.exc import SQLAlchemyError

from core import gathering
from core.gathering import MOST, Gathered

PATIENCE_SECONDS = 10
Clerk = Gathered[int, int]


@dataclass
class Desk:
    """Answers with the tenfold; runs last until it is `opened`, and `faults` fail."""

    faults: dict[int, Exception] = field(default_factory=dict)
    runs: list[list[int]] = field(default_factory=list)
    opened: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)

    def run(self, asked: Sequence[int]) -> list[int]:
        """Take note of a run, wait for the desk to open, and answer or refuse all of it."""
        with self._lock:
            self.runs.append(list(asked))
        assert self.opened.wait(PATIENCE_SECONDS)
        for one in asked:
            if one in self.faults:
                raise self.faults[one]
        return [10 * one for one in asked]


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def clerk(desk: Desk) -> Iterator[Clerk]:
    """One run at a time."""
    clerk = Clerk(desk.run, runs=1, alone=2)
    yield clerk
    desk.opened.set()
    clerk.close()


async def turns() -> None:
    """Let everybody on the loop have a turn."""
    for _ in range(5):
        await asyncio.sleep(0)


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something is true."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():
            await asyncio.sleep(0.001)


def crowd(desk: Desk, clerk: Clerk, asked: Sequence[int]) -> list[int | BaseException]:
    """Let 0 begin, let the others come meanwhile in their order, then open; return all answers."""

    async def whole() -> list[int | BaseException]:
        first = asyncio.create_task(clerk(0))
        await until(lambda: desk.runs == [[0]])
        others = [asyncio.create_task(clerk(one)) for one in asked]
        await turns()
        desk.opened.set()
        return await asyncio.gather(first, *others, return_exceptions=True)

    return asyncio.run(whole())


def test_a_lone_caller_waits_for_nobody(
    desk: Desk, clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "LINGER_SECONDS", 3600)
    desk.opened.set()

    async def one_after_another() -> list[int]:
        return [await clerk(1), await clerk(2)]

    assert asyncio.run(one_after_another()) == [10, 20]
    assert desk.runs == [[1], [2]]


def test_who_comes_during_a_run_shares_the_next_one_in_the_order_of_coming(
    desk: Desk, clerk: Clerk
) -> None:
    answers = crowd(desk, clerk, [3, 1, 2])

    assert answers == [0, 30, 10, 20]
    assert desk.runs == [[0], [3, 1, 2]]


def test_after_company_a_run_waits_a_moment_for_those_who_come_back(
    desk: Desk, clerk: Clerk
) -> None:
    crowd(desk, clerk, [1, 2, 3, 4, 5, 6])

    async def back() -> list[int]:
        first = asyncio.create_task(clerk(7))
        await turns()
        return [await clerk(8), await first]

    assert asyncio.run(back()) == [80, 70]
    assert desk.runs[2:] == [[7, 8]]


def test_half_as_many_as_the_last_time_are_company_enough(
    desk: Desk, clerk: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "LINGER_SECONDS", 3600)
    crowd(desk, clerk, [1, 2, 3, 4])

    async def two() -> list[int]:
        return await asyncio.gather(clerk(5), clerk(6))

    assert asyncio.run(two()) == [50, 60]
    assert desk.runs[2:] == [[5, 6]]


def test_a_second_run_begins_when_as_many_wait_as_are_run_for(desk: Desk) -> None:
    clerk = Clerk(desk.run, runs=2, alone=1)

    async def whole() -> list[int]:
        first = asyncio.create_task(clerk(1))
        await until(lambda: desk.runs == [[1]])
        second = asyncio.create_task(clerk(2))
        await until(lambda: len(desk.runs) == 2)
        desk.opened.set()
        return await asyncio.gather(first, second)

    assert asyncio.run(whole()) == [10, 20]
    clerk.close()


@pytest.mark.parametrize(
    "fault", [SQLAlchemyError("refused"), LookupError("a defect")], ids=["refused", "defective"]
)
def test_one_who_fails_spoils_it_for_nobody(desk: Desk, clerk: Clerk, fault: Exception) -> None:
    desk.faults[2] = fault

    answers = crowd(desk, clerk, [1, 2, 3])

    assert answers == [0, 10, fault, 30]
    assert desk.runs[1] == [1, 2, 3]
    assert sorted(desk.runs[2:]) == [[1], [2], [3]]


def test_after_a_failure_the_next_caller_is_served(desk: Desk, clerk: Clerk) -> None:
    desk.faults[1] = SQLAlchemyError("refused")
    desk.opened.set()

    async def two() -> list[int | BaseException]:
        failed = await asyncio.gather(clerk(1), return_exceptions=True)
        return [*failed, await clerk(2)]

    assert asyncio.run(two()) == [desk.faults[1], 20]


def test_who_gives_up_leaves_the_others_their_answers(desk: Desk, clerk: Clerk) -> None:
    async def whole() -> list[int | BaseException]:
        calls = [asyncio.create_task(clerk(0))]
        await until(lambda: desk.runs == [[0]])
        calls += [asyncio.create_task(clerk(one)) for one in (1, 2)]
        await turns()
        calls[1].cancel()
        desk.opened.set()
        return await asyncio.gather(*calls, return_exceptions=True)

    first, gone, other = asyncio.run(whole())

    assert [first, other] == [0, 20]
    assert isinstance(gone, asyncio.CancelledError)


def test_a_run_is_bounded(desk: Desk, clerk: Clerk) -> None:
    answers = crowd(desk, clerk, range(1, MOST + 3))

    assert answers == [10 * one for one in range(MOST + 3)]
    assert [len(run) for run in desk.runs] == [1, MOST, 2]


def rush(clerk: Clerk) -> Coroutine[Any, Any, list[int]]:
    """Have 32 callers ask one thing after another, 2,000 in all."""

    async def caller(first: int) -> list[int]:
        return [await clerk(one) for one in range(first, 2_000, 32)]

    async def whole() -> list[int]:
        told = await asyncio.gather(*map(caller, range(32)))
        return sorted(answer for answers in told for answer in answers)

    return whole()


@pytest.mark.slow
def test_under_a_rush_everybody_gets_their_own_answer(desk: Desk) -> None:
    desk.opened.set()
    clerk = Clerk(desk.run, runs=2, alone=1)

    answers = asyncio.run(rush(clerk))
    clerk.close()

    assert answers == [10 * one for one in range(2_000)]
    assert sorted(one for run in desk.runs for one in run) == list(range(2_000))
    assert len(desk.runs) < 1_000
