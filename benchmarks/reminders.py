"""How fast reminders are planned, looked for and told, beside two others that run jobs.

    python -m benchmarks.reminders [--families N] [--rows N] [--letters N] [--storm N] [--check]

Planned: one day of all families. Looked for: a tick that finds nothing due, in a small and in a
large table. Told: claimed, the truth asked, words made, handed to a platform that answers at once,
and recorded, by two workers. After a stop of a minute and of a day everything has its end and
nothing comes twice. With `--storm` so many letters go through `benchmarks/storm.py`, with 200
workers killed for each 100,000. With `--check` the program fails below the floors.
"""

import argparse
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from benchmarks import evening, rivals, storm, windows
from benchmarks.evening import DAY, DUE, Evening
from benchmarks.hands import Flaw
from benchmarks.rush import dwell_seconds, idle_seconds, rush
from benchmarks.sky import Sky, listening
from core import embedded
from core.clock import beijing_moment
from core.db import Database
from deploy.migrate import migrate
from scheduler.plans import plan

MILLION = 1_000_000
MOST_SECONDS, MOST_MEGABYTES = 20.0, 500.0
"""For planning one day of a million families."""

FEW_ROWS, LOOKS = 10_000, 40
MOST_IDLE_SECONDS, MOST_GROWTH = 0.020, 1.5
LEAST_TOLD, WORKERS = 10_000, 2
LONGEST_DWELL, A_LARGE_EVENING = 60.0, 100_000
"""Seconds from due to handed over, for 99 of 100; and letters that fall due within an hour."""

AT_ONCE = 5_000
STOPS = {"a minute": timedelta(seconds=60), "a day": DAY}

FILLER = """
insert into reminder (
    id, hospital_id, person_id, kind, rule, edition, occasion, subject_id, urgency, due_at,
    next_at, too_late_at, state, planned_at, settled_at
)
select 'rem_filler_' || n, 'hos_evening', 'per_' || (1 + n %% %(women)s::int), 'stage_letter',
       'filler', '-', 'filler/' || n, '-', 3, at, at, at + interval '2 days',
       case when n %% 100 = 0 then 'pending' else 'sent' end, at,
       case when n %% 100 > 0 then at end
from generate_series(%(low)s::int, %(high)s::int) as n, lateral (
    select case when n %% 100 = 0 then %(now)s + interval '1 day'
           else %(now)s - n %% 1000 * interval '1 day' end as at
) as moment
"""
"""What was told in three years, and one in a hundred that is due tomorrow."""


KNOWN_LONG_AGO = "update {table} set known_at = '2026-01-01', opened_at = '2026-01-01'"


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and return 1 if `--check` was given and a floor is not reached."""
    given = _parser().parse_args(arguments)
    below = list(_planning(given.families))
    with evening.evening() as ground:
        with ground.house.database.transaction() as session:
            evening.fill(session, low=1, high=max(given.letters, given.storm, AT_ONCE))
        below += _telling(ground, given.letters)
        below += _stopping(ground, given.letters)
        below += _dwelling(ground, given.letters)
        _rivals(ground, given.jobs)
        below += _storm(ground, given.storm)
    below += _idling(given.rows)
    for fault in below:
        print(f"below the floor: {fault}")
    return 1 if given.check and below else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=MILLION, help="of the large table")
    parser.add_argument("--letters", type=int, default=20_000)
    parser.add_argument("--jobs", type=int, default=1_000, help="given to the others")
    parser.add_argument("--storm", type=int, default=0, help="letters in the storm; 0: none")
    parser.add_argument("--check", action="store_true", help="fail below the floors")
    return parser


def _planning(families: int) -> Iterator[str]:
    """Plan one more day of all families, as the worker does each morning."""
    with tempfile.TemporaryDirectory(prefix="yunyu-bench-") as folder:
        # The server may have to run as another user, who must be able to walk in.
        Path(folder).chmod(0o711)
        with embedded.running(Path(folder)) as server:
            database = Database(server.url)
            migrate(database.engine)
            seconds, rows = _planned(database, families)
            database.engine.dispose()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"plan a day of {families} families: {rows} rows in {seconds:.1f} s, {megabytes:.0f} MB")
    if seconds > MOST_SECONDS * families / MILLION:
        yield f"a day is planned in {seconds:.1f} s"
    if megabytes > MOST_MEGABYTES:
        yield f"planning takes {megabytes:.0f} MB"


def _planned(database: Database, families: int) -> tuple[float, int]:
    with database.transaction() as session:
        session.connection().exec_driver_sql(windows.HOSPITAL)
        windows.fill(session, low=1, high=families)
        session.connection().exec_driver_sql(
            "insert into guardian (id, child_id, person_id, kind, since_at)"
            " select 'gua_' || id, id, 'per_' || substr(id, 5), 'mother', now() from child"
        )
        for table in ("pregnancy", "child"):
            session.connection().exec_driver_sql(KNOWN_LONG_AGO.format(table=table))
    _analyze(database)
    morning = beijing_moment(windows.TODAY, hour=1)
    with database.transaction() as session:
        plan(session, now=morning)
    begun = time.perf_counter()
    with database.transaction() as session:
        rows = plan(session, now=morning + DAY)
    return time.perf_counter() - begun, rows


def _telling(ground: Evening, letters: int) -> Iterator[str]:
    """Hand everything over, all due at one moment."""
    evening.planned(ground.house, women=letters)
    ground.set_clock(DUE)
    told = rush(ground, workers=WORKERS)
    speed = told.calls / told.seconds
    dear = 1e6 * told.processor_seconds / told.calls
    print(
        f"claim, truth and record: {told.calls} letters, {WORKERS} workers: {speed:.0f} /s,"
        f" {dear:.0f} us of processor a letter"
    )
    if speed < LEAST_TOLD:
        yield f"{speed:.0f} letters a second of {LEAST_TOLD}"
    if told.calls != letters or told.sent != letters:
        yield f"{told.calls} calls and {told.sent} sent for {letters} letters"


def _stopping(ground: Evening, letters: int) -> Iterator[str]:
    """Let the house be down while letters fall due; and let thousands fall due in one second."""
    for name, stop in STOPS.items():
        evening.planned(ground.house, women=letters, over=timedelta(seconds=30))
        ground.set_clock(DUE + stop)
        yield from _ended(ground, f"after {name} down", letters)
    evening.planned(ground.house, women=AT_ONCE, over=timedelta(seconds=1))
    ground.set_clock(DUE + timedelta(seconds=1))
    yield from _ended(ground, f"{AT_ONCE} due in one second", AT_ONCE)


def _ended(ground: Evening, name: str, letters: int) -> Iterator[str]:
    told = rush(ground, workers=WORKERS)
    ended = letters - told.open
    print(f"{name}: {ended / letters:.1%} ended by their rule, {told.calls - told.sent} twice")
    if told.open or told.calls != told.sent:
        yield f"{name}: {told.open} open, {told.calls} calls for {told.sent} sent"


def _dwelling(ground: Evening, letters: int) -> Iterator[str]:
    """Let letters fall due as densely as a large evening's, before a platform that takes time."""
    over = timedelta(hours=1) * letters / A_LARGE_EVENING
    evening.planned(ground.house, women=letters, over=over)
    p50, p99 = dwell_seconds(ground, over=over)
    print(f"dwell at {A_LARGE_EVENING} an hour, one worker: p50 {p50:.1f} s  p99 {p99:.1f} s")
    if p99 > LONGEST_DWELL:
        yield f"dwell p99 {p99:.1f} s of {LONGEST_DWELL}"


def _rivals(ground: Evening, jobs: int) -> None:
    """Give others as many jobs, and ourselves as many letters."""
    url = ground.environment["YUNYU_DATABASE_URL"]
    evening.planned(ground.house, women=jobs)
    ground.set_clock(DUE)
    told = rush(ground, workers=1)
    print(
        f"{'the house, with the truth':<26} tells {told.calls / told.seconds:8.0f} /s, one worker"
    )
    for rival in (rivals.of_apscheduler(url, jobs=jobs), rivals.of_procrastinate(url, jobs=jobs)):
        print(rival.line())


def _storm(ground: Evening, letters: int) -> Iterator[str]:
    """Let the great storm go over them."""
    if not letters:
        return
    evening.planned(ground.house, women=letters, over=storm.EVENING)
    sky = Sky(ground.house.clock, seed=5)
    with listening(sky) as address:
        ground.environment["YUNYU_WECHAT_API_URL"] = address
        force = storm.Force(
            letters, kills=letters // 500, losses=letters // 50, batch=100
        )  # fmt: skip
        after = storm.rage(ground, sky, force, flaw=Flaw.NONE)
    print(f"storm over {letters} letters: {after}")
    found = {
        "lost": after.lost, "doubled": after.doubled, "after a loss": after.after_loss,
        "crossed": after.crossed,
    }  # fmt: skip
    yield from (f"storm: {count} {what}" for what, count in found.items() if count)


def _idling(rows: int) -> Iterator[str]:
    """Look for what is due where nothing is, in a small table and in a large one, by turns."""
    with evening.evening() as small, evening.evening() as large:
        for ground, high in ((small, FEW_ROWS), (large, rows)):
            _fill_up(ground, high)
        rounds = [(idle_seconds(small), idle_seconds(large)) for _ in range(LOOKS)]
    few, many = (statistics.median(taken) for taken in zip(*rounds, strict=True))
    print(f"nothing due: {1e3 * few:.2f} ms in {FEW_ROWS} rows, {1e3 * many:.2f} ms in {rows}")
    if many > MOST_IDLE_SECONDS or many / few > MOST_GROWTH:
        yield f"an idle tick takes {1e3 * many:.1f} ms, {many / few:.1f} times the small table's"


def _fill_up(ground: Evening, high: int) -> None:
    """Let a table hold so many reminders, nothing of which is due."""
    ground.set_clock(DUE)
    with ground.house.database.transaction() as session:
        evening.fill(session, low=1, high=AT_ONCE)
        # Else every row would look for its person: nobody measures that here.
        session.execute(sa.text("set local session_replication_role = replica"))
        given = {"women": AT_ONCE, "low": 1, "high": high, "now": DUE}
        session.connection().exec_driver_sql(FILLER, given)
    _analyze(ground.house.database)


def _analyze(database: Database) -> None:
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(sa.text("vacuum analyze"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
