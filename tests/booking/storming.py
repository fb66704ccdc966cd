"""Acts of the storms, each in a transaction of its own, and what rests afterwards."""

from collections import Counter
from collections.abc import Callable

import sqlalchemy as sa

from accounts.audit import PROGRAM
from booking.actions import Request, book, cancel, move
from booking.models import Appointment, Share, Slot
from booking.queries import Booked
from booking.rules import GIVES_BACK
from booking.steps import By
from core.db import Database, Session
from core.errors import Refusal
from tests import scene
from tests.world import NOW

CALLERS, PLACES = 64, 10


def booked_by(database: Database) -> Callable[[Request], Booked]:
    def call(request: Request) -> Booked:
        with database.transaction() as session:
            return book(session, request=request, now=NOW)

    return call


def outcome(found: list[Booked | Refusal]) -> Counter[str]:
    return Counter(type(one).__name__ for one in found)


def resting(session: Session, slot: Slot) -> tuple[int, int]:
    """Return the counter of a slot's places on-line, and how many appointments rest in them."""
    keeping = sa.select(sa.func.count()).where(
        Appointment.slot_id == slot.id, Appointment.share == Share.ONLINE,
        Appointment.state.not_in(GIVES_BACK),
    )  # fmt: skip
    return scene.taken(session, slot), session.scalar(keeping) or 0


def cancelled(database: Database, held: Appointment) -> Booked:
    with database.transaction() as session:
        return cancel(
            session, person_id=held.person_id, appointment_id=held.id,
            by=By(PROGRAM, "asked", NOW),
        )  # fmt: skip


def moved(database: Database, held: Appointment, slot: Slot) -> Booked:
    with database.transaction() as session:
        return move(
            session, person_id=held.person_id, appointment_id=held.id, slot_id=slot.id,
            by=By(PROGRAM, "asked", NOW),
        )  # fmt: skip
