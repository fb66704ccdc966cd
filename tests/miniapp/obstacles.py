"""What may stand against a booking, each as a test can bring it about."""

from datetime import timedelta

import sqlalchemy as sa

from booking.models import Appointment, Quota, Slot
from booking.models_supply import BookingPolicy, Clinic
from booking.models_waiting import AppealState, MissedVisit
from booking.queries import Booked
from core.db import Session
from tests import scene
from tests.world import NOW, Cast


def nothing(session: Session, cast: Cast, desk: scene.Desk) -> None:
    """Everything is as usual."""


def a_pregnancy(session: Session, cast: Cast, desk: scene.Desk) -> None:
    scene.expecting(session, cast.mother)


def a_pregnancy_that_ended(session: Session, cast: Cast, desk: scene.Desk) -> None:
    scene.bereaved(session, scene.expecting(session, cast.mother))


def a_full_slot(session: Session, cast: Cast, desk: scene.Desk) -> None:
    filled(session, desk.slots[0])


def a_full_clinic(session: Session, cast: Cast, desk: scene.Desk) -> None:
    filled(session, desk.slots[0])
    filled(session, desk.slots[1])


def filled(session: Session, slot: Slot) -> None:
    session.execute(sa.update(Quota).where(Quota.slot_id == slot.id).values(taken=Quota.places))


def the_same_key_before(session: Session, cast: Cast, desk: scene.Desk) -> None:
    held = scene.booked(session, cast.mother, desk.slots[0], hospital=cast.hospital)
    session.flush()
    set_of(session, held, idempotency_key="key-1")


def an_overlapping_visit(session: Session, cast: Cast, desk: scene.Desk) -> None:
    other = scene.desk(session, cast.hospital, name="另一门诊")
    scene.booked(session, cast.mother, other.slots[0], hospital=cast.hospital)


def as_many_visits_as_allowed(session: Session, cast: Cast, desk: scene.Desk) -> None:
    for hour in (13, 14, 15):
        other = scene.desk(session, cast.hospital, name=f"{hour}点", hours=[(hour, 0)])
        held = scene.booked(session, cast.mother, other.slots[0], hospital=cast.hospital)
        session.flush()
        set_of(session, held, channel="client")


def set_of(session: Session, held: Booked, **values: object) -> None:
    session.execute(
        sa.update(Appointment).where(Appointment.id == held.appointment.id).values(**values)
    )


def missed_visits(session: Session, cast: Cast, desk: scene.Desk) -> None:
    for hour in (13, 14, 15):
        other = scene.desk(session, cast.hospital, name=f"{hour}点", hours=[(hour, 0)])
        held = scene.booked(session, cast.mother, other.slots[0], hospital=cast.hospital)
        session.flush()
        set_of(session, held, state="no_show", booked_at=NOW - timedelta(days=60))
        session.add(
            MissedVisit(
                appointment_id=held.appointment.id, hospital_id=cast.hospital.id,
                person_id=cast.mother.id, missed_at=NOW - timedelta(days=1), counts=True,
                appeal=AppealState.NONE,
            )
        )  # fmt: skip


def a_slot_not_shown_yet(session: Session, cast: Cast, desk: scene.Desk) -> None:
    changed(session, desk, shown_at=NOW + timedelta(hours=1))


def a_closed_slot(session: Session, cast: Cast, desk: scene.Desk) -> None:
    changed(session, desk, is_closed=True)


def a_slot_too_soon(session: Session, cast: Cast, desk: scene.Desk) -> None:
    changed(session, desk, starts_at=NOW + timedelta(minutes=29))


def changed(session: Session, desk: scene.Desk, **values: object) -> None:
    session.execute(sa.update(Slot).where(Slot.id == desk.slots[0].id).values(**values))


def a_clinic_named_for_a_colour(session: Session, cast: Cast, desk: scene.Desk) -> None:
    session.execute(sa.update(Clinic).values(colours=["red"]))


def a_rule_over_a_long_time(session: Session, cast: Cast, desk: scene.Desk) -> None:
    session.add(
        BookingPolicy(hospital_id=cast.hospital.id, values={"booking_window_days": 90},
                      made_by_id="x", made_at=NOW)
    )  # fmt: skip


def the_hospitals_own_rule(session: Session, cast: Cast, desk: scene.Desk) -> None:
    session.add(
        BookingPolicy(hospital_id=cast.hospital.id, values={"cancel_days_before": 14},
                      made_by_id="x", made_at=NOW)
    )  # fmt: skip
