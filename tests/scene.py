"""What has happened in the house before a door opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from accounts.actions import give_consent
from accounts.models import Hospital, Person, Purpose, SubjectKind
from accounts.notices import notice
from accounts.rules import Actor
from booking.actions import Request, book
from booking.models import Care, Quota, Share, Slot
from booking.models_supply import Clinic
from booking.queries import Booked
from booking.supply.actions_supply import open_clinic, release_slots
from core.clock import beijing_moment
from core.db import Session
from handbook.actions import Loss, open_pregnancy, record_loss
from handbook.models import LossKind, Pregnancy, PregnancyState
from handbook.timeline import read_dating
from tests.world import NOW

TODAY = date(2026, 6, 1)
LAST_PERIOD = date(2026, 3, 5)
"""Lin's: she is 12 weeks and 4 days on the day of the tests, and due on 10 December."""

WEDNESDAY = date(2026, 6, 3)
HALF_HOUR = timedelta(minutes=30)
HOSPITAL_PROGRAM = Actor(SubjectKind.PROGRAM, "tests")


@dataclass(frozen=True)
class Desk:
    """A clinic and its slots, in order of time."""

    clinic: Clinic
    slots: Sequence[Slot]


def expecting(
    session: Session, person: Person, *, last_period_day: date = LAST_PERIOD
) -> Pregnancy:
    """Open a person's handbook."""
    reading = read_dating(source="last_period", day=last_period_day, today=TODAY)
    return open_pregnancy(session, person=person, reading=reading, actor=her(person), now=NOW)


def bereaved(session: Session, pregnancy: Pregnancy) -> Pregnancy:
    """Record the loss of a pregnancy."""
    return record_loss(
        session, hospital_id=pregnancy.hospital_id, pregnancy_id=pregnancy.id,
        loss=Loss(LossKind.MISCARRIAGE, TODAY, ""), actor=HOSPITAL_PROGRAM, now=NOW,
    )  # fmt: skip


def delivered(session: Session, pregnancy: Pregnancy) -> None:
    """Let a pregnancy have ended well (nothing in the house records a birth yet)."""
    session.execute(
        sa.update(Pregnancy)
        .where(Pregnancy.id == pregnancy.id)
        .values(state=PregnancyState.DELIVERED, delivery_day=TODAY, closed_at=NOW)
    )


def desk(
    session: Session,
    hospital: Hospital,
    *,
    care: Care = Care.ANTENATAL,
    name: str = "产科普通门诊",
    day: date = WEDNESDAY,
    hours: Sequence[tuple[int, int]] = ((8, 30), (9, 0)),
    places: int = 4,
) -> Desk:
    """Open a clinic with slots of half an hour on one day."""
    clinic = open_clinic(
        session, hospital_id=hospital.id, care=care, name=name, room="门诊楼3层301室", now=NOW
    )
    starts = [beijing_moment(day, hour=hour, minute=minute) for hour, minute in hours]
    release_slots(
        session,
        clinic_id=clinic.id,
        starts=starts,
        lasts=HALF_HOUR,
        shares={Share.ONLINE: places},
        now=NOW,
    )
    slots = sa.select(Slot).where(Slot.clinic_id == clinic.id).order_by(Slot.starts_at)
    return Desk(clinic, session.scalars(slots).all())


def taken(session: Session, slot: Slot, share: Share = Share.ONLINE) -> int:
    """Return how many places of a share of a slot are taken now."""
    return session.get_one(Quota, (slot.id, share), populate_existing=True).taken


def booked(
    session: Session, person: Person, slot: Slot, *, hospital: Hospital, now: datetime = NOW
) -> Booked:
    """Give a person a place in a slot."""
    request = Request(
        person=person, hospital_id=hospital.id, slot_id=slot.id, pregnancy_id=None, item_key=None,
        channel="test", key=f"key-{slot.id}", actor=her(person),
    )  # fmt: skip
    return book(session, request=request, now=now)


def agreed(session: Session, person: Person, *purposes: Purpose) -> None:
    """Have a person agree to what the notices in force say."""
    for purpose in purposes:
        give_consent(
            session, person=person, purpose=purpose, version=notice(purpose).version,
            channel="test", now=NOW,
        )  # fmt: skip


def her(person: Person) -> Actor:
    """Return a person as the one who acts."""
    return Actor(SubjectKind.PERSON, person.id)
