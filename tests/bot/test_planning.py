"""The chat before a pregnancy: what to do, and never a date."""

import re

import pytest
import sqlalchemy as sa

from accounts.models import Consent, Purpose
from handbook.models import Pregnancy
from handbook.planning.models import Planning, PlanningState

DATE = re.compile(r"\d+月\d+日|\d{4}-\d\d-\d\d|预产期|孕\d+周[+\d]*天(?!以)")
"""A day of hers, or a week: what nobody who is not pregnant may be told."""


@pytest.fixture
def agreed(chat):
    """Lin: has agreed to a handbook, and is not pregnant."""
    return chat("oOA_lin")


def states(session):
    return list(session.scalars(sa.select(Planning.state).order_by(Planning.id)))


@pytest.mark.parametrize(
    "said", ["备孕", "我在备孕", "我们准备备孕", "备孕手册", "想要宝宝", "我想怀孕", "开始备孕了。"]
)
def test_who_plans_is_asked_before_anything_is_kept(mei, session, said):
    answer = mei.say(said)

    assert "备孕手册" in answer
    assert "确认并同意" in answer
    assert states(session) == []


def test_her_yes_opens_the_handbook_with_sources_and_without_a_date(mei, session):
    mei.say("备孕")

    answer = mei.say("确认并同意")

    assert "孕前检查（怀孕前6个月以内）" in answer
    assert "每天吃叶酸" in answer
    assert "出处：《孕产期保健工作规范》（2011）" in answer
    assert not DATE.search(answer.replace("孕12周+6天", ""))
    assert states(session) == [PlanningState.PLANNING]
    assert Purpose.HANDBOOK in session.scalars(sa.select(Consent.purpose)).all()


def test_her_no_keeps_nothing(mei, session):
    mei.say("备孕")

    assert "没有保存" in mei.say("不同意")
    assert states(session) == []


def test_another_word_is_neither_yes_nor_no(mei, session):
    mei.say("备孕")

    mei.say("你好")

    assert states(session) == []


def test_who_has_agreed_is_told_at_once_and_the_second_time_as_well(agreed, session):
    first = agreed.say("备孕")

    assert "每天吃叶酸" in first
    assert agreed.say("备孕") == first
    assert states(session) == [PlanningState.PLANNING]


def test_her_dates_make_it_a_pregnancy(agreed, session):
    agreed.say("备孕")

    agreed.say("末次月经3月5号")
    answer = agreed.say("确认并同意")

    assert "手册已建好" in answer
    assert states(session) == [PlanningState.PREGNANT]
    assert session.scalars(sa.select(Pregnancy)).all()


def test_she_may_end_it(agreed, session):
    agreed.say("备孕")

    assert "备孕手册已经结束" in agreed.say("结束备孕")
    assert states(session) == [PlanningState.CLOSED]


def test_there_is_nothing_to_end_where_nothing_was_begun(agreed):
    assert "现在没有打开的备孕手册" in agreed.say("不备孕了")


def test_who_is_pregnant_is_not_asked_what_she_plans(lin, session):
    lin.say("备孕")

    assert states(session) == []


@pytest.mark.parametrize("said", ["备孕期间能喝咖啡吗", "备孕要查什么", "备孕叶酸吃多少"])
def test_a_question_about_planning_is_a_question(agreed, session, said):
    agreed.say(said)

    assert states(session) == []
