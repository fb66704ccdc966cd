"""The end of a clinic's day, as the desk sees it: who did not come, and whether it counts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from booking.attendance.missed import was_reminded
from booking.attendance.queries_day import Coming
from booking.models import AppointmentState
from booking.models_waiting import Excuse, MissedVisit
from console.presenters.desk import patient
from core.dates import hour
from core.words import label

PRESENT = frozenset({AppointmentState.CHECKED_IN, AppointmentState.CALLED})


@dataclass(frozen=True)
class AbsentLine:
    """Somebody who did not come: whether it counts, why, and if a reason may change that."""

    id: str
    name: str
    time: str
    phone: str
    counts: bool
    why: str
    is_open: bool


@dataclass(frozen=True)
class DayEnd:
    """Who has not come, who did not come, and how many are here, or still to come."""

    absent: Sequence[AbsentLine]
    noted: Sequence[AbsentLine]
    present: int
    to_come: int
    last: str
    """When the last of those who are still to come has had her time."""


def reasons() -> list[tuple[str, str]]:
    """Return the reasons that are taken."""
    return [(one.value, label(f"booking.excuse_{one}")) for one in Excuse]


def day_end(found: Sequence[Coming], *, noted: Mapping[str, MissedVisit], now: datetime) -> DayEnd:
    """Return how a day stands before it is closed; `noted` tells missed visits by appointment."""
    booked = _in(found, {AppointmentState.BOOKED})
    here = _in(found, PRESENT)
    to_come = [one for one in booked + here if one.held.slot.ends_at > now]
    return DayEnd(
        [_absent(one) for one in booked if one.held.slot.ends_at <= now],
        [
            _noted(one, noted[one.held.appointment.id])
            for one in _in(found, {AppointmentState.NO_SHOW})
        ],
        len(here),
        len(to_come),
        hour(max(one.held.slot.ends_at for one in to_come)) if to_come else "",
    )


def _in(found: Sequence[Coming], states: Collection[AppointmentState]) -> list[Coming]:
    return [one for one in found if one.held.appointment.state in states]


def _absent(one: Coming) -> AbsentLine:
    counts = was_reminded(one.held.appointment)
    why = "提醒已送达" if counts else "提醒没有送达"
    return _line(one, counts=counts, why=why, is_open=counts)


def _noted(one: Coming, noted: MissedVisit) -> AbsentLine:
    if noted.excuse is not None:
        return _line(one, counts=False, why=label(f"booking.excuse_{noted.excuse}"), is_open=False)
    if noted.cleared_at is not None:
        return _line(one, counts=False, why="已经抵消", is_open=False)
    counts = noted.counts
    return _line(one, counts=counts, why="提醒已送达" if counts else "提醒没有送达", is_open=counts)


def _line(one: Coming, *, counts: bool, why: str, is_open: bool) -> AbsentLine:
    slot = one.held.slot
    return AbsentLine(
        one.held.appointment.id, patient(one), f"{hour(slot.starts_at)}–{hour(slot.ends_at)}",
        one.person.phone or "未登记手机号", counts, why, is_open,
    )  # fmt: skip
