"""What can be recorded: visits and doses, by families and by staff apart, and measurements.

The pregnancy or child is handed in: whoever asks got it through a query that says who may see it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa

from accounts.audit import record
from accounts.models import SubjectKind
from accounts.rules import Actor
from core.clock import beijing_date
from core.db import Session
from core.ids import new_id
from handbook.care.schedule import load
from handbook.errors import ConfirmedByStaff, NoSuchItem
from handbook.growth.numbers import Posture
from handbook.models_lives import Child
from handbook.models_records import DoseRecord, Measurement, MeasurementKind, VisitRecord
from handbook.plan_days import set_next_visit
from handbook.queries_records import Owner, record_of
from handbook.ranges import Subject, check_measurement
from handbook.telling import Seen, Side, check_side, check_writable, owner_of, tell, told_by


@dataclass(frozen=True)
class Given:
    """A dose of a vaccine: which, when, where, and of which lot if that is known."""

    vaccine: str
    number: int
    seen: Seen
    lot: str | None = None


@dataclass(frozen=True)
class Measured:
    """What was measured on a day, in the unit of its kind; a child's length with its posture."""

    kind: MeasurementKind
    value: Decimal
    day: date
    posture: Posture | None = None


def report_visit(
    session: Session, *, subject: Owner, item_key: str, seen: Seen, actor: Actor, now: datetime
) -> VisitRecord:
    """Write down that a family says an item was done (家长自报).

    Raises:
        Forbidden: only families report.
        AlreadyClosed, ChildClosed: this life is over here.
        ConsentNeeded, ChildConsentNeeded: nobody agrees to the record.
        NoSuchItem: the schedule has no such item.
        DayOutOfRange: before this life began, or to come.
        AlreadyRecorded: the same is there.
    """
    return _visit(session, Side.REPORTED, subject, item_key, seen=seen, actor=actor, now=now)


def confirm_visit(
    session: Session, *, subject: Owner, item_key: str, seen: Seen, actor: Actor, now: datetime
) -> VisitRecord:
    """Write down that staff vouch for an item (医务人员确认), beside what the family said.

    Raises:
        Forbidden: only staff confirm.
        And whatever `report_visit` raises.
    """
    return _visit(session, Side.CONFIRMED, subject, item_key, seen=seen, actor=actor, now=now)


def report_dose(
    session: Session, *, child: Child, given: Given, actor: Actor, now: datetime
) -> DoseRecord:
    """Write down that a family says a dose was given; doses of older schedules are as valid.

    Raises:
        NoSuchItem: the edition has no such vaccine, or fewer doses of its series.
        And whatever `report_visit` raises.
    """
    return _dose(session, Side.REPORTED, child, given, actor=actor, now=now)


def confirm_dose(
    session: Session, *, child: Child, given: Given, actor: Actor, now: datetime
) -> DoseRecord:
    """Write down that staff vouch for a dose, beside what the family said.

    Raises:
        And whatever `report_dose` raises.
    """
    return _dose(session, Side.CONFIRMED, child, given, actor=actor, now=now)


def measure(
    session: Session, *, subject: Owner, measured: Measured, actor: Actor, now: datetime
) -> Measurement:
    """Write down what a family or staff measured.

    Raises:
        AlreadyClosed, ChildClosed: this life is over here.
        ConsentNeeded, ChildConsentNeeded: nobody agrees to the record.
        NoSuchItem: this is not measured of such a subject, or not lying or standing.
        MeasurementOutOfRange: nobody measures this.
        DayOutOfRange: before this life began, or to come.
    """
    check_writable(session, subject, day=measured.day, today=beijing_date(now))
    kind = Subject.CHILD if isinstance(subject, Child) else Subject.PREGNANCY
    found = check_measurement(kind=measured.kind, subject=kind, value=measured.value)
    if measured.posture is not None and measured.kind is not MeasurementKind.CHILD_HEIGHT:
        raise NoSuchItem
    measurement = Measurement(
        id=new_id("mea", now=now), **owner_of(subject), kind=measured.kind, value=measured.value,
        unit=found.unit, posture=measured.posture, day=measured.day,
        made_by_kind=SubjectKind(actor.kind), made_by_id=actor.id, made_at=now,
    )  # fmt: skip
    session.add(measurement)
    session.flush()
    _audit(session, "measure", measurement.id, subject, actor=actor, now=now)
    return measurement


def withdraw(
    session: Session, *, subject: Owner, record_id: str, actor: Actor, now: datetime
) -> None:
    """Take a wrong record back; it stays in the table and is seen no more.

    Raises:
        NotFound: no such record of this subject, or withdrawn already.
        ConfirmedByStaff: a family takes back only what it said itself and nobody confirmed.
    """
    found = record_of(session, subject=subject, record_id=record_id)
    if actor.kind != SubjectKind.STAFF and not _is_hers(found, actor):
        raise ConfirmedByStaff
    found.withdrawn_at, found.withdrawn_by_id = now, actor.id
    _audit(session, "withdraw_record", found.id, subject, actor=actor, now=now)
    if not isinstance(found, Measurement):
        # What it had done may have lapsed meanwhile.
        subject.known_at = now
    if isinstance(found, VisitRecord):
        _after_visit(session, subject, found.item_key)


def _visit(
    session: Session,
    side: Side,
    subject: Owner,
    item_key: str,
    *,
    seen: Seen,
    actor: Actor,
    now: datetime,
) -> VisitRecord:
    check_side(side, actor)
    check_writable(session, subject, day=seen.day, today=beijing_date(now))
    if item_key not in _item_keys(subject):
        raise NoSuchItem
    same = (
        VisitRecord.item_key == item_key,
        sa.or_(VisitRecord.reported_day == seen.day, VisitRecord.confirmed_day == seen.day),
    )
    values = {"id": new_id("vis", now=now), **owner_of(subject), "item_key": item_key}
    told = told_by(side, seen, actor=actor, now=now)
    found = tell(session, VisitRecord, side=side, same=same, values=values, told=told)
    _audit(session, f"{side}_visit", found.id, subject, actor=actor, now=now)
    _after_visit(session, subject, item_key)
    return found


def _dose(
    session: Session, side: Side, child: Child, given: Given, *, actor: Actor, now: datetime
) -> DoseRecord:
    check_side(side, actor)
    check_writable(session, child, day=given.seen.day, today=beijing_date(now))
    doses = load(child.schedule).doses
    series = {dose.series for dose in doses if dose.vaccine == given.vaccine}
    if not 1 <= given.number <= sum(dose.series in series for dose in doses):
        raise NoSuchItem
    same = (DoseRecord.vaccine == given.vaccine, DoseRecord.number == given.number)
    values = {
        "id": new_id("dos", now=now), "child_id": child.id, "vaccine": given.vaccine,
        "number": given.number,
    }  # fmt: skip
    told = told_by(side, given.seen, actor=actor, now=now)
    if given.lot:
        told["lot"] = given.lot
    found = tell(session, DoseRecord, side=side, same=same, values=values, told=told)
    _audit(session, f"{side}_dose", found.id, child, actor=actor, now=now)
    return found


def _item_keys(subject: Owner) -> set[str]:
    schedule = load(subject.schedule)
    keys = {row.key for row in schedule.items}
    if isinstance(subject, Child):
        keys |= {each.key for each in schedule.checklists}
        keys |= {subject.plan} if subject.plan else set()
    return keys


def _after_visit(session: Session, subject: Owner, item_key: str) -> None:
    """Let the next visit of a plan follow from the last one."""
    if isinstance(subject, Child) and item_key == subject.plan:
        set_next_visit(session, subject)


def _is_hers(found: VisitRecord | DoseRecord | Measurement, actor: Actor) -> bool:
    if isinstance(found, Measurement):
        return found.made_by_id == actor.id
    return not found.is_confirmed and found.reported_by_id == actor.id


def _audit(
    session: Session, act: str, record_id: str, subject: Owner, *, actor: Actor, now: datetime
) -> None:
    record(
        session, actor=actor, act=act, subject_kind="record", subject_id=record_id,
        hospital_id=subject.hospital_id, now=now,
    )  # fmt: skip
