"""What happens around a booking before a test begins."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from accounts.audit import PROGRAM
from accounts.models import Person
from booking.actions import cancel
from booking.attendance import missed, sweeps, visits
from booking.models import Appointment
from booking.queries import Booked
from booking.steps import By
from core.clock import beijing_moment
from tests import scene, world


@dataclass(frozen=True)
class Hospital:
    """The other side of the desk; every act in a transaction of its own."""

    database: world.UndoneDatabase
    cast: world.Cast
    clock: world.MovableClock

    def desk(self, **how: object) -> scene.Desk:
        """Open a clinic with slots."""
        with self.database.transaction() as session:
            return scene.desk(session, self.cast.hospital, **how)  # type: ignore[arg-type]

    def full(self, person: Person | None = None, **how: object) -> tuple[scene.Desk, Booked]:
        """Open a clinic whose one place is taken by somebody."""
        desk = self.desk(places=1, hours=((8, 30),), **how)
        with self.database.transaction() as session:
            taken = scene.booked(
                session, person or self.cast.newcomer, desk.slots[0], hospital=self.cast.hospital
            )
        return desk, taken

    def give_back(self, held: Booked) -> None:
        """Let who holds a place give it up."""
        with self.database.transaction() as session:
            cancel(
                session, person_id=held.appointment.person_id,
                appointment_id=held.appointment.id, by=self.by(),
            )  # fmt: skip

    def check_in(self, appointment_id: str) -> Appointment:
        """Check somebody in."""
        return self._visit(visits.check_in, appointment_id)

    def call(self, appointment_id: str) -> Appointment:
        """Call somebody."""
        return self._visit(visits.call, appointment_id)

    def remind(self, appointment_id: str) -> None:
        """Let a reminder of an appointment have been delivered."""
        with self.database.transaction() as session:
            missed.note_reminded(session, appointment_id=appointment_id, at=self.clock.now())

    def sweep(self) -> None:
        """Go on to the morning after Wednesday, and close the days that are over."""
        self.clock.moment = beijing_moment(scene.WEDNESDAY + timedelta(days=1), hour=9)
        with self.database.transaction() as session:
            sweeps.sweep_no_shows(session, now=self.clock.now())

    def by(self) -> By:
        """Return the hospital as the one who acts."""
        return By(PROGRAM, "asked", self.clock.now())

    def _visit(self, act: Callable[..., Appointment], appointment_id: str) -> Appointment:
        with self.database.transaction() as session:
            return act(
                session, hospital_id=self.cast.hospital.id, appointment_id=appointment_id,
                by=self.by(),
            )  # fmt: skip
