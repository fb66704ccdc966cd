"""The truth is asked again before speaking: what a reminder may say now, or why it may not."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from accounts.models import Consent, Purpose
from booking.models import Appointment, AppointmentState, Care, Clinic, Slot
from core.clock import beijing_date
from core.dates import hour, long_day, short_day
from core.db import Session
from core.words import label
from handbook.models import Pregnancy, PregnancyState
from scheduler.models import Reminder, ReminderKind
from scheduler.plans import opening


@dataclass(frozen=True)
class Words:
    """What a reminder says: values by the template's keys, and the page a tap opens."""

    values: dict[str, str]
    page: str


@dataclass(frozen=True)
class Untrue:
    """Why a reminder must not be spoken any more."""

    reason: str


def words(session: Session, *, reminder: Reminder, now: datetime) -> Words | Untrue:
    """Return what a reminder says now, or why it is no longer true."""
    if not _has_consent(session, reminder.person_id):
        return Untrue("no_consent")
    if reminder.too_late_at <= now:
        return Untrue("too_late")
    if reminder.kind is ReminderKind.APPOINTMENT:
        return _of_appointment(session, reminder)
    return _of_windows(session, reminder)


def _of_appointment(session: Session, reminder: Reminder) -> Words | Untrue:
    appointment, slot, clinic = session.execute(
        sa.select(Appointment, Slot, Clinic)
        .join(Slot, Slot.id == Appointment.slot_id)
        .join(Clinic, Clinic.id == Slot.clinic_id)
        .where(Appointment.id == reminder.subject_id)
    ).one()
    if appointment.state is not AppointmentState.BOOKED:
        return Untrue("appointment_cancelled")
    if not reminder.occasion.endswith(f"@{slot.starts_at:%Y%m%d%H%M}"):
        return Untrue("appointment_moved")
    if _is_lost(session, appointment):
        return Untrue("pregnancy_closed")
    preparation = {Care.OGTT: "空腹8小时以上，请勿吃早餐"}.get(clinic.care, "请带好母子健康手册")
    return Words(
        {
            "thing1": label(f"booking.{clinic.care}"),
            "time2": f"{long_day(beijing_date(slot.starts_at))} {hour(slot.starts_at)}",
            "thing3": f"{clinic.name} {clinic.room}",
            "thing4": preparation,
        },
        "/pages/booking/index",
    )


def _of_windows(session: Session, reminder: Reminder) -> Words | Untrue:
    pregnancy = session.get_one(Pregnancy, reminder.subject_id, populate_existing=True)
    if pregnancy.state is not PregnancyState.ONGOING:
        return Untrue("pregnancy_closed")
    _, last_period_day, from_day = reminder.occasion.split("/")
    if pregnancy.last_period_day.isoformat() != last_period_day:
        return Untrue("dating_changed")
    opens = opening(pregnancy, from_day=date.fromisoformat(from_day))
    if not opens:
        return Untrue("schedule_changed")
    closes = min(item.to_day for item in opens)
    name = opens[0].name if len(opens) == 1 else f"{opens[0].name}等{len(opens)}项"
    return Words(
        {
            "thing1": name,
            "date2": f"{long_day(opens[0].from_day)}~{long_day(closes)}",
            "thing4": f"请在{short_day(closes)}前完成，点开看准备事项",
        },
        "/pages/home/index",
    )


def _has_consent(session: Session, person_id: str) -> bool:
    live = sa.select(Consent.id).where(
        Consent.person_id == person_id,
        Consent.purpose == Purpose.MESSAGES,
        Consent.withdrawn_at.is_(None),
    )
    return session.scalar(live) is not None


def _is_lost(session: Session, appointment: Appointment) -> bool:
    """Say whether the pregnancy an appointment was for is over without a living child.

    One made before her handbook was opened names no pregnancy: then any that was lost since
    counts, since to be silent once too often is the smaller harm.
    """
    named = appointment.pregnancy_id
    lost = sa.select(Pregnancy.id).where(
        Pregnancy.person_id == appointment.person_id,
        Pregnancy.state == PregnancyState.ENDED,
        Pregnancy.closed_at >= appointment.booked_at if named is None else Pregnancy.id == named,
    )
    return session.scalar(lost) is not None
