"""A clinic with some slots and the people who want them; every act in one line."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from accounts.actions import meet
from accounts.audit import PROGRAM
from accounts.models import AuditRow, Person, Purpose
from accounts.rules import Actor
from booking import actions, waiting
from booking.actions import Request
from booking.attendance import sweeps, visits
from booking.attendance.queries_line import line_of_clinic
from booking.models import Appointment, Care, Share, Slot, Step
from booking.models_supply import Clinic
from booking.models_waiting import FreedPlace, HalfDay, Waiting
from booking.queries import Booked
from booking.steps import By
from booking.supply.actions_supply import open_clinic, release_slots
from booking.waiting import WaitingWish
from core.clock import beijing_date, beijing_moment
from core.db import Session
from handbook.models import Pregnancy
from handbook.models_lives import Child
from handbook.risk.colours import Colour
from handbook.risk.models import RiskAssessment
from tests import scene
from tests.world import NOW, Cast

HALF_HOUR = timedelta(minutes=30)
DAY = date(2026, 6, 3)
EVE = date(2026, 6, 2)
MONDAYS = [date(2026, 6, 8) + timedelta(weeks=week) for week in range(26)]
HOURS = (9, 14)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a moment by a Beijing clock."""
    return beijing_moment(day, hour=hour, minute=minute)


def by(
    why: str = "asked", now: datetime = NOW, key: str | None = None, *, actor: Actor = PROGRAM
) -> By:
    """Return who acts, the house unless a test cares."""
    return By(actor, why, now, key)


@dataclass
class ClinicDay:
    """One clinic of our hospital, its slots in order of time, and people."""

    session: Session
    cast: Cast
    clinic: Clinic
    slots: Sequence[Slot]
    people: Sequence[Person]

    def request(self, who: int = 0, slot: int = 0, key: str | None = None) -> Request:
        """Return a wish of somebody for one of the slots."""
        return Request(
            person=self.people[who], hospital_id=self.cast.hospital.id,
            slot_id=self.slots[slot].id, pregnancy_id=None, item_key=None, channel="test",
            key=key or f"{who} {slot}", actor=PROGRAM,
        )  # fmt: skip

    def books(self, who: int = 0, slot: int = 0, now: datetime = NOW) -> Appointment:
        """Book somebody into a slot."""
        return actions.book(self.session, request=self.request(who, slot), now=now).appointment

    def holds(self, who: int = 0, slot: int = 0, now: datetime = NOW) -> Appointment:
        """Hold a place of a slot for somebody."""
        return actions.hold(self.session, request=self.request(who, slot), now=now).appointment

    def cancels(self, appointment: Appointment, now: datetime = NOW) -> Booked:
        """Give an appointment up."""
        return actions.cancel(
            self.session, person_id=appointment.person_id, appointment_id=appointment.id,
            by=by(now=now),
        )  # fmt: skip

    def moves(
        self, appointment: Appointment, slot: int, now: datetime = NOW, key: str | None = None
    ) -> Appointment:
        """Move an appointment into a slot; return the new one."""
        return actions.move(
            self.session, person_id=appointment.person_id, appointment_id=appointment.id,
            slot_id=self.slots[slot].id, by=by(now=now, key=key),
        ).appointment  # fmt: skip

    def wish(
        self, who: int = 0, *, half_day: HalfDay = HalfDay.ANY, key: str | None = None,
        from_day: date = DAY, to_day: date = DAY, pregnancy: Pregnancy | None = None,
        child: Child | None = None,
    ) -> WaitingWish:  # fmt: skip
        """Return what somebody waits for: a place on the day, unless it says otherwise."""
        return WaitingWish(
            person=self.people[who], hospital_id=self.cast.hospital.id, clinic_id=self.clinic.id,
            pregnancy_id=pregnancy and pregnancy.id, item_key=None, from_day=from_day,
            to_day=to_day, half_day=half_day, key=key or f"wait {who}",
            actor=scene.her(self.people[who]), child=child,
        )  # fmt: skip

    def waits(
        self, who: int = 0, now: datetime = NOW, *, half_day: HalfDay = HalfDay.ANY,
        pregnancy: Pregnancy | None = None,
    ) -> Waiting:  # fmt: skip
        """Put somebody on the waiting list."""
        wish = self.wish(who, half_day=half_day, pregnancy=pregnancy)
        return waiting.join(self.session, wish=wish, now=now)

    def checks_in(self, appointment: Appointment, now: datetime) -> Appointment:
        """Check somebody in."""
        return visits.check_in(
            self.session, hospital_id=self.cast.hospital.id, appointment_id=appointment.id,
            by=by(now=now),
        )  # fmt: skip

    def expires(self, now: datetime) -> int:
        """Let the clock let go of what was held too long."""
        return sweeps.expire_holds(self.session, now=now)

    def offer_of(self, entry: Waiting) -> Appointment:
        """Return what is offered to an entry."""
        assert entry.appointment_id is not None
        return self.session.get_one(Appointment, entry.appointment_id)

    def taken(self, slot: int = 0, share: Share = Share.ONLINE) -> int:
        """Return how many places of a slot are taken."""
        return scene.taken(self.session, self.slots[slot], share)

    def freed(self) -> list[FreedPlace]:
        """Return the log of freed places, oldest first."""
        self.session.flush()
        return list(self.session.scalars(sa.select(FreedPlace).order_by(FreedPlace.number)))

    def steps(self, appointment: Appointment) -> list[tuple[str, str]]:
        """Return the steps of an appointment: after, why."""
        self.session.flush()
        steps = sa.select(Step.after, Step.why).where(Step.appointment_id == appointment.id)
        return [
            (after.value, why) for after, why in self.session.execute(steps.order_by(Step.number))
        ]

    def expecting(self, who: int, *, last_period_day: date = scene.LAST_PERIOD) -> Pregnancy:
        """Open a handbook for somebody; 12 weeks and 4 days unless it says otherwise."""
        scene.agreed(self.session, self.people[who], Purpose.HANDBOOK)
        return scene.expecting(self.session, self.people[who], last_period_day=last_period_day)

    def policy(self, **values: object) -> None:
        """Set rules of this clinic."""
        self.clinic.policy = {**self.clinic.policy, **values}
        self.session.flush()

    def coloured(self, pregnancy: Pregnancy, colour: Colour) -> None:
        """Assess a pregnancy."""
        self.session.add(
            RiskAssessment(
                id=f"rsk_{colour}_{pregnancy.id}", pregnancy_id=pregnancy.id,
                hospital_id=pregnancy.hospital_id, table_key="national-2017", table_version="1",
                assessed_day=beijing_date(NOW), colour=colour, colours="[]", findings="[]",
                made_by=self.cast.clinician.id, made_at=NOW,
            )
        )  # fmt: skip
        self.session.flush()


def clinic_day(
    session: Session, cast: Cast, *, people: int = 5, places: int = 1, care: Care = Care.ANTENATAL,
    starts: Sequence[datetime] = (at(DAY, 8, 30), at(DAY, 9), at(DAY, 14)),
    shares: dict[Share, int] | None = None,
) -> ClinicDay:  # fmt: skip
    """Open a clinic with slots of half an hour on one day, and let people come."""
    clinic = open_clinic(
        session, hospital_id=cast.hospital.id, care=care, name="产科门诊", room="301", now=NOW
    )
    release_slots(
        session, clinic_id=clinic.id, starts=starts, lasts=HALF_HOUR,
        shares=shares or {Share.ONLINE: places}, now=NOW,
    )  # fmt: skip
    of_clinic = sa.select(Slot).where(Slot.clinic_id == clinic.id).order_by(Slot.starts_at)
    crowd = [
        meet(
            session, hospital=cast.hospital, appid="wxOA0001", openid=f"oOA_{number}",
            unionid=None, now=NOW,
        )
        for number in range(people)
    ]  # fmt: skip
    return ClinicDay(session, cast, clinic, session.scalars(of_clinic).all(), crowd)


def in_share(request: Request, share: Share) -> Request:
    """Return the same wish for another share."""
    return replace(request, share=share)


def where(day: ClinicDay, appointment: Appointment) -> dict[str, str]:
    """Return of which hospital and appointment an act of the hospital is."""
    return {"hospital_id": day.cast.hospital.id, "appointment_id": appointment.id}


def line(day: ClinicDay) -> list[str]:
    """Return the ids of the line, those who are called in front."""
    found = line_of_clinic(
        day.session, hospital_id=day.cast.hospital.id, clinic_id=day.clinic.id, day=DAY
    )
    return [one.appointment.id for one in found]


def audited(session: Session, subject_id: str) -> list[str]:
    """Return the acts audited of a subject, oldest first."""
    of_subject = sa.select(AuditRow.act).where(AuditRow.subject_id == subject_id)
    return list(session.scalars(of_subject.order_by(AuditRow.number)))


def weekly(weekdays: Sequence[int], hours: Sequence[int] = HOURS) -> list[datetime]:
    """Return half a year of starts on these weekdays."""
    return [
        at(monday + timedelta(days=weekday), hour)
        for monday in MONDAYS
        for weekday in weekdays
        for hour in hours
    ]
