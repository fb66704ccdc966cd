"""What may be asked of rescues: what is offered to her, and who is left without a place."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from accounts.models import Person
from booking.models import Appointment, AppointmentState, Slot, Step
from booking.models_supply import Clinic
from booking.queries import Booked
from booking.rescuing.holding import CHANNEL, NONE_FOUND
from booking.rules import LIVES
from core.db import Session
from handbook.models import Pregnancy, PregnancyState
from handbook.models_lives import Child, ChildState
from handbook.risk.colours import Colour
from handbook.risk.models import RiskAssessment

ASKED_AFTER = timedelta(days=30)
"""Nobody is asked after a place that was lost longer ago."""


@dataclass(frozen=True)
class Offer:
    """A place that is held for her instead of one that was lost."""

    lost: Booked
    held: Booked


@dataclass(frozen=True)
class Left:
    """Somebody who lost a place, has not answered or found nothing, and has no other one.

    `colour` is her newest risk colour, None if she was never assessed.
    """

    person_id: str
    appointment_id: str
    since: datetime
    colour: Colour | None


def offers_to(session: Session, *, person_id: str) -> list[Offer]:
    """Return what is held for a person because a session was closed, soonest first."""
    lost, held = aliased(Appointment), aliased(Appointment)
    lost_slot, held_slot = aliased(Slot), aliased(Slot)
    lost_clinic, held_clinic = aliased(Clinic), aliased(Clinic)
    found = session.execute(
        sa.select(lost, lost_slot, lost_clinic, held, held_slot, held_clinic)
        .join(held, held.id == lost.moved_to)
        .join(lost_slot, lost_slot.id == lost.slot_id)
        .join(lost_clinic, lost_clinic.id == lost_slot.clinic_id)
        .join(held_slot, held_slot.id == held.slot_id)
        .join(held_clinic, held_clinic.id == held_slot.clinic_id)
        .where(
            lost.person_id == person_id, held.channel == CHANNEL,
            held.state == AppointmentState.HELD,
        )
        .order_by(held_slot.starts_at, held.id)
    )  # fmt: skip
    return [Offer(Booked(*row[:3]), Booked(*row[3:])) for row in found]


def left_without(session: Session, *, now: datetime) -> list[Left]:
    """Return who lost a place through a closed session and is to be asked after, oldest first.

    She did not answer in time, or nothing was found for her; who gave the place back herself, has
    another one of this care, or whose pregnancy or child is no more, is not among them.
    """
    held = aliased(Appointment)
    unanswered = sa.and_(held.channel == CHANNEL, held.state == AppointmentState.EXPIRED)
    nothing = sa.exists().where(Step.appointment_id == Appointment.id, Step.why == NONE_FOUND)
    newest = (
        sa.select(RiskAssessment.colour)
        .where(RiskAssessment.pregnancy_id == Appointment.pregnancy_id)
        .order_by(RiskAssessment.assessed_day.desc(), RiskAssessment.made_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    found = session.execute(
        sa.select(
            Appointment.person_id, Appointment.id,
            sa.func.coalesce(held.expires_at, Appointment.cancelled_at), newest,
        )
        .outerjoin(held, held.id == Appointment.moved_to)
        .join(Slot, Slot.id == Appointment.slot_id)
        .join(Clinic, Clinic.id == Slot.clinic_id)
        .where(
            Appointment.state == AppointmentState.CANCELLED_BY_CLINIC,
            Appointment.cancelled_at > now - ASKED_AFTER,
            sa.or_(unanswered, nothing),
            ~_has_another(),
            ~_is_over(),
        )
        .order_by(Appointment.cancelled_at, Appointment.id)
    )  # fmt: skip
    return [Left(*row) for row in found]


def _has_another() -> sa.ColumnElement[bool]:
    """Return the condition that the patient has a place of this care, or had one since."""
    other, slot, clinic = aliased(Appointment), aliased(Slot), aliased(Clinic)
    return (
        sa.exists()
        .where(
            other.patient_number == Appointment.patient_number,
            sa.or_(
                other.state.in_(LIVES),
                sa.and_(
                    other.state == AppointmentState.SEEN,
                    sa.func.lower(other.during) >= Appointment.cancelled_at,
                ),
            ),
            slot.id == other.slot_id, clinic.id == slot.clinic_id, clinic.care == Clinic.care,
        )
        .correlate(Appointment, Clinic)
    )  # fmt: skip


def _is_over() -> sa.ColumnElement[bool]:
    lost = sa.exists().where(
        Pregnancy.id == Appointment.pregnancy_id,
        sa.or_(Pregnancy.state == PregnancyState.ENDED, Pregnancy.quiet_at.is_not(None)),
    )
    gone = sa.exists().where(Child.id == Appointment.child_id, Child.state != ChildState.LIVING)
    closed = sa.exists().where(Person.id == Appointment.person_id, Person.closed_at.is_not(None))
    return sa.or_(lost, gone, closed)
