"""A clinic that sits in weekly hours, for the tests of supply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time

import sqlalchemy as sa

from accounts.models import SubjectKind
from accounts.rules import Actor
from booking.actions import Request, book
from booking.models import Appointment, Care, Quota, Share, Slot
from booking.models_supply import Clinic, Doctor, Template
from booking.steps import By
from booking.supply.actions_days import add_session
from booking.supply.actions_supply import ClinicCard, DoctorCard, add_clinic, add_doctor
from booking.supply.actions_weeks import Week, add_templates
from booking.supply.plan import Sitting
from core.clock import beijing
from core.db import Session
from tests.world import NOW, Cast

TODAY = date(2026, 6, 1)
"""A Monday; Friday 19 June is 端午."""

MORNING = Sitting(time(8), time(9), 30, {Share.ONLINE: 4, Share.DESK: 1})
MONDAY, TUESDAY, WEDNESDAY = 0, 1, 2


def by(cast: Cast, key: str | None = None, *, now=NOW) -> By:
    """Return the clerk as the one who acts."""
    return By(Actor(SubjectKind.STAFF, cast.clerk.id), "asked", now, key)


@dataclass(frozen=True)
class Weekly:
    """A clinic of our hospital in the hands of the clerk."""

    session: Session
    cast: Cast
    clinic: Clinic

    def sits(
        self, *weekdays: int, sitting: Sitting = MORNING, from_day: date = TODAY, **week: object
    ) -> list[Template]:
        """Let the clinic sit on these weekdays from a day on."""
        return add_templates(
            self.session, hospital_id=self.cast.hospital.id, clinic_id=self.clinic.id,
            week=Week(sitting, 0, from_day, **week), weekdays=weekdays, by=by(self.cast),
        )  # fmt: skip

    def sits_on(self, day: date, *, sitting: Sitting = MORNING, key: str | None = None) -> None:
        """Add an extra session."""
        add_session(
            self.session, hospital_id=self.cast.hospital.id, clinic_id=self.clinic.id, day=day,
            sitting=sitting, reason="加诊", by=by(self.cast, key),
        )  # fmt: skip

    def doctor(self, name: str = "李医生") -> Doctor:
        """Return a doctor who works here."""
        card = DoctorCard(name, "主任医师", 1)
        return add_doctor(
            self.session, hospital_id=self.cast.hospital.id, card=card, by=by(self.cast)
        )

    def slots(self, *, day: date | None = None) -> Sequence[Slot]:
        """Return the open slots, in order of time."""
        found = self.session.scalars(
            sa.select(Slot)
            .where(Slot.clinic_id == self.clinic.id, ~Slot.is_closed)
            .order_by(Slot.starts_at, Slot.doctor_id)
        ).all()
        return [one for one in found if day in (None, beijing(one.starts_at).date())]

    def times(self, day: date) -> list[str]:
        """Return when the open slots of a day begin."""
        return [f"{beijing(one.starts_at):%H:%M}" for one in self.slots(day=day)]

    def places(self, slot: Slot) -> Mapping[str, tuple[int, int]]:
        """Return places and taken by share."""
        found = self.session.execute(
            sa.select(Quota.share, Quota.places, Quota.taken).where(Quota.slot_id == slot.id)
        )
        return {share.value: (places, taken) for share, places, taken in found}

    def booked(self, slot: Slot, *, person=None, share: Share = Share.ONLINE) -> Appointment:
        """Give Lin, or somebody else, a place."""
        person = person or self.cast.mother
        request = Request(
            person=person, hospital_id=self.cast.hospital.id, slot_id=slot.id, pregnancy_id=None,
            item_key=None, channel="test", key=f"{slot.id}/{person.id}",
            actor=by(self.cast).actor, share=share,
        )  # fmt: skip
        return book(self.session, request=request, now=NOW).appointment


def opened(session: Session, cast: Cast, **card: object) -> Weekly:
    """Return a new clinic of our hospital."""
    plain = ClinicCard(Care.ANTENATAL, "产科普通门诊", "3层301室")
    clinic = add_clinic(
        session, hospital_id=cast.hospital.id, card=replace(plain, **card), by=by(cast)
    )
    return Weekly(session, cast, clinic)
