"""A clinic's week: hours are added, changed from a day on, ended."""

from datetime import timedelta

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from booking.supply import actions_weeks
from booking.supply.queries_supply import clinic_in, template_in, templates
from console import clinics_frame, clinics_typed, typed
from console.guard import house, member
from console.presenters import clinics as presenters
from console.presenters.clinics import SittingForm
from console.presenters.times import WEEKDAYS
from console.typed import NOTHING, Refused
from core.clock import beijing_date
from core.errors import NotFound, Refusal

blueprint = Blueprint("clinics_week", __name__, url_prefix="/clinics/<clinic_id>")
blueprint.before_request(clinics_typed.check_may_read)

ADD, CHANGE, END = "add", "change", "end"
Answer = Response | tuple[str, int]


@blueprint.get("/")
def page(clinic_id: str) -> tuple[str, int]:
    """Show the week of a clinic."""
    return _page(clinic_id, refused=NOTHING)


@blueprint.post("/")
def add(clinic_id: str) -> Answer:
    """Add the same hours on the weekdays that were chosen."""
    try:
        with house().database.transaction() as session:
            actions_weeks.add_templates(
                session, hospital_id=member().hospital_id, clinic_id=clinic_id,
                week=clinics_typed.week(weekday=0), weekdays=clinics_typed.weekdays(),
                by=clinics_typed.by(),
            )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return _page(clinic_id, refused=Refused.of(ADD, refusal))
    return redirect(url_for("console.clinics_week.page", clinic_id=clinic_id), 303)


@blueprint.get("/hours/<template_id>")
def hours(clinic_id: str, template_id: str) -> tuple[str, int]:
    """Show hours to be changed or ended."""
    return _hours(clinic_id, template_id, refused=NOTHING)


@blueprint.post("/hours/<template_id>")
def change(clinic_id: str, template_id: str) -> Answer:
    """Change hours from a day on; who has an appointment keeps it."""
    try:
        with house().database.transaction() as session:
            old = template_in(session, hospital_id=member().hospital_id, template_id=template_id)
            found = actions_weeks.change_template(
                session, hospital_id=member().hospital_id, template_id=template_id,
                week=clinics_typed.week(weekday=old.weekday), by=clinics_typed.by(),
            )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return _hours(clinic_id, template_id, refused=Refused.of(CHANGE, refusal))
    return _after(clinic_id, has_conflicts=bool(found))


@blueprint.post("/hours/<template_id>/end")
def end(clinic_id: str, template_id: str) -> Answer:
    """Let hours hold for the last time on a day."""
    try:
        with house().database.transaction() as session:
            found = actions_weeks.end_template(
                session, hospital_id=member().hospital_id, template_id=template_id,
                last_day=typed.day("last_day"), by=clinics_typed.by(),
            )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return _hours(clinic_id, template_id, refused=Refused.of(END, refusal))
    return _after(clinic_id, has_conflicts=bool(found))


def _after(clinic_id: str, *, has_conflicts: bool) -> Response:
    """Go on where there is something to do: to the conflicts, or back to the week."""
    if has_conflicts:
        return redirect(url_for("console.clinics_conflicts.page"), 303)
    return redirect(url_for("console.clinics_week.page", clinic_id=clinic_id), 303)


def _page(clinic_id: str, *, refused: Refused) -> tuple[str, int]:
    today = beijing_date(house().clock.now())
    with house().database.transaction() as session:
        clinic = clinic_in(session, hospital_id=member().hospital_id, clinic_id=clinic_id)
        found = templates(session, clinic_id=clinic_id, today=today)
        doctors = clinics_frame.doctors_by_id(session)
    page = render_template(
        "console/clinics/week.html",
        clinic=presenters.clinic_form(clinic),
        week=presenters.week(found, doctors=doctors),
        weekdays=list(enumerate(WEEKDAYS)),
        form=SittingForm(from_day=(today + timedelta(days=1)).isoformat()),
        shares=presenters.shares(clinics_typed.PLANNED),
        doctors=clinics_frame.doctor_choices(doctors),
        today=today.isoformat(),
        refused=refused,
        key=clinics_typed.new_key(),
    )
    return page, refused.status


def _hours(clinic_id: str, template_id: str, *, refused: Refused) -> tuple[str, int]:
    today = beijing_date(house().clock.now())
    with house().database.transaction() as session:
        template = template_in(session, hospital_id=member().hospital_id, template_id=template_id)
        clinic = clinic_in(session, hospital_id=member().hospital_id, clinic_id=clinic_id)
        doctors = clinics_frame.doctors_by_id(session)
    page = render_template(
        "console/clinics/hours.html",
        clinic=presenters.clinic_form(clinic),
        template_id=template_id,
        form=presenters.sitting_form(template, from_day=today + timedelta(days=1)),
        shares=presenters.shares(clinics_typed.PLANNED),
        doctors=clinics_frame.doctor_choices(doctors),
        today=today.isoformat(),
        refused=refused,
        key=clinics_typed.new_key(),
    )
    return page, refused.status
