"""The same reminders as jobs of APScheduler's own store, and of Procrastinate.

Both are given what they need to do their best: jobs that do nothing, one hospital, one process.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import procrastinate
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from procrastinate import types

from core.clock import SystemClock

DOWN = timedelta(seconds=60)
PATIENCE_SECONDS = 120
PAUSE_SECONDS = 0.01
CALLS_AT_ONCE = 8
QUIET_SECONDS = 2.0
"""A scheduler that told nobody for so long is taken to be done."""

TOLD: list[int] = []


@dataclass(frozen=True)
class Rival:
    """Jobs planned and run a second, and the share that was run after a minute's stop."""

    name: str
    planned: float
    told: float
    after_stop: float

    def line(self) -> str:
        """Return a line of the table."""
        return (
            f"{self.name:<26} plans {self.planned:8.0f} /s   tells {self.told:8.0f} /s   "
            f"after 60 s down {self.after_stop:.0%}"
        )


def tell(number: int) -> None:
    """Be the job: tell one person."""
    TOLD.append(number)


def of_apscheduler(url: str, *, jobs: int) -> Rival:
    """Measure APScheduler 3 with its SQLAlchemy store."""
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
    beat = BackgroundScheduler(jobstores={"default": SQLAlchemyJobStore(url)}, timezone="UTC")
    beat.start(paused=True)
    due = SystemClock().now()
    planned = _per_second(
        jobs, lambda: _added(beat, range(jobs), due, {"misfire_grace_time": None})
    )
    TOLD.clear()
    told = _per_second(jobs, lambda: _run_until(beat, jobs))
    _added(beat, range(jobs), due - DOWN, {})
    TOLD.clear()
    _run_until(beat, jobs)
    beat.shutdown()
    return Rival("APScheduler, its own store", planned, told, len(TOLD) / jobs)


def of_procrastinate(url: str, *, jobs: int) -> Rival:
    """Measure Procrastinate, planning in batches."""
    app = procrastinate.App(
        connector=procrastinate.PsycopgConnector(conninfo=url.replace("+psycopg", ""))
    )
    app.task(name="tell")(tell)
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
    with app.open():
        app.schema_manager.apply_schema()
        due = SystemClock().now()
        planned = _per_second(jobs, lambda: _deferred(app, range(jobs), due))
    TOLD.clear()
    told = _per_second(jobs, lambda: _worked_off(app))
    with app.open():
        _deferred(app, range(jobs), due - DOWN)
    TOLD.clear()
    _worked_off(app)
    return Rival("Procrastinate", planned, told, len(set(TOLD)) / jobs)


def _per_second(jobs: int, act: Callable[[], None]) -> float:
    begun = time.perf_counter()
    act()
    return jobs / (time.perf_counter() - begun)


def _added(
    beat: BackgroundScheduler, numbers: Sequence[int], due: datetime, manner: dict[str, None]
) -> None:
    for number in numbers:
        beat.add_job(tell, "date", run_date=due, args=[number], id=str(number), **manner)


def _run_until(beat: BackgroundScheduler, jobs: int) -> None:
    beat.resume()
    told, since = -1, time.monotonic()
    while len(TOLD) < jobs and time.monotonic() - since < QUIET_SECONDS:
        if len(TOLD) != told:
            told, since = len(TOLD), time.monotonic()
        time.sleep(PAUSE_SECONDS)
    beat.pause()


def _deferred(app: procrastinate.App, numbers: Sequence[int], due: datetime) -> None:
    given: list[types.JSONDict] = [{"number": number} for number in numbers]
    app.configure_task("tell", schedule_at=due).batch_defer(*given)


def _worked_off(app: procrastinate.App) -> None:
    app.run_worker(wait=False, concurrency=CALLS_AT_ONCE, install_signal_handlers=False)
