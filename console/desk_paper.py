"""The list of a clinic's day on paper: for a day on which the screens may stay dark."""

from flask import Blueprint, render_template

from accounts.models import Hospital
from booking.attendance.queries_day import coming_on
from booking.models import AppointmentState
from console import desk_frame
from console.guard import house
from console.presenters import desk as presenters
from console.presenters import times

blueprint = Blueprint("desk_paper", __name__, url_prefix="/desk/<clinic_id>/paper")
blueprint.before_request(desk_frame.check_may_run)


@blueprint.get("/")
def page(clinic_id: str) -> str:
    """Show the list of a day for an A4 sheet; that it was opened for printing is written down."""
    day, now = desk_frame.day(), house().clock.now()
    with house().database.transaction() as session:
        clinic = desk_frame.clinic(session, clinic_id=clinic_id)
        found = coming_on(session, hospital_id=clinic.hospital_id, clinic_id=clinic_id, day=day)
        hospital = session.get_one(Hospital, clinic.hospital_id)
        desk_frame.note_names_shown(session, clinic=clinic, act="day_list_printed")
    kept = [one for one in found if one.held.appointment.state is not AppointmentState.HELD]
    return render_template(
        "console/desk/paper.html",
        clinic=clinic,
        hospital=hospital.name,
        day=day,
        title=presenters.day_title(day),
        printed=times.moment(now),
        lines=[presenters.coming_line(one, before={}, now=now) for one in kept],
    )
