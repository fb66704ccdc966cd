"""What can be done with single days of a clinic: extra sessions (加诊), and back again."""

from datetime import date

import sqlalchemy as sa

from booking.errors import DayPast, SeatTaken
from booking.models import Slot
from booking.models_supply import (
    Clinic,
    DayException,
    ExceptionKind,
    SupplyKind,
    Template,
)  # fmt: skip
from booking.steps import By
from booking.supply.conflicts import Conflict, conflicts
from booking.supply.generation import drop, lock, remake
from booking.supply.plan import Sitting, check_sitting, hours_of
from booking.supply.queries_supply import clinic_in, doctor_in, exception_in
from booking.supply.trail import Subject, of_key, seen, write_down
from core.clock import beijing, beijing_date
from core.db import Session
from core.errors import NotFound
from core.ids import new_id


def add_session(
    session: Session,
    *,
    hospital_id: str,
    clinic_id: str,
    day: date,
    sitting: Sitting,
    reason: str,
    by: By,
) -> None:
    """Add an extra session (加诊) on one day, and make its slots; the same key adds once.

    Raises:
        NotFound: no such clinic, or the doctor does not work here.
        BadHours, NoPlaces: what the session says does not hold together.
        DayPast: the day is over.
        SeatTaken: the doctor, or the team, sits at that time already.
    """
    clinic = locked_clinic(session, hospital_id=hospital_id, clinic_id=clinic_id)
    if of_key(session, hospital_id=hospital_id, key=by.key) is not None:
        return
    if day < beijing_date(by.now):
        raise DayPast
    check_sitting(sitting)
    check_doctor(session, clinic, sitting.doctor_id)
    exception = extra_session(clinic, day=day, sitting=sitting, reason=reason, by=by)
    _check_seat_of_day(session, clinic, exception)
    put_exception(session, clinic, exception, act="add_session", by=by)
    remake(session, clinic=clinic, now=by.now)


def withdraw_exception(
    session: Session, *, hospital_id: str, exception_id: str, by: By
) -> list[Conflict]:
    """Take an exception back: the day is again as without it. Twice is as good as once.

    Raises:
        NotFound: no such exception in this hospital (any more).
        DayPast: the day is over.
    """
    exception = exception_in(session, hospital_id=hospital_id, exception_id=exception_id)
    clinic = locked_clinic(session, hospital_id=hospital_id, clinic_id=exception.clinic_id)
    if exception.day < beijing_date(by.now):
        raise DayPast
    subject = Subject(SupplyKind.EXCEPTION, exception.id, hospital_id, clinic.id)
    write_down(
        session, subject=subject, act="withdraw_exception", before=seen(exception), after=None,
        by=by,
    )  # fmt: skip
    if exception.kind is ExceptionKind.EXTRA:
        drop(session, slot_ids=_slots_of(session, exception))
    session.delete(exception)
    remake(session, clinic=clinic, now=by.now)
    return conflicts(session, hospital_id=hospital_id, clinic_id=clinic.id, now=by.now)


def put_exception(
    session: Session, clinic: Clinic, exception: DayException, *, act: str, by: By
) -> None:
    """Store an exception and write it down; the caller makes the slots anew."""
    session.add(exception)
    session.flush()
    subject = Subject(SupplyKind.EXCEPTION, exception.id, clinic.hospital_id, clinic.id)
    write_down(session, subject=subject, act=act, before=None, after=seen(exception), by=by)


def extra_session(
    clinic: Clinic, *, day: date, sitting: Sitting, reason: str, by: By
) -> DayException:
    """Return an extra session that is not stored yet."""
    return DayException(
        id=new_id("exc", now=by.now), clinic_id=clinic.id, doctor_id=sitting.doctor_id, day=day,
        kind=ExceptionKind.EXTRA, from_time=sitting.from_time, to_time=sitting.to_time,
        slot_minutes=sitting.slot_minutes, shares=sitting.kept_shares(), reason=reason,
        made_by_id=by.actor.id, made_at=by.now,
    )  # fmt: skip


def locked_clinic(session: Session, *, hospital_id: str, clinic_id: str) -> Clinic:
    """Return a clinic whose supply nobody else changes until the transaction ends.

    Raises:
        NotFound: no such clinic in this hospital.
    """
    clinic = clinic_in(session, hospital_id=hospital_id, clinic_id=clinic_id)
    lock(session, clinic=clinic)
    return clinic


def check_doctor(session: Session, clinic: Clinic, doctor_id: str | None) -> None:
    """Pass if the doctor (None: the team) works in the clinic's hospital.

    Raises:
        NotFound: no such doctor, or one who has left.
    """
    if doctor_id is None:
        return
    doctor = doctor_in(session, hospital_id=clinic.hospital_id, doctor_id=doctor_id)
    if not doctor.is_active:
        raise NotFound


def seat(
    of: type[Template | Slot], *, clinic_id: str, doctor_id: str | None
) -> sa.ColumnElement[bool]:
    """Return what is true of the rows of the same doctor anywhere, or of this clinic's team."""
    if doctor_id is None:
        return sa.and_(of.clinic_id == clinic_id, of.doctor_id.is_(None))
    return of.doctor_id == doctor_id


def _check_seat_of_day(session: Session, clinic: Clinic, exception: DayException) -> None:
    """Pass if no open slot has the same doctor, or this clinic's team, at these hours."""
    begins, ends = hours_of(exception)
    taken = session.execute(
        sa.select(Slot, Clinic.name)
        .join(Clinic, Clinic.id == Slot.clinic_id)
        .where(
            seat(Slot, clinic_id=clinic.id, doctor_id=exception.doctor_id),
            Slot.starts_at < ends, Slot.ends_at > begins, ~Slot.is_closed,
        )
        .order_by(Slot.starts_at)
        .limit(1)
    ).first()  # fmt: skip
    if taken is not None:
        slot, where = taken
        hours = f"{beijing(slot.starts_at):%H:%M}–{beijing(slot.ends_at):%H:%M}"
        raise SeatTaken(where=where, hours=hours)


def _slots_of(session: Session, exception: DayException) -> list[str]:
    """Return the slots an extra session made."""
    begins, ends = hours_of(exception)
    return list(
        session.scalars(
            sa.select(Slot.id).where(
                Slot.clinic_id == exception.clinic_id,
                Slot.doctor_id.is_not_distinct_from(exception.doctor_id),
                Slot.template_id.is_(None), Slot.starts_at >= begins, Slot.ends_at <= ends,
            )
        )
    )  # fmt: skip
