"""JSON about visits nobody came to: how they stand, a reason with one tap, an appeal."""

from accounts.models import Person
from booking import queries
from booking.attendance import missed
from booking.models_waiting import AppealState, MissedVisit
from booking.queries import appointment_of
from core.dates import short_day, when
from core.db import Session
from core.words import label
from miniapp import guard
from miniapp.booking_asked import by
from miniapp.guard import api, house
from miniapp.shapes_waiting import AppealIn, AttendanceOut, ExcuseIn, MissedOut


@api.get("/attendance")
@api.output(AttendanceOut)
def attendance() -> AttendanceOut:
    """Tell which of her visits count as missed, and whether on-line booking is closed."""
    with house().database.transaction() as session:
        return _standing(session, guard.me(session))


@api.post("/missed/<appointment_id>/excuse")
@api.input(ExcuseIn)
@api.output(AttendanceOut)
def excuse(appointment_id: str, json_data: ExcuseIn) -> AttendanceOut:
    """Take a reason for a missed visit: it does not count any more."""
    with house().database.transaction() as session:
        person = guard.me(session)
        missed.excuse(
            session, person_id=person.id, appointment_id=appointment_id, reason=json_data.reason,
            by=by(person),
        )  # fmt: skip
        return _standing(session, person)


@api.post("/missed/<appointment_id>/appeal")
@api.input(AppealIn)
@api.output(AttendanceOut)
def appeal(appointment_id: str, json_data: AppealIn) -> AttendanceOut:
    """Appeal against a missed visit that counts; staff answer within working days."""
    with house().database.transaction() as session:
        person = guard.me(session)
        missed.appeal(
            session, person_id=person.id, appointment_id=appointment_id, words=json_data.words,
            by=by(person),
        )  # fmt: skip
        return _standing(session, person)


def _standing(session: Session, person: Person) -> AttendanceOut:
    hospital = guard.hospital(session)
    stands = missed.standing_of(
        session, person_id=person.id, hospital_id=hospital.id, now=house().clock.now()
    )
    policy = queries.policy_of_hospital(session, hospital_id=hospital.id)
    form = "attendance_open" if stands.closed_until is None else "attendance_closed"
    until = "" if stands.closed_until is None else short_day(stands.closed_until)
    return AttendanceOut(
        counted=stands.counted, limit=policy.missed_visits, closed_until=stands.closed_until,
        sentence=label(f"miniapp.{form}").format(
            counted=stands.counted, limit=policy.missed_visits, until=until,
            months=policy.missed_within_months,
        ),
        items=[
            _missed_out(session, one, working_days=policy.appeal_working_days)
            for one in missed.missed_of(session, person_id=person.id, hospital_id=hospital.id)
        ],
    )  # fmt: skip


def _missed_out(session: Session, one: MissedVisit, *, working_days: int) -> MissedOut:
    held = appointment_of(session, person_id=one.person_id, appointment_id=one.appointment_id)
    counts = one.counts and one.cleared_at is None
    return MissedOut(
        appointment_id=one.appointment_id,
        when=when(held.slot.starts_at, held.slot.ends_at),
        care_name=label(f"booking.{held.clinic.care}"),
        counts=counts,
        excuse=one.excuse,
        appeal=one.appeal,
        may_excuse=counts and one.excuse is None,
        may_appeal=counts and one.appeal is AppealState.NONE,
        sentence=label(f"miniapp.{_said(one, counts=counts)}").format(days=working_days),
    )


def _said(one: MissedVisit, *, counts: bool) -> str:
    """Return the key of what is said of a missed visit."""
    if one.appeal is not AppealState.NONE:
        return f"missed_{one.appeal}"
    if one.excuse is not None:
        return "missed_excused"
    return "missed_counts" if counts else "missed_free"
