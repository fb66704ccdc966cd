"""The chat when a person is needed: danger signs, which come before all else, and hand-over."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.actions import withdraw_consent
from accounts.models import Person, Purpose
from bot.signs import rules
from conversation.models import Alarm, Conversation, ConversationState, Message, Speaker
from conversation.queries import inbox
from handbook.models import Pregnancy
from tests import scene, world

DANGER = [
    "下面出血了",
    "羊水破了",
    "宝宝今天不动了",
    "肚子一直疼得受不了",
    "头疼得厉害，眼前发黑",
    "我喘不上气",
    "孩子抽搐了",
    "宝宝叫不醒",
    "我不想活了",
    "感觉脐带掉出来了",
]
URGENT = re.compile("请立即拨打120|请现在就去|您不必一个人扛着")
ALSO = "这条消息已同时转给值班医务人员"


def alarms(session):
    return session.scalars(sa.select(Alarm)).all()


def kept(session):
    return [(one.speaker, one.text) for one in session.scalars(sa.select(Message))]


@pytest.mark.parametrize("words", DANGER)
def test_a_danger_sign_is_answered_at_once_and_staff_are_called(mei, session, cast, words):
    answer = mei.say(words)

    [alarm] = alarms(session)
    [row] = inbox(session, hospital_id=cast.hospital.id)
    assert "120" in answer
    assert URGENT.search(answer.split("\n")[0])
    assert ALSO in answer
    assert alarm.person_id == cast.newcomer.id
    assert alarm.rules_version == rules().version
    assert row.person.id == cast.newcomer.id
    assert [one.id for one in row.alarms] == [alarm.id]


@pytest.mark.parametrize("words", DANGER)
def test_danger_comes_before_an_open_question_and_leaves_it_open(mei, session, words):
    mei.say("末次月经3月5号")

    answer = mei.say(words)

    assert ALSO in answer
    assert "手册已建好" in mei.say("确认")


def test_danger_in_the_middle_of_a_booking_is_answered_first(lin, antenatal, session):
    lin.say("预约产检")

    assert ALSO in lin.say("预约产检 6月3日 08:30，下面出血了")
    assert len(alarms(session)) == 1


def test_her_words_of_danger_are_kept_for_staff_even_without_consent(mei, session):
    answer = mei.say("下面出血了")

    assert kept(session) == [(Speaker.FAMILY, "下面出血了"), (Speaker.BOT, answer)]


def test_a_bare_word_is_answered_and_one_thing_is_asked(mei):
    answer = mei.say("出血")

    assert "有出血，请现在就去医院产科急诊" in answer
    assert "请再告诉我们：现在怀孕几周" in answer


def test_how_far_she_is_counts(chat, database, cast):
    with database.transaction() as session:
        later = scene.TODAY - timedelta(weeks=30)
        scene.expecting(session, cast.mother, last_period_day=later)

    assert chat("oOA_lin").say("下面出血了").startswith("请立即拨打120")


def test_no_article_stands_beside_an_alarm(mei, articles):
    assert "《" not in mei.say("下面出血了怎么办")


def test_a_question_about_danger_is_answered_with_an_article_and_a_safety_line(
    mei, articles, session
):
    answer = mei.say("怀孕出血是什么原因")

    assert "/a/" in answer
    assert "如果您或孩子现在就有这种情况，请不要等回复" in answer
    assert alarms(session) == []


def test_what_can_wait_is_told_first_and_an_article_stands_below(lin, articles, session):
    answer = lin.say("12周还没感觉到胎动，胎动怎么数")

    assert answer.startswith("可以在下次检查时告诉医生")
    assert answer.index("这些情况需要由医生判断") < answer.index("/a/")
    assert alarms(session) == []


def test_what_can_wait_needs_no_word_on_a_missing_article(lin, session):
    answer = lin.say("12周还没感觉胎动")

    assert answer.startswith("可以在下次检查时告诉医生")
    assert answer.endswith("这些情况需要由医生判断。")
    assert "我记下的是" not in answer
    assert alarms(session) == []


def test_what_must_be_seen_today_is_told_without_an_alarm(lin, session):
    answer = lin.say("家里量血压150/100")

    assert answer.startswith("请今天就到测试第一妇幼保健院就诊")
    assert ALSO not in answer
    assert alarms(session) == []


def test_a_second_alarm_keeps_her_place_in_the_line(mei, session, clock, cast):
    mei.say("下面出血了")
    first = clock.now()

    clock.move_on(timedelta(minutes=5))
    mei.say("又出血了，很多")

    waiting = session.get_one(Conversation, cast.newcomer.id)
    assert len(alarms(session)) == 2
    assert waiting.waiting_since == first


def test_an_alarm_repeated_by_the_platform_is_one_alarm(mei, session):
    answer = mei.say("下面出血了")

    assert mei.repeat_last() == answer
    assert len(alarms(session)) == 1


@pytest.mark.parametrize("asked", ["转人工", "找医生", "人工客服", "叫护士！"])
def test_a_person_comes_when_asked_for(mei, session, cast, asked):
    answer = mei.say(asked)

    state = session.get_one(Conversation, cast.newcomer.id).state
    assert "已经转给医务人员" in answer
    assert "010-55550120" in answer
    assert state is ConversationState.WAITING


def test_what_she_writes_while_she_waits_is_kept_for_staff(mei, session):
    mei.say("转人工")

    mei.say("我想问一下建档")

    assert (Speaker.FAMILY, "我想问一下建档") in kept(session)


@pytest.mark.parametrize(
    "words", ["末次月经3月5号", "我的产检", "孕期能吃螃蟹吗", "你好", "末次月经2027年1月1日"]
)
def test_nothing_is_kept_of_who_agreed_to_nothing(mei, session, cast, words):
    mei.say(words)

    person = session.get_one(Person, cast.newcomer.id)
    assert kept(session) == []
    assert alarms(session) == []
    assert session.scalars(sa.select(Pregnancy)).all() == []
    assert (person.name, person.phone, person.phone_mark) == (None, None, None)


def test_what_the_bot_must_remember_rests_sealed(mei, session):
    mei.say("末次月经3月5号")

    stored = session.execute(sa.text("select awaiting from conversation")).scalars().one()
    assert b"2026-03-05" not in bytes(stored)


def test_who_agreed_to_the_handbook_has_her_talk_kept(chat, session, cast):
    answer = chat("oOA_lin").say("你好")

    assert kept(session) == [(Speaker.FAMILY, "你好"), (Speaker.BOT, answer)]


def test_who_took_her_consent_back_is_kept_no_more(chat, database, cast, session):
    with database.transaction() as writing:
        withdraw_consent(writing, person=cast.mother, purpose=Purpose.HANDBOOK, now=world.NOW)

    chat("oOA_lin").say("你好")

    assert kept(session) == []


LETTERS = st.characters(exclude_categories=["Cs", "Cc"])
WORDS = st.sampled_from(
    ["预约", "产检", "末次月经", "3月5号", "出血", "胎动", "取消预约", "为什么", "孕", "周", "12",
     "农历", "预产期", "吗", "？", "糖耐", "转人工", "确认", "提醒", "明天", " ", "0", "99", "年",
     "月"]
)  # fmt: skip
TEXTS = st.text(LETTERS, min_size=1, max_size=300) | st.lists(WORDS, max_size=12).map("".join)


@pytest.mark.slow
@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(text=TEXTS)
@example(text="预约 13月45号")
@example(text="末次月经99999999年13月40日")
@example(text="预产期1年1月1日")
@example(text="末次月经9999年12月31日")
@example(text="孕" * 600)
@example(text="{phone}{0}{")
@example(text="<a href='x'>]]>")
def test_whatever_she_writes_is_answered_within_one_reply(lin, articles, antenatal, text):
    lin.say(text)

    assert lin.answer.status_code == 200
