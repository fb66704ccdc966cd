"""When a slot can be booked and an appointment cancelled, and how an appointment lives."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta

from booking.errors import SlotPast, TooLateToCancel
from handbook.timeline import Item

CLOSES_BEFORE = timedelta(minutes=30)
"""Booking closes this long before a slot begins (hospital policy; default)."""

CANCEL_BEFORE = timedelta(hours=2)
"""An appointment can be cancelled until this long before it begins (hospital policy; default)."""

NEXT: Mapping[str, frozenset[str]] = {
    "booked": frozenset({"cancelled"}),
    "cancelled": frozenset(),
}
"""The life of an appointment; keys are the values of `booking.models.AppointmentState`."""


def is_open(*, starts_at: datetime, now: datetime) -> bool:
    """Say whether a slot that begins at `starts_at` can still be booked at `now`."""
    return starts_at - now >= CLOSES_BEFORE


def check_open(*, starts_at: datetime, now: datetime) -> None:
    """Pass if the slot can still be booked.

    Raises:
        SlotPast: it begins too soon.
    """
    if not is_open(starts_at=starts_at, now=now):
        raise SlotPast


def may_cancel(*, starts_at: datetime, now: datetime) -> bool:
    """Say whether an appointment at `starts_at` can still be cancelled at `now`."""
    return starts_at - now >= CANCEL_BEFORE


def check_cancel(*, starts_at: datetime, now: datetime) -> None:
    """Pass if the appointment can still be cancelled.

    Raises:
        TooLateToCancel: it begins too soon.
    """
    if not may_cancel(starts_at=starts_at, now=now):
        raise TooLateToCancel(hours=int(CANCEL_BEFORE.total_seconds()) // 3600)


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
