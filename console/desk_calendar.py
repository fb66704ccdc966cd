"""The desk looks ahead: a month of days, and a day in columns, of one clinic or of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import Blueprint, render_template, request, url_for

from accounts.audit import record
from booking.attendance.queries_calendar import days_between, slots_on
from booking.attendance.queries_day import coming_to
from booking.attendance.queries_news import Mark, news, read_mark
from booking.models_supply import Clinic, Institution
from booking.queries import clinics
from booking.supply.queries_supply import institutions
from console import clinics_frame, clinics_typed, desk_frame
from console.guard import actor, house, member
from console.presenters import desk as day_presenters
from console.presenters import desk_calendar as presenters
from core.clock import beijing_date
from core.db import Session

blueprint = Blueprint("desk_calendar", __name__, url_prefix="/desk")
blueprint.before_request(desk_frame.check_may_run)

DAY = timedelta(days=1)
LONGEST_MONTH = timedelta(days=31)
ALL = {"clinic_id": ""}
NO_NEWS = ("", 204)


@dataclass(frozen=True)
class Scope:
    """What is looked at: one clinic, or all open ones of the hospital or of one institution."""

    clinic: Clinic | None
    clinics: Sequence[Clinic]
    institutions: Sequence[Institution] = ()

    @property
    def ids(self) -> list[str]:
        """Return the ids of the clinics."""
        return [one.id for one in self.clinics]


@blueprint.get("/month/", defaults=ALL)
@blueprint.get("/<clinic_id>/month")
def month(clinic_id: str) -> str:
    """Show what each day of a month has, with a way into the day."""
    today = beijing_date(house().clock.now())
    first = clinics_typed.month(request.args.get("month", ""), today=today)
    following = (first + LONGEST_MONTH).replace(day=1)
    with house().database.transaction() as session:
        scope = _scope(session, clinic_id)
        found = days_between(session, clinic_ids=scope.ids, first=first, last=following - DAY)
    return render_template(
        "console/desk/month.html",
        clinic=scope.clinic,
        clinic_id=clinic_id,
        at=_at(),
        institutions=scope.institutions,
        title=f"{first.year}年{first.month}月",
        before=f"{first - DAY:%Y-%m}",
        after=f"{following:%Y-%m}",
        weeks=presenters.month(first, today=today, found=found),
    )


@blueprint.get("/columns/", defaults=ALL)
@blueprint.get("/<clinic_id>/columns")
def columns(clinic_id: str) -> str:
    """Show a day in columns, one for each doctor or team, the times going down."""
    day = desk_frame.day()
    with house().database.transaction() as session:
        scope = _scope(session, clinic_id)
        mark = news(session, hospital_id=member().hospital_id, clinic_ids=scope.ids, day=day).mark
        table = _table(session, scope, day=day, mark=mark)
    return render_template(
        "console/desk/columns.html",
        clinic=scope.clinic,
        clinic_id=clinic_id,
        at=_at(),
        institutions=scope.institutions,
        title=day_presenters.day_title(day),
        before=day - DAY,
        after=day + DAY,
        is_today=day == beijing_date(house().clock.now()),
        table=table,
        changed=(),
    )


@blueprint.get("/columns/fresh", defaults=ALL)
@blueprint.get("/<clinic_id>/columns/fresh")
def fresh(clinic_id: str) -> str | tuple[str, int]:
    """Give the columns again if somebody has changed the day since the mark; nothing (204) if not.

    Asked by every open page every few seconds: one query when nothing is new, and one more for
    the clinics when all of them are looked at.
    """
    since, day = read_mark(request.args.get("since", "")), desk_frame.day()
    hospital_id = member().hospital_id
    with house().database.transaction() as session:
        ids = [clinic_id] if clinic_id else [one.id for one in _all(session)]
        found = news(session, hospital_id=hospital_id, clinic_ids=ids, day=day, since=since)
        if found.mark == since:
            return NO_NEWS
        scope = _scope(session, clinic_id)
        table = _table(session, scope, day=day, mark=found.mark)
    return render_template(
        "console/desk/columns_table.html",
        clinic=scope.clinic,
        table=table,
        changed=found.appointment_ids,
        told=presenters.told(table, changed=found.appointment_ids),
    )


def _scope(session: Session, clinic_id: str) -> Scope:
    if clinic_id:
        clinic = desk_frame.clinic(session, clinic_id=clinic_id)
        return Scope(clinic, [clinic])
    hospital_id = member().hospital_id
    return Scope(None, _all(session), institutions(session, hospital_id=hospital_id))


def _all(session: Session) -> list[Clinic]:
    """Return the open clinics of the hospital, or of the institution the address names (`at`)."""
    found, at = clinics(session, hospital_id=member().hospital_id), _at()
    return [one for one in found if at is None or one.institution_id == at]


def _at() -> str | None:
    return request.args.get("at") or None


def _table(session: Session, scope: Scope, *, day: date, mark: Mark) -> presenters.Table:
    hospital_id, now = member().hospital_id, house().clock.now()
    coming = coming_to(session, hospital_id=hospital_id, clinic_ids=scope.ids, day=day)
    slots = slots_on(session, clinic_ids=scope.ids, day=day)
    doctors = clinics_frame.doctors_by_id(session)
    _note_names_shown(session, scope)
    clinic_id = scope.clinic.id if scope.clinic else ""
    address = url_for(".fresh", clinic_id=clinic_id, at=_at(), day=day, since=str(mark))
    named = {one.id: one for one in scope.clinics}
    return presenters.table(
        slots, coming=coming, clinics=named, doctors=doctors, address=address, now=now
    )


def _note_names_shown(session: Session, scope: Scope) -> None:
    """Write down that names were shown: of one clinic, or once of all of the hospital."""
    if scope.clinic is not None:
        desk_frame.note_names_shown(session, clinic=scope.clinic, act="day_list_read")
        return
    record(
        session, actor=actor(), act="day_lists_read", subject_kind="hospital",
        subject_id=member().hospital_id, hospital_id=member().hospital_id,
        now=house().clock.now(),
    )  # fmt: skip
