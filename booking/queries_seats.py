"""Seats of classes that are also shown on-line: beside the places on site, of the same slot."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from booking.models import Quota, Share
from core.db import Session


def remote_left(session: Session, *, slot_ids: Collection[str]) -> Mapping[str, int]:
    """Return the free on-line seats by slot; a slot without any such seats is not among them."""
    found = sa.select(Quota.slot_id, Quota.places - Quota.taken).where(
        Quota.slot_id.in_(slot_ids), Quota.share == Share.REMOTE, Quota.places > 0
    )
    return dict(session.execute(found).all())
