"""How something told enters a record: families report, staff confirm, neither overwrites."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from accounts.models import Purpose, SubjectKind
from accounts.queries import check_consent
from accounts.rules import Actor
from core.db import Session
from core.errors import Forbidden
from handbook.actions_children import check_open
from handbook.errors import AlreadyClosed, AlreadyRecorded, DayOutOfRange
from handbook.models import PregnancyState
from handbook.models_lives import Child
from handbook.models_records import DoseRecord, VisitRecord
from handbook.queries_records import Owner

Row = TypeVar("Row", VisitRecord, DoseRecord)


class Side(StrEnum):
    """Whose columns are written."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"


BY = {Side.REPORTED: SubjectKind.PERSON, Side.CONFIRMED: SubjectKind.STAFF}
"""Families report, staff confirm."""


@dataclass(frozen=True)
class Seen:
    """When and where something was done; the place may be empty."""

    day: date
    place: str = ""


def check_side(side: Side, actor: Actor) -> None:
    """Pass if this actor may write this side.

    Raises:
        Forbidden: a family cannot confirm, and staff do not report.
    """
    if actor.kind != BY[side]:
        raise Forbidden


def check_writable(session: Session, subject: Owner, *, day: date, today: date) -> None:
    """Pass if something done on a day may be written of a pregnancy or child now.

    Raises:
        AlreadyClosed, ChildClosed: this life is over here.
        ConsentNeeded, ChildConsentNeeded: nobody agrees to the record.
        DayOutOfRange: before this life began, or to come.
    """
    if isinstance(subject, Child):
        check_open(session, subject)
        begins = subject.birth_day
    else:
        if subject.state is PregnancyState.ENDED:
            raise AlreadyClosed
        check_consent(session, person_id=subject.person_id, purpose=Purpose.HANDBOOK)
        begins = subject.last_period_day
    if not begins <= day <= today:
        raise DayOutOfRange


def owner_of(subject: Owner) -> dict[str, str]:
    """Return the column that says whose record it is."""
    return {"child_id" if isinstance(subject, Child) else "pregnancy_id": subject.id}


def told_by(side: Side, seen: Seen, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """Return the columns of one side."""
    return {
        f"{side}_day": seen.day,
        f"{side}_place": seen.place or None,
        f"{side}_by_id": actor.id,
        f"{side}_at": now,
    }


def tell(
    session: Session,
    table: type[Row],
    *,
    side: Side,
    same: tuple[sa.ColumnElement[bool], ...],
    values: dict[str, Any],
    told: dict[str, Any],
) -> Row:
    """Write one side of a row: beside the other side if `same` finds it, else as a new row.

    Of two who tell the same at once, one writes: the unique index stops the other.

    Raises:
        AlreadyRecorded: this side is there.
    """
    owner = "child_id" if "child_id" in values else "pregnancy_id"
    live = (getattr(table, owner) == values[owner], table.withdrawn_at.is_(None), *same)
    found = session.scalars(sa.select(table).where(*live).with_for_update()).all()
    if any(getattr(each, f"{side}_day") is not None for each in found):
        raise AlreadyRecorded
    if not found:
        return _insert(session, table, values | told)
    row = found[0]
    for name, value in told.items():
        setattr(row, name, value)
    session.flush()
    return row


def _insert(session: Session, table: type[Row], values: dict[str, Any]) -> Row:
    row: Row | None = session.scalar(
        postgresql.insert(table).values(values).on_conflict_do_nothing().returning(table)
    )
    if row is None:
        raise AlreadyRecorded
    return row
