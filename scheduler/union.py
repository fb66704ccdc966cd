"""Two persons who are one become one, if only one of them has a handbook or an appointment."""

from datetime import datetime

import sqlalchemy as sa

from accounts.actions_union import close_pair, unite
from accounts.audit import PROGRAM
from accounts.models import DoubledState, Person
from accounts.queries import doubled_seen
from conversation.actions import move as move_talks
from core.db import Session
from scheduler.erasing import move as move_letters

BATCH = 20


def unite_seen(session: Session, *, now: datetime) -> int:
    """Unite persons who were seen to be one; say how many were looked at.

    The younger becomes the older, or, where only she has records, the older the younger. When
    both have records, staff are asked: nobody guesses which handbook is right.
    """
    pairs = doubled_seen(session, limit=BATCH)
    for pair in pairs:
        ways = ((pair.second_id, pair.first_id), (pair.first_id, pair.second_id))
        is_one = any(_moved(session, goes=goes, stays=stays, now=now) for goes, stays in ways)
        state = DoubledState.UNITED if is_one else DoubledState.FOR_STAFF
        close_pair(session, pair=pair, state=state)
    return len(pairs)


def _moved(session: Session, *, goes: str, stays: str, now: datetime) -> bool:
    """Try to let one person become another, and say whether it was possible.

    A room that moves nothing and holds to the one who goes refuses by its foreign key; what both
    have and only one may have, by its unique key.
    """
    if session.get(Person, goes) is None:
        return True
    try:
        with session.begin_nested():
            move_talks(session, goes=goes, stays=stays)
            move_letters(session, goes=goes, stays=stays)
            unite(session, goes=goes, stays=stays, actor=PROGRAM, now=now)
    except sa.exc.IntegrityError:
        return False
    return True
