"""Which items of which families open, or fall overdue, between two days: one statement an edition.

PostgreSQL is handed one stretch of anchor days for each item (`stretches`) and walks an index for
each: the cost grows with the answer, not with the table. What is in the record is left out.

These are candidates: whoever speaks asks the truth again (`queries_standing`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import InstrumentedAttribute

from core.db import Session
from handbook.care.rows import Anchor
from handbook.care.schedule import load
from handbook.models import Pregnancy
from handbook.models_lives import Child
from handbook.models_records import DoseRecord, VisitRecord
from handbook.standing.stretches import DAY, Edge, Stretch, stretches

Day = InstrumentedAttribute[date] | InstrumentedAttribute[date | None]
Reaching = sa.Select[*tuple[Any, ...]]
"""A select of: pregnancy, child, key, anchor day, and a plan's last day."""

FETCHED_AT_ONCE = 10_000

ONGOING = sa.text("pregnancy.state = 'ongoing'")
DELIVERED = sa.text("pregnancy.state = 'delivered' and pregnancy.quiet_at is null")
LIVING = sa.text("child.state = 'living'")
"""Written out, not bound: the partial indexes are used only where the planner sees the words."""


@dataclass(frozen=True)
class Reached:
    """An item that somebody reaches; `to_day` is None when the document names no last day."""

    pregnancy_id: str | None
    child_id: str | None
    item_key: str
    from_day: date
    to_day: date | None


def opening_between(
    session: Session, *, edition: str, from_day: date, to_day: date
) -> Iterator[Reached]:
    """Yield what opens on these days (both included) and is reminded of.

    Self-checks are not among them: they go with the visit of their age.
    """
    return _reached(session, edition, Edge.OPENS, from_day=from_day, to_day=to_day)


def overdue_between(
    session: Session, *, edition: str, from_day: date, to_day: date
) -> Iterator[Reached]:
    """Yield what is required, not in the record, and late from one of these days on.

    Days to come are allowed: what would fall overdue next week may still be said in time.
    """
    return _reached(session, edition, Edge.OVERDUE, from_day=from_day, to_day=to_day)


def _reached(
    session: Session, edition: str, edge: Edge, *, from_day: date, to_day: date
) -> Iterator[Reached]:
    schedule = load(edition)
    found = stretches(schedule, edge=edge, from_day=from_day, to_day=to_day)
    parts = list(_parts(edition, found))
    if schedule.plans:
        parts.append(_planned(edition, edge, from_day=from_day, to_day=to_day))
    if not parts:
        return
    targets = {each.target.key: each.target for each in found}
    days: dict[tuple[str, date], tuple[date, date | None]] = {}
    rows = session.execute(sa.union_all(*parts).execution_options(yield_per=FETCHED_AT_ONCE))
    for pregnancy_id, child_id, key, anchor_day, last_day in rows:
        if last_day is not None:
            yield Reached(pregnancy_id, child_id, key, anchor_day, last_day)
            continue
        if (key, anchor_day) not in days:
            days[key, anchor_day] = targets[key].days(anchor_day) or (anchor_day, None)
        yield Reached(pregnancy_id, child_id, key, *days[key, anchor_day])


def _parts(edition: str, found: Iterable[Stretch]) -> Iterator[Reaching]:
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
            yield _of_pregnancies(edition, by_anchor[anchor], column, state)
    for anchor, day in ((Anchor.BIRTH, Child.birth_day), (Anchor.DISCHARGE, Child.discharge_day)):
        if by_anchor[anchor]:
            yield _of_children(edition, by_anchor[anchor], day)
    if doses:
        yield _of_doses(edition, doses)


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
            Pregnancy.id, sa.null().cast(sa.Text), key, column, sa.null().cast(sa.Date)
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
        sa.select(sa.null().cast(sa.Text), Child.id, key, column, sa.null().cast(sa.Date))
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
        sa.select(sa.null().cast(sa.Text), Child.id, key, birth_day, sa.null().cast(sa.Date))
        .join_from(looked_for, Child, birth_day.between(low, high))
        .where(Child.schedule == edition, LIVING, given < position)
        .where(sa.or_(sex.is_(None), Child.sex == sex))
    )


def _planned(edition: str, edge: Edge, *, from_day: date, to_day: date) -> Reaching:
    if edge is Edge.OPENS:
        is_reached = Child.plan_from_day.between(from_day, to_day)
    else:
        is_reached = Child.plan_to_day.between(from_day - DAY, to_day - DAY)
    return sa.select(
        sa.null().cast(sa.Text), Child.id, Child.plan, Child.plan_from_day, Child.plan_to_day
    ).where(Child.schedule == edition, LIVING, is_reached)
