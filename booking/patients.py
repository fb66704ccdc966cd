"""One booking of a patient at a time: the locks that keep rival transactions from a standstill.

Whoever writes an appointment holds the lock of its patient first, before any place. So nobody ever
waits for another one's unfinished appointment of the same patient while holding a place.
"""

from collections.abc import Iterable

import sqlalchemy as sa

from core.db import Session

KEY = "hashtextextended('booking.patient/' || cast(:number as text), 0)"


def lock(session: Session, *, numbers: Iterable[int]) -> None:
    """Wait until nobody else books for these patients; the locks end with the transaction."""
    for number in sorted(set(numbers)):
        session.execute(sa.text(f"select pg_advisory_xact_lock({KEY})"), {"number": number})


def is_locked(session: Session, *, number: int) -> bool:
    """Lock a patient if nobody else books for her at this moment; say whether it is locked now."""
    locked = sa.text(f"select pg_try_advisory_xact_lock({KEY})")
    return bool(session.scalar(locked, {"number": number}))
