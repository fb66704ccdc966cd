"""The chat about her handbook: dates understood, the timeline, and why each day."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from accounts.models import AuditRow, Consent, Purpose
from conversation.models import Conversation, ConversationState
from handbook.models import DatingSource, Pregnancy
from handbook.queries import items_of
from handbook.timeline import LONGEST_WEEKS, Status
from tests import scene, world


def pregnancies(session):
    return session.scalars(sa.select(Pregnancy)).all()


@pytest.mark.parametrize(
    ("said", "repeated", "due_day"),
    [
        ("末次月经3月5号", "末次月经第一天2026年3月5日", "2026年12月10日"),
        ("末次月经是2026年3月5日", "末次月经第一天2026年3月5日", "2026年12月10日"),
        ("上次大姨妈农历正月十七", "末次月经第一天2026年3月5日", "2026年12月10日"),
        ("末次月经12月20号", "末次月经第一天2025年12月20日", "2026年9月26日"),
        ("预产期12月10日", "预产期2026年12月10日", "2026年12月10日"),
        ("怀孕12周4天", "今天孕12周4天", "2026年12月10日"),
        ("怀孕12周+4", "今天孕12周4天", "2026年12月10日"),
        ("孕十二周四天", "今天孕12周4天", "2026年12月10日"),
    ],
)
def test_dates_in_her_own_words_are_repeated_with_the_due_date(mei, said, repeated, due_day):
    answer = mei.say(said)

    assert f"我记下的是：{repeated}" in answer
    assert f"推算预产期：{due_day}" in answer
    assert "确认并同意" in answer


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ("末次月经2026年7月1日", "这一天还没有到"),
        ("末次月经2025年6月1日", "已经超过 44 周"),
        ("预产期2027年12月10日", "日期可能填错了"),
        ("预产期2026年4月10日", "如果宝宝还没有出生，请马上联系医院"),
        ("怀孕45周", "孕周请填整周数加天数"),
    ],
    ids=["future", "too-long", "due-too-far", "due-long-past", "too-many-weeks"],
)
def test_dates_that_cannot_be_true_are_refused_in_words(mei, session, said, refusal):
    answer = mei.say(said)

    assert refusal in answer
    assert pregnancies(session) == []


def test_a_day_that_cannot_be_read_is_answered_with_how_to_write_it(mei):
    assert "请这样写" in mei.say("末次月经不记得了")


@pytest.mark.parametrize("yes", ["确认并同意", "同意", "对", "是的", "好", "嗯嗯", "没错。"])
def test_her_yes_opens_the_handbook_with_her_consent(mei, cast, session, yes):
    mei.say("末次月经3月5号")

    answer = mei.say(yes)

    [pregnancy] = pregnancies(session)
    consent = session.scalars(sa.select(Consent).where(Consent.person_id == cast.newcomer.id)).one()
    assert "手册已建好。今天孕12周+4天，预产期2026年12月10日" in answer
    assert pregnancy.person_id == cast.newcomer.id
    assert pregnancy.due_day == date(2026, 12, 10)
    assert (consent.purpose, consent.channel) == (Purpose.HANDBOOK, "chat")


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("预产期12月10日", DatingSource.DUE_DATE),
        ("怀孕12周4天", DatingSource.GESTATION),
        ("末次月经3月5号", DatingSource.LAST_PERIOD),
    ],
)
def test_the_handbook_remembers_where_the_dates_came_from(mei, session, said, source):
    mei.say(said)
    mei.choose("确认并同意")

    [pregnancy] = pregnancies(session)
    assert pregnancy.dating_source is source
    assert pregnancy.last_period_day == scene.LAST_PERIOD


def test_the_opened_handbook_tells_what_comes_first_and_offers_reminders(mei):
    mei.say("末次月经3月5号")

    opened = mei.choose("确认并同意")

    assert "现在该做：" in opened
    assert "提醒已开启" in mei.choose("开启提醒")
    assert opened.count("，预产期") == 1


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ({Status.OPEN}, "现在该做："),
        ({Status.COMING}, "接下来："),
        (set(), "目前没有到时间的检查"),
    ],
    ids=["open", "coming", "nothing"],
)
def test_what_comes_first_is_told_whatever_it_is(mei, monkeypatch, statuses, expected):
    def some(pregnancy, *, today):
        return [item for item in items_of(pregnancy, today=today) if item.status in statuses]

    monkeypatch.setattr("bot.handbook.items_of", some)
    mei.say("末次月经3月5号")

    assert expected in mei.choose("确认并同意")


def test_long_after_the_due_day_the_timeline_says_that_nothing_is_left(lin, clock):
    clock.move_on(timedelta(weeks=40))

    assert "目前没有到时间的检查" in lin.say("我的产检")


@pytest.mark.parametrize("no", ["不对，重新填", "不是", "错了", "取消"])
def test_her_no_stores_nothing(mei, session, no):
    mei.say("末次月经3月5号")

    answer = mei.say(no)

    assert "没有保存" in answer
    assert pregnancies(session) == []
    assert session.scalars(sa.select(Consent).where(Consent.channel == "chat")).all() == []


def test_after_her_no_a_yes_confirms_nothing(mei, session):
    mei.say("末次月经3月5号")
    mei.say("不对")

    mei.say("确认")

    assert pregnancies(session) == []


def test_something_else_in_between_leaves_the_question_open(mei, session):
    mei.say("末次月经3月5号")

    mei.say("我的预约")
    mei.say("确认")

    assert len(pregnancies(session)) == 1


def test_new_dates_take_the_place_of_those_she_did_not_confirm(mei, session):
    mei.say("末次月经3月5号")
    mei.say("末次月经3月6号")

    mei.say("确认")

    [pregnancy] = pregnancies(session)
    assert pregnancy.last_period_day == date(2026, 3, 6)


def test_a_question_of_the_bot_is_forgotten_after_half_an_hour(mei, session, clock):
    mei.say("末次月经3月5号")

    clock.move_on(timedelta(minutes=30))
    mei.say("确认")

    assert pregnancies(session) == []


def test_a_yes_to_no_question_opens_nothing(mei, session):
    mei.say("确认并同意")

    assert pregnancies(session) == []


def test_other_dates_during_a_pregnancy_go_to_staff_and_change_nothing(lin, session, cast):
    answer = lin.say("末次月经3月20号")

    [pregnancy] = pregnancies(session)
    state = session.get_one(Conversation, cast.mother.id).state
    assert "更改预产期需要医生核对" in answer
    assert "现在的预产期是 2026年12月10日" in answer
    assert pregnancy.due_day == date(2026, 12, 10)
    assert state is ConversationState.WAITING


def test_a_handbook_that_was_opened_meanwhile_is_not_opened_twice(mei, database, cast):
    mei.say("末次月经3月5号")
    with database.transaction() as session:
        scene.agreed(session, cast.newcomer, Purpose.HANDBOOK)
        scene.expecting(session, cast.newcomer)

    answer = mei.say("确认")

    assert "已经有一份正在使用的孕期手册" in answer


@pytest.mark.parametrize("asked", ["我的产检", "产检时间表", "我的孕周", "下次产检", "查看手册"])
def test_her_timeline_tells_week_due_date_and_what_is_ahead(lin, asked):
    answer = lin.say(asked)

    assert "您今天孕12周+4天，预产期2026年12月10日" in answer
    assert "▶ NT 超声\n　5月21日—6月10日（现在该做）" in answer
    assert "/m/enter?to=/pages/home/index" in answer


def test_the_timeline_shows_what_is_booked(lin, database, cast, session):
    with database.transaction() as writing:
        nt = scene.desk(writing, cast.hospital, care="ultrasound", name="产科超声室")
    lin.say("预约产科超声室 6月3日 08:30")

    answer = lin.say("我的产检")

    assert nt.clinic.name == "产科超声室"
    assert "✓已预约" in answer


def test_who_has_no_handbook_is_asked_for_her_dates(mei):
    assert "还没有您的孕周信息" in mei.say("我的产检")


def test_after_a_birth_the_timeline_is_done(lin, database, session):
    with database.transaction() as writing:
        scene.delivered(writing, pregnancies(writing)[0])

    assert "恭喜您" in lin.say("我的产检")


def test_why_tells_days_reason_preparation_and_source(lin):
    answer = lin.say("为什么NT")

    assert "2026年5月21日—2026年6月10日" in answer
    assert "末次月经2026年3月5日" in answer
    assert "\n准备：" in answer
    assert "\n出处：《" in answer


@pytest.mark.parametrize("asked", ["为什么天上有星星", "为什么是？"])
def test_why_about_no_item_is_a_question_like_any_other(lin, asked):
    assert "不敢乱说" in lin.say(asked)


def test_why_without_a_handbook_is_a_question_like_any_other(mei):
    assert "不敢乱说" in mei.say("为什么NT")


@pytest.mark.slow
@pytest.mark.parametrize("week", range(0, LONGEST_WEEKS, 4))
def test_every_timeline_and_every_why_fits_into_one_reply(chat, database, cast, week):
    began = scene.TODAY - timedelta(weeks=week)
    with database.transaction() as session:
        pregnancy = scene.expecting(session, cast.mother, last_period_day=began)
        names = {item.name for item in items_of(pregnancy, today=scene.TODAY)}
    lin = chat("oOA_lin")

    answers = [lin.say("我的产检"), *(lin.say(f"为什么{name}") for name in sorted(names))]

    assert all("孕" in answers[0] for _ in answers)
    assert [one for one in answers[1:] if "出处：" not in one] == []


def test_opening_a_handbook_is_written_into_the_audit(mei, cast, session):
    mei.say("末次月经3月5号")
    mei.say("确认")

    acts = sa.select(AuditRow.act).where(AuditRow.actor_id == cast.newcomer.id)
    assert {"give_consent:handbook", "open_pregnancy"} <= set(session.scalars(acts))
    assert world.NOW in set(session.scalars(sa.select(AuditRow.at)))
