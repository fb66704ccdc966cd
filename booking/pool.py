"""号源池: in a pooled clinic families choose a time, and whichever doctor has a place sees them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from booking.queries import Place


def pooled(places: Iterable[Place]) -> list[Place]:
    """Return places as families see them: in a pooled clinic one for each time, with all its free.

    The slot that stands for a time is the one with most places free, so that who takes it finds
    one. Clinics where the doctor is chosen keep every slot. In order of time.
    """
    times: dict[tuple[str, datetime, str | None], list[Place]] = {}
    for one in places:
        doctor = None if one.clinic.is_pooled else one.slot.id
        times.setdefault((one.clinic.id, one.slot.starts_at, doctor), []).append(one)
    together = [_together(sisters) for sisters in times.values()]
    return sorted(together, key=lambda one: (one.slot.starts_at, one.slot.id))


def _together(sisters: Sequence[Place]) -> Place:
    freest = max(sisters, key=lambda one: one.free)
    return replace(freest, free=sum(one.free for one in sisters))
