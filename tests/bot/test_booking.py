"""The chat about appointments: clinics, days, times, booked; and given back."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from accounts.models import Person
from booking import queries
from booking.models import Appointment, AppointmentState, Care, Quota, Share
from core.clock import beijing_moment
from handbook.models import Pregnancy
from tests import scene


def held(session):
    """Return every live appointment of the house."""
    live = sa.select(Appointment).where(Appointment.state == AppointmentState.BOOKED)
    return session.scalars(live).all()


def test_three_taps_book_a_visit(lin, antenatal, session, cast):
    lin.say("预约产检")
    lin.choose("6月3日")
    booked = lin.choose("08:30")

    [appointment] = held(session)
    assert "预约好了" in booked
    assert "6月3日 周三 08:30-09:00" in booked
    assert f"预约号：{appointment.number}" in booked
    assert "门诊楼3层301室" in booked
    assert appointment.person_id == cast.mother.id
    assert appointment.channel == "chat"
    assert scene.taken(session, antenatal.slots[0]) == 1


def test_a_kind_of_care_is_chosen_first_when_none_is_named(lin, antenatal):
    choice = lin.say("预约")

    assert "想预约哪一项" in choice
    assert "最近可约的日子" in lin.choose("产前检查")


@pytest.mark.parametrize(
    ("said", "care"),
    [
        ("想约个糖耐", Care.OGTT),
        ("帮我预约B超", Care.ULTRASOUND),
        ("预约NT", Care.ULTRASOUND),
        ("预约42天复查", Care.POSTPARTUM),
        ("我要预约打疫苗", Care.VACCINATION),
        ("预约儿保", Care.CHILD),
        ("挂号产检", Care.ANTENATAL),
    ],
)
def test_care_is_called_what_people_call_it(lin, database, cast, said, care):
    with database.transaction() as session:
        for one in Care:
            scene.desk(session, cast.hospital, care=one, name=f"门诊{one}")

    assert f"门诊{care}（" in lin.say(said)


def test_care_that_no_clinic_offers_leads_to_what_is_offered(lin, antenatal):
    answer = lin.say("预约疫苗")

    assert "想预约哪一项" in answer
    assert "产前检查" in answer


def test_of_two_clinics_one_is_chosen(lin, antenatal, database, cast):
    with database.transaction() as session:
        scene.desk(session, cast.hospital, name="产科专家门诊", places=1)

    choice = lin.say("预约产检")

    assert "请选择门诊" in choice
    assert "余2" in lin.choose("产科专家门诊")


def test_a_whole_wish_is_booked_in_one_sentence(lin, antenatal, session):
    assert "预约好了" in lin.say("预约产科普通门诊 6月3日 9:00")
    assert len(held(session)) == 1


def test_a_day_in_her_words_is_understood(lin, antenatal):
    assert "08:30" in lin.say("预约产检 后天")


def test_a_time_that_is_not_offered_leads_to_those_that_are(lin, antenatal, session):
    answer = lin.say("预约产检 6月3日 13:00")

    assert "08:30（余4）" in answer
    assert held(session) == []


def test_a_visit_serves_the_item_of_her_timeline_it_falls_into(lin, database, cast, session):
    with database.transaction() as writing:
        scene.desk(writing, cast.hospital, care=Care.ULTRASOUND, name="产科超声室")

    lin.say("预约产科超声室 6月3日 08:30")

    [appointment] = held(session)
    assert appointment.pregnancy_id == session.scalar(sa.select(Pregnancy.id))
    assert appointment.item_key


def test_who_has_no_handbook_can_book_too(mei, antenatal, session):
    booked = mei.say("预约产检 6月3日 08:30")

    [appointment] = held(session)
    assert "请发“开启提醒”" in booked
    assert (appointment.pregnancy_id, appointment.item_key) == (None, None)


def test_who_agreed_to_messages_is_told_of_the_reminder(lin, antenatal):
    assert "前一天会发微信提醒您" in lin.say("预约产检 6月3日 08:30")


def test_the_same_tap_repeated_by_the_platform_books_once(lin, antenatal, session):
    booked = lin.say("预约产检 6月3日 08:30")

    assert lin.repeat_last() == booked
    assert len(held(session)) == 1


def test_a_second_visit_at_the_same_time_is_refused_in_words(lin, antenatal, session):
    lin.say("预约产检 6月3日 08:30")

    assert "您在这个时间已经有一个预约" in lin.say("预约产检 6月3日 08:30")
    assert len(held(session)) == 1


def test_a_full_time_is_not_offered(lin, database, cast, session):
    with database.transaction() as writing:
        small = scene.desk(writing, cast.hospital, places=1)
        scene.booked(writing, cast.newcomer, small.slots[0], hospital=cast.hospital)

    answer = lin.say("预约产检 6月3日 08:30")

    assert "08:30" not in answer
    assert "09:00（余1）" in answer


def test_a_full_day_leads_to_the_others(lin, database, cast):
    with database.transaction() as session:
        small = scene.desk(session, cast.hospital, hours=[(8, 30)], places=1)
        scene.booked(session, cast.newcomer, small.slots[0], hospital=cast.hospital)
        starts = [beijing_moment(scene.WEDNESDAY + timedelta(days=1), hour=10)]
        scene.release_slots(
            session, clinic_id=small.clinic.id, starts=starts, lasts=scene.HALF_HOUR,
            shares={Share.ONLINE: 1}, now=scene.NOW,
        )  # fmt: skip

    answer = lin.say("预约产检 6月3日")

    assert "6月3日 周三 没有可约的时间" in answer
    assert "6月4日" in answer


def test_a_clinic_full_for_two_weeks_is_told_with_a_number_to_call(lin, database, cast):
    with database.transaction() as session:
        small = scene.desk(session, cast.hospital, hours=[(8, 30)], places=1)
        scene.booked(session, cast.newcomer, small.slots[0], hospital=cast.hospital)

    for_any_day, for_this_day = lin.say("预约产检"), lin.say("预约产检 6月3日")

    assert "最近两周都约满了" in for_any_day
    assert "010-55550100" in for_any_day
    assert for_this_day == for_any_day


def test_the_last_place_taken_meanwhile_is_refused_in_words(lin, antenatal, session, monkeypatch):
    look = queries.slots

    def look_and_lose(session, **asked):
        found = look(session, **asked)
        fill = sa.update(Quota).values(taken=Quota.places)
        session.execute(fill, execution_options={"synchronize_session": False})
        return found

    monkeypatch.setattr(queries, "slots", look_and_lose)
    answer = lin.say("预约产检 6月3日 08:30")

    assert "这个时段已经约满了，请选择其他时段" in answer
    assert held(session) == []


def test_a_day_that_is_past_offers_the_coming_ones(lin, antenatal, clock):
    clock.move_on(timedelta(days=3))

    assert "最近两周都约满了" in lin.say("预约产检 6月3日 08:30")


def test_a_time_that_begins_too_soon_is_no_longer_offered(lin, antenatal, clock):
    clock.moment = beijing_moment(scene.WEDNESDAY, hour=8, minute=15)

    answer = lin.say("预约产检 6月3日 08:30")

    assert "08:30" not in answer
    assert "09:00" in answer


def test_her_appointments_are_listed_soonest_first(lin, antenatal):
    lin.say("预约产检 6月3日 09:00")
    lin.say("预约产检 6月3日 08:30")

    answer = lin.say("我的预约")

    assert answer.index("08:30-09:00") < answer.index("09:00-09:30")


@pytest.mark.parametrize("said", ["我的预约", "取消预约", "取消预约 1001"])
def test_who_has_no_appointment_is_offered_one(lin, said):
    assert "您目前没有预约" in lin.say(said)


def test_a_cancelled_appointment_gives_its_place_back(lin, antenatal, session):
    lin.say("预约产检 6月3日 08:30")

    answer = lin.choose("取消这个预约")

    assert "已取消：6月3日 周三 08:30-09:00 产前检查" in answer
    assert held(session) == []
    assert scene.taken(session, antenatal.slots[0]) == 0


def test_which_one_to_cancel_is_asked(lin, antenatal, session):
    lin.say("预约产检 6月3日 08:30")

    answer = lin.say("取消预约")

    assert "要取消哪一个" in answer
    assert len(held(session)) == 1


def test_a_number_that_is_not_hers_cancels_nothing(lin, mei, antenatal, session):
    lin.say("预约产检 6月3日 08:30")
    mei.say("预约产检 6月3日 09:00")
    hers = session.scalars(
        sa.select(Appointment.number).join(Person).where(Person.id == held(session)[0].person_id)
    ).one()

    answer = mei.say(f"取消预约 {hers}")

    assert "没有找到这个预约号" in answer
    assert len(held(session)) == 2


def test_too_late_to_cancel_is_refused_in_words(lin, antenatal, session, clock):
    lin.say("预约产检 6月3日 08:30")
    [appointment] = held(session)

    clock.moment = beijing_moment(scene.WEDNESDAY, hour=7)
    answer = lin.say(f"取消预约 {appointment.number}")

    assert "可在线取消或改期的时间到 6月2日 11:00 为止" in answer
    assert "取消这个预约" not in lin.say("我的预约")
    assert len(held(session)) == 1


def test_many_clinics_and_days_still_fit_into_one_reply(lin, database, cast):
    with database.transaction() as session:
        for number in range(15):
            scene.desk(session, cast.hospital, name=f"产科第{number}门诊", places=9)

    assert lin.say("预约产检").count("产科第") == 20


def test_many_appointments_fit_into_one_reply(lin, database, cast):
    hours = [(8 + half // 2, 30 * (half % 2)) for half in range(16)]
    with database.transaction() as session:
        busy = scene.desk(session, cast.hospital, hours=hours)
        for slot in busy.slots:
            scene.booked(session, cast.mother, slot, hospital=cast.hospital)

    assert lin.say("我的预约").count("预约号") == 5
    assert lin.say("预约产检 6月3日").count("余3") == 10
