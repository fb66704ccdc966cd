"""Which items of which families open, or fall overdue, between two days: one statement an edition.

PostgreSQL is handed one stretch of anchor days for each item (`stretches`) and walks an index for
each: the cost grows with the answer, not with the table. What is in the record is left out.

These are candidates: whoever speaks asks the truth again (`queries_standing`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute

from accounts.models import Consent, Purpose
from core.db import Session
from handbook.care.rows import Anchor
from handbook.care.schedule import load
from handbook.models import Pregnancy
from handbook.models_lives import Child, Guardian
from handbook.models_records import DoseRecord, VisitRecord
from handbook.standing.stretches import DAY, FARTHEST, Edge, Stretch, stretches

Day = InstrumentedAttribute[date] | InstrumentedAttribute[date | None]
Reaching = sa.Select[*tuple[Any, ...]]
"""A select of: pregnancy, child, key, since when it is known, anchor day, a plan's last day."""

FETCHED_AT_ONCE = 10_000

ONGOING = sa.text("pregnancy.state = 'ongoing'")
DELIVERED = sa.text("pregnancy.state = 'delivered' and pregnancy.quiet_at is null")
LIVING = sa.text("child.state = 'living'")
"""Written out, not bound: the partial indexes are used only where the planner sees the words."""


@dataclass(frozen=True)
class Reached:
    """An item that somebody reaches; `to_day` is None when the document names no last day.

    `known_at` is since when the pregnancy or child is known as it is.
    """

    pregnancy_id: str | None
    child_id: str | None
    item_key: str
    from_day: date
    to_day: date | None
    known_at: datetime


def opening_between(
    session: Session, *, edition: str, from_day: date, to_day: date
) -> Iterator[Reached]:
    """Yield what opens on these days (both included) and is reminded of.

    Self-checks are not among them: they go with the visit of their age.
    """
    return _reached(session, edition, Edge.OPENS, from_day=from_day, to_day=to_day)


def reaching_between(
    session: Session,
    *,
    edition: str,
    edge: Edge,
    from_day: date,
    to_day: date,
    known_since: datetime | None = None,
) -> Iterator[Reached]:
    """Yield what has an edge on these days (both included) and is reminded of, done or not late.

    `from_day` of what is ideal is its first ideal day. With `known_since` only of those who became
    known, changed, or agreed since.
    """
    among = _Among(known_since)
    return _reached(session, edition, edge, from_day=from_day, to_day=to_day, among=among)


def overdue_between(
    session: Session, *, edition: str, from_day: date, to_day: date
) -> Iterator[Reached]:
    """Yield what is required, not in the record, and late from one of these days on.

    Days to come are allowed: what would fall overdue next week may still be said in time.
    """
    return _reached(session, edition, Edge.OVERDUE, from_day=from_day, to_day=to_day)


def overdue_of_new(
    session: Session, *, edition: str, known_since: datetime, today: date
) -> Iterator[Reached]:
    """Yield all that is late today of those who became known, changed, or agreed since a moment."""
    from_day, among = today - FARTHEST, _Among(known_since)
    return _reached(
        session, edition, Edge.OVERDUE, from_day=from_day, to_day=today, among=among
    )  # fmt: skip


@dataclass(frozen=True)
class _Among:
    """Whose items are looked for: everybody's, or those of who is new since a moment."""

    known_since: datetime | None = None

    def pregnancy(self) -> list[sa.ColumnElement[bool]]:
        """Return the conditions of a pregnancy."""
        agreed = sa.select(Pregnancy.id).join(Consent, Consent.person_id == Pregnancy.person_id)
        return self._conditions(Pregnancy, agreed, Purpose.HANDBOOK)

    def child(self) -> list[sa.ColumnElement[bool]]:
        """Return the conditions of a child."""
        agreed = (
            sa.select(Guardian.child_id)
            .join(Consent, Consent.person_id == Guardian.person_id)
            .where(Guardian.until_at.is_(None))
        )
        return self._conditions(Child, agreed, Purpose.CHILD_RECORD)

    def _conditions(
        self, table: type[Pregnancy] | type[Child], agreed: sa.Select[str], purpose: Purpose
    ) -> list[sa.ColumnElement[bool]]:
        if self.known_since is None:
            return []
        changed = sa.select(table.id).where(table.known_at >= self.known_since)
        agreed = agreed.where(
            Consent.given_at >= self.known_since, Consent.purpose == purpose,
            Consent.withdrawn_at.is_(None),
        )  # fmt: skip
        return [table.id.in_(sa.union(changed, agreed))]


EVERYBODY = _Among()


def _reached(
    session: Session,
    edition: str,
    edge: Edge,
    *,
    from_day: date,
    to_day: date,
    among: _Among = EVERYBODY,
) -> Iterator[Reached]:
    schedule = load(edition)
    found = _stretches(edition, edge, from_day, to_day)
    parts = list(_parts(edition, found, among))
    if schedule.plans and edge is not Edge.IDEAL:
        planned = _planned(edition, edge, from_day=from_day, to_day=to_day)
        parts.append(planned.where(*among.child()))
    if not parts:
        return
    targets = {each.target.key: each.target for each in found}
    days: dict[tuple[str, date], tuple[date, date | None]] = {}
    rows = session.execute(sa.union_all(*parts).execution_options(yield_per=FETCHED_AT_ONCE))
    for pregnancy_id, child_id, key, known_at, anchor_day, last_day in rows:
        if last_day is not None:
            yield Reached(pregnancy_id, child_id, key, anchor_day, last_day, known_at)
            continue
        if (key, anchor_day) not in days:
            days[key, anchor_day] = targets[key].days(anchor_day) or (anchor_day, None)
        yield Reached(pregnancy_id, child_id, key, *days[key, anchor_day], known_at)


@lru_cache(maxsize=64)
def _stretches(edition: str, edge: Edge, from_day: date, to_day: date) -> tuple[Stretch, ...]:
    # Who looks every few seconds asks for the same days all day long.
    return tuple(stretches(load(edition), edge=edge, from_day=from_day, to_day=to_day))


def _parts(edition: str, found: Iterable[Stretch], among: _Among) -> Iterator[Reaching]:
    """Yield one select for each anchor day of each table, with all its stretches."""
    items = [each for each in found if not each.target.position]
    doses = [each for each in found if each.target.position]
    by_anchor = {anchor: [each for each in items if each.target.anchor is anchor]
                 for anchor in Anchor}  # fmt: skip
    columns = (
        (Anchor.LAST_PERIOD, Pregnancy.last_period_day, ONGOING),
        (Anchor.DELIVERY, Pregnancy.delivery_day, DELIVERED),
        (Anchor.DISCHARGE, Pregnancy.discharge_day, DELIVERED),
    )
    for anchor, column, state in columns:
        if by_anchor[anchor]:
            reaching = _of_pregnancies(edition, by_anchor[anchor], column, state)
            yield reaching.where(*among.pregnancy())
    for anchor, day in ((Anchor.BIRTH, Child.birth_day), (Anchor.DISCHARGE, Child.discharge_day)):
        if by_anchor[anchor]:
            yield _of_children(edition, by_anchor[anchor], day).where(*among.child())
    if doses:
        yield _of_doses(edition, doses).where(*among.child())


def _of_pregnancies(
    edition: str,
    found: list[Stretch],
    column: Day,
    state: sa.TextClause,
) -> Reaching:
    looked_for = sa.values(
        sa.column("key", sa.Text), sa.column("low", sa.Date), sa.column("high", sa.Date),
        sa.column("for_multiples", sa.Boolean), name="looked_for",
    ).data(
        [(each.target.key, each.low, each.high, each.target.for_multiples) for each in found]
    )  # fmt: skip
    key, low, high, for_multiples = looked_for.c
    recorded = _counted(VisitRecord.pregnancy_id == Pregnancy.id, VisitRecord.item_key == key)
    return (
        sa.select(
            Pregnancy.id, sa.null().cast(sa.Text), key, Pregnancy.known_at, column,
            sa.null().cast(sa.Date),
        )
        .join_from(looked_for, Pregnancy, column.between(low, high))
        .where(Pregnancy.schedule == edition, state)
        .where(sa.or_(Pregnancy.fetuses == 1, for_multiples), recorded == 0)
    )  # fmt: skip


def _of_children(edition: str, found: list[Stretch], column: Day) -> Reaching:
    looked_for = sa.values(
        sa.column("key", sa.Text), sa.column("low", sa.Date), sa.column("high", sa.Date),
        name="looked_for",
    ).data([(each.target.key, each.low, each.high) for each in found])  # fmt: skip
    key, low, high = looked_for.c
    recorded = _counted(VisitRecord.child_id == Child.id, VisitRecord.item_key == key)
    return (
        sa.select(
            sa.null().cast(sa.Text), Child.id, key, Child.known_at, column, sa.null().cast(sa.Date)
        )
        .join_from(looked_for, Child, column.between(low, high))
        .where(Child.schedule == edition, LIVING, recorded == 0)
    )


def _counted(*conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    """Return how many visits are in the record, asked for each row of the answer by an index.

    Where "not exists" stands, the planner may rather read the whole table of records.
    """
    live = VisitRecord.withdrawn_at.is_(None)
    counted = sa.select(sa.func.count()).select_from(VisitRecord).where(*conditions, live)
    return counted.correlate_except(VisitRecord).scalar_subquery()


def _of_doses(edition: str, found: list[Stretch]) -> Reaching:
    looked_for = sa.values(
        sa.column("key", sa.Text), sa.column("low", sa.Date), sa.column("high", sa.Date),
        sa.column("sex", sa.Text), sa.column("vaccines", ARRAY(sa.Text)),
        sa.column("position", sa.Integer), name="looked_for",
    ).data(
        [
            (each.target.key, each.low, each.high, each.target.sex, list(each.target.vaccines),
             each.target.position)
            for each in found
        ]
    )  # fmt: skip
    key, low, high, sex, vaccines, position = looked_for.c
    given = (
        sa.select(sa.func.count())
        .where(
            DoseRecord.child_id == Child.id, DoseRecord.vaccine == sa.any_(vaccines),
            DoseRecord.withdrawn_at.is_(None),
        )
        .correlate(Child, looked_for)
        .scalar_subquery()
    )  # fmt: skip
    birth_day = Child.birth_day
    return (
        sa.select(
            sa.null().cast(sa.Text), Child.id, key, Child.known_at, birth_day,
            sa.null().cast(sa.Date),
        )
        .join_from(looked_for, Child, birth_day.between(low, high))
        .where(Child.schedule == edition, LIVING, given < position)
        .where(sa.or_(sex.is_(None), Child.sex == sex))
    )  # fmt: skip


def _planned(edition: str, edge: Edge, *, from_day: date, to_day: date) -> Reaching:
    if edge is Edge.OPENS:
        is_reached = Child.plan_from_day.between(from_day, to_day)
    elif edge is Edge.CLOSES:
        is_reached = Child.plan_to_day.between(from_day, to_day)
    else:
        is_reached = Child.plan_to_day.between(from_day - DAY, to_day - DAY)
    return sa.select(
        sa.null().cast(sa.Text),
        Child.id,
        Child.plan,
        Child.known_at,
        Child.plan_from_day,
        Child.plan_to_day,
    ).where(Child.schedule == edition, LIVING, is_reached)
