"""Factories of the tests: each states only what a test cares about."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from accounts.audit import PROGRAM
from accounts.models import Person
from booking.actions import Request, book
from booking.models import Appointment, Care, Share, Slot
from booking.supply.actions_supply import open_clinic, release_slots
from core.clock import beijing_date
from core.db import Session
from handbook.actions import Loss, open_pregnancy, record_loss
from handbook.models import LossKind, Pregnancy
from handbook.timeline import read_dating
from tests import scene
from tests.world import NOW, Cast


@dataclass(frozen=True)
class Make:
    """Makes things in a session; a test states only what it cares about."""

    session: Session
    cast: Cast

    def slot(
        self,
        *,
        places: int = 10,
        starts_at: datetime = NOW + timedelta(days=2),
        lasts: timedelta = timedelta(minutes=30),
        care: Care = Care.ANTENATAL,
    ) -> Slot:
        """Return a slot of a new clinic of our hospital."""
        clinic = open_clinic(
            self.session, hospital_id=self.cast.hospital.id, care=care, name="产科普通门诊",
            room="3层301室", now=NOW,
        )  # fmt: skip
        release_slots(
            self.session, clinic_id=clinic.id, starts=[starts_at], lasts=lasts,
            shares={Share.ONLINE: places}, now=NOW,
        )  # fmt: skip
        return self.session.scalars(sa.select(Slot).where(Slot.clinic_id == clinic.id)).one()

    def taken(self, slot: Slot, share: Share = Share.ONLINE) -> int:
        """Return how many places of a share are taken now."""
        return scene.taken(self.session, slot, share)

    def request(
        self,
        slot: Slot,
        *,
        person: Person | None = None,
        key: str = "key",
        pregnancy: Pregnancy | None = None,
    ) -> Request:
        """Return a wish for a place in a slot, Lin's unless it says otherwise."""
        return Request(
            person=person or self.cast.mother, hospital_id=self.cast.hospital.id,
            slot_id=slot.id, pregnancy_id=pregnancy and pregnancy.id, item_key=None,
            channel="test", key=key, actor=PROGRAM,
        )  # fmt: skip

    def appointment(
        self,
        *,
        starts_at: datetime = NOW + timedelta(days=2),
        person: Person | None = None,
        pregnancy: Pregnancy | None = None,
        care: Care = Care.ANTENATAL,
        now: datetime = NOW,
    ) -> Appointment:
        """Return an appointment in a slot of its own."""
        slot = self.slot(starts_at=starts_at, care=care)
        wish = self.request(slot, person=person, key=slot.id, pregnancy=pregnancy)
        return book(self.session, request=wish, now=now).appointment

    def pregnancy(self, *, last_period_day: date, now: datetime = NOW) -> Pregnancy:
        """Return Lin's pregnancy, with its handbook open."""
        today = beijing_date(now)
        reading = read_dating(source="last_period", day=last_period_day, today=today)
        return open_pregnancy(
            self.session, person=self.cast.mother, reading=reading, actor=PROGRAM, now=now
        )

    def loss(self, pregnancy: Pregnancy, *, now: datetime = NOW) -> None:
        """Close a pregnancy that was lost today."""
        record_loss(
            self.session, hospital_id=pregnancy.hospital_id, pregnancy_id=pregnancy.id,
            loss=Loss(LossKind.MISCARRIAGE, beijing_date(now), ""), actor=PROGRAM, now=now,
        )  # fmt: skip
