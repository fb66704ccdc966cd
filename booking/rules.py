"""How an appointment and a wait live; until when a slot can be booked, given up, waited for."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from booking.errors import NotThisStep, SlotPast, TooLateToCancel
from booking.policy import Policy
from core.clock import beijing, beijing_moment
from core.dates import hour, short_day
from handbook.care.spans import Span
from handbook.timeline import Item

NOON = 12
"""Slots that begin before it are of the morning."""

OFFERS_FROM, OFFERS_TO = 7, 22
"""The hours in which an offer of the waiting list is read: those in which the house speaks."""

NEXT: Mapping[str, frozenset[str]] = {
    "held": frozenset({"booked", "cancelled", "cancelled_by_clinic", "expired"}),
    "booked": frozenset({"checked_in", "cancelled", "cancelled_by_clinic", "no_show", "moved"}),
    "checked_in": frozenset({"called", "seen", "left", "cancelled_by_clinic"}),
    "called": frozenset({"checked_in", "seen", "left"}),
    "seen": frozenset(),
    "left": frozenset(),
    "cancelled": frozenset(),
    "cancelled_by_clinic": frozenset(),
    "no_show": frozenset({"checked_in"}),
    "moved": frozenset(),
    "expired": frozenset(),
}
"""The life of an appointment; keys are the values of `booking.models.AppointmentState`.

Who did not hear her call goes back among those who wait; who came after she was marked as missed
is checked in. A clinic that calls nobody lets those who came be seen without it."""

NEXT_WAITING: Mapping[str, frozenset[str]] = {
    "waiting": frozenset({"offered", "left", "closed"}),
    "offered": frozenset({"waiting", "taken", "left", "closed"}),
    "taken": frozenset(),
    "left": frozenset(),
    "closed": frozenset(),
}
"""The life of an entry of the waiting list; keys are the values of `WaitingState`."""

LIVES = frozenset({"held", "booked", "checked_in", "called"})
"""States in which an appointment keeps its patient's time."""

GIVES_BACK = frozenset({"cancelled", "cancelled_by_clinic", "moved", "expired"})
"""Steps after which the place is free for somebody else."""


@dataclass(frozen=True)
class Attendance:
    """How many missed visits count, and the day from which she may book on-line again, if any."""

    counted: int
    closed_until: date | None


def check_step(*, state: str, after: str) -> None:
    """Pass if an appointment may step from `state` to `after`.

    Raises:
        NotThisStep: its life does not go that way.
    """
    if after not in NEXT[state]:
        raise NotThisStep(state=state, after=after)


def is_open(*, starts_at: datetime, now: datetime, policy: Policy) -> bool:
    """Say whether a slot that begins at `starts_at` can still be booked at `now`."""
    return starts_at - now >= policy.closes_before


def check_open(*, starts_at: datetime, now: datetime, policy: Policy) -> None:
    """Pass if the slot can still be booked.

    Raises:
        SlotPast: it begins too soon.
    """
    if not is_open(starts_at=starts_at, now=now, policy=policy):
        raise SlotPast


def cancel_until(*, starts_at: datetime, policy: Policy) -> datetime:
    """Return the moment from which a family can no longer give up an appointment by itself."""
    wall = beijing(starts_at)
    limit = policy.cancel_morning_until if wall.hour < NOON else policy.cancel_afternoon_until
    return beijing_moment(
        wall.date() - timedelta(days=policy.cancel_days_before),
        hour=limit.hour, minute=limit.minute,
    )  # fmt: skip


def may_cancel(*, starts_at: datetime, now: datetime, policy: Policy) -> bool:
    """Say whether a family can still give up an appointment at `starts_at`."""
    return now < cancel_until(starts_at=starts_at, policy=policy)


def check_cancel(*, starts_at: datetime, now: datetime, policy: Policy) -> None:
    """Pass if the family can still give up the appointment.

    Raises:
        TooLateToCancel: the hour until which it could has passed (`until`).
    """
    if not may_cancel(starts_at=starts_at, now=now, policy=policy):
        until = cancel_until(starts_at=starts_at, policy=policy)
        raise TooLateToCancel(until=until.isoformat(), said=said(until))


def waiting_closes_at(*, starts_at: datetime, policy: Policy) -> datetime:
    """Return the moment from which the waiting list of a slot's day serves nobody any more."""
    limit = policy.waiting_closes_time
    eve = beijing(starts_at).date() - timedelta(days=1)
    return beijing_moment(eve, hour=limit.hour, minute=limit.minute)


def offer_until(*, starts_at: datetime, now: datetime, policy: Policy) -> datetime:
    """Return until when a place is held for who waited for it.

    Of an offer made at night she learns in the morning: the minutes count from then. It ends when
    the slot closes to booking.
    """
    return min(_awake(now) + policy.hold, starts_at - policy.closes_before)


def rescue_until(*, starts_at: datetime, now: datetime, policy: Policy) -> datetime:
    """Return until when a place is held for whose session was closed; nights are not counted."""
    asked_for = _awake(now) + timedelta(hours=policy.rescue_hours)
    return min(asked_for, starts_at - policy.closes_before)


def is_morning(starts_at: datetime) -> bool:
    """Say whether a slot is of the morning."""
    return beijing(starts_at).hour < NOON


def shown_after(*, seed: str, minutes: int) -> timedelta:
    """Return the delay after which a freed place is shown to all, below so many minutes.

    It follows from the seed alone: nobody can foresee it who does not know the seed, and anybody
    who does can prove it.
    """
    if minutes == 0:
        return timedelta()
    chance = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8])
    return timedelta(seconds=chance % (minutes * 60))


def attendance(missed: Iterable[datetime], *, policy: Policy, now: datetime) -> Attendance:
    """Return where somebody stands whose visits missed at these moments count."""
    today = beijing(now).date()
    since = Span(months=-policy.missed_within_months).after(today)
    counted = [moment for moment in missed if beijing(moment).date() >= since]
    if not counted or len(counted) < policy.missed_visits:
        return Attendance(len(counted), None)
    until = beijing(max(counted)).date() + timedelta(days=policy.missed_closes_days)
    return Attendance(len(counted), until if today < until else None)


def item_for(items: Iterable[Item], *, care: str, day: date, taken: Collection[str]) -> Item | None:
    """Return the timeline item that a visit of this care on this day would serve, or None.

    `taken` are the keys of items that are booked already; of several the one that closes first.
    """
    fitting = [
        item
        for item in items
        if item.care == care and item.key not in taken and item.from_day <= day <= item.to_day
    ]
    return min(fitting, key=lambda item: item.to_day, default=None)


def said(moment: datetime) -> str:
    """Return a moment as a refusal says it: 6月3日 08:30."""
    return f"{short_day(beijing(moment).date())} {hour(moment)}"


def _awake(moment: datetime) -> datetime:
    wall = beijing(moment)
    if OFFERS_FROM <= wall.hour < OFFERS_TO:
        return moment
    day = wall.date() + timedelta(days=wall.hour >= OFFERS_TO)
    return beijing_moment(day, hour=OFFERS_FROM)
