"""Meters of channels: calls of the day, rests after outages, alarms that staff must see to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.clock import beijing_date
from core.db import Session
from scheduler.channels.acts import Act
from scheduler.channels.outlets import next_midnight
from scheduler.models import Channel

PATIENCE = 10
"""Failures in a row after which a channel rests: an outage, not a person's phone."""

FIRST_REST, LONGEST_REST = timedelta(seconds=30), timedelta(minutes=5)
ALARM_REST = timedelta(minutes=10)

COUNT = """
insert into channel_meter as meter (
    appid, channel, day, used, failures, stopped_until, alarm, alarmed_at
)
values (
    %(appid)s, %(channel)s, %(day)s, %(used)s, %(failures)s, %(stopped_until)s, %(alarm)s,
    %(alarmed_at)s
)
on conflict (appid, channel) do update set
    day = greatest(meter.day, excluded.day),
    used = case when meter.day >= excluded.day then meter.used else 0 end + excluded.used,
    failures = case when excluded.used > 0 then 0 else meter.failures + excluded.failures end,
    stopped_until = coalesce(
        greatest(excluded.stopped_until, meter.stopped_until),
        case when excluded.used > 0 then null else meter.stopped_until end
    ),
    alarm = case when excluded.used > 0 then null else coalesce(excluded.alarm, meter.alarm) end,
    alarmed_at = case when excluded.used > 0 then null
        else coalesce(meter.alarmed_at, excluded.alarmed_at) end
returning failures
"""

REST = """
update channel_meter set stopped_until = greatest(stopped_until, %(until)s)
where appid = %(appid)s and channel = %(channel)s
"""


@dataclass
class Tally:
    """What happened on one channel of one account since it was counted last."""

    appid: str
    channel: Channel
    used: int = 0
    failures: int = 0
    alarm: str | None = None
    is_exhausted: bool = False

    def note(self, act: Act | None, code: str) -> None:
        """Count one call: taken (None), or refused with this code."""
        self.used += act is None
        self.failures += act is Act.REST
        self.is_exhausted |= act is Act.MIDNIGHT
        if act is Act.ALARM:
            self.alarm = code


def count(session: Session, tallies: Sequence[Tally], *, now: datetime) -> None:
    """Write down what happened on channels, and let those rest that need it."""
    for tally in sorted(tallies, key=lambda one: (one.appid, one.channel)):
        given = {
            "appid": tally.appid, "channel": tally.channel.value, "day": beijing_date(now),
            "used": tally.used, "failures": tally.failures, "alarm": tally.alarm,
            "alarmed_at": None if tally.alarm is None else now,
            "stopped_until": _stopped_until(tally, now=now),
        }  # fmt: skip
        failures = session.connection().exec_driver_sql(COUNT, given).scalar_one()
        if (rest := rest_after(failures)) is not None and tally.failures:
            session.connection().exec_driver_sql(REST, given | {"until": now + rest})


def rest_after(failures: int) -> timedelta | None:
    """Return how long a channel rests after so many failures in a row, doubling; None: not yet."""
    if failures < PATIENCE:
        return None
    return min(FIRST_REST * (1 << min(failures // PATIENCE - 1, 10)), LONGEST_REST)


def _stopped_until(tally: Tally, *, now: datetime) -> datetime | None:
    if tally.is_exhausted:
        return next_midnight(now)
    return now + ALARM_REST if tally.alarm is not None else None
