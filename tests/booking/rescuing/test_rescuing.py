"""停诊: the best other place is held in the same act; yes, another, no, or no answer."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from booking.attendance.sweeps import expire_holds
from booking.errors import HoldExpired, NotOffered, SlotFull
from booking.models import Appointment, AppointmentState, Care, Quota, Share
from booking.rescuing import actions
from booking.rescuing.queries import left_without, offers_to
from booking.supply.closing import Closing, Way, close_sessions
from handbook.models import Pregnancy
from tests import scene
from tests.booking.supply.weeks import MONDAY, MORNING, WEDNESDAY, by, opened
from tests.world import NOW

NEXT_MONDAY = date(2026, 6, 8)
ANSWER_BY = NOW + timedelta(hours=24)


@pytest.fixture
def sitting(weekly):
    """The clinic sits on Mondays and Wednesdays."""
    weekly.sits(MONDAY, WEDNESDAY, sitting=replace(MORNING, shares={Share.ONLINE: 2}))
    return weekly


@pytest.fixture
def lost(sitting):
    """Lin had 08:30 on Monday, which is closed."""
    appointment = sitting.booked(sitting.slots(day=NEXT_MONDAY)[1])
    close(sitting)
    return appointment


@pytest.fixture
def held(sitting, lost):
    return sitting.session.get_one(Appointment, lost.moved_to)


def close(weekly, *, doctor_id=None):
    closing = Closing(
        weekly.cast.hospital.id, weekly.clinic.id, NEXT_MONDAY, NEXT_MONDAY, "医生外出学习",
        Way.RESCUE, doctor_id=doctor_id,
    )  # fmt: skip
    return close_sessions(weekly.session, closing=closing, by=by(weekly.cast))


def her(weekly, now=NOW, key=None):
    return replace(by(weekly.cast, key, now=now), actor=scene.her(weekly.cast.mother))


def answer(act, weekly, held, *, now=NOW, key=None, **said):
    return act(
        weekly.session, person_id=weekly.cast.mother.id, appointment_id=held.id,
        by=her(weekly, now, key), **said,
    )  # fmt: skip


def fill(weekly, *days):
    ids = [one.id for day in days for one in weekly.slots(day=day)]
    weekly.session.execute(
        sa.update(Quota).where(Quota.slot_id.in_(ids)).values(taken=Quota.places)
    )


def test_the_nearest_place_is_held_in_the_same_act(sitting, lost, held):
    assert lost.state is AppointmentState.CANCELLED_BY_CLINIC
    assert (held.state, held.channel) == (AppointmentState.HELD, "rescue")
    assert held.expires_at == ANSWER_BY
    [offer] = offers_to(sitting.session, person_id=sitting.cast.mother.id)
    assert (offer.lost.appointment, offer.held.appointment) == (lost, held)
    assert offer.held.slot.starts_at == offer.lost.slot.starts_at + timedelta(days=2)


def test_several_women_never_get_the_same_place(sitting):
    women = (sitting.cast.mother, sitting.cast.newcomer)
    for slot in sitting.slots(day=NEXT_MONDAY):
        for one in women:
            sitting.booked(slot, person=one)
    fill(sitting, *[date(2026, 6, 11) + timedelta(days=number) for number in range(20)])
    fill(sitting, date(2026, 6, 3))
    sitting.session.execute(
        sa.update(Quota)
        .where(Quota.slot_id.in_([one.id for one in sitting.slots(day=date(2026, 6, 10))]))
        .values(taken=1)
    )

    closed = close(sitting)

    assert len({one.slot.id for one in closed.held}) == len(closed.held) == 2
    assert len(closed.cancelled) == 2


def test_who_finds_nothing_is_cancelled_and_told_what_there_is(sitting):
    appointment = sitting.booked(sitting.slots(day=NEXT_MONDAY)[1])
    fill(sitting, *[date(2026, 6, 1) + timedelta(days=number) for number in range(30)])

    closed = close(sitting)

    assert (closed.held, closed.cancelled) == ([], [appointment])
    assert appointment.moved_to is None
    assert list(closed.alternatives) == [appointment.slot_id]
    [left] = left_without(sitting.session, now=NOW)
    assert (left.appointment_id, left.since, left.colour) == (appointment.id, NOW, None)


def test_a_hold_is_only_let_go_when_a_session_is_closed(sitting):
    slot = sitting.slots(day=NEXT_MONDAY)[1]
    held = sitting.booked(slot)
    held.state, held.expires_at = AppointmentState.HELD, NOW + timedelta(minutes=15)
    sitting.session.flush()

    closed = close(sitting)

    assert ([one.id for one in closed.cancelled], closed.held) == ([held.id], [])


def test_nothing_is_held_out_of_her_window(session, cast):
    scans = opened(session, cast, care=Care.ULTRASOUND, name="超声室")
    scans.sits(MONDAY, sitting=replace(MORNING, shares={Share.ONLINE: 2}))
    pregnancy = scene.expecting(session, cast.mother)
    appointment = scans.booked(scans.slots(day=NEXT_MONDAY)[0])
    appointment.pregnancy_id, appointment.item_key = pregnancy.id, "nt"
    session.flush()

    closed = close(scans)

    assert [one.id for one in closed.cancelled] == [appointment.id]


def test_who_has_an_appointment_then_is_held_another_time(sitting):
    other = opened(sitting.session, sitting.cast, care=Care.CHILD, name="儿保")
    other.sits(WEDNESDAY, sitting=replace(MORNING, shares={Share.ONLINE: 2}))
    other.booked(other.slots(day=date(2026, 6, 10))[1])
    sitting.booked(sitting.slots(day=NEXT_MONDAY)[1])

    [held] = close(sitting).held

    assert held.slot == sitting.slots(day=date(2026, 6, 10))[0]


def test_another_doctor_at_the_very_time_is_the_nearest(sitting):
    chief = sitting.doctor()
    sitting.sits(MONDAY, sitting=replace(MORNING, doctor_id=chief.id, shares={Share.ONLINE: 2}))
    second = sitting.doctor("王医生")
    sitting.sits(MONDAY, sitting=replace(MORNING, doctor_id=second.id, shares={Share.ONLINE: 2}))
    early, late = (one for one in sitting.slots(day=NEXT_MONDAY) if one.doctor_id == chief.id)
    both = [sitting.booked(early), sitting.booked(late)]

    held = close(sitting, doctor_id=chief.id).held

    assert [one.slot.doctor_id for one in held] == [second.id, second.id]
    assert [one.slot.starts_at for one in held] == [early.starts_at, late.starts_at]
    assert [one.moved_to for one in both] == [one.appointment.id for one in held]


def test_a_doctor_of_the_same_level_is_looked_for_first(sitting):
    chief = sitting.doctor()
    sitting.sits(MONDAY, sitting=replace(MORNING, doctor_id=chief.id, shares={Share.ONLINE: 2}))
    of_chief = next(one for one in sitting.slots(day=NEXT_MONDAY) if one.doctor_id == chief.id)
    sitting.booked(of_chief)

    [held] = close(sitting).held

    assert (held.slot.doctor_id, held.slot.starts_at.date()) == (chief.id, date(2026, 6, 15))


def test_she_accepts(sitting, held):
    booked = answer(actions.accept, sitting, held)

    assert booked.appointment.state is AppointmentState.BOOKED
    assert offers_to(sitting.session, person_id=sitting.cast.mother.id) == []
    assert left_without(sitting.session, now=NOW) == []


def test_she_takes_another_time(sitting, held):
    slot = sitting.slots(day=date(2026, 6, 15))[0]

    new = answer(actions.choose, sitting, held, slot_id=slot.id, key="k")
    again = answer(actions.choose, sitting, held, slot_id=slot.id, key="k")

    assert (new.slot, new.appointment.state) == (slot, AppointmentState.BOOKED)
    assert held.state is AppointmentState.MOVED
    assert again.appointment is new.appointment


def test_another_time_that_is_full_is_refused(sitting, held):
    slot = sitting.slots(day=date(2026, 6, 15))[0]
    fill(sitting, date(2026, 6, 15))

    with pytest.raises(SlotFull):
        answer(actions.choose, sitting, held, slot_id=slot.id)


def test_she_gives_it_back_and_is_left_in_peace(sitting, held):
    answer(actions.give_back, sitting, held)

    assert held.state is AppointmentState.CANCELLED
    assert left_without(sitting.session, now=ANSWER_BY) == []


def test_no_answer_lets_the_place_go_and_a_nurse_asks(sitting, lost, held):
    early = left_without(sitting.session, now=NOW)
    expire_holds(sitting.session, now=ANSWER_BY)

    [left] = left_without(sitting.session, now=ANSWER_BY)

    assert early == []
    assert held.state is AppointmentState.EXPIRED
    assert (left.person_id, left.appointment_id) == (sitting.cast.mother.id, lost.id)
    assert left.since == ANSWER_BY


@pytest.mark.parametrize("change", ["another place", "long ago"])
def test_nobody_is_asked_after_without_a_reason(sitting, held, change):
    now = ANSWER_BY
    expire_holds(sitting.session, now=now)
    if_another = {"another place": [sitting.slots(day=date(2026, 6, 15))[0]], "long ago": []}
    for slot in if_another[change]:
        sitting.booked(slot)
    later = {"another place": timedelta(), "long ago": timedelta(days=31)}

    assert left_without(sitting.session, now=now + later[change]) == []


def test_nobody_is_asked_after_a_loss(sitting, lost, held):
    pregnancy = scene.expecting(sitting.session, sitting.cast.mother)
    lost.pregnancy_id = pregnancy.id
    expire_holds(sitting.session, now=ANSWER_BY)
    before = left_without(sitting.session, now=ANSWER_BY)
    sitting.session.execute(sa.update(Pregnancy).values(quiet_at=NOW))

    assert len(before) == 1
    assert left_without(sitting.session, now=ANSWER_BY) == []


@pytest.mark.parametrize("act", [actions.accept, actions.give_back])
def test_an_appointment_that_is_no_offer_is_not_answered(sitting, act):
    plain = sitting.booked(sitting.slots(day=NEXT_MONDAY)[0])

    with pytest.raises(NotOffered):
        answer(act, sitting, plain)


def test_an_answer_that_comes_too_late_is_told_so(sitting, held):
    with pytest.raises(HoldExpired):
        answer(actions.accept, sitting, held, now=ANSWER_BY)
