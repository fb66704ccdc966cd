"""What this room forgets when somebody closes her account."""

from datetime import datetime

import sqlalchemy as sa

from accounts.models import Person
from booking.errors import AppointmentsLeft
from booking.models import LIVE, Appointment, AppointmentState
from booking.models_waiting import DrawRequest, MissedVisit, Waiting, WaitingState
from core.clock import beijing_date
from core.db import Session

ATTENDED = frozenset({AppointmentState.SEEN, AppointmentState.LEFT})
"""She came: the appointment is part of the record of that visit."""

UNLINKED = {"pregnancy_id": None, "child_id": None, "item_key": None}


def erase(session: Session, *, person: Person, now: datetime) -> None:
    """Take her appointments and waits off the lives they were for, but the visits she came to.

    What is left of one says when somebody without a name had a place, or waited for it.

    Raises:
        AppointmentsLeft: a place is still kept for her, or she still waits; she gives it up first,
            so that it can be somebody else's.
    """
    if count := _still_to_come(session, person, now=now):
        raise AppointmentsLeft(count=count)
    for table, which in (
        (Appointment, Appointment.state.not_in(ATTENDED)),
        (Waiting, sa.true()),
        (DrawRequest, sa.true()),
    ):
        session.execute(
            sa.update(table).where(table.person_id == person.id, which).values(UNLINKED)
        )
    session.execute(
        sa.update(MissedVisit)
        .where(MissedVisit.person_id == person.id)
        .values(appeal_words=None, excuse=None)
    )


def _still_to_come(session: Session, person: Person, *, now: datetime) -> int:
    counted = (
        sa.select(sa.func.count()).where(
            Appointment.person_id == person.id,
            sa.text(LIVE),
            sa.func.upper(Appointment.during) > now,
        ),
        sa.select(sa.func.count()).where(
            Waiting.person_id == person.id,
            Waiting.state.in_((WaitingState.WAITING, WaitingState.OFFERED)),
        ),
        sa.select(sa.func.count()).where(
            DrawRequest.person_id == person.id,
            DrawRequest.rank.is_(None),
            DrawRequest.draw_day >= beijing_date(now),
        ),
    )
    return sum(session.scalar(each) or 0 for each in counted)
