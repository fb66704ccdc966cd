"""A connection that rested is asked whether its server still answers; a dead one is made anew."""

import pytest
import sqlalchemy as sa

from core import db
from core.db import Database

KILL = sa.text(
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid() and application_name = 'mine'"
)


@pytest.fixture
def mine(database_url: str) -> Database:
    return Database(f"{database_url}&application_name=mine", pool_size=2)


def ask(database: Database) -> int:
    with database.transaction() as session:
        return int(session.scalar(sa.text("select 1")) or 0)


def test_after_the_server_dropped_its_connections_the_next_request_is_served(
    mine: Database, engine: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "RESTED_SECONDS", 0.0)
    ask(mine)
    with engine.begin() as connection:
        killed = connection.execute(KILL).rowcount

    answered = [ask(mine), ask(mine)]
    mine.engine.dispose()

    assert killed == 1
    assert answered == [1, 1]


def test_a_connection_in_use_a_moment_ago_is_not_asked(
    mine: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "RESTED_SECONDS", 3600.0)

    answered = [ask(mine), ask(mine)]
    mine.engine.dispose()

    assert answered == [1, 1]
