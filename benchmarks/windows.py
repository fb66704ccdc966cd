"""How long one day's answer takes: which items open, and which fall overdue, for whom.

    python -m benchmarks.windows [--families 1000000] [--check]

A seventh of the families are pregnant, the others have a child under seven; each child has a visit
and two doses in its record. A tenth of them are measured first: when ten times the rows take about
as much longer as the answer is longer, the cost grows with the answer, not with the table. With
`--check` the program fails above the limits.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from core import embedded
from core.db import Database, Session
from deploy.migrate import migrate
from handbook.care.schedule import CURRENT, CURRENT_CHILD
from handbook.standing.windows import opening_between, overdue_between

TODAY = date(2026, 6, 1)
SHARE = 7
"""One family in seven is pregnant: a year of pregnancies beside six years of childhood."""

MOST_SECONDS = 10.0
MOST_MEGABYTES = 500.0
ROUNDS = 5

FILL = """
insert into family (id, hospital_id, created_at)
select 'fam_' || number, 'hos_bench', now()
from generate_series(%(low)s::int, %(high)s::int) as number;
insert into person (id, family_id, role, created_at)
select 'per_' || number, 'fam_' || number, 'mother', now()
from generate_series(%(low)s::int, %(high)s::int) as number;
insert into pregnancy (id, family_id, person_id, hospital_id, state, schedule, last_period_day,
                       due_day, dating_source, opened_at, known_at)
select 'prg_' || number, 'fam_' || number, 'per_' || number, 'hos_bench', 'ongoing', %(edition)s,
       day, day + 280, 'last_period', now(), now()
from (select number, %(today)s::date - (number / %(share)s::int %% 290)::int as day
      from generate_series(%(low)s::int, %(high)s::int) as number
      where number %% %(share)s::int = 0) as her;
insert into child (id, family_id, hospital_id, schedule, birth_day, birth_rank, sex, state,
                   opened_at, known_at)
select 'chd_' || number, 'fam_' || number, 'hos_bench', %(child_edition)s,
       %(today)s::date - (number %% 2556)::int, 1,
       case when number %% 2 = 0 then 'female' else 'male' end, 'living', now(), now()
from generate_series(%(low)s::int, %(high)s::int) as number where number %% %(share)s::int <> 0;
insert into visit_record (id, child_id, item_key, reported_day, reported_by_id, reported_at)
select 'vis_' || id, id, 'c01', birth_day, 'per_' || substr(id, 5), now() from child
where substr(id, 5)::bigint between %(low)s::int and %(high)s::int;
insert into dose_record (id, child_id, vaccine, number, reported_day, reported_by_id, reported_at)
select 'dos_' || id || vaccine, id, vaccine, 1, birth_day, 'per_' || substr(id, 5), now()
from child, unnest(array['HepB', 'BCG']) as vaccine
where substr(id, 5)::bigint between %(low)s::int and %(high)s::int;
"""
HOSPITAL = """
insert into hospital (id, name, phone, emergency_phone, address, oa_appid, created_at)
values ('hos_bench', '-', '-', '-', '-', 'wxbench', now())
"""


@dataclass(frozen=True)
class Figures:
    """What one day's answer took at a size of the house."""

    families: int
    rows: int
    seconds: float


def main(arguments: Sequence[str]) -> int:
    """Measure a tenth, then all; print; return 1 if `--check` was given and a limit is passed."""
    given = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="yunyu-bench-") as folder:
        # The server may have to run as another user, who must be able to walk in.
        Path(folder).chmod(0o711)
        with embedded.running(Path(folder)) as server:
            database = Database(server.url)
            migrate(database.engine)
            few, many = _measured(database, given.families)
            database.engine.dispose()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for one in (few, many):
        print(f"{one.families:>9} families: {one.rows:>6} rows in {one.seconds:6.3f} s")
    print(
        f"{many.families / few.families:.1f} x families, {many.rows / few.rows:.1f} x answer,"
        f" {many.seconds / few.seconds:.1f} x time; most memory of this process {megabytes:.0f} MB"
    )
    is_over = many.seconds > MOST_SECONDS or megabytes > MOST_MEGABYTES
    return 1 if given.check and is_over else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=1_000_000)
    parser.add_argument("--check", action="store_true", help="fail above the limits")
    return parser


def _measured(database: Database, families: int) -> tuple[Figures, Figures]:
    with database.transaction() as session:
        session.connection().exec_driver_sql(HOSPITAL)
    tenth = families // 10
    _settle(database, 1, tenth)
    few = _figures(database, tenth)
    _settle(database, tenth + 1, families)
    return few, _figures(database, families)


def _settle(database: Database, low: int, high: int) -> None:
    with database.transaction() as session:
        fill(session, low=low, high=high)
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(sa.text("vacuum analyze"))


def fill(session: Session, *, low: int, high: int) -> None:
    """Let the families of these numbers be there (both included); the hospital is there already."""
    given = {
        "low": low, "high": high, "today": TODAY, "edition": CURRENT,
        "child_edition": CURRENT_CHILD, "share": SHARE,
    }  # fmt: skip
    for statement in FILL.strip().removesuffix(";").split(";\n"):
        session.connection().exec_driver_sql(statement, given)


def _figures(database: Database, families: int) -> Figures:
    """Return the fastest of some rounds, each of its own day so that none is remembered."""
    best = Figures(families, 0, float("inf"))
    for step in range(ROUNDS):
        day = TODAY + timedelta(days=step)
        begun = time.monotonic()
        with database.transaction() as session:
            rows = sum(_answer(session, day, edition) for edition in (CURRENT, CURRENT_CHILD))
        seconds = time.monotonic() - begun
        if seconds < best.seconds:
            best = Figures(families, rows, seconds)
    return best


def _answer(session: Session, day: date, edition: str) -> int:
    """Count as it comes, as a planner of reminders would that writes batches."""
    opening = sum(1 for _ in opening_between(session, edition=edition, from_day=day, to_day=day))
    late = sum(1 for _ in overdue_between(session, edition=edition, from_day=day, to_day=day))
    return opening + late


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
