"""The chat about fair places: drawn for, kept for her, held because her session was closed."""

from datetime import date, time, timedelta

import pytest
import sqlalchemy as sa

from accounts.models import SubjectKind
from accounts.rules import Actor
from booking.drawing.actions import hold_next
from booking.models import Appointment, AppointmentState, Care, Quota, Share, Slot
from booking.models_supply import Clinic
from booking.models_waiting import DrawRequest
from booking.steps import By
from booking.supply.closing import Closing, Way, close_sessions
from tests import scene
from tests.world import NOW


@pytest.fixture
def drawn_desk(database, cast):
    """A clinic that draws; its places are released this minute."""
    with database.transaction() as session:
        desk = scene.desk(session, cast.hospital, hours=[(8, 30)], places=1)
        session.execute(sa.update(Clinic).values(is_drawn=True))
        session.execute(sa.update(Slot).values(shown_at=NOW))
        return desk


def test_a_wish_is_noted_while_a_release_is_drawn(lin, drawn_desk, session):
    first = lin.say("预约产科普通门诊 6月3日 08:30")
    again = lin.say("预约产科普通门诊 6月3日 08:30")

    assert "登记成功：产科普通门诊 6月3日 周三 08:30-09:00" in first
    assert "6月1日 10:10 抽签揭晓" in again
    assert session.scalar(sa.select(sa.func.count()).select_from(DrawRequest)) == 1


def test_what_she_won_stands_among_her_appointments(lin, drawn_desk, database):
    lin.say("预约产科普通门诊 6月3日 08:30")
    with database.transaction() as session:
        hold_next(session, now=NOW + timedelta(minutes=10))

    assert "6月3日 周三 08:30-09:00" in lin.say("我的预约")


@pytest.fixture
def scans(database, cast):
    """Lin is 12 weeks and 4 days; the only place left for her NT is kept."""
    with database.transaction() as session:
        desk = scene.desk(
            session, cast.hospital, care=Care.ULTRASOUND, name="超声室", day=date(2026, 6, 9),
            hours=[(8, 30)], places=0,
        )  # fmt: skip
        session.add(Quota(slot_id=desk.slots[0].id, share=Share.PROTECTED, places=1))


def test_a_kept_place_is_offered_and_booked(lin, scans, session):
    told = lin.say("预约超声室")
    lin.choose("6月9日")
    booked = lin.choose("08:30")

    assert "您的孕周快过了" in told
    assert "08:30-09:00" in booked
    assert session.scalars(sa.select(Appointment.share)).one() is Share.PROTECTED


def test_nothing_is_kept_for_who_expects_nobody(mei, scans):
    assert "候补" in mei.say("预约超声室")


@pytest.fixture
def rescued(lin, database, cast, session):
    """Lin's visit on Wednesday at 08:30 was closed; 09:00 is held for her."""
    with database.transaction() as work:
        desk = scene.desk(work, cast.hospital, hours=[(8, 30), (9, 0)])
        scene.booked(work, cast.mother, desk.slots[0], hospital=cast.hospital)
        closing = Closing(
            cast.hospital.id, desk.clinic.id, scene.WEDNESDAY, scene.WEDNESDAY, "停诊",
            Way.RESCUE, time(8), time(8, 45),
        )  # fmt: skip
        by = By(Actor(SubjectKind.STAFF, cast.clerk.id), "asked", NOW)
        close_sessions(work, closing=closing, by=by)
    of_rescue = sa.select(Appointment).where(Appointment.channel == "rescue")
    return session.scalars(of_rescue).one()


def test_what_is_held_stands_with_her_appointments(lin, rescued):
    told = lin.say("我的预约")

    assert "产前检查 停诊了：6月3日 周三 08:30-09:00" in told
    assert "为您留了 6月3日 周三 09:00-09:30 产科普通门诊，留到 6月2日 10:00" in told


@pytest.mark.parametrize(
    ("tapped", "said", "state"),
    [
        ("就这个时间", "约好了。", AppointmentState.BOOKED),
        ("换个时间", "先为您约上了", AppointmentState.BOOKED),
        ("不去了", "让给别人了", AppointmentState.CANCELLED),
    ],
)
def test_she_answers_with_a_tap(lin, rescued, session, tapped, said, state):
    lin.say("我的预约")
    answer = lin.choose(tapped)

    session.refresh(rescued)
    assert said in answer
    assert rescued.state is state


def test_another_time_is_moved_to_from_the_one_she_has(lin, rescued):
    lin.say("我的预约")
    lin.choose("换个时间")

    assert "原来的时间会留到改好为止" in lin.choose("改时间")


def test_a_place_that_is_gone_is_told_so(lin, rescued):
    assert "这个号已经不在了" in lin.say("停诊改期接受 1")
