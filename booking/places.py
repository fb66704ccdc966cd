"""Places of a slot: taken with one conditional UPDATE, and put back.

Nobody but `booking.release.freeing` puts a place back: it asks first who waits for it.
"""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from booking.errors import SlotFull
from booking.models import Quota, Share
from core.db import Session, claim


def lock(session: Session, *, places: Iterable[tuple[str, Share]]) -> None:
    """Lock the counters of several slots and shares in their one order, before any is written."""
    session.execute(
        sa.select(Quota.taken)
        .where(sa.tuple_(Quota.slot_id, Quota.share).in_(sorted(set(places))))
        .order_by(Quota.slot_id, Quota.share)
        .with_for_update(key_share=True)
    )


def take(session: Session, *, slot_id: str, share: Share) -> None:
    """Take one place; of two racing callers one gets the last.

    Raises:
        SlotFull: none is left, or the slot has no such share.
    """
    is_taken = claim(
        session,
        sa.update(Quota)
        .where(Quota.slot_id == slot_id, Quota.share == share, Quota.taken < Quota.places)
        .values(taken=Quota.taken + 1),
    )
    if not is_taken:
        raise SlotFull(slot_id=slot_id)


def add_extra(session: Session, *, slot_id: str) -> None:
    """Add one place of the doctor's own (加号), still free."""
    added = postgresql.insert(Quota).values(slot_id=slot_id, share=Share.EXTRA, places=1)
    session.execute(
        added.on_conflict_do_update(
            index_elements=[Quota.slot_id, Quota.share], set_={"places": Quota.places + 1}
        )
    )


def give_back(session: Session, *, slot_id: str, share: Share) -> None:
    """Give a place back; the caller has claimed the step that frees it, so it is given once.

    A place that a doctor added goes with its patient.
    """
    values = {"taken": Quota.taken - 1}
    if share is Share.EXTRA:
        values["places"] = Quota.places - 1
    session.execute(
        sa.update(Quota).where(Quota.slot_id == slot_id, Quota.share == share).values(values),
        execution_options={"synchronize_session": False},
    )
