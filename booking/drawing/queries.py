"""What may be asked of draws: hers, and what is published so that anybody can check one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from booking.drawing.rules import Entry
from booking.models import Slot
from booking.models_supply import Clinic
from booking.models_waiting import Draw, DrawRequest
from core.db import Session
from core.errors import NotFound


@dataclass(frozen=True)
class Asked:
    """Her entry in a draw, with the slots she named in their order."""

    request: DrawRequest
    draw: Draw
    clinic: Clinic
    slots: Sequence[Slot]


@dataclass(frozen=True)
class Published:
    """What everybody may know of a draw; without `seed` and `entries` until it is held."""

    draw: Draw
    seed: str | None
    entries: Sequence[Entry]


def asked_by(session: Session, *, person_id: str, since: datetime) -> list[Asked]:
    """Return a person's entries in draws since a moment, the newest first."""
    found = session.execute(
        sa.select(DrawRequest, Draw, Clinic)
        .join(
            Draw,
            sa.and_(Draw.clinic_id == DrawRequest.clinic_id, Draw.draw_day == DrawRequest.draw_day),
        )
        .join(Clinic, Clinic.id == DrawRequest.clinic_id)
        .where(DrawRequest.person_id == person_id, DrawRequest.asked_at >= since)
        .order_by(DrawRequest.asked_at.desc(), DrawRequest.id)
    ).all()
    named = {slot_id for row in found for slot_id in row[0].wishes}
    slots = {one.id: one for one in session.scalars(sa.select(Slot).where(Slot.id.in_(named)))}
    return [
        Asked(request, draw, clinic, [slots[one] for one in request.wishes])
        for request, draw, clinic in found
    ]


def published(session: Session, *, hospital_id: str, clinic_id: str, draw_day: date) -> Published:
    """Return what is published of a draw: the digest of its seed, then the seed and the order.

    Raises:
        NotFound: no such draw in this hospital.
    """
    draw = session.get(Draw, (clinic_id, draw_day))
    clinic = session.get(Clinic, clinic_id)
    if draw is None or clinic is None or clinic.hospital_id != hospital_id:
        raise NotFound
    if draw.held_at is None:
        return Published(draw, None, ())
    order = session.scalars(
        sa.select(DrawRequest)
        .where(DrawRequest.clinic_id == clinic_id, DrawRequest.draw_day == draw_day)
        .order_by(DrawRequest.rank)
    )
    return Published(draw, draw.seed, [Entry(one.id, one.days_left) for one in order])
