"""What the desk, follow-up visits and referrals did not use is for all families at a time."""

from datetime import datetime

from booking.release.freeing import serve_free
from booking.supply.generation import RESERVES, reread
from booking.supply.statements import RETURN
from core.db import Session, rows

AT_ONCE = 500
"""Slots whose reserves return in one go; the next tick takes the next ones."""


def return_reserves(session: Session, *, now: datetime) -> int:
    """Give unused reserves whose time has come to all families; return how many places.

    Who waits for such a place is offered it in the same transaction, before anybody else sees it.
    Once for a slot: a second call finds nothing, and of two at once each takes other slots. A
    closed slot's reserves are gone without coming back.
    """
    session.flush()
    given = {"now": now, "reserves": [share.value for share in RESERVES], "most": AT_ONCE}
    returned = rows(session, RETURN, given)
    reread(session)
    count = sum(int(row.count) for row in returned)
    if count:
        serve_free(session, now=now)
    return count
