"""What has changed on a clinic's day since somebody looked: asked again every few seconds."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from booking.attendance.line import in_lines_on
from booking.models import Appointment, Slot, Step
from core.db import Session
from core.errors import NotFound

WRITTEN = re.compile(r"(\d{1,18})-(\d{1,18})", re.ASCII)


@dataclass(frozen=True)
class Mark:
    """How far a day had come: its steps so far, and the number of the last one.

    Steps are only ever added, so a day that has as many as before has not changed. Their numbers
    alone would not do: one that was drawn earlier may be written later.
    """

    steps: int
    last: int

    def __str__(self) -> str:
        """Return the mark as an address bears it: 12-3456."""
        return f"{self.steps}-{self.last}"


@dataclass(frozen=True)
class News:
    """Where a day stands now, and the appointments that took a step since."""

    mark: Mark
    appointment_ids: frozenset[str]


def read_mark(text: str) -> Mark:
    """Return a mark as an address bears it.

    Raises:
        NotFound: it is none.
    """
    read = WRITTEN.fullmatch(text)
    if read is None:
        raise NotFound
    return Mark(int(read[1]), int(read[2]))


def news(
    session: Session, *, hospital_id: str, clinic_ids: Collection[str], day: date,
    since: Mark | None = None,
) -> News:  # fmt: skip
    """Return where a day of clinics (Beijing) stands, and what is new since a mark.

    One query that rides on indexes: the slots of the day, their appointments, the steps of those.
    """
    later = sa.false() if since is None else Step.number > since.last
    row = session.execute(
        sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.max(Step.number), 0),
            sa.func.array_agg(sa.distinct(Step.appointment_id)).filter(later),
        )
        .select_from(Slot)
        .join(Appointment, Appointment.slot_id == Slot.id)
        .join(Step, Step.appointment_id == Appointment.id)
        .where(*in_lines_on(clinic_ids, day), Appointment.hospital_id == hospital_id)
    ).one()
    steps, last, changed = row
    return News(Mark(steps, last), frozenset(changed or ()))
