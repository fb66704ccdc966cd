"""The acceptance of the whole: a mother's story, step after step (the order matters)."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.main_job.conftest import Demonstration
from tests.main_job.people import open_menu, picture, say, set_clock, sign_in, tap

pytestmark = [pytest.mark.slow, pytest.mark.browser]

ARTICLE = "孕期打鼾要不要紧"
QUESTION = "孕期打鼾要紧吗"


def test_1_who_follows_is_welcomed_and_asked_one_thing(phone: Page) -> None:
    phone.get_by_test_id("follow").click()

    welcome = phone.get_by_test_id("bubble-them").last
    expect(welcome).to_contain_text("您的末次月经第一天是哪天")
    assert welcome.inner_text().count("？") == 1


def test_2_her_dates_are_repeated_and_confirmed_and_the_handbook_opens(phone: Page) -> None:
    repeated = say(phone, "末次月经3月5号")
    expect(repeated).to_contain_text("末次月经第一天2026年3月5日")
    expect(repeated).to_contain_text("推算预产期：2026年12月10日")

    opened = tap(phone, "确认并同意")
    expect(opened).to_contain_text("手册已建好。今天孕12周+4天")
    expect(tap(phone, "开启提醒")).to_contain_text("提醒已开启")


def test_3_her_timeline_tells_dates_and_why_each(phone: Page) -> None:
    timeline = say(phone, "我的产检")
    expect(timeline).to_contain_text("NT")
    expect(timeline).to_contain_text("6月10日")

    why = say(phone, "为什么NT")
    expect(why).to_contain_text("2026年5月21日—2026年6月10日")
    expect(why).to_contain_text("末次月经2026年3月5日")
    expect(why).to_contain_text("出处：《")
    picture(phone, "chat")


def test_4_a_question_in_her_own_words_is_answered_by_a_named_article(phone: Page) -> None:
    answer = say(phone, "喝糖水那个检查之前能吃饭吗")

    expect(answer).to_contain_text("《糖耐（OGTT）怎么准备：喝糖水、抽三次血》")
    expect(answer).to_contain_text("审核")


def test_5a_an_appointment_is_booked_in_chat(phone: Page) -> None:
    say(phone, "预约产检")
    expect(tap(phone, "产科普通门诊")).to_contain_text("6月3日 周三")
    expect(tap(phone, "6月3日")).to_contain_text("08:30")

    booked = tap(phone, "08:30")
    expect(booked).to_contain_text("预约好了")
    expect(booked).to_contain_text("6月3日 周三 08:30-09:00")
    expect(booked).to_contain_text(re.compile(r"预约号：\d+"))


def test_5b_another_is_booked_in_the_client_where_the_first_already_stands(phone: Page) -> None:
    open_menu(phone, "预约", "在线预约")
    pages = phone.frame_locator("[data-testid=page]")

    pages.get_by_text("我的预约", exact=True).first.click()
    expect(pages.get_by_text("6月3日 周三 08:30-09:00")).to_be_visible()

    pages.get_by_text("去预约", exact=True).first.click()
    pages.get_by_text("产科超声", exact=True).click()
    pages.get_by_role("radio", name=re.compile("6月5日 周五")).click()
    pages.get_by_text("09:00-09:30").click()
    pages.get_by_text("下一步").click()
    pages.get_by_text("确认预约", exact=True).last.click()
    expect(pages.get_by_text(re.compile("预约成功|预约好了"))).to_be_visible()
    picture(phone, "booked-in-client")
    phone.get_by_test_id("frame-close").click()
    expect(say(phone, "我的预约")).to_contain_text("6月5日 周五 09:00-09:30")


def test_6_the_day_before_the_reminder_arrives(phone: Page, demonstration: Demonstration) -> None:
    set_clock(phone, "2026-06-02T18:05")

    reminders = phone.get_by_test_id("card").filter(has_text="就诊预约提醒")
    card = reminders.filter(has_text="2026年6月3日 08:30").last
    expect(card).to_be_visible(timeout=30_000)
    expect(card).to_contain_text("产科普通门诊")
    paths = {one["path"] for one in demonstration.sends()}
    assert "/cgi-bin/message/template/send" in paths
    picture(phone, "reminder")


def test_7_an_article_written_and_reviewed_is_found_a_moment_later(
    phone: Page, desk: Page, demonstration: Demonstration, password: str
) -> None:
    assert ARTICLE not in say(phone, QUESTION).inner_text()
    sign_in(desk, demonstration, "shen_qinghe", password)
    desk.goto(f"{demonstration.web}/console/articles/new")
    desk.get_by_label("标题").fill(ARTICLE)
    desk.get_by_label("摘要").fill("偶尔打鼾常见；打鼾很响、憋醒或血压高，请告诉产检医生。")
    desk.get_by_label("从第几周").fill("0+0")
    desk.get_by_label("到第几周").fill("42+0")
    desk.get_by_label("每行一条").fill("《母婴健康素养55条》|国家卫生健康委|2012|第12条")
    desk.get_by_label("主题词").fill("孕期、打鼾、睡眠")
    desk.get_by_label("妈妈们会怎么问").fill(f"{QUESTION}\n怀孕睡觉打呼噜怎么办")
    desk.locator("#editor-text [contenteditable=true]").click()
    desk.keyboard.insert_text("孕期鼻子容易不通气，偶尔打鼾很常见。侧着睡、抬高枕头会舒服些。" * 4)
    picture(desk, "console-article")
    desk.get_by_role("button", name="保存并预览").click()
    desk.get_by_role("button", name="提交审核").click()
    address = desk.url

    sign_in(desk, demonstration, "lu_wanqiu", password)
    desk.goto(address)
    desk.get_by_role("button", name="审核通过").click()
    desk.get_by_role("button", name="发布").click()

    expect(say(phone, QUESTION)).to_contain_text(f"《{ARTICLE}》")


def test_8_a_danger_sign_is_answered_at_once_and_stands_in_the_inbox(
    phone: Page, desk: Page, demonstration: Demonstration, password: str
) -> None:
    urgent = say(phone, "下面出血了")
    expect(urgent).to_contain_text("120")
    expect(urgent).to_contain_text("0555-5550120")
    assert "《" not in urgent.inner_text()
    picture(phone, "danger")

    sign_in(desk, demonstration, "qin", password)
    desk.goto(f"{demonstration.web}/console/inbox/")
    sign = desk.get_by_text("阴道出血").first
    expect(sign).to_be_visible()
    picture(desk, "console-inbox")
    sign.click()
    expect(desk.get_by_text("下面出血了").first).to_be_visible()


def test_9_after_a_recorded_loss_nothing_more_is_sent(
    phone: Page, desk: Page, demonstration: Demonstration, password: str
) -> None:
    sign_in(desk, demonstration, "qin", password)
    desk.goto(f"{demonstration.web}/console/families/")
    desk.get_by_role("link", name=re.compile("赵")).first.click()
    desk.get_by_role("link", name=re.compile("记录妊娠终止")).click()
    desk.get_by_label("自然流产").check()
    desk.get_by_label("日期").fill("2026-06-02")
    desk.get_by_role("button", name="下一步").click()
    desk.get_by_role("button", name="确认记录").click()
    zhao, lin = demonstration.openids("zhao"), demonstration.openids("lin")
    before = demonstration.sends()
    phone.get_by_test_id("person-zhao").click()
    expect(phone.get_by_text("下面出血了")).to_have_count(0)  # Lin's talk has left the screen
    told = phone.get_by_test_id("bubble-them").count()
    phone.get_by_test_id("person-lin").click()

    for day in ("2026-06-19", "2026-06-26", "2026-07-02"):
        set_clock(phone, f"{day}T10:00")
        demonstration.wait_for_ticks()

    sent = demonstration.sends()[len(before) :]
    assert [one for one in sent if any(hers in str(one) for hers in lin)], "the control got none"
    assert not [one for one in sent if any(hers in str(one) for hers in zhao)]
    phone.get_by_test_id("person-zhao").click()
    expect(phone.get_by_test_id("bubble-them")).to_have_count(told)
    gentle = say(phone, "我的产检")
    expect(gentle).to_contain_text("孕期提醒都已停止")
    assert not re.search(r"孕\d+周|预产期", gentle.inner_text())
