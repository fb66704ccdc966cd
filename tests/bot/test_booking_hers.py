"""The chat about her appointments: moved, where she is in line, why she did not come."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from accounts.audit import PROGRAM
from booking.attendance import missed, sweeps, visits
from booking.courses import CourseRequest, Pick, book_course
from booking.models import Appointment, AppointmentState, Care
from booking.models_waiting import AppealState, HalfDay, MissedVisit
from booking.proposals import propose_course
from booking.steps import By
from core.clock import beijing_moment
from handbook.models import Pregnancy
from tests import scene


@pytest.fixture
def number(lin, antenatal, session):
    """The number of Lin's appointment on Wednesday at 08:30."""
    lin.say("预约产检 6月3日 08:30")
    return session.scalars(sa.select(Appointment.number)).one()


def live(session):
    booked = sa.select(Appointment).where(Appointment.state == AppointmentState.BOOKED)
    return session.scalars(booked.execution_options(populate_existing=True)).all()


def check_in(database, cast, clock, appointment_id):
    clock.moment = beijing_moment(scene.WEDNESDAY, hour=8, minute=10)
    with database.transaction() as session:
        visits.check_in(
            session, hospital_id=cast.hospital.id, appointment_id=appointment_id,
            by=By(PROGRAM, "asked", clock.now()),
        )  # fmt: skip


@pytest.fixture
def gone(lin, number, database, clock):
    """The same number, the day after: she was reminded and did not come."""
    with database.transaction() as session:
        appointment_id = session.scalars(sa.select(Appointment.id)).one()
        missed.note_reminded(session, appointment_id=appointment_id, at=clock.now())
        clock.moment = beijing_moment(scene.WEDNESDAY + timedelta(days=1), hour=9)
        sweeps.sweep_no_shows(session, now=clock.now())
    return number


def test_an_appointment_is_moved_in_three_taps(lin, number, antenatal, session):
    days = lin.choose("改时间")
    times = lin.choose("6月3日")
    answer = lin.choose("09:00")

    [appointment] = live(session)
    assert "原来的时间会留到改好为止" in days
    assert "改到 6月3日 周三" in times
    assert "原来的 6月3日 周三 08:30-09:00 已经让出" in answer
    assert f"预约号：{appointment.number}" in answer
    assert [scene.taken(session, one) for one in antenatal.slots] == [0, 1]


def test_a_move_is_understood_in_one_sentence(lin, number, session):
    assert "改好了" in lin.say(f"改约 {number} 周三九点")
    assert len(live(session)) == 1


def test_which_one_to_move_is_asked(lin, number):
    assert "要改哪一个" in lin.say("我想改约")


def test_a_number_that_is_not_hers_is_not_moved(lin, mei, number, antenatal):
    mei.say("预约产检 6月3日 09:00")

    assert "没有找到这个预约号" in mei.say(f"改约 {number} 6月3日 09:00")


@pytest.mark.parametrize(
    "said", ["改约", "改约 1234", "后面一起改 1234", "未到说明 1234", "申诉 1234"]
)
def test_who_has_nothing_is_told_so(lin, said):
    answer = lin.say(said)

    assert "您目前没有预约" in answer or "没有找到这个预约号" in answer


def test_where_nothing_else_is_free_the_old_time_stays(lin, database, cast, session):
    with database.transaction() as writing:
        small = scene.desk(writing, cast.hospital, hours=[(8, 30)], places=1)
        held = scene.booked(writing, cast.mother, small.slots[0], hospital=cast.hospital)

    answer = lin.say(f"改约 {held.appointment.number}")

    assert "最近两周没有别的号，这个时间先为您留着" in answer
    assert len(live(session)) == 1


def test_the_rest_of_a_course_follows(lin, antenatal, database, cast, session, clock):
    with database.transaction() as writing:
        scene.desk(
            writing, cast.hospital, care=Care.ULTRASOUND, name="超声室", hours=((8, 30), (15, 0)),
            day=scene.WEDNESDAY + timedelta(days=1),
        )  # fmt: skip
        pregnancy = writing.scalars(sa.select(Pregnancy)).one()
        proposed = propose_course(
            writing, pregnancy=pregnancy, clinic_id=antenatal.clinic.id, weekday=None,
            half_day=HalfDay.ANY, today=scene.TODAY, now=clock.now(),
        )  # fmt: skip
        first, _ = book_course(
            writing,
            request=CourseRequest(
                person=cast.mother, hospital_id=cast.hospital.id, pregnancy_id=pregnancy.id,
                picks=[Pick(one.item_key, one.place.slot.id) for one in proposed if one.place],
                channel="chat", key="course", actor=PROGRAM,
            ),
            now=clock.now(),
        )  # fmt: skip

    moved = lin.say(f"改约 {first.appointment.number} 6月3日 09:00")
    answer = lin.choose("后面的也跟着改")

    assert "改好了" in moved
    assert "后面的没有合适的号，都没有动" in answer
    assert len(live(session)) == 2


def test_until_when_she_can_give_it_up_is_told(lin, number):
    assert "（6月2日 11:00前）" in lin.say("我的预约")


def test_who_waits_is_told_how_many_are_before_her(
    lin, mei, number, database, cast, session, clock
):
    mei.say("预约产检 6月3日 09:00")
    first, second = session.scalars(sa.select(Appointment.id).order_by(Appointment.number)).all()
    check_in(database, cast, clock, first)
    check_in(database, cast, clock, second)

    assert "您的号是 2 号，前面还有 1 位" in mei.say("我的预约")


def test_who_is_called_is_told_where_to_go(lin, number, database, cast, session, clock):
    appointment_id = session.scalars(sa.select(Appointment.id)).one()
    check_in(database, cast, clock, appointment_id)
    with database.transaction() as writing:
        visits.call(
            writing, hospital_id=cast.hospital.id, appointment_id=appointment_id,
            by=By(PROGRAM, "asked", clock.now()),
        )  # fmt: skip

    assert "叫到您了，请到门诊楼3层301室" in lin.say("我的预约")


def test_a_missed_visit_is_excused_with_taps(lin, gone, session):
    listed = lin.say("我的预约")
    reasons = lin.choose("说明原因")
    answer = lin.choose("孩子发热")

    assert "约了没有来" in listed
    assert "没能来，是因为" in reasons
    assert "这次不计入爽约" in answer
    assert session.scalars(sa.select(MissedVisit.counts)).one() is False


def test_an_appeal_is_asked_for_and_taken(lin, gone, session):
    how = lin.say(f"申诉 {gone}")
    answer = lin.say(f"申诉 {gone} 路上堵车没赶到")

    assert f"申诉 {gone} 加上原因" in how
    assert "2个工作日内答复您" in answer
    assert session.scalars(sa.select(MissedVisit.appeal)).one() is AppealState.ASKED


def test_an_appeal_against_what_does_not_count_is_refused_in_words(lin, gone):
    lin.say(f"未到说明 {gone} 原因1")

    assert "没有需要说明的未到记录" in lin.say(f"申诉 {gone} 堵车")


@pytest.mark.parametrize("said", ["未到说明 {0}", "申诉 {0} 堵车"])
def test_a_missed_visit_of_somebody_else_is_not_touched(mei, gone, said):
    assert "没有找到这个预约号" in mei.say(said.format(gone))


def test_a_missed_visit_with_another_number_is_not_found(lin, gone):
    assert "没有找到这个预约号" in lin.say(f"未到说明 {gone + 1} 原因1")
