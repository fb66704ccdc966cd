"""The end of a clinic's day at its desk: who did not come is noted, with her reason if she has one.

What no desk has closed by midnight `booking.attendance.sweeps` closes in the same way.
"""

from collections.abc import Collection, Mapping
from datetime import date

import sqlalchemy as sa

from booking.attendance import missed, sweeps
from booking.attendance.line import in_line_on
from booking.errors import DayNotOver
from booking.models import LIVE, Appointment, AppointmentState, Slot
from booking.models_waiting import Excuse, MissedVisit
from booking.rules import said
from booking.steps import By, lock
from core.db import Session

ON_LIST = frozenset({AppointmentState.BOOKED, AppointmentState.CHECKED_IN, AppointmentState.CALLED})
"""States in which a visit waits for somebody to say how it went."""


def close_day(
    session: Session, *, hospital_id: str, clinic_id: str, day: date,
    excuses: Mapping[str, Excuse], by: By,
) -> list[Appointment]:  # fmt: skip
    """Close a clinic's day (Beijing) once nobody's time is still to come.

    1. Lock all who are still on the day's list; closing twice finds nobody the second time.
    2. Who was booked did not come; who came and was never closed was seen.
    3. Whoever has a reason among `excuses` (by appointment) did not miss it: it does not count.

    Returns:
        Those who did not come.

    Raises:
        DayNotOver: somebody's time has not ended (`count`, `said` when the last one does).
    """
    found = session.execute(
        sa.select(Appointment.id, Slot.ends_at)
        .join(Slot, Slot.id == Appointment.slot_id)
        .where(*in_line_on(clinic_id, day), Appointment.hospital_id == hospital_id)
        .where(sa.text(LIVE), Appointment.state != AppointmentState.HELD)
    ).all()
    to_come = [ends_at for _, ends_at in found if ends_at > by.now]
    if to_come:
        raise DayNotOver(count=len(to_come), said=said(max(to_come)))
    over = lock(session, appointment_ids=[key for key, _ in found])
    on_list = [one for one in over if one.state in ON_LIST]
    missing = sweeps.close(session, over=on_list, by=by)
    for one in missing:
        if one.id in excuses:
            missed.excuse(
                session, person_id=one.person_id, appointment_id=one.id, reason=excuses[one.id],
                by=by,
            )  # fmt: skip
    return missing


def missed_among(
    session: Session, *, appointment_ids: Collection[str]
) -> Mapping[str, MissedVisit]:
    """Return what is noted of those of these appointments that were missed, by appointment."""
    noted = sa.select(MissedVisit).where(MissedVisit.appointment_id.in_(appointment_ids))
    return {one.appointment_id: one for one in session.scalars(noted)}
