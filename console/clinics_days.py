"""A clinic's calendar: extra sessions, and closures after a look at who they would affect."""

from datetime import date, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from booking.supply import actions_days, closing
from booking.supply.queries_supply import clinic_in, day_counts, exceptions
from console import clinics_frame, clinics_typed, typed
from console.guard import house, member
from console.presenters import clinics as presenters
from console.presenters import clinics_people
from console.presenters.clinics import SittingForm
from console.typed import NOTHING, Refused
from core.clock import beijing_date
from core.errors import NotFound, Refusal

blueprint = Blueprint("clinics_days", __name__, url_prefix="/clinics/<clinic_id>/days")
blueprint.before_request(clinics_typed.check_may_read)

EXTRA, CLOSE = "extra", "close"
Answer = Response | tuple[str, int]


@blueprint.get("/")
def page(clinic_id: str) -> tuple[str, int]:
    """Show a month of a clinic."""
    return _page(clinic_id, refused=NOTHING)


@blueprint.post("/extra")
def add(clinic_id: str) -> Answer:
    """Add an extra session on a day."""
    try:
        with house().database.transaction() as session:
            actions_days.add_session(
                session, hospital_id=member().hospital_id, clinic_id=clinic_id,
                day=typed.day(), sitting=clinics_typed.sitting(),
                reason=clinics_typed.needed("reason"), by=clinics_typed.by(),
            )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(clinic_id, refused=Refused.of(EXTRA, refusal))
    return _back(clinic_id, day=typed.day())


@blueprint.post("/closing")
def look(clinic_id: str) -> Answer:
    """Show who a closure would affect; nothing is done yet."""
    now = house().clock.now()
    try:
        asked = clinics_typed.closing(clinic_id)
        with house().database.transaction() as session:
            clinic = clinic_in(session, hospital_id=member().hospital_id, clinic_id=clinic_id)
            found = closing.affected(session, closing=asked, now=now)
            people = clinics_frame.names(session, [one for one, _ in found])
            doctors = clinics_frame.doctors_by_id(session)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(clinic_id, refused=Refused.of(CLOSE, refusal))
    page = render_template(
        "console/clinics/closing.html",
        clinic=presenters.clinic_form(clinic),
        asked=clinics_people.closing_line(asked, doctors=doctors),
        typed=request.form.to_dict(),
        people=[clinics_people.affected_line(one, slot, people=people) for one, slot in found],
    )
    return page, 200


@blueprint.post("/closed")
def close(clinic_id: str) -> Answer:
    """Close hours, and show what became of everybody."""
    try:
        asked = clinics_typed.closing(clinic_id)
        with house().database.transaction() as session:
            closed = closing.close_sessions(session, closing=asked, by=clinics_typed.by())
            moved = [one.appointment for one in (*closed.moved, *closed.held)]
            people = clinics_frame.names(session, [*moved, *closed.cancelled, *closed.left])
            clinic = clinic_in(session, hospital_id=member().hospital_id, clinic_id=clinic_id)
            doctors = clinics_frame.doctors_by_id(session)
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(clinic_id, refused=Refused.of(CLOSE, refusal))
    page = render_template(
        "console/clinics/closed.html",
        clinic=presenters.clinic_form(clinic),
        asked=clinics_people.closing_line(asked, doctors=doctors),
        moved=[clinics_people.affected_line(each.appointment, each.slot, people=people)
               for each in closed.moved],
        held=[clinics_people.affected_line(each.appointment, each.slot, people=people)
              for each in closed.held],
        cancelled=[clinics_people.lost_line(one, closed.alternatives, people=people)
                   for one in closed.cancelled],
        left=len(closed.left),
    )  # fmt: skip
    return page, 200


@blueprint.post("/exceptions/<exception_id>/withdrawal")
def withdraw(clinic_id: str, exception_id: str) -> Response:
    """Take an exception back."""
    with house().database.transaction() as session:
        found = actions_days.withdraw_exception(
            session, hospital_id=member().hospital_id, exception_id=exception_id,
            by=clinics_typed.by(),
        )  # fmt: skip
    if found:
        return redirect(url_for("console.clinics_conflicts.page"), 303)
    return redirect(url_for("console.clinics_days.page", clinic_id=clinic_id), 303)


def _back(clinic_id: str, *, day: date) -> Response:
    address = url_for("console.clinics_days.page", clinic_id=clinic_id, month=f"{day:%Y-%m}")
    return redirect(address, 303)


def _page(clinic_id: str, *, refused: Refused) -> tuple[str, int]:
    today = beijing_date(house().clock.now())
    first = clinics_typed.month(request.args.get("month", ""), today=today)
    following = (first + timedelta(days=31)).replace(day=1)
    last = following - timedelta(days=1)
    with house().database.transaction() as session:
        clinic = clinic_in(session, hospital_id=member().hospital_id, clinic_id=clinic_id)
        counts = day_counts(session, clinic_id=clinic_id, first=first, last=last)
        found = exceptions(session, clinic_id=clinic_id, first=first, last=last)
        doctors = clinics_frame.doctors_by_id(session)
    page = render_template(
        "console/clinics/days.html",
        clinic=presenters.clinic_form(clinic),
        title=f"{first.year}年{first.month}月",
        before=f"{first - timedelta(days=1):%Y-%m}",
        after=f"{following:%Y-%m}",
        weeks=presenters.month(first, today=today, counts=counts, exceptions=found),
        exceptions=[presenters.exception_line(one, doctors=doctors, today=today) for one in found],
        form=SittingForm(from_day=request.args.get("day", "")),
        ways=clinics_people.ways(),
        shares=presenters.shares(clinics_typed.PLANNED),
        doctors=clinics_frame.doctor_choices(doctors),
        today=today.isoformat(),
        refused=refused,
        key=clinics_typed.new_key(),
    )
    return page, refused.status
