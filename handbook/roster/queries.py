"""Who of a roster the hospital knows already, by the blind index of their phone numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from accounts.models import Family, Person
from accounts.queries import phone_mark
from core.db import Session
from handbook.models import Pregnancy, PregnancyState
from handbook.roster.rows import Row


@dataclass(frozen=True)
class Known:
    """A row whose phone number somebody of this hospital has."""

    row: Row
    family_id: str
    is_pregnant: bool


def known_rows(session: Session, *, hospital_id: str, rows: Iterable[Row]) -> list[Known]:
    """Return the rows that are not to be made once more, in the order of the roster."""
    by_mark: Mapping[str, Row] = {phone_mark(row.phone): row for row in rows}
    is_pregnant = sa.exists().where(
        Pregnancy.family_id == Person.family_id, Pregnancy.state == PregnancyState.ONGOING
    )
    found = session.execute(
        sa.select(sa.func.coalesce(Person.phone_mark, ""), Person.family_id, is_pregnant)
        .join(Family, Family.id == Person.family_id)
        .where(Family.hospital_id == hospital_id, Person.phone_mark.in_(by_mark))
        .order_by(is_pregnant, Person.id)
    )
    known = {mark: Known(by_mark[mark], family_id, has) for mark, family_id, has in found}
    return sorted(known.values(), key=lambda each: each.row.number)
