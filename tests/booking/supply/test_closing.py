"""停诊: one act closes hours and moves, cancels or leaves everybody in them."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa

from booking.errors import BadHours, DayPast, DaysUpsideDown
from booking.models import AppointmentState, Care, Quota, Share, Step
from booking.models_supply import DayException, ExceptionKind
from booking.supply.actions_days import withdraw_exception
from booking.supply.closing import Closing, Way, affected, close_sessions
from booking.supply.conflicts import conflicts
from core.errors import NotFound
from handbook.actions import open_pregnancy
from handbook.timeline import read_dating
from tests.booking.supply.weeks import MONDAY, MORNING, TODAY, WEDNESDAY, by, opened
from tests.world import NOW

NEXT_MONDAY = date(2026, 6, 8)
NEXT_WEDNESDAY = date(2026, 6, 10)


@pytest.fixture
def sitting(weekly):
    """The clinic sits on Mondays and Wednesdays; Lin has 08:30 on Monday."""
    weekly.sits(MONDAY, WEDNESDAY, sitting=replace(MORNING, shares={Share.ONLINE: 2}))
    return weekly


@pytest.fixture
def appointment(sitting):
    return sitting.booked(sitting.slots(day=NEXT_MONDAY)[1])


def closing(weekly, *, way=Way.CANCEL, **given):
    plain = Closing(
        weekly.cast.hospital.id, weekly.clinic.id, NEXT_MONDAY, NEXT_MONDAY, "医生外出学习", way
    )
    return replace(plain, **given)


def close(weekly, *, key=None, **given):
    return close_sessions(weekly.session, closing=closing(weekly, **given), by=by(weekly.cast, key))


def free(weekly, slot_id):
    found = sa.select(sa.func.sum(Quota.places - Quota.taken)).where(Quota.slot_id == slot_id)
    return weekly.session.scalar(found)


def test_everybody_is_cancelled_and_offered_what_is_free(sitting, appointment):
    closed = close(sitting)

    offered = closed.alternatives[appointment.slot_id]
    assert closed.cancelled == [appointment]
    assert appointment.state is AppointmentState.CANCELLED_BY_CLINIC
    assert [sitting.slots(day=NEXT_WEDNESDAY)[0].id] == [offered[0].slot.id]
    assert sitting.slots(day=NEXT_MONDAY) == []
    assert free(sitting, appointment.slot_id) == 0


def test_the_step_says_who_and_why(sitting, appointment):
    close(sitting)

    step = sitting.session.scalars(
        sa.select(Step).where(Step.appointment_id == appointment.id).order_by(Step.number.desc())
    ).first()
    assert (step.why, step.made_by_id) == ("clinic_closed", sitting.cast.clerk.id)


def test_everybody_is_moved_to_the_nearest_free_time(sitting, appointment):
    closed = close(sitting, way=Way.MOVE)

    new = closed.moved[0]
    assert appointment.state is AppointmentState.MOVED
    assert appointment.moved_to == new.appointment.id
    assert sitting.slots(day=NEXT_WEDNESDAY)[1] == new.slot
    assert closed.cancelled == []
    assert free(sitting, appointment.slot_id) == 0


def test_who_cannot_be_moved_is_cancelled(sitting, appointment):
    wednesday = sitting.slots(day=NEXT_WEDNESDAY)
    sitting.session.execute(
        sa.update(Quota)
        .where(Quota.slot_id.in_([one.id for one in wednesday]))
        .values(taken=Quota.places)
    )

    closed = close(sitting, way=Way.MOVE, to_day=date(2026, 6, 9))

    assert [one.slot.starts_at.date() for one in closed.moved] == [date(2026, 6, 15)]

    full = close(sitting, way=Way.MOVE, from_day=date(2026, 6, 11), to_day=date(2026, 6, 30))
    assert [one.id for one in full.cancelled] == [closed.moved[0].appointment.id]


@pytest.mark.parametrize(
    ("last_period_day", "moved"),
    [(date(2026, 3, 5), 0), (date(2026, 3, 12), 1)],
    ids=["14+4 a week later", "13+4 a week later"],
)
def test_nobody_is_moved_out_of_her_window(sitting, last_period_day, moved):
    dated = read_dating(source="last_period", day=last_period_day, today=TODAY)
    pregnancy = open_pregnancy(
        sitting.session, person=sitting.cast.mother, reading=dated, actor=by(sitting.cast).actor,
        now=NOW,
    )  # fmt: skip
    scans = opened(sitting.session, sitting.cast, care=Care.ULTRASOUND, name="超声室")
    scans.sits(MONDAY, sitting=replace(MORNING, shares={Share.ONLINE: 2}))
    appointment = scans.booked(scans.slots(day=NEXT_MONDAY)[0])
    appointment.pregnancy_id, appointment.item_key = pregnancy.id, "nt"

    closed = close(scans, way=Way.MOVE)

    assert len(closed.moved) == moved
    assert len(closed.cancelled) == 1 - moved


def test_who_is_left_is_to_be_settled(sitting, appointment):
    closed = close(sitting, way=Way.LEAVE)

    found = conflicts(sitting.session, hospital_id=sitting.cast.hospital.id, now=NOW)
    assert closed.left == [appointment]
    assert [one.appointments for one in found] == [[appointment]]
    assert appointment.state is AppointmentState.BOOKED


def test_only_the_hours_that_are_closed_are_touched(sitting, appointment):
    closed = close(sitting, from_time=time(8), to_time=time(8, 30))

    assert closed.cancelled == []
    assert sitting.times(NEXT_MONDAY) == ["08:30"]
    assert appointment.state is AppointmentState.BOOKED


def test_only_the_doctor_who_is_away_is_closed(sitting, appointment):
    doctor = sitting.doctor()
    sitting.sits(MONDAY, sitting=replace(MORNING, doctor_id=doctor.id))

    closed = close(sitting, doctor_id=doctor.id)

    assert closed.cancelled == []
    assert {one.doctor_id for one in sitting.slots(day=NEXT_MONDAY)} == {None}


def test_who_would_be_affected_is_told_before(sitting, appointment):
    found = affected(sitting.session, closing=closing(sitting), now=NOW)

    assert [one for one, _ in found] == [appointment]
    assert appointment.state is AppointmentState.BOOKED


def test_the_same_key_closes_once(sitting, appointment):
    close(sitting, key="close-1")
    again = close(sitting, key="close-1")

    kept = sitting.session.scalars(sa.select(DayException)).all()
    assert again.cancelled == ()
    assert [one.kind for one in kept] == [ExceptionKind.CLOSED]


def test_days_are_closed_one_by_one_so_that_each_can_be_opened_again(sitting):
    close(sitting, to_day=NEXT_WEDNESDAY)
    days = sitting.session.scalars(sa.select(DayException).order_by(DayException.day)).all()

    withdraw_exception(
        sitting.session, hospital_id=sitting.cast.hospital.id, exception_id=days[-1].id,
        by=by(sitting.cast),
    )  # fmt: skip

    assert [one.day.day for one in days] == [8, 9, 10]
    assert sitting.times(NEXT_MONDAY) == []
    assert sitting.times(NEXT_WEDNESDAY) == ["08:00", "08:30"]
    assert sitting.places(sitting.slots(day=NEXT_WEDNESDAY)[0]) == {"online": (2, 0)}


def test_an_exception_of_the_past_stays(sitting):
    close(sitting)
    one = sitting.session.scalars(sa.select(DayException)).one()

    with pytest.raises(DayPast):
        withdraw_exception(
            sitting.session, hospital_id=sitting.cast.hospital.id, exception_id=one.id,
            by=by(sitting.cast, now=NOW + timedelta(days=8)),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"to_day": date(2026, 6, 7)}, DaysUpsideDown),
        ({"to_day": date(2026, 12, 31)}, DaysUpsideDown),
        ({"from_day": date(2026, 5, 31)}, DayPast),
        ({"from_time": time(9)}, BadHours),
        ({"from_time": time(9), "to_time": time(8)}, BadHours),
        ({"clinic_id": "cln_none"}, NotFound),
        ({"doctor_id": "doc_none"}, NotFound),
    ],
    ids=[
        "upside down", "too long", "past", "half of the hours", "hours upside down", "no clinic",
        "no doctor",
    ],
)  # fmt: skip
def test_a_closure_that_makes_no_sense_is_refused(weekly, given, refusal):
    with pytest.raises(refusal):
        close(weekly, **given)
