"""What the front gate puts together and every door is handed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core import crypto, embedded, settings
from core.clock import Clock, ShiftedClock, SystemClock
from core.db import Database
from core.settings import Settings


@dataclass(frozen=True)
class House:
    """The house as a door sees it: its settings, its database, its clock."""

    settings: Settings
    database: Database
    clock: Clock


@contextmanager
def opened(environment: Mapping[str, str]) -> Iterator[House]:
    """Keep a house open while the block runs: keys installed, database reachable.

    Without a database address the embedded server is started, or joined if it runs already.

    Raises:
        BadSettings: a setting is unknown, missing or cannot be read.
        ValueError: a key cannot be read.
    """
    read = settings.read(environment)
    crypto.install(crypto.KeyRing.parse(read.field_keys, index_key=read.index_key))
    clock = ShiftedClock(Path(read.clock_file)) if read.clock_file else SystemClock()
    with _database_url(read) as url:
        database = Database(url, pool_size=read.pool_size)
        try:
            yield House(read, database, clock)
        finally:
            database.engine.dispose()


@contextmanager
def _database_url(read: Settings) -> Iterator[str]:
    if read.database_url:
        yield read.database_url
        return
    with embedded.running(read.data_folder) as server:
        yield server.url
