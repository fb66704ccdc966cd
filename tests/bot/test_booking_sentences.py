"""A visit asked for in one sentence, for herself or for a child."""

from datetime import date

import pytest
import sqlalchemy as sa

from accounts.models import Purpose
from booking.models import Appointment, AppointmentState, Care
from handbook.actions_births import add_child
from handbook.births import Newborn
from handbook.care.vaccines import Sex
from handbook.models_lives import GuardianKind
from tests import scene


def held(session):
    """Return every live appointment of the house."""
    live = sa.select(Appointment).where(Appointment.state == AppointmentState.BOOKED)
    return session.scalars(live).all()


def test_a_bare_sentence_is_said_back_with_what_is_free(lin, antenatal, session):
    answer = lin.say("周三上午产检")

    assert answer.startswith("听懂了：产前检查，6月3日 周三 上午。")
    assert "08:30（余4）" in answer
    assert held(session) == []
    assert "预约好了" in lin.choose("08:30")


def test_a_bare_sentence_for_two_clinics_is_said_back_and_its_day_is_kept(
    lin, antenatal, database, cast, session
):
    with database.transaction() as writing:
        scene.desk(writing, cast.hospital, name="产科专家门诊", places=1)

    answer = lin.say("周三上午产检")

    assert answer.startswith("听懂了：产前检查，6月3日 周三 上午。")
    assert "08:30（余1）" in lin.choose("产科专家门诊")
    assert held(session) == []


def test_a_bare_sentence_with_a_time_offers_the_nearest(lin, database, cast, session):
    with database.transaction() as writing:
        hours = [(8, 0), (9, 0), (9, 30), (10, 0), (10, 30), (15, 0)]
        scene.desk(writing, cast.hospital, hours=hours)

    answer = lin.say("后天10点产检")

    assert "10:00（余4）" in answer
    assert "08:00" not in answer
    assert held(session) == []


def test_the_half_of_a_day_without_a_place_leads_to_other_days_and_the_list(lin, antenatal):
    answer = lin.say("预约产检 6月3日下午")

    assert "6月3日 周三下午 没有可约的时间" in answer
    assert "6月3日 周三（余8）" in answer
    assert "候补" in answer


def test_a_question_about_a_visit_books_nothing(lin, antenatal):
    assert "听懂了" not in lin.say("明天产检要空腹吗")


@pytest.fixture
def jabs(database, cast):
    """A clinic for vaccinations, on Wednesday at 08:30 and 09:00."""
    with database.transaction() as session:
        return scene.desk(session, cast.hospital, care=Care.VACCINATION, name="预防接种门诊")


def child(database, cast, name, rank=1):
    with database.transaction() as session:
        scene.agreed(session, cast.mother, Purpose.CHILD_RECORD)
        return add_child(
            session, guardian=cast.mother, kind=GuardianKind.MOTHER,
            newborn=Newborn(date(2026, 1, 10), rank=rank, sex=Sex.FEMALE, name=name),
            gestation_at_birth_days=None, actor=scene.her(cast.mother), now=scene.NOW,
        )  # fmt: skip


def test_a_jab_is_booked_for_her_child(lin, jabs, database, cast, session):
    baby = child(database, cast, "小满")

    understood = lin.say("周三9点给小满打疫苗")
    booked = lin.choose("09:00")

    [appointment] = held(session)
    assert "预防接种（小满）" in understood
    assert "预防接种（小满）" in booked
    assert (appointment.child_id, appointment.pregnancy_id) == (baby.id, None)
    assert appointment.item_key.startswith("dose:")


def test_of_two_children_one_is_chosen(lin, jabs, database, cast, session):
    child(database, cast, "小满")
    second = child(database, cast, "小米", rank=2)

    asked = lin.say("预约打疫苗 6月3日 08:30")
    booked = lin.choose("小米")

    [appointment] = held(session)
    assert "给哪个宝宝约" in asked
    assert "预约好了" in booked
    assert appointment.child_id == second.id


def test_children_without_a_name_do_not_stand_in_the_way(lin, jabs, database, cast, session):
    child(database, cast, None)
    child(database, cast, None, rank=2)

    assert "预约好了" in lin.say("预约打疫苗 6月3日 08:30")
