"""Letters handed to a platform that answers at once, by workers in processes of their own."""

import logging
import multiprocessing
import os
import statistics
import time
from collections.abc import Mapping, MutableSequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Barrier

import sqlalchemy as sa

from benchmarks.evening import DUE, Evening
from benchmarks.stage import cpu_seconds
from core.db import rows
from core.house import House, opened
from scheduler import sending, ticks
from scheduler.models import Reminder, ReminderState
from scheduler.ticks import Worker
from wechat.login import FakeLogin
from wechat.messages import FakeMessenger, Sent

FORK = multiprocessing.get_context("forkserver")
PATIENCE_SECONDS = 600
BEAT = timedelta(seconds=2)
"""How often the worker looks (`scheduler/rhythm.py`)."""

DWELL = """
select percentile_cont(0.5) within group (order by waited) as p50,
       percentile_cont(0.99) within group (order by waited) as p99
from (
    select extract(epoch from letter.sent_at - reminder.due_at) as waited
    from reminder join letter on letter.id = reminder.letter_id
) as told
"""

IDLE_LOOKS = 20
"""Looks of one turn at a table in which nothing is due."""

CALL_SECONDS = 0.1
"""What a call of the real platform takes."""


@dataclass(frozen=True)
class Rush:
    """How long it took, how many calls were made, and how many reminders stand as sent, as open.

    `processor_seconds` is what workers and database used, which a busy machine changes little.
    """

    seconds: float
    processor_seconds: float
    calls: int
    sent: int
    open: int


class Instant(FakeMessenger):
    """A platform that takes everything at once and remembers only how often it was called."""

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    def send_template(
        self,
        openid: str,
        template_id: str,
        values: Mapping[str, str],
        *,
        url: str,
        client_msg_id: str,
    ) -> Sent:
        """Take a message."""
        self.calls += 1
        return Sent(client_msg_id)


def rush(evening: Evening, *, workers: int) -> Rush:
    """Let workers hand over everything that is due, and look what stands then."""
    calls, gate = FORK.RawArray("q", workers), FORK.Barrier(workers + 1)
    used = FORK.RawArray("d", workers)
    at_work = [
        FORK.Process(target=_work, args=(dict(evening.environment), calls, used, which, gate))
        for which in range(workers)
    ]
    for one in at_work:
        one.start()
    gate.wait(PATIENCE_SECONDS)
    begun, before = time.perf_counter(), cpu_seconds(evening.postgres)
    gate.wait(PATIENCE_SECONDS)
    seconds = time.perf_counter() - begun
    processor = sum(used) + cpu_seconds(evening.postgres) - before
    gate.wait(PATIENCE_SECONDS)
    for one in at_work:
        one.join(PATIENCE_SECONDS)
    with evening.house.database.transaction() as session:
        counted = sa.select(Reminder.state, sa.func.count()).group_by(Reminder.state)
        states = {row[0]: row[1] for row in session.execute(counted)}
    is_open = states.get(ReminderState.PENDING, 0) + states.get(ReminderState.SENDING, 0)
    return Rush(seconds, processor, sum(calls), states.get(ReminderState.SENT, 0), is_open)


def _work(
    environment: Mapping[str, str],
    calls: MutableSequence[int],
    used: MutableSequence[float],
    which: int,
    gate: Barrier,
) -> None:
    logging.disable(logging.CRITICAL)
    with opened({**os.environ, **environment}) as house:
        messenger = Instant()
        worker = Worker(house, messenger, FakeLogin())
        with house.database.transaction() as session:
            session.execute(sa.select(1))
        gate.wait(PATIENCE_SECONDS)
        begun = time.process_time()
        while ticks.send(worker):
            pass
        calls[which], used[which] = messenger.calls, time.process_time() - begun
        gate.wait(PATIENCE_SECONDS)
        # The database counts what a connection used only while it stands.
        gate.wait(PATIENCE_SECONDS)


def idle_seconds(evening: Evening) -> float:
    """Return the seconds of a tick that finds nothing due: the median of some looks."""
    worker = Worker(evening.house, Instant(), FakeLogin())
    taken = []
    for _ in range(IDLE_LOOKS):
        begun = time.perf_counter()
        ticks.send(worker)
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


class Passing:
    """A clock that passes as the simulation says."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        """Return the moment it shows."""
        return self.moment


class Calling(Instant):
    """A platform whose every call lets time pass, as many calls at once as the worker makes."""

    def __init__(self, clock: Passing) -> None:
        super().__init__()
        self._clock = clock

    def send_template(
        self,
        openid: str,
        template_id: str,
        values: Mapping[str, str],
        *,
        url: str,
        client_msg_id: str,
    ) -> Sent:
        """Take a message, and some time."""
        self._clock.moment += timedelta(seconds=CALL_SECONDS / sending.THREADS)
        return super().send_template(
            openid, template_id, values, url=url, client_msg_id=client_msg_id
        )


def dwell_seconds(evening: Evening, *, over: timedelta) -> tuple[float, float]:
    """Let one worker beat while letters fall due; return median and p99 of due -> handed over.

    Its own time and the platform's pass on a clock of the simulation.
    """
    clock = Passing(DUE)
    house: House = replace(evening.house, clock=clock)
    worker = Worker(house, Calling(clock), FakeLogin())
    while clock.moment < DUE + over + 2 * BEAT:
        begun = time.perf_counter()
        ticks.send(worker)
        clock.moment += timedelta(seconds=time.perf_counter() - begun) + BEAT
    with evening.house.database.transaction() as session:
        (found,) = rows(session, DWELL, {})
    return float(found.p50), float(found.p99)
