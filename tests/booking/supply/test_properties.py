"""Whatever is done to a clinic's week: twice is once, and no booked place is lost."""

from contextlib import contextmanager
from datetime import time, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.errors import DayPast, SeatTaken
from booking.models import Appointment, Quota, Share, Slot
from booking.supply.actions_weeks import Week, change_template
from booking.supply.closing import Closing, Way, close_sessions
from booking.supply.conflicts import conflicts
from booking.supply.generation import generate_ahead, remake
from booking.supply.plan import Sitting
from tests.booking.supply.weeks import MONDAY, TODAY, TUESDAY, Weekly, by, opened
from tests.world import NOW

HOURS = st.sampled_from([time(8), time(8, 20), time(8, 30), time(9), time(10)])
SITTINGS = st.builds(
    lambda begins, lasts, minutes, online, desk: (begins, lasts, minutes, online, desk),
    HOURS, st.integers(60, 120), st.sampled_from([15, 20, 30, 45]), st.integers(1, 3),
    st.integers(0, 2),
)  # fmt: skip
CHANGES = st.lists(
    st.tuples(st.integers(0, 1), SITTINGS, st.integers(1, 10), st.booleans()), max_size=3
)
CLOSURES = st.lists(st.tuples(st.integers(1, 14), HOURS, st.booleans()), max_size=2)


def sitting(begins, lasts, minutes, online, desk):
    end = begins.hour * 60 + begins.minute + lasts
    return Sitting(
        begins, time(end // 60, end % 60), minutes, {Share.ONLINE: online, Share.DESK: desk}
    )


def change(weekly: Weekly, templates, which, plan, days, only_once):
    week = Week(
        sitting(*plan), templates[which].weekday, TODAY + timedelta(days=days),
        TODAY + timedelta(days=days + 7) if only_once else None,
    )  # fmt: skip
    try:
        with weekly.session.begin_nested():
            change_template(
                weekly.session, hospital_id=weekly.cast.hospital.id,
                template_id=templates[which].id, week=week, by=by(weekly.cast),
            )  # fmt: skip
    except (SeatTaken, DayPast):
        return


def close(weekly: Weekly, days, begins, whole):
    day = TODAY + timedelta(days=days)
    closing = Closing(
        weekly.cast.hospital.id, weekly.clinic.id, day, day, "停诊", Way.LEAVE,
        from_time=None if whole else begins, to_time=None if whole else time(12),
    )  # fmt: skip
    close_sessions(weekly.session, closing=closing, by=by(weekly.cast))


@contextmanager
def undone(session):
    """What an example does is undone, whatever comes of it."""
    example = session.begin_nested()
    try:
        yield
    finally:
        example.rollback()
        session.expire_all()


def standing(session):
    slots = session.execute(
        sa.select(
            Slot.clinic_id, Slot.starts_at, Slot.ends_at, Slot.is_closed, Slot.template_id,
            Slot.reserves_return_at, Quota.share, Quota.places, Quota.taken,
        )
        .join(Quota, Quota.slot_id == Slot.id)
        .order_by(Slot.id, Quota.share)
    )  # fmt: skip
    return [tuple(row) for row in slots]


@pytest.mark.slow
@settings(
    max_examples=6, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(changes=CHANGES, closures=CLOSURES, picks=st.lists(st.integers(0, 30), max_size=4))
def test_no_booked_place_is_lost_and_twice_is_once(session, cast, changes, closures, picks):
    with undone(session):
        weekly = opened(session, cast)
        templates = weekly.sits(MONDAY, TUESDAY, sitting=sitting(time(8), 120, 30, 2, 1))
        slots = weekly.slots()
        booked = {
            appointment.id: (appointment.slot_id, appointment.during)
            for appointment in [weekly.booked(slots[pick]) for pick in sorted(set(picks))]
        }

        for one in changes:
            change(weekly, templates, *one)
        for one in closures:
            close(weekly, *one)

        kept = session.scalars(sa.select(Appointment)).all()
        assert {one.id: (one.slot_id, one.during) for one in kept} == booked
        rows = standing(session)
        assert all(places >= taken for *_, places, taken in rows)
        assert sum(taken for *_, taken in rows) == len(booked)
        remake(session, clinic=weekly.clinic, now=NOW)
        assert standing(session) == rows
        assert generate_ahead(session, now=NOW) == 0
        closed = {one.slot_id for one in kept if session.get_one(Slot, one.slot_id).is_closed}
        told = conflicts(session, hospital_id=cast.hospital.id, now=NOW)
        assert closed <= {one.slot.id for one in told}
