"""How far the worklist has looked: nothing that lapses is passed over while nobody looks."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from core.db import Session
from handbook.follow_up.models import Look


def looked_at(session: Session) -> datetime | None:
    """Return when the worklist last looked, or None if it never did."""
    return session.scalar(sa.select(Look.looked_at))


def note_look(session: Session, *, now: datetime) -> None:
    """Note that everything that has lapsed by now was looked at."""
    session.execute(
        postgresql.insert(Look)
        .values(number=1, looked_at=now)
        .on_conflict_do_update(index_elements=["number"], set_={"looked_at": now})
    )
