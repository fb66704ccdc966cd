"""Families as staff see them: people, pregnancies, the timeline, visits, consents, reminders."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from accounts.models import Consent, Person, Purpose
from accounts.notices import notice
from booking.models import AppointmentState
from booking.queries import Booked
from console.presenters import times
from console.presenters.inbox import ROLES, name_of
from console.presenters.reasons import reason
from core.words import label
from handbook.models import DatingSource, LossKind, Pregnancy, PregnancyState
from handbook.timeline import gestation
from scheduler.models import Reminder, ReminderState

STATES: Mapping[PregnancyState, str] = {
    PregnancyState.ONGOING: "孕期中",
    PregnancyState.DELIVERED: "已分娩",
    PregnancyState.ENDED: "已终止",
}
LOSSES: Mapping[LossKind, str] = {
    LossKind.MISCARRIAGE: "自然流产",
    LossKind.ECTOPIC: "异位妊娠",
    LossKind.TERMINATION: "医学或个人原因终止",
    LossKind.STILLBIRTH: "死胎、死产",
    LossKind.NEONATAL_DEATH: "新生儿死亡",
}
DATINGS: Mapping[DatingSource, str] = {
    DatingSource.LAST_PERIOD: "末次月经",
    DatingSource.DUE_DATE: "她提供的预产期",
    DatingSource.GESTATION: "她提供的孕周",
    DatingSource.ULTRASOUND: "超声",
    DatingSource.EMBRYO_TRANSFER: "胚胎移植日",
    DatingSource.CLINICIAN: "医生核定",
}
VISITS: Mapping[AppointmentState, str] = {
    state: label(f"booking.{state}") for state in AppointmentState
}
REMINDER_STATES: Mapping[ReminderState, str] = {
    ReminderState.PENDING: "待发送",
    ReminderState.SENDING: "发送中",
    ReminderState.SENT: "已发送",
    ReminderState.DROPPED: "不再发送",
    ReminderState.UNDELIVERABLE: "无法送达",
    ReminderState.TOLD: "已由医务人员转告",
}

PHONE = re.compile(r"(\+?\d{3,5})\d{4}(\d{4})")


@dataclass(frozen=True)
class FamilyLine:
    """One person in the list of families, with no more of her than the list needs."""

    family_id: str
    name: str
    phone: str
    role: str


@dataclass(frozen=True)
class PersonCard:
    """A person of a family."""

    id: str
    name: str
    role: str
    phone: str
    consents: list[tuple[str, str]]


@dataclass(frozen=True)
class PregnancyCard:
    """A pregnancy: where it is, when the child is due, and what that was worked out from."""

    id: str
    state: str
    state_label: str
    weeks: str
    due: str
    dating: str
    ended: str
    is_ongoing: bool


@dataclass(frozen=True)
class VisitLine:
    """An appointment."""

    number: int
    clinic: str
    when: str
    state: str
    state_label: str


@dataclass(frozen=True)
class ReminderLine:
    """A reminder, what became of it, and why."""

    kind: str
    due: str
    state: str
    state_label: str
    reason: str


def family_line(person: Person) -> FamilyLine:
    """Present a person in the list: surname and the ends of the phone number."""
    return FamilyLine(
        family_id=person.family_id,
        name=f"{person.name[0]}**" if person.name else name_of(person),
        phone=_masked(person.phone),
        role=ROLES[person.role],
    )


def person_card(person: Person, *, consents: Mapping[Purpose, Consent]) -> PersonCard:
    """Present a person with the consents that stand."""
    return PersonCard(
        id=person.id,
        name=name_of(person),
        role=ROLES[person.role],
        phone=person.phone or "",
        consents=[
            (notice(purpose).title, times.moment(consent.given_at))
            for purpose, consent in consents.items()
        ],
    )


def pregnancy_card(pregnancy: Pregnancy, *, today: date) -> PregnancyCard:
    """Present a pregnancy; weeks are counted only while it goes on."""
    is_ongoing = pregnancy.state is PregnancyState.ONGOING
    return PregnancyCard(
        id=pregnancy.id,
        state=pregnancy.state.value,
        state_label=STATES[pregnancy.state],
        weeks=_weeks_on(pregnancy, today) if is_ongoing else "",
        due=times.day(pregnancy.due_day),
        dating=DATINGS[pregnancy.dating_source],
        ended=_ended(pregnancy),
        is_ongoing=is_ongoing,
    )


def visit_line(booked: Booked) -> VisitLine:
    """Present an appointment."""
    state = booked.appointment.state
    return VisitLine(
        number=booked.appointment.number,
        clinic=f"{booked.clinic.name} · {booked.clinic.room}",
        when=times.span(booked.slot.starts_at, booked.slot.ends_at),
        state=state.value,
        state_label=VISITS[state],
    )


def reminder_line(reminder: Reminder) -> ReminderLine:
    """Present a reminder."""
    return ReminderLine(
        kind=label(f"scheduler.{reminder.kind}"),
        due=times.moment(reminder.due_at),
        state=reminder.state.value,
        state_label=REMINDER_STATES[reminder.state],
        reason=reason(reminder.reason),
    )


def _weeks_on(pregnancy: Pregnancy, today: date) -> str:
    return f"孕{gestation(last_period_day=pregnancy.last_period_day, day=today)}"


def _ended(pregnancy: Pregnancy) -> str:
    if pregnancy.loss is None or pregnancy.loss_day is None:
        return ""
    return f"{LOSSES[pregnancy.loss]}（{times.day(pregnancy.loss_day)}）"


def _masked(phone: str | None) -> str:
    if phone is None:
        return ""
    found = PHONE.fullmatch(phone)
    return f"{found[1]}****{found[2]}" if found else "****"
