"""From nothing to the newest schema, which is what the models say; and all the way back."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from booking.entering import OVERLAP
from core.db import Base
from deploy import migration
from deploy.migrate import ROOT, migrate
from tests.grounds import Grounds

OWN = "yunyu_migrations"


@pytest.fixture
def config() -> Config:
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


@pytest.fixture
def empty(engine: sa.Engine) -> Iterator[sa.Engine]:
    """A database of its own, with nothing in it."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text(f"create database {OWN}"))
        own = sa.create_engine(engine.url.set(database=OWN))
        yield own
        own.dispose()
        connection.execute(sa.text(f"drop database {OWN}"))


@pytest.fixture
def migrated(grounds: Grounds) -> Iterator[sa.Engine]:
    """A database of its own: a copy of the tests', which was brought from nothing to head."""
    own = grounds.copy(grounds.empty, OWN)
    yield own
    own.dispose()
    with grounds.empty.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.execute(sa.text(f"drop database {OWN}"))


@pytest.fixture
def run(migrated: sa.Engine, config: Config) -> Callable[..., None]:
    """Run an alembic command on the database."""

    def call(act: Callable[[Config, str], None], revision: str) -> None:
        with migrated.begin() as connection:
            config.attributes["connection"] = connection
            act(config, revision)

    return call


def tables(engine: sa.Engine) -> set[str]:
    return set(sa.inspect(engine).get_table_names())


def constraints(engine: sa.Engine) -> dict[str, str]:
    """Return the definition of every constraint by its name."""
    query = sa.text(
        "select conname, pg_get_constraintdef(oid) from pg_constraint"
        " where connamespace = 'public'::regnamespace"
    )
    with engine.connect() as connection:
        return {row.conname: row.pg_get_constraintdef for row in connection.execute(query)}


def test_there_is_one_head(config: Config) -> None:
    assert len(ScriptDirectory.from_config(config).get_heads()) == 1


@pytest.mark.slow
def test_from_nothing_to_head_is_what_the_models_say(migrated: sa.Engine) -> None:
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
    assert differences == []


@pytest.mark.slow
def test_every_constraint_of_the_models_stands_in_the_database(
    migrated: sa.Engine,
) -> None:
    standing = constraints(migrated)
    Base.metadata.drop_all(migrated)

    Base.metadata.create_all(migrated)

    assert standing == constraints(migrated)
    assert standing[OVERLAP].startswith("EXCLUDE USING gist (int8range(patient_number")


@pytest.mark.slow
def test_every_downgrade_runs_and_the_way_up_again(
    migrated: sa.Engine, run: Callable[..., None]
) -> None:
    before = tables(migrated)

    run(command.downgrade, "base")
    at_base = tables(migrated)
    run(command.upgrade, "head")

    assert at_base == {"alembic_version"}
    assert tables(migrated) == before


@pytest.mark.slow
def test_migrating_twice_changes_nothing(migrated: sa.Engine) -> None:
    before = constraints(migrated)

    migrate(migrated)

    assert constraints(migrated) == before


@pytest.mark.slow
def test_a_migration_that_gives_up_leaves_the_database_as_it_was(
    empty: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    upgrade = command.upgrade

    def breaks(config: Config, revision: str) -> None:
        upgrade(config, revision)
        raise LookupError

    monkeypatch.setattr("deploy.migrate.command.upgrade", breaks)

    with pytest.raises(LookupError):
        migrate(empty)
    assert tables(empty) == set()


@pytest.mark.slow
def test_a_new_migration_is_written_from_what_the_models_have_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    written: list[tuple[str, bool, bool]] = []

    def revision(config: Config, message: str, *, autogenerate: bool) -> None:
        has_schema = "slot" in sa.inspect(config.attributes["connection"]).get_table_names()
        written.append((message, autogenerate, has_schema))

    monkeypatch.setattr("deploy.migration.command.revision", revision)

    migration.write("add rooms")

    assert written == [("add rooms", True, True)]
