"""Missed visits (爽约): forgiving attendance.

A visit counts as missed only after a delivered reminder; a reason given with one tap, visits kept
since, or an upheld appeal take it off again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from accounts.audit import record
from booking.errors import NotMissed
from booking.models import Appointment, AppointmentState, Step
from booking.models_waiting import AppealState, Excuse, MissedVisit
from booking.queries import policy_of_hospital
from booking.rules import Attendance, attendance
from booking.steps import By
from core.clock import beijing_date
from core.db import Session
from core.errors import NotFound
from handbook.workdays import working_days_after


@dataclass(frozen=True)
class Appeal:
    """An appeal that waits for its answer until the end of a working day."""

    missed: MissedVisit
    appointment: Appointment
    answer_by_day: date


def standing_of(session: Session, *, person_id: str, hospital_id: str, now: datetime) -> Attendance:
    """Return how many missed visits count, and until when on-line booking is closed, if it is."""
    missed = session.scalars(
        sa.select(MissedVisit.missed_at).where(
            MissedVisit.person_id == person_id,
            MissedVisit.hospital_id == hospital_id,
            MissedVisit.counts,
            MissedVisit.cleared_at.is_(None),
        )
    ).all()
    policy = policy_of_hospital(session, hospital_id=hospital_id)
    return attendance(missed, policy=policy, now=now)


def missed_of(session: Session, *, person_id: str, hospital_id: str) -> list[MissedVisit]:
    """Return a person's missed visits, newest first."""
    hers = sa.select(MissedVisit).where(
        MissedVisit.person_id == person_id, MissedVisit.hospital_id == hospital_id
    )
    return list(
        session.scalars(hers.order_by(MissedVisit.missed_at.desc(), MissedVisit.appointment_id))
    )


def note_reminded(session: Session, *, appointment_id: str, at: datetime) -> None:
    """Note that a reminder of an appointment was delivered; the first one counts."""
    session.execute(
        sa.update(Appointment)
        .where(Appointment.id == appointment_id, Appointment.reminded_at.is_(None))
        .values(reminded_at=at)
    )


def note_missed(session: Session, *, appointment: Appointment) -> None:
    """Write down that nobody came; it counts if a reminder was delivered before the visit."""
    session.add(
        MissedVisit(
            appointment_id=appointment.id, hospital_id=appointment.hospital_id,
            person_id=appointment.person_id, missed_at=appointment.during.lower,
            appeal=AppealState.NONE, counts=was_reminded(appointment),
        )
    )  # fmt: skip
    session.flush()


def was_reminded(appointment: Appointment) -> bool:
    """Say whether a reminder was delivered before the visit: only then does missing it count."""
    begins, reminded_at = appointment.during.lower, appointment.reminded_at
    return reminded_at is not None and begins is not None and reminded_at < begins


def note_came(session: Session, *, appointment_id: str, by: By) -> None:
    """Clear a missed visit: she came after all."""
    missed = session.get(MissedVisit, appointment_id)
    if missed is not None and missed.cleared_at is None:
        _clear(session, missed, act="missed_visit_came", by=by)


def note_kept(session: Session, *, appointment: Appointment, by: By) -> None:
    """Clear the oldest missed visit that counts if so many were kept in a row since.

    Visits are counted from the newest missed one, and from the newest that was cleared.
    """
    hers = missed_of(session, person_id=appointment.person_id, hospital_id=appointment.hospital_id)
    counting = [one for one in hers if one.counts and one.cleared_at is None]
    if not counting:
        return
    cleared = [one.cleared_at for one in hers if one.cleared_at is not None]
    since = max([counting[0].missed_at, *cleared])
    policy = policy_of_hospital(session, hospital_id=appointment.hospital_id)
    if _seen_since(session, appointment, since) >= policy.visits_that_clear:
        _clear(session, counting[-1], act="missed_visit_cleared", by=by)


def excuse(
    session: Session, *, person_id: str, appointment_id: str, reason: Excuse, by: By
) -> MissedVisit:
    """Take a reason for a missed visit, with which it does not count; the same again is harmless.

    Raises:
        NotFound: no such visit, or somebody else's.
    """
    missed = _of(session, person_id=person_id, appointment_id=appointment_id)
    if missed.excuse is None:
        missed.excuse, missed.counts = reason, False
        _audit(session, missed, act="missed_visit_excused", by=by)
    return missed


def appeal(
    session: Session, *, person_id: str, appointment_id: str, words: str, by: By
) -> MissedVisit:
    """Appeal against a missed visit that counts, once; staff answer within working days.

    Raises:
        NotFound: no such visit, or somebody else's.
        NotMissed: it does not count (any more).
    """
    missed = _of(session, person_id=person_id, appointment_id=appointment_id)
    if missed.appeal is not AppealState.NONE:
        return missed
    if not missed.counts or missed.cleared_at is not None:
        raise NotMissed
    missed.appeal, missed.appeal_words, missed.appealed_at = AppealState.ASKED, words, by.now
    _audit(session, missed, act="missed_visit_appealed", by=by)
    return missed


def decide_appeal(
    session: Session, *, hospital_id: str, appointment_id: str, verdict: AppealState, by: By
) -> MissedVisit:
    """Uphold an appeal, and the visit no longer counts, or dismiss it.

    Raises:
        NotFound: no such visit in this hospital.
        NotMissed: there is no appeal that waits for an answer.
    """
    missed = session.get(MissedVisit, appointment_id, with_for_update=True, populate_existing=True)
    if missed is None or missed.hospital_id != hospital_id:
        raise NotFound
    if missed.appeal is not AppealState.ASKED:
        raise NotMissed
    missed.appeal, missed.decided_by_id, missed.decided_at = verdict, by.actor.id, by.now
    if verdict is AppealState.UPHELD:
        missed.cleared_at = by.now
    _audit(session, missed, act=f"missed_visit_{verdict}", by=by)
    return missed


def appeals_in(session: Session, *, hospital_id: str) -> Sequence[Appeal]:
    """Return the appeals of a hospital that wait for an answer, the oldest first.

    Raises:
        YearWithoutCalendar: an answer would be due in a year without a calendar of working days.
    """
    count = policy_of_hospital(session, hospital_id=hospital_id).appeal_working_days
    waiting = session.execute(
        sa.select(MissedVisit, Appointment)
        .join(Appointment, Appointment.id == MissedVisit.appointment_id)
        .where(MissedVisit.hospital_id == hospital_id, MissedVisit.appeal == AppealState.ASKED)
        .order_by(MissedVisit.appealed_at, MissedVisit.appointment_id)
    )
    return [
        Appeal(
            missed, appointment, working_days_after(beijing_date(missed.appealed_at), count=count)
        )
        for missed, appointment in waiting
        if missed.appealed_at is not None
    ]


def _of(session: Session, *, person_id: str, appointment_id: str) -> MissedVisit:
    missed = session.get(MissedVisit, appointment_id, with_for_update=True, populate_existing=True)
    if missed is None or missed.person_id != person_id:
        raise NotFound
    return missed


def _seen_since(session: Session, appointment: Appointment, since: datetime) -> int:
    seen = (
        sa.select(sa.func.count())
        .select_from(Appointment)
        .where(
            Appointment.person_id == appointment.person_id,
            Appointment.hospital_id == appointment.hospital_id,
            Appointment.state == AppointmentState.SEEN,
            sa.exists().where(
                Step.appointment_id == Appointment.id,
                Step.after == AppointmentState.SEEN,
                Step.made_at > since,
            ),
        )
    )
    return session.scalar(seen) or 0


def _clear(session: Session, missed: MissedVisit, *, act: str, by: By) -> None:
    missed.cleared_at = by.now
    _audit(session, missed, act=act, by=by)


def _audit(session: Session, missed: MissedVisit, *, act: str, by: By) -> None:
    record(
        session, actor=by.actor, act=act, subject_kind="appointment",
        subject_id=missed.appointment_id, hospital_id=missed.hospital_id, now=by.now,
    )  # fmt: skip
    session.flush()
