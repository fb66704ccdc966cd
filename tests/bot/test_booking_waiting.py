"""The chat about the waiting list: joined, where she stands, offers taken or refused."""

import pytest
import sqlalchemy as sa

from accounts.audit import PROGRAM
from booking import actions
from booking.models_waiting import HalfDay, Waiting, WaitingState
from booking.steps import By
from tests import scene


@pytest.fixture
def full(database, cast):
    """A clinic whose only place, on Wednesday at 08:30, is Mei's; her appointment."""
    with database.transaction() as session:
        desk = scene.desk(session, cast.hospital, hours=[(8, 30)], places=1)
        return scene.booked(session, cast.newcomer, desk.slots[0], hospital=cast.hospital)


@pytest.fixture
def freed(lin, full, database, clock):
    """Mei's place after she gave it up, with Lin waiting for it."""
    lin.say("候补产科普通门诊 6月3日")
    with database.transaction() as session:
        actions.cancel(
            session, person_id=full.appointment.person_id, appointment_id=full.appointment.id,
            by=By(PROGRAM, "asked", clock.now()),
        )  # fmt: skip
    return full.slot


def entry(session):
    return session.scalars(sa.select(Waiting).execution_options(populate_existing=True)).one()


def test_a_full_clinic_offers_to_wait(lin, full, session):
    lin.say("预约产检")
    answer = lin.choose("候补")

    assert "已为您候补：产科普通门诊 6月1日—6月14日" in answer
    assert "您前面还有 0 位" in answer
    assert "就诊前一天 23:00 停止候补" in answer
    assert entry(session).half_day is HalfDay.ANY


def test_a_day_and_its_half_are_waited_for(lin, full, session):
    assert "6月3日 上午" in lin.say("候补产检 周三上午")
    assert (entry(session).from_day, entry(session).half_day) == (
        scene.WEDNESDAY, HalfDay.MORNING
    )  # fmt: skip


def test_the_clinic_is_asked_for(lin, full, session):
    lin.say("候补")

    assert "已为您候补" in lin.choose("产科普通门诊")


def test_of_two_clinics_of_a_care_one_is_chosen(lin, full, database, cast):
    with database.transaction() as session:
        scene.desk(session, cast.hospital, name="产科专家门诊")

    answer = lin.say("候补产检 6月3日")

    assert "想候补哪个门诊" in answer
    assert "已为您候补：产科普通门诊 6月3日" in lin.choose("产科普通门诊")


def test_where_a_place_is_free_nobody_waits(lin, antenatal, session):
    assert "还有号，不用候补，可以直接预约" in lin.say("候补产检 6月3日")
    assert session.scalars(sa.select(Waiting)).all() == []


def test_where_she_stands_is_told(lin, full):
    lin.say("候补产检 6月3日")

    answer = lin.say("我的候补")

    assert "产科普通门诊 6月3日" in answer
    assert "前面还有 0 位" in answer


def test_who_waits_for_nothing_is_told_so(lin):
    assert "您现在没有候补" in lin.say("我的候补")


def test_an_offer_is_taken_with_a_tap(lin, freed, session):
    offered = lin.say("我的候补")
    answer = lin.choose("要这个号")

    assert "有号了！产科普通门诊 6月3日 周三 08:30-09:00，为您留到 6月1日 10:15" in offered
    assert "约好了" in answer
    assert entry(session).state is WaitingState.TAKEN
    assert scene.taken(session, freed) == 1


def test_an_offer_is_refused_with_a_tap_and_she_waits_on(lin, freed, session):
    lin.say("我的候补")

    assert "您的候补还在" in lin.choose("不要")
    assert entry(session).state is WaitingState.WAITING
    assert scene.taken(session, freed) == 0


@pytest.mark.parametrize("said", ["接受候补号 1234", "不要候补号 1234"])
def test_an_offer_that_is_gone_is_told_so(lin, freed, said):
    assert "这个号已经不在了" in lin.say(said)


def test_an_offer_whose_minutes_are_over_is_refused_in_words(lin, freed, clock):
    lin.say("我的候补")
    clock.moment = clock.moment.replace(hour=3)

    assert "为您保留的时间已经过了" in lin.choose("要这个号")


def test_who_leaves_waits_no_more(lin, full, session):
    lin.say("候补产检 6月3日")
    lin.say("我的候补")

    assert "已退出产科普通门诊的候补" in lin.choose("退出")
    assert entry(session).state is WaitingState.LEFT


def test_a_list_she_is_not_on_is_not_left(lin, full, session):
    lin.say("候补产检 6月3日")

    assert "您的候补" in lin.say("退出候补超声室")
    assert entry(session).state is WaitingState.WAITING
