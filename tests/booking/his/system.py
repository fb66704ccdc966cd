"""The other system, as a test has it say things."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from booking.actions import Request, book, cancel, move
from booking.his.adapter import HisSlot, Message
from booking.his.importing import Imported, import_slots
from booking.his.pushing import claim, note_steps
from booking.models import Appointment
from booking.models_supply import Clinic
from booking.queries import Booked
from booking.steps import By
from core.clock import beijing_moment
from core.db import Session
from tests import scene, world

START = beijing_moment(scene.WEDNESDAY, hour=8, minute=30)


def at(hour: int, minute: int = 0) -> datetime:
    """Return a moment of Wednesday."""
    return beijing_moment(scene.WEDNESDAY, hour=hour, minute=minute)


@dataclass
class System:
    """The hospital's own system, and the clinic whose slots it owns."""

    session: Session
    cast: world.Cast
    clinic: Clinic
    lines: int = 1
    keys: list[str] = field(default_factory=list)

    def slot(
        self, name: str = "S1", *, begins: datetime = START, places: int = 1,
        doctor_id: str | None = None,
    ) -> HisSlot:  # fmt: skip
        """Return a slot of half an hour, one line further down."""
        self.lines += 1
        ends = begins + scene.HALF_HOUR
        return HisSlot(self.lines, name, self.clinic.id, doctor_id, begins, ends, places)

    def gives(self, *slots: HisSlot, now: datetime = world.NOW) -> Imported:
        """Import slots."""
        return import_slots(
            self.session, hospital_id=self.cast.hospital.id, slots=slots,
            by=By(scene.HOSPITAL_PROGRAM, "asked", now),
        )  # fmt: skip

    def books(self, slot_id: str, *, now: datetime = world.NOW) -> Booked:
        """Give Lin a place in a slot."""
        self.keys.append(slot_id)
        wish = Request(
            person=self.cast.mother, hospital_id=self.cast.hospital.id, slot_id=slot_id,
            pregnancy_id=None, item_key=None, channel="test", key=f"key-{len(self.keys)}",
            actor=scene.her(self.cast.mother),
        )  # fmt: skip
        return book(self.session, request=wish, now=now)

    def cancels(self, made: Appointment) -> None:
        """Have Lin give her place up."""
        cancel(
            self.session, person_id=made.person_id, appointment_id=made.id, by=self.by()
        )  # fmt: skip

    def moves(self, made: Appointment, slot_id: str) -> Booked:
        """Have Lin move to another slot."""
        return move(
            self.session, person_id=made.person_id, appointment_id=made.id, slot_id=slot_id,
            by=self.by(key="move"),
        )  # fmt: skip

    def by(self, key: str | None = None) -> By:
        """Return Lin as the one who acts."""
        return By(scene.her(self.cast.mother), "asked", world.NOW, key)

    def hears(self, *, now: datetime = world.NOW) -> Sequence[Message]:
        """Note what is new and claim what is unsent."""
        hospital_id = self.cast.hospital.id
        note_steps(self.session, hospital_id=hospital_id, now=now)
        return claim(self.session, hospital_id=hospital_id, limit=100, now=now)
