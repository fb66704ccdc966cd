"""What can be done with a clinic's week: templates are added, changed, ended."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from booking.errors import DayPast, DaysUpsideDown, SeatTaken
from booking.models_supply import Clinic, SupplyKind, Template
from booking.steps import By
from booking.supply.actions_days import check_doctor, locked_clinic, seat
from booking.supply.conflicts import Conflict, conflicts
from booking.supply.generation import remake
from booking.supply.plan import Sitting, check_sitting
from booking.supply.queries_supply import template_in
from booking.supply.trail import Subject, of_key, seen, write_down
from core.clock import beijing_date
from core.db import Session
from core.ids import new_id

MOST_DAYS = 366
"""How far apart the days of a change may lie."""


@dataclass(frozen=True)
class Week:
    """What a weekly template says: hours of a weekday (0 is Monday), and from when to when.

    Both days are included; None: without end.
    """

    sitting: Sitting
    weekday: int
    valid_from_day: date
    valid_to_day: date | None = None
    on_holidays: bool = False


def add_templates(
    session: Session,
    *,
    hospital_id: str,
    clinic_id: str,
    week: Week,
    weekdays: Collection[int],
    by: By,
) -> list[Template]:
    """Add the same hours on several weekdays, and make their slots; the same key adds once.

    Raises:
        NotFound: no such clinic, or the doctor does not work here.
        BadHours, NoPlaces, DaysUpsideDown, DayPast: what the template says does not hold together.
        SeatTaken: the doctor, or the team, sits at that time already.
    """
    clinic = locked_clinic(session, hospital_id=hospital_id, clinic_id=clinic_id)
    if of_key(session, hospital_id=hospital_id, key=by.key) is not None:
        return []
    made = [
        _new_template(session, clinic, replace(week, weekday=weekday), by=_once(by, count))
        for count, weekday in enumerate(sorted(weekdays))
    ]
    remake(session, clinic=clinic, now=by.now)
    return made


def change_template(
    session: Session, *, hospital_id: str, template_id: str, week: Week, by: By
) -> list[Conflict]:
    """Change a template from `week.valid_from_day` on; what was before stays as it was.

    1. The old template ends the day before; one that had not begun is changed itself.
    2. The slots are made anew: whoever has an appointment keeps it.
    3. Return what of the clinic is to be settled by the clerk now.

    Raises:
        NotFound: no such template, or the doctor does not work here.
        BadHours, NoPlaces, DaysUpsideDown, DayPast: what the template says does not hold together.
        SeatTaken: the doctor, or the team, sits at that time already.
    """
    old = template_in(session, hospital_id=hospital_id, template_id=template_id)
    clinic = locked_clinic(session, hospital_id=hospital_id, clinic_id=old.clinic_id)
    if of_key(session, hospital_id=hospital_id, key=by.key) is None:
        if old.valid_to_day is not None and old.valid_to_day < week.valid_from_day:
            raise DayPast
        before = seen(old)
        if old.valid_from_day < week.valid_from_day:
            old.valid_to_day = week.valid_from_day - timedelta(days=1)
            old.changed_at = by.now
            session.flush()
            _new_template(session, clinic, week, by=replace(by, key=None))
        else:
            _check_week(session, clinic, week, now=by.now, but=old.id)
            _set_template(old, week, now=by.now)
        write_down(
            session, subject=_of_template(clinic, old), act="change_template", before=before,
            after=seen(old), by=by,
        )  # fmt: skip
        remake(session, clinic=clinic, now=by.now)
    return conflicts(session, hospital_id=hospital_id, clinic_id=clinic.id, now=by.now)


def end_template(
    session: Session, *, hospital_id: str, template_id: str, last_day: date, by: By
) -> list[Conflict]:
    """Let a template hold for the last time on a day; yesterday ends it at once.

    Raises:
        NotFound: no such template in this hospital.
        DayPast: the day lies further back than yesterday.
    """
    template = template_in(session, hospital_id=hospital_id, template_id=template_id)
    clinic = locked_clinic(session, hospital_id=hospital_id, clinic_id=template.clinic_id)
    if of_key(session, hospital_id=hospital_id, key=by.key) is None:
        if last_day < beijing_date(by.now) - timedelta(days=1):
            raise DayPast
        before = seen(template)
        template.valid_to_day, template.changed_at = last_day, by.now
        write_down(
            session, subject=_of_template(clinic, template), act="end_template", before=before,
            after=seen(template), by=by,
        )  # fmt: skip
        remake(session, clinic=clinic, now=by.now)
    return conflicts(session, hospital_id=hospital_id, clinic_id=clinic.id, now=by.now)


def _new_template(session: Session, clinic: Clinic, week: Week, *, by: By) -> Template:
    _check_week(session, clinic, week, now=by.now, but=None)
    template = Template(id=new_id("tpl", now=by.now), clinic_id=clinic.id)
    _set_template(template, week, now=by.now)
    session.add(template)
    session.flush()
    write_down(
        session, subject=_of_template(clinic, template), act="add_template", before=None,
        after=seen(template), by=by,
    )  # fmt: skip
    return template


def _set_template(template: Template, week: Week, *, now: datetime) -> None:
    sitting = week.sitting
    template.doctor_id, template.weekday = sitting.doctor_id, week.weekday
    template.from_time, template.to_time = sitting.from_time, sitting.to_time
    template.slot_minutes, template.shares = sitting.slot_minutes, sitting.kept_shares()
    template.valid_from_day, template.valid_to_day = week.valid_from_day, week.valid_to_day
    template.on_holidays, template.changed_at = week.on_holidays, now


def _check_week(
    session: Session, clinic: Clinic, week: Week, *, now: datetime, but: str | None
) -> None:
    check_sitting(week.sitting)
    if week.valid_from_day < beijing_date(now):
        raise DayPast
    if week.valid_to_day is not None and week.valid_to_day < week.valid_from_day:
        raise DaysUpsideDown(most=MOST_DAYS)
    check_doctor(session, clinic, week.sitting.doctor_id)
    _check_seat(session, clinic, week, but=but)


def _check_seat(session: Session, clinic: Clinic, week: Week, *, but: str | None) -> None:
    """Pass if no other template has the same doctor, or this clinic's team, at these hours."""
    sitting = week.sitting
    taken = session.execute(
        sa.select(Template, Clinic)
        .join(Clinic, Clinic.id == Template.clinic_id)
        .where(
            Template.id != (but or ""),
            seat(Template, clinic_id=clinic.id, doctor_id=sitting.doctor_id),
            Template.weekday == week.weekday,
            Template.from_time < sitting.to_time,
            Template.to_time > sitting.from_time,
            sa.or_(Template.valid_to_day.is_(None), Template.valid_to_day >= week.valid_from_day),
            Template.valid_from_day <= (week.valid_to_day or date.max),
        )
        .order_by(Template.id)
        .limit(1)
    ).first()
    if taken is not None:
        template, where = taken
        hours = f"{template.from_time:%H:%M}–{template.to_time:%H:%M}"
        raise SeatTaken(where=where.name, hours=hours)


def _of_template(clinic: Clinic, template: Template) -> Subject:
    return Subject(SupplyKind.TEMPLATE, template.id, clinic.hospital_id, clinic.id)


def _once(by: By, count: int) -> By:
    """Return who acts for one of several changes of one call: the key stands on the first."""
    return by if count == 0 else replace(by, key=None)
