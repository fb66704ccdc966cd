"""An appointment as a file for a phone's calendar (RFC 5545)."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from flask import Response
from icalendar import Alarm, Calendar, Event

from accounts.models import Hospital
from booking import queries
from booking.models import AppointmentState, Share
from booking.queries import Booked
from core.clock import beijing
from core.errors import NotFound
from core.words import label
from miniapp import guard
from miniapp.booking_told import said_preparation
from miniapp.guard import api, house

REMINDS_BEFORE = (timedelta(days=1), timedelta(hours=2))
"""Our own proposal: to prepare the evening before, and to set out."""

PRODUCT = "-//Yunyu//Booking//ZH"
CONFIRMED = frozenset(
    {AppointmentState.BOOKED, AppointmentState.CHECKED_IN, AppointmentState.CALLED}
)


@api.get("/appointments/<appointment_id>/calendar.ics")
def calendar(appointment_id: str) -> Response:
    """Give an appointment that stands as a file for her phone's calendar."""
    with house().database.transaction() as session:
        held = queries.appointment_of(
            session, person_id=guard.me(session).id, appointment_id=appointment_id
        )
        if held.appointment.state not in CONFIRMED:
            raise NotFound
        host = urlsplit(house().settings.base_url).hostname or ""
        file = calendar_of(
            held, hospital=guard.hospital(session), host=host, now=house().clock.now()
        )
    headers = {"Content-Disposition": 'attachment; filename="appointment.ics"'}
    return Response(file, content_type="text/calendar; charset=utf-8", headers=headers)


def calendar_of(held: Booked, *, hospital: Hospital, host: str, now: datetime) -> bytes:
    """Return the calendar file of an appointment.

    Others read a calendar over her shoulder: it says when and where, what to bring and the number,
    but neither who comes nor what for.
    """
    event = Event()
    event.add("uid", f"{held.appointment.id}@{host}")
    event.add("dtstamp", now)
    event.add("dtstart", beijing(held.slot.starts_at))
    event.add("dtend", beijing(held.slot.ends_at))
    event.add("summary", _summary(held))
    event.add("location", _location(held, hospital))
    event.add("description", _description(held, hospital))
    event.add("status", "CONFIRMED")
    event.add("class", "PRIVATE")
    for before in REMINDS_BEFORE:
        event.add_component(_alarm(before, summary=_summary(held)))
    whole = Calendar()
    whole.add("prodid", PRODUCT)
    whole.add("version", "2.0")
    whole.add("method", "PUBLISH")
    whole.add_component(event)
    whole.add_missing_timezones()
    file: bytes = whole.to_ical()
    return file


def _description(held: Booked, hospital: Hospital) -> str:
    return label("miniapp.calendar_description").format(
        number=held.appointment.number, phone=hospital.phone,
        preparation=said_preparation(held),
    )  # fmt: skip


def _summary(held: Booked) -> str:
    is_remote = held.appointment.share is Share.REMOTE
    return label("miniapp.calendar_summary_remote" if is_remote else "miniapp.calendar_summary")


def _location(held: Booked, hospital: Hospital) -> str:
    if held.appointment.share is Share.REMOTE:
        return label("miniapp.calendar_location_remote")
    return f"{hospital.name} {held.clinic.room} {hospital.address}".strip()


def _alarm(before: timedelta, *, summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", -before)
    return alarm
