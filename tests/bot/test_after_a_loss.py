"""The worst that the chat could do: to speak of a pregnancy that is lost."""

import re

import pytest
import sqlalchemy as sa

from handbook.models import Pregnancy, PregnancyState
from tests import scene

LEAKS = re.compile(r"孕\s*\d|\d+\s*周|预产期|\d{1,2}月\d{1,2}日|/a/art_|产检|宝宝|胎")
"""What must not be said to her any more."""


@pytest.mark.parametrize(
    "text",
    ["我的产检", "产检时间", "我的孕周", "预产期是多少", "为什么NT", "NT是什么", "糖耐要空腹吗",
     "你好", "我的预约", "开启提醒", "宝宝什么时候动", "孕期能吃螃蟹吗"],
)  # fmt: skip
def test_after_a_loss_nothing_speaks_of_pregnancy(bereaved, articles, text):
    answer = bereaved.say(text)

    assert answer
    assert not LEAKS.search(answer)


def test_after_a_loss_her_dates_are_answered_with_a_person_to_call(bereaved):
    answer = bereaved.say("我的产检")

    assert "孕期提醒都已停止" in answer
    assert "010-55550100" in answer
    assert "12356" in answer
    assert "转人工" in answer


def test_after_a_loss_who_follows_again_is_welcomed_gently(bereaved):
    bereaved.unfollow()

    assert not LEAKS.search(bereaved.follow())


def test_after_a_loss_an_appointment_is_told_without_week_or_pregnancy(
    bereaved, cast, session, database
):
    with database.transaction() as writing:
        scene.desk(writing, cast.hospital, care="postpartum", name="产后康复门诊")

    answer = bereaved.say("预约产后康复门诊 6月3日 08:30")

    assert "预约好了" in answer
    assert not re.search(r"孕\s*\d|预产期|产检", answer)


def test_after_a_loss_a_new_pregnancy_may_begin(bereaved, session):
    bereaved.say("末次月经5月20号")

    assert "手册已建好" in bereaved.choose("确认并同意")
    assert set(session.scalars(sa.select(Pregnancy.state))) == {
        PregnancyState.ENDED,
        PregnancyState.ONGOING,
    }


def test_after_the_loss_of_a_child_nobody_congratulates(lin, database):
    with database.transaction() as session:
        pregnancy = session.scalars(sa.select(Pregnancy)).one()
        scene.delivered(session, pregnancy)
        session.execute(sa.update(Pregnancy).values(quiet_at=scene.NOW))

    answer = lin.say("我的产检")

    assert "孕期提醒都已停止" in answer
    assert not LEAKS.search(answer)
