"""The databases that tests begin from: filled once, for that takes longer than most tests."""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy import orm

from core.db import Base
from tests import shelf, world

KEPT_STATEMENTS = 5_000
"""Compiled statements an engine remembers: all tests share one, and ask more than a house does."""


@dataclass(frozen=True)
class Ground:
    """A database that every test finds as it was made.

    Attributes:
        people: the cast, pickled, so that each test has people of its own to change.
        articles: article id by slug.
    """

    engine: sa.Engine
    people: bytes = b""
    articles: Mapping[str, str] = field(default_factory=dict)

    def cast(self) -> world.Cast:
        """Return everybody, as a transaction that is over left them."""
        cast: world.Cast = pickle.loads(self.people)  # noqa: S301 - we wrote it
        return cast


class Grounds:
    """The databases of one server; each is made when first asked for, as a copy of the last."""

    def __init__(self, url: str) -> None:
        self.empty = Ground(_engine(sa.make_url(url)))
        self._engines = [self.empty.engine]

    @cached_property
    def settled(self) -> Ground:
        """With the cast in the house."""
        engine = self.copy(self.empty, "settled")
        with orm.Session(engine, expire_on_commit=False) as session, session.begin():
            cast = world.settle(session)
        return Ground(engine, pickle.dumps(cast))

    @cached_property
    def shelved(self) -> Ground:
        """With some of the library on the shelf, too."""
        engine = self.copy(self.settled, "shelved")
        with orm.Session(engine, expire_on_commit=False) as session, session.begin():
            articles = shelf.publish(session, self.settled.cast())
        return Ground(engine, self.settled.people, articles)

    def close(self) -> None:
        """Leave the server."""
        for engine in self._engines:
            engine.dispose()

    def copy(self, ground: Ground, name: str) -> sa.Engine:
        """Copy a database that nobody uses at the moment."""
        ground.engine.dispose()
        url = ground.engine.url
        beside = sa.create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with beside.connect() as connection:
            connection.execute(sa.text(f"create database {name} template {url.database}"))
        beside.dispose()
        self._engines.append(_engine(url.set(database=name)))
        return self._engines[-1]


def _engine(url: sa.URL) -> sa.Engine:
    return sa.create_engine(url, query_cache_size=KEPT_STATEMENTS)


def empty(connection: sa.Connection) -> None:
    """Empty the tables that hold something: to empty all of them takes far longer."""
    holding = (
        sa.select(sa.literal(name)).where(sa.select(table).exists())
        for name, table in Base.metadata.tables.items()
    )
    if names := connection.scalars(sa.union_all(*holding)).all():
        connection.execute(sa.text(f"truncate {', '.join(names)} restart identity cascade"))
