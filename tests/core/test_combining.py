"""Callers who come at once share a run, and none can spoil it for another."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event

import pytest
from sqlalchemy.exc import SQLAlchemyError

from core.combining import MOST, Combined

PATIENCE_SECONDS = 10
Submit = Callable[[int], Future[int]]


@dataclass
class Desk:
    """Answers with the tenfold; the first run lasts until `opened`, and `refused` are refused."""

    refused: frozenset[int] = frozenset()
    defective: frozenset[int] = frozenset()
    runs: list[list[int]] = field(default_factory=list)
    began: Event = field(default_factory=Event)
    opened: Event = field(default_factory=Event)

    def run(self, asked: Sequence[int]) -> list[int]:
        """Take note of a run, wait for the desk to open, and answer or refuse all of it."""
        self.runs.append(list(asked))
        self.began.set()
        assert self.opened.wait(PATIENCE_SECONDS)
        if not self.refused.isdisjoint(asked):
            raise SQLAlchemyError("refused")
        if not self.defective.isdisjoint(asked):
            raise LookupError("a defect")
        return [10 * one for one in asked]


def crowd(desk: Desk, asked: Sequence[int]) -> list[Future[int]]:
    """Let 0 begin, let the others come meanwhile in their order, then open; return all calls."""
    combined = Combined[int, int](desk.run)
    with ThreadPoolExecutor(len(asked) + 1) as threads:
        calls = [threads.submit(combined, 0)]
        assert desk.began.wait(PATIENCE_SECONDS)
        for come, one in enumerate(asked, start=1):
            calls.append(threads.submit(combined, one))
            _wait_for(combined, come)
        desk.opened.set()
    return calls


def _wait_for(combined: Combined[int, int], count: int) -> None:
    """Wait until so many callers wait."""
    tick = Event()
    while len(combined._waiting) < count:
        tick.wait(0.001)


def test_a_lone_caller_waits_for_nobody() -> None:
    desk = Desk()
    desk.opened.set()
    combined = Combined[int, int](desk.run)

    answers = [combined(1), combined(2)]

    assert answers == [10, 20]
    assert desk.runs == [[1], [2]]


def test_who_comes_during_a_run_shares_the_next_one_in_the_order_of_coming() -> None:
    desk = Desk()

    calls = crowd(desk, [3, 1, 2])

    assert [call.result() for call in calls] == [0, 30, 10, 20]
    assert desk.runs == [[0], [3, 1, 2]]


def test_two_leaders_run_at_once() -> None:
    desk = Desk()
    combined = Combined[int, int](desk.run, leaders=2)

    with ThreadPoolExecutor(2) as threads:
        calls = list(map(threads.submit, [combined, combined], [1, 2]))
        while len(desk.runs) < 2:
            Event().wait(0.001)
        desk.opened.set()

    assert [call.result() for call in calls] == [10, 20]


def test_one_who_is_refused_spoils_it_for_nobody() -> None:
    desk = Desk(refused=frozenset({2}))

    calls = crowd(desk, [1, 2, 3])

    assert [call.exception() is None for call in calls] == [True, True, False, True]
    assert isinstance(calls[2].exception(), SQLAlchemyError)
    assert [calls[at].result() for at in (0, 1, 3)] == [0, 10, 30]
    assert sorted(desk.runs[2:]) == [[1], [2], [3]]


def test_a_defect_ends_the_leader_and_whoever_has_it_and_nobody_else() -> None:
    desk = Desk(defective=frozenset({2}))

    calls = crowd(desk, [1, 2, 3])

    assert isinstance(calls[1].exception(), LookupError)
    assert isinstance(calls[2].exception(), LookupError)
    assert [calls[0].result(), calls[3].result()] == [0, 30]


@pytest.mark.parametrize("fault", [{"refused": frozenset({1})}, {"defective": frozenset({1})}],
                         ids=["refused", "defective"])  # fmt: skip
def test_after_a_failure_the_next_caller_is_served(fault: dict[str, frozenset[int]]) -> None:
    desk = Desk(**fault)
    desk.opened.set()
    combined = Combined[int, int](desk.run)
    with pytest.raises((SQLAlchemyError, LookupError)):
        combined(1)

    assert combined(2) == 20


def test_a_run_is_bounded() -> None:
    desk = Desk()

    calls = crowd(desk, range(1, MOST + 3))

    assert [call.result() for call in calls] == [10 * one for one in range(MOST + 3)]
    assert [len(run) for run in desk.runs] == [1, MOST, 2]


@pytest.mark.slow
def test_under_a_rush_everybody_gets_their_own_answer() -> None:
    desk = Desk()
    desk.opened.set()
    combined = Combined[int, int](desk.run, leaders=2)

    with ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(combined, range(2_000)))

    assert answers == [10 * one for one in range(2_000)]
    assert sorted(one for run in desk.runs for one in run) == list(range(2_000))
