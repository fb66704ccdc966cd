"""Held and confirmed, given up with one key, booked together."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from accounts.audit import PROGRAM
from booking.actions import book_together, cancel, confirm, hold
from booking.errors import (
    HoldExpired,
    NotNeighbours,
    NotThisStep,
)
from booking.models import AppointmentState, Slot, Step
from booking.steps import By
from core.db import Session
from tests.booking.life.clinic_day import audited
from tests.make import Make
from tests.world import NOW

HALF_HOUR = timedelta(minutes=30)
Count = Callable[[Slot], int]


def test_a_held_place_is_booked_when_it_is_confirmed(
    session: Session, make: Make, taken: Count
) -> None:
    slot = make.slot()
    held = hold(session, request=make.request(slot), now=NOW).appointment
    until = held.expires_at
    by = By(PROGRAM, "asked", NOW + timedelta(minutes=14), "confirm")

    done = confirm(session, person_id=held.person_id, appointment_id=held.id, by=by)
    again = confirm(session, person_id=held.person_id, appointment_id=held.id, by=by)

    assert until == NOW + timedelta(minutes=15)
    assert done.appointment.state is AppointmentState.BOOKED
    assert (again.appointment.id, again.appointment.expires_at) == (held.id, None)
    assert taken(slot) == 1
    assert audited(session, held.id) == ["appointment_held", "appointment_booked"]


def test_what_was_held_too_long_is_not_confirmed(session: Session, make: Make) -> None:
    held = hold(session, request=make.request(make.slot()), now=NOW).appointment

    with pytest.raises(HoldExpired):
        confirm(
            session, person_id=held.person_id, appointment_id=held.id,
            by=By(PROGRAM, "asked", NOW + timedelta(minutes=15)),
        )  # fmt: skip


def test_what_is_booked_already_is_not_confirmed_with_another_key(
    session: Session, make: Make
) -> None:
    booked = make.appointment()

    with pytest.raises(NotThisStep):
        confirm(
            session, person_id=booked.person_id, appointment_id=booked.id,
            by=By(PROGRAM, "asked", NOW, "other"),
        )  # fmt: skip


def test_the_same_key_cancels_once_and_is_answered_the_same(
    session: Session, make: Make, taken: Count
) -> None:
    booked = make.appointment()
    by = By(PROGRAM, "asked", NOW, "cancel")
    first = cancel(session, person_id=booked.person_id, appointment_id=booked.id, by=by)

    again = cancel(session, person_id=booked.person_id, appointment_id=booked.id, by=by)

    assert again.appointment.state is AppointmentState.CANCELLED
    assert taken(first.slot) == 0
    steps = sa.select(Step.before, Step.after, Step.why).order_by(Step.number)
    assert [tuple(step) for step in session.execute(steps)] == [
        (None, "booked", "asked"), ("booked", "cancelled", "asked"),
    ]  # fmt: skip


def test_two_of_a_family_are_booked_together_as_one(session: Session, make: Make) -> None:
    slot, next_door = make.slot(), make.slot(starts_at=NOW + timedelta(days=2, minutes=30))
    wishes = [
        make.request(slot, key="mother"),
        make.request(next_door, key="other", person=make.cast.newcomer),
    ]

    booked = book_together(session, requests=wishes, now=NOW)
    again = book_together(session, requests=wishes, now=NOW)

    assert len({one.appointment.course_id for one in booked}) == 1
    assert [one.appointment.id for one in again] == [one.appointment.id for one in booked]


def test_together_means_near_in_time(session: Session, make: Make, taken: Count) -> None:
    slot, far = make.slot(), make.slot(starts_at=NOW + timedelta(days=2, minutes=91))
    wishes = [
        make.request(slot, key="mother"),
        make.request(far, key="other", person=make.cast.newcomer),
    ]

    with pytest.raises(NotNeighbours):
        book_together(session, requests=wishes, now=NOW)
    assert (taken(slot), taken(far)) == (0, 0)
