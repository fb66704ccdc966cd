"""What others may ask of records: visits, doses and measurements that were not withdrawn."""

import sqlalchemy as sa

from core.db import Session
from core.errors import NotFound
from handbook.models import Pregnancy
from handbook.models_lives import Child
from handbook.models_records import DoseRecord, Measurement, MeasurementKind, VisitRecord

Owner = Pregnancy | Child
"""Whose record it is; got through a query that asks who may see it."""


def visits_of(session: Session, *, subject: Owner) -> list[VisitRecord]:
    """Return the visits in a record, oldest first."""
    live = VisitRecord.withdrawn_at.is_(None)
    found = session.scalars(sa.select(VisitRecord).where(_of(VisitRecord, subject), live))
    return sorted(found, key=lambda each: (each.day, each.id))


def doses_of(session: Session, *, child_id: str) -> list[DoseRecord]:
    """Return the vaccine doses in a child's record, oldest first."""
    of_child = (DoseRecord.child_id == child_id, DoseRecord.withdrawn_at.is_(None))
    found = session.scalars(sa.select(DoseRecord).where(*of_child))
    return sorted(found, key=lambda each: (each.day, each.id))


def measurements_of(
    session: Session, *, subject: Owner, kind: MeasurementKind | None = None
) -> list[Measurement]:
    """Return what was measured, oldest first; of all kinds unless one is named."""
    found = sa.select(Measurement).where(
        _of(Measurement, subject), Measurement.withdrawn_at.is_(None)
    )
    if kind is not None:
        found = found.where(Measurement.kind == kind)
    return list(session.scalars(found.order_by(Measurement.day, Measurement.id)))


def record_of(
    session: Session, *, subject: Owner, record_id: str
) -> VisitRecord | DoseRecord | Measurement:
    """Return one record of somebody; the prefix of its id tells its kind.

    Raises:
        NotFound: no such record, of somebody else, or withdrawn.
    """
    record = _record(session, record_id)
    if record is None or record.withdrawn_at is not None:
        raise NotFound
    owner = record.child_id if isinstance(subject, Child) else _pregnancy_id(record)
    if owner != subject.id:
        raise NotFound
    return record


def _record(session: Session, record_id: str) -> VisitRecord | DoseRecord | Measurement | None:
    match record_id.partition("_")[0]:
        case "vis":
            return session.get(VisitRecord, record_id)
        case "dos":
            return session.get(DoseRecord, record_id)
        case _:
            return session.get(Measurement, record_id)


def _pregnancy_id(record: VisitRecord | DoseRecord | Measurement) -> str | None:
    return None if isinstance(record, DoseRecord) else record.pregnancy_id


def _of(table: type[VisitRecord] | type[Measurement], subject: Owner) -> sa.ColumnElement[bool]:
    is_child = isinstance(subject, Child)
    column = table.child_id if is_child else table.pregnancy_id
    return column == subject.id
