"""When a reminder is due, when it is too late, when the house is quiet, and how often to try."""

from datetime import date, datetime, timedelta

from core.clock import beijing, beijing_moment

APPOINTMENT_HOUR = 18
"""The day before an appointment at 18:00: work is done, and there is time to prepare."""

WINDOW_HOUR = 9
"""The first day of a care window at 09:00."""

QUIET_FROM, QUIET_TO = 22, 7
"""No message between 22:00 and 07:00, Beijing time (hospital policy; default)."""

MOST_ATTEMPTS = 6
FIRST_PAUSE = timedelta(minutes=1)
LEASE = timedelta(minutes=2)
"""A claimed reminder that is not recorded by then is taken up again; the platform's own
`client_msg_id` keeps it from arriving twice within ten minutes."""


def appointment_due(starts_at: datetime) -> datetime:
    """Return when to remind of an appointment."""
    day = beijing(starts_at).date() - timedelta(days=1)
    return beijing_moment(day, hour=APPOINTMENT_HOUR)


def window_due(from_day: date) -> datetime:
    """Return when to tell that a care window opens."""
    return beijing_moment(from_day, hour=WINDOW_HOUR)


def awake(moment: datetime) -> datetime:
    """Return the moment itself, or the end of the quiet hours it lies in: `[22:00, 07:00)`."""
    wall = beijing(moment)
    if QUIET_TO <= wall.hour < QUIET_FROM:
        return moment
    day = wall.date() + timedelta(days=wall.hour >= QUIET_FROM)
    return beijing_moment(day, hour=QUIET_TO)


def next_try(*, attempts: int, now: datetime) -> datetime | None:
    """Return when to try again after `attempts` failures, doubling; None when enough was tried."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return now + FIRST_PAUSE * (1 << (attempts - 1))
