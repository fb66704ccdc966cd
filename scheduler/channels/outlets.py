"""What the house can send through: its accounts, and a hospital's ways for each layout."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from core.clock import beijing_date, beijing_moment
from core.db import Session, rows
from handbook.care.reading import read
from scheduler.channels.choosing import ON_THE_MINI_PROGRAM, Way
from scheduler.models import Channel
from scheduler.policy import Policy

QUOTAS = Path(__file__).parent / "quotas.yaml"
VISIT = "visit"
"""The layout of appointments: the only thing 微信就医助手 speaks of."""

TEMPLATES = """
select hospital_id, channel, layout, template_id, keys from channel_template
where hospital_id = any(string_to_array(%(hospitals)s, ','))
"""

METERS = "select appid, channel, day, used, stopped_until from channel_meter"


@dataclass(frozen=True)
class Outlets:
    """The two accounts, the templates of the settings by layout, and what else is switched on.

    `assistant` is the status number of 微信就医助手 for visits; empty: off.
    """

    official: str
    mini: str
    templates: Mapping[str, str] = field(default_factory=dict)
    assistant: str = ""
    has_sms: bool = False


@dataclass(frozen=True)
class Ways:
    """The ways of some hospitals, with how far today's quotas are used."""

    outlets: Outlets
    registered: Sequence[Any]
    meters: Mapping[tuple[str, str], Any]
    now: datetime
    found: dict[tuple[str, str], list[Way]] = field(default_factory=dict)

    def of(
        self, hospital_id: str, layout: str, *, keys: Mapping[str, str], policy: Policy
    ) -> list[Way]:
        """Return a hospital's ways for a layout, `keys` being the layout's own."""
        asked = (hospital_id, layout)
        if asked not in self.found:
            self.found[asked] = self._of(hospital_id, layout, keys, policy)
        return self.found[asked]

    def _of(
        self, hospital_id: str, layout: str, keys: Mapping[str, str], policy: Policy
    ) -> list[Way]:
        found = []
        if self.outlets.assistant and layout == VISIT:
            pieces = {piece: piece for piece in keys.values()}
            found.append(self._way(Channel.ASSISTANT, self.outlets.assistant, pieces, policy))
        for row in self.registered:
            if (row.hospital_id, row.layout) == (hospital_id, layout):
                way = self._way(Channel(row.channel), row.template_id, row.keys or keys, policy)
                found.append(way)
        has_template = any(way.channel is Channel.TEMPLATE for way in found)
        if not has_template and (template_id := self.outlets.templates.get(layout)):
            found.append(self._way(Channel.TEMPLATE, template_id, keys, policy))
        found.append(self._way(Channel.CUSTOMER, "", {}, policy))
        if self.outlets.has_sms:
            found.append(self._way(Channel.SMS, "", {}, policy))
        return found

    def _way(
        self, channel: Channel, template_id: str, keys: Mapping[str, str], policy: Policy
    ) -> Way:
        is_mini = channel in ON_THE_MINI_PROGRAM
        appid = self.outlets.mini if is_mini else self.outlets.official
        meter = self.meters.get((appid, channel.value))
        way = Way(channel, appid, template_id, keys)
        return way if meter is None else _metered(way, meter, policy=policy, now=self.now)


def ways_of(session: Session, *, hospitals: Iterable[str], outlets: Outlets, now: datetime) -> Ways:
    """Return the ways of these hospitals as they stand now; two statements."""
    registered = rows(session, TEMPLATES, {"hospitals": ",".join(hospitals)})
    meters = {(row.appid, row.channel): row for row in rows(session, METERS, {})}
    return Ways(outlets, registered, meters, now)


@cache
def quotas() -> Mapping[str, int]:
    """Return the most messages of a day by channel; read once.

    Raises:
        ValueError: the table does not fit.
    """
    return read(QUOTAS, dict[str, int])


def next_midnight(now: datetime) -> datetime:
    """Return when the platform counts anew: the next midnight of Beijing."""
    return beijing_moment(beijing_date(now) + timedelta(days=1))


def _metered(way: Way, meter: Any, *, policy: Policy, now: datetime) -> Way:  # noqa: ANN401 - a row
    rests_until = None if meter.stopped_until is None else meter.stopped_until.astimezone(UTC)
    left = _left(way.channel, meter, today=beijing_date(now))
    if left is not None and left <= 0:
        rests_until = max(rests_until or now, next_midnight(now))
    quota = quotas().get(way.channel.value, 0)
    is_nearly_used = left is not None and left <= quota * policy.kept_back_percent / 100
    routine_from = next_midnight(now) if is_nearly_used else None
    return Way(way.channel, way.appid, way.template_id, way.keys, rests_until, routine_from)


def _left(channel: Channel, meter: Any, *, today: date) -> int | None:  # noqa: ANN401 - a row
    """Return how many messages the day still has, or None where no limit is known."""
    quota = quotas().get(channel.value)
    if quota is None:
        return None
    return quota - (meter.used if meter.day == today else 0)
