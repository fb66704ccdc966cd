"""The database: base class of all tables, column types, and the one place that commits."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from enum import Enum
from functools import lru_cache
from typing import Any, TypeVar

import psycopg
import sqlalchemy as sa
from psycopg.rows import namedtuple_row
from sqlalchemy import orm
from sqlalchemy.dialects.postgresql import JSONB

from core import crypto

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

Session = orm.Session
Thing = TypeVar("Thing", bound="Base")

RESTED_SECONDS = 1.0
"""A connection used within this time is taken as alive; asking costs as much as a small statement.
Whoever meets a server that died within it gets an error and tries again."""


AT_ONCE = 8
"""Connections kept for statements without a transaction, which hold one for a millisecond."""

KEPT_PLANS = " ".join(
    f"-c {setting}"
    for setting in (
        "plan_cache_mode=force_generic_plan", "enable_seqscan=off", "enable_hashjoin=off",
        "enable_mergejoin=off", "lock_timeout=2s",
    )
)  # fmt: skip
"""Planning these statements anew would cost more than running them. They find everything by key,
and a plan must not walk through a table because it was made while that table was still empty. Many
people share one statement, so it gives up waiting for a row that somebody holds too long."""


class UtcDateTime(sa.TypeDecorator[datetime]):
    """A moment: aware going in, UTC coming out; a naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse a naive moment."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return the moment in UTC."""
        return None if value is None else value.astimezone(UTC)


class Sealed(sa.TypeDecorator[str]):
    """Text that rests encrypted; `column` names the place and is bound into the seal."""

    impl = sa.LargeBinary
    cache_ok = True

    def __init__(self, column: str) -> None:
        super().__init__()
        self.column = column

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> bytes | None:
        """Seal the text."""
        return None if value is None else crypto.ring().seal(value, column=self.column)

    def process_result_value(self, value: bytes | None, dialect: sa.Dialect) -> str | None:
        """Open the seal."""
        return None if value is None else crypto.ring().open(value, column=self.column)


class Base(orm.DeclarativeBase):
    """Base class of every table."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {
        str: sa.Text,
        datetime: UtcDateTime,
        dict[str, Any]: JSONB,
        list[Any]: JSONB,
        Enum: sa.Enum(
            Enum,
            native_enum=False,
            create_constraint=True,
            length=32,
            values_callable=lambda states: [state.value for state in states],
        ),
    }


class Database:
    """A pool of connections, and transactions that commit at the end of their `with`."""

    def __init__(self, url: str, *, pool_size: int = 16) -> None:
        # An error's message must not carry the values of its statement.
        self.engine = sa.create_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=3,
            pool_use_lifo=True,
            hide_parameters=True,
        )
        sa.event.listen(self.engine, "checkin", _rests)
        sa.event.listen(self.engine, "checkout", _check_alive)
        self._sessions = orm.sessionmaker(self.engine, expire_on_commit=False)
        self._at_once = sa.create_engine(
            url, pool_size=AT_ONCE, max_overflow=0, pool_timeout=3, pool_use_lifo=True,
            pool_reset_on_return=None, hide_parameters=True,
            connect_args={"options": KEPT_PLANS, "prepare_threshold": 0, "autocommit": True},
        )  # fmt: skip
        sa.event.listen(self._at_once, "checkin", _rests)
        sa.event.listen(self._at_once, "checkout", _check_alive)
        self._readings = orm.sessionmaker(self._at_once, expire_on_commit=False)
        sa.event.listen(self.engine, "engine_disposed", lambda _: self._at_once.dispose())

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a transaction; commit when the block ends, roll back when it raises."""
        with self._sessions() as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session for queries only; each sees what is true when it is asked."""
        with self._readings() as session:
            yield session

    def at_once(self, statement: str, given: Mapping[str, object]) -> Sequence[Any]:
        """Run one statement in PostgreSQL's own words, which commits by itself; return its rows.

        For the few statements that all messages share: each is planned once for a connection.
        """
        try:
            # The pool's own proxy: a connection of the engine costs as much as the statement.
            with closing(self._at_once.raw_connection()) as kept:
                return _rows(kept, statement, given)
        except psycopg.Error as refused:
            raise sa.exc.DBAPIError(statement, None, refused, hide_parameters=True) from refused

    def is_alive(self) -> bool:
        """Say whether the server answers now."""
        try:
            with self.engine.connect() as connection:
                connection.execute(sa.text("select 1"))
        except sa.exc.SQLAlchemyError:
            return False
        return True


def _rows(
    kept: sa.PoolProxiedConnection, statement: str, given: Mapping[str, object]
) -> Sequence[Any]:
    driver = kept.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise AssertionError("psycopg is the one driver of the house")
    try:
        cursor = driver.cursor(row_factory=namedtuple_row, binary=True)
        return cursor.execute(statement, given).fetchall()
    except psycopg.Error as refused:
        kept.invalidate(refused)
        raise


def rows(session: Session, statement: str, given: Mapping[str, object]) -> Sequence[Any]:
    """Run a statement in PostgreSQL's own words within the session's transaction.

    It costs a tenth of what the ORM would take: for what every message runs (docs/why/serving.md).
    Changes of the session that are not flushed yet are not seen.
    """
    return session.connection().exec_driver_sql(statement, dict(given)).fetchall()


def as_read(kind: type[Thing], row: Mapping[str, object]) -> Thing:
    """Return a thing as if a session that is closed by now had read it: cheaply.

    What the row does not tell raises when it is asked for, instead of looking empty.
    """
    mapper = kind.__mapper__
    thing: Thing = mapper.class_manager.new_instance()
    orm.attributes.instance_dict(thing).update(row)
    state = orm.attributes.instance_state(thing)
    state.expired_attributes.update(_untold(kind, frozenset(row)))
    state.key = mapper.identity_key_from_primary_key(
        tuple(row[str(one.key)] for one in mapper.primary_key)
    )
    return thing


@lru_cache
def _untold(kind: type[Base], told: frozenset[str]) -> frozenset[str]:
    return frozenset(kind.__mapper__.attrs.keys()) - told


def known(session: Session, thing: Thing) -> Thing:
    """Take a row that `rows` returned into the session, as if the session had read it.

    What is not set is read when asked for. If the session holds this row already, that one counts.
    """
    if sa.inspect(thing).transient:
        orm.make_transient_to_detached(thing)
    key = orm.attributes.instance_state(thing).key
    if key is not None and isinstance(held := session.identity_map.get(key), type(thing)):
        return held
    session.add(thing)
    return thing


def changed(session: Session, statement: sa.Update | sa.Insert | sa.Delete) -> int:
    """Run a writing statement and return how many rows it touched."""
    # An INSERT forgets its row count unless told to keep it.
    options = {"synchronize_session": False, "preserve_rowcount": True}
    result = session.execute(statement, execution_options=options)
    if not isinstance(result, sa.CursorResult):
        raise AssertionError("a writing statement has a row count")
    return result.rowcount


def claim(session: Session, statement: sa.Update | sa.Insert) -> bool:
    """Run a conditional write and say whether exactly one row changed: was the claim won?"""
    return changed(session, statement) == 1


def _rests(dbapi_connection: Any, record: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
    record.info["rests_since"] = time.monotonic()


def _check_alive(dbapi_connection: Any, record: Any, proxy: Any) -> None:  # noqa: ANN401 - as above
    """Ask a connection that rested whether its server still answers; if not, all are made anew."""
    if time.monotonic() - record.info.get("rests_since", time.monotonic()) < RESTED_SECONDS:
        return
    try:
        dbapi_connection.execute("")
        dbapi_connection.rollback()
    except psycopg.Error:
        raise sa.exc.InvalidatePoolError from None
