"""An evening of its own for the storms, with a sky above it."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from benchmarks import evening, storm
from benchmarks.evening import Evening
from benchmarks.hands import Flaw
from benchmarks.sky import Sky, listening
from benchmarks.storm import Aftermath, Force

WOMEN = 400

Rage = Callable[[Force, Flaw], Aftermath]


@pytest.fixture(scope="package")
def due_evening() -> Iterator[Evening]:
    with evening.evening() as found:
        engine = found.house.database.engine
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # Workers die here, not the machine: nobody misses what it did not write through.
            connection.execute(sa.text("alter system set fsync = off"))
            connection.execute(sa.text("select pg_reload_conf()"))
        with found.house.database.transaction() as session:
            evening.fill(session, low=1, high=WOMEN)
        yield found


@pytest.fixture
def rage(due_evening: Evening) -> Iterator[Rage]:
    """Let a storm of some force go over the evening, under a sky that forgot the last one."""
    sky = Sky(due_evening.house.clock, seed=5)
    with listening(sky) as address:
        due_evening.environment["YUNYU_WECHAT_API_URL"] = address

        def rage(force: Force, flaw: Flaw) -> Aftermath:
            evening.planned(due_evening.house, women=force.letters, over=storm.EVENING)
            return storm.rage(due_evening, sky, force, flaw=flaw)

        yield rage
