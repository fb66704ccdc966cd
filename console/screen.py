"""The screen of a waiting room: numbers only, no names, for whoever looks at the wall.

The address bears a seal that opens this page and nothing else; it needs no sign-in. An open screen
asks again every 5 seconds: one query that rides on the index of the clinic's slots of the day.
"""

import hmac

from flask import Blueprint, render_template, url_for

from booking.attendance.queries_line import line_of_clinic
from booking.models import AppointmentState
from booking.models_supply import Clinic
from console.guard import house
from core.clock import beijing, beijing_date
from core.crypto import ring
from core.errors import NotFound

blueprint = Blueprint("screen", __name__, url_prefix="/screen")

NEXT_SHOWN = 8


def address(clinic_id: str) -> str:
    """Return the address of a clinic's screen."""
    return url_for("console.screen.page", clinic_id=clinic_id, seal=_seal(clinic_id))


@blueprint.get("/<clinic_id>/<seal>")
def page(clinic_id: str, seal: str) -> str:
    """Show who is called and who is next, by number."""
    if not hmac.compare_digest(_seal(clinic_id).encode(), seal.encode()):
        raise NotFound
    now = house().clock.now()
    with house().database.transaction() as session:
        clinic = session.get_one(Clinic, clinic_id)
        line = line_of_clinic(
            session, hospital_id=clinic.hospital_id, clinic_id=clinic_id, day=beijing_date(now)
        )
    tickets = [(one.appointment.state, one.appointment.queue_number) for one in line]
    waiting = [number for state, number in tickets if state is AppointmentState.CHECKED_IN]
    return render_template(
        "console/desk/screen.html",
        clinic=clinic,
        called=[number for state, number in tickets if state is AppointmentState.CALLED],
        waiting=waiting[:NEXT_SHOWN],
        more=len(waiting[NEXT_SHOWN:]),
        clock=f"{beijing(now):%H:%M}",
    )


def _seal(clinic_id: str) -> str:
    return ring().blind(clinic_id, column="clinic.screen")
