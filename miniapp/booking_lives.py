"""JSON about one appointment: held, confirmed, given up, moved, checked in."""

import io

import segno

from booking import actions, courses, queries
from booking.attendance.check_in_codes import code_for
from core.clock import beijing_date
from core.db import Session
from handbook.models_lives import Child
from handbook.queries_children import children_of
from miniapp import guard
from miniapp.booking_asked import by, key, request_for
from miniapp.booking_told import out, page_out
from miniapp.guard import api, house
from miniapp.shapes_booking import (
    AppointmentIn,
    AppointmentOut,
    AppointmentPageOut,
    CheckInCodeOut,
    FollowedAllOut,
    FollowedOut,
    MoveIn,
)


@api.get("/appointments/<appointment_id>")
@api.output(AppointmentPageOut)
def appointment(appointment_id: str) -> AppointmentPageOut:
    """Tell one of her appointments, and how many who wait are before her."""
    with house().database.transaction() as session:
        held = queries.appointment_of(
            session, person_id=guard.me(session).id, appointment_id=appointment_id
        )
        return page_out(session, held, hers(session))


@api.post("/holds")
@api.input(AppointmentIn)
@api.output(AppointmentOut, status_code=201)
def hold(json_data: AppointmentIn) -> AppointmentOut:
    """Hold a slot for some minutes, while she looks at what she is about to book."""
    given = key()
    with house().database.transaction() as session:
        request = request_for(
            session, person=guard.me(session), hospital=guard.hospital(session), asked=json_data,
            key=given,
        )  # fmt: skip
        return out(session, actions.hold(session, request=request, now=house().clock.now()))


@api.post("/appointments/<appointment_id>/confirm")
@api.output(AppointmentOut)
def confirm(appointment_id: str) -> AppointmentOut:
    """Book what is held for her."""
    with house().database.transaction() as session:
        person = guard.me(session)
        booked = actions.confirm(
            session, person_id=person.id, appointment_id=appointment_id, by=by(person)
        )
        return out(session, booked)


@api.post("/appointments/<appointment_id>/cancel")
@api.output(AppointmentOut)
def cancel(appointment_id: str) -> AppointmentOut:
    """Give up one of her appointments, or what is held for her."""
    with house().database.transaction() as session:
        person = guard.me(session)
        gone = actions.cancel(
            session, person_id=person.id, appointment_id=appointment_id, by=by(person)
        )
        return out(session, gone)


@api.post("/appointments/<appointment_id>/move")
@api.input(MoveIn)
@api.output(AppointmentOut)
def move(appointment_id: str, json_data: MoveIn) -> AppointmentOut:
    """Move one of her appointments; the old place is let go once the new one is had."""
    with house().database.transaction() as session:
        person = guard.me(session)
        moved = actions.move(
            session, person_id=person.id, appointment_id=appointment_id,
            slot_id=json_data.slot_id, by=by(person),
        )  # fmt: skip
        return out(session, moved)


@api.post("/appointments/<appointment_id>/move-rest")
@api.output(FollowedAllOut)
def move_rest(appointment_id: str) -> FollowedAllOut:
    """Let the later visits of its course follow one that was moved: weekday and half of the day."""
    with house().database.transaction() as session:
        person = guard.me(session)
        followed = courses.move_rest(
            session, person_id=person.id, appointment_id=appointment_id, by=by(person)
        )
        return FollowedAllOut(
            items=[
                FollowedOut(
                    appointment=out(
                        session,
                        one.moved
                        or queries.appointment_of(
                            session, person_id=person.id, appointment_id=one.appointment.id
                        ),
                    ),
                    moved=one.moved is not None,
                )
                for one in followed
            ]
        )


@api.get("/appointments/<appointment_id>/check-in-code")
@api.output(CheckInCodeOut)
def check_in_code(appointment_id: str) -> CheckInCodeOut:
    """Give the code that the desk reads on the day of the visit."""
    with house().database.transaction() as session:
        held = queries.appointment_of(
            session, person_id=guard.me(session).id, appointment_id=appointment_id
        )
        code = code_for(held)
    return CheckInCodeOut(code=code, svg=_picture(code), day=beijing_date(held.slot.starts_at))


def hers(session: Session) -> dict[str, Child]:
    """Return the children she looks after, by id."""
    return {one.id: one for one in children_of(session, person_id=guard.me(session).id)}


def _picture(code: str) -> str:
    drawn = io.BytesIO()
    segno.make(code, error="m", micro=False).save(
        drawn, kind="svg", scale=8, border=2, xmldecl=False, svgclass=None, lineclass=None
    )
    return drawn.getvalue().decode().strip()
