"""How a reminder and a wording live, and how often to try; pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta

MOST_ATTEMPTS = 6
FIRST_PAUSE = timedelta(minutes=1)
LEASE = timedelta(minutes=2)
"""A claimed reminder that is not recorded by then is taken up again."""

SAME_ID = timedelta(minutes=9)
"""The template route takes a `client_msg_id` once within ten minutes; a minute is left for the
call itself. What is in doubt for longer is not sent again."""

REPORT_KEPT = timedelta(days=1)
"""A report may come a moment before its sending is written down; one that nothing meets within a
day is of a message that is not ours."""

KEPT = timedelta(days=3 * 366)
"""What was said and why stays this long: a pregnancy, and the first years of the child."""

NEXT: Mapping[str, frozenset[str]] = {
    "pending": frozenset({"sending", "dropped", "undeliverable"}),
    "sending": frozenset({"pending", "sent", "dropped", "undeliverable"}),
    "sent": frozenset({"undeliverable"}),
    "undeliverable": frozenset({"told", "pending"}),
    "dropped": frozenset({"pending"}),
    "told": frozenset(),
}
"""The life of a reminder; keys are the values of `scheduler.models.ReminderState`.

Sent ones that the platform could not deliver go onto a person's list; who can be reached again is
told after all, if it is still true. What was dropped because dates changed is asked again when they
change again."""

NEXT_WORDING: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"in_review"}),
    "in_review": frozenset({"approved", "tried", "declined"}),
    "approved": frozenset({"retired"}),
    "tried": frozenset({"approved", "retired"}),
    "declined": frozenset(),
    "retired": frozenset(),
}
"""The life of a hospital's own wording; keys are the values of `WordingState`."""


def next_try(*, attempts: int, now: datetime) -> datetime | None:
    """Return when to try again after `attempts` failures, doubling; None when enough was tried."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return now + FIRST_PAUSE * (1 << (attempts - 1))
