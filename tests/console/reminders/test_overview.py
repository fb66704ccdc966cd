"""Reminders at a glance: the load against the quota, how many arrived, and what stands still."""

from datetime import timedelta

import pytest

from console.presenters import reminders as words
from console.presenters import reminders_figures as presenters
from console.presenters.reasons import OTHER, reason
from scheduler.figures import Credits, Dwell, Figure
from scheduler.models import Channel, LetterState, ReminderKind
from scheduler.models_channels import (
    ChannelMeter,
    ChannelTemplate,
    Subscription,
)
from tests import world
from tests.console.reminders.conftest import EVENING, TODAY, TOMORROW

PAGE = "/reminders/"
CARE, VISIT = ReminderKind.CARE_WINDOW, ReminderKind.APPOINTMENT


def figure(kind, channel, outcome, count, *, why=""):
    return Figure("hos", TODAY, kind, channel, outcome, why, count, None, None)


def test_what_arrived_is_told_by_kind_and_by_way(desk, spoken):
    page = desk("manager").read(PAGE)

    assert "各类提醒" in page
    assert "公众号模板消息" in page
    assert "100.0%（1/1）" in page
    assert "（已送达＋转告）÷ 应说" in page
    assert "4.5 小时" in page
    assert "1 / 100,000" not in page
    assert "2 / 100,000" in page


def test_why_something_did_not_arrive_or_is_not_said_is_counted(desk, refused):
    page = desk("care_worker").read(PAGE)

    assert "<span>她没有订阅这类消息</span><strong>2</strong>" in page


@pytest.mark.parametrize("days", [1, 7, 30])
def test_the_figures_are_those_of_the_days_that_are_asked_for(desk, spoken, clock, days):
    clock.set_to(EVENING + timedelta(days=days))

    page = desk("manager").read(f"{PAGE}?days={days}")

    assert "公众号模板消息</th>" not in page


def test_days_that_are_not_offered_are_not_found(desk):
    assert desk("manager").open(f"{PAGE}?days=2").status_code == 404


def test_a_house_in_which_nothing_was_said_says_so(desk):
    page = desk("manager").read(PAGE)

    assert "这几天还没有到时候的提醒" in page
    assert "还没有发过消息" in page
    assert "还没有家庭订阅过" in page


def test_the_hours_of_today_and_tomorrow_are_counted(desk, spoken):
    page = desk("manager").read(PAGE)

    assert '<span class="yy-bars-label">18:00</span>' in page
    assert '<span class="yy-bars-label">07:00</span>' in page


def test_the_load_ahead_is_a_part_of_its_own_against_the_quota(desk, lin):
    part = desk("manager").read(f"{PAGE}ahead")

    assert "6月18日 周四" in part
    assert "预约提醒 1，产检提醒 1" in part
    assert "100,000 条" in part
    assert "额度线在图外很远" in part
    assert part.count("yy-bars-line") == 14


def test_a_tick_that_stands_still_is_said_to_who_answers_for_it(desk, ticking):
    ticking(but=["send"])

    page, home = desk("manager").read(PAGE), desk("manager").read("/")

    assert "1 项后台任务停住了" in page
    assert "发送提醒" in page
    assert '1</span><span class="yy-tile-label">停住的后台任务' in home


def test_while_everything_ticks_nothing_is_red(desk, ticking, spoken):
    ticking()

    page, home = desk("manager").read(PAGE), desk("manager").read("/")

    assert "停住" not in page
    assert "停住" not in home
    assert '3</span><span class="yy-tile-label">今天的提醒' in home


def test_what_families_allowed_is_told_by_template(desk, database, cast):
    with database.transaction() as session:
        session.add(
            ChannelTemplate(
                id="tpl_1", hospital_id=cast.hospital.id, channel=Channel.MINI_ONCE,
                layout="care", template_id="T1", made_by_id=cast.manager.id, made_at=world.NOW,
            )
        )  # fmt: skip
        session.add_all(
            Subscription(
                person_id=cast.mother.id, appid="wxMP0001", template_id=template_id, credits=3,
                changed_at=world.NOW,
            )
            for template_id in ("T1", "T2")
        )  # fmt: skip

    page = desk("manager").read(PAGE)

    assert "保健 · 小程序一次性订阅" in page
    assert "没有登记的模板" in page
    assert "还可发 3 次" in page


@pytest.mark.parametrize("username", ["author", "reviewer", "clerk"])
def test_who_neither_follows_up_nor_answers_for_it_sees_no_figures(desk, username):
    somebody = desk(username)

    assert somebody.open(PAGE).status_code == 403
    assert somebody.open(f"{PAGE}ahead").status_code == 403


@pytest.mark.parametrize(
    ("username", "there", "not_there"),
    [
        ("manager", ["/reminders/stops/"], ["unreached", "wordings"]),
        ("care_worker", ["/reminders/unreached/"], ["stops", "wordings"]),
    ],
)
def test_everybody_is_led_only_where_they_may_go(desk, username, there, not_there):
    page = desk(username).read(PAGE)

    assert [path for path in there if path not in page] == []
    assert [room for room in not_there if f"/reminders/{room}/" in page] == []


def test_other_hospitals_are_not_counted(desk, spoken):
    assert "这几天还没有到时候的提醒" in desk("stranger").read(PAGE)


def test_the_quota_is_a_line_when_the_load_comes_near_it():
    load = {(TODAY, VISIT): 30, (TODAY, CARE): 10, (TOMORROW, VISIT): 80}

    near = presenters.calendar(load, days=[TODAY, TOMORROW], quota=160)
    over = presenters.calendar(load, days=[TODAY, TOMORROW], quota=40)

    assert [bar.width for bar in near.bars] == [25, 50]
    assert (near.line, near.share) == (100, "50.00%")
    assert (over.line, over.bars[1].width) == (50, 100)


def test_days_without_a_load_are_quiet():
    empty = presenters.calendar({}, days=[TODAY], quota=100)

    assert [(bar.count, bar.width, bar.is_quiet) for bar in empty.bars] == [(0, 0, True)]


def test_who_was_told_by_telephone_counts_as_reached():
    found = [
        figure(VISIT, "template", "delivered", 6), figure(VISIT, "template", "told", 2),
        figure(VISIT, "template", "undeliverable", 1), figure(VISIT, "customer", "accepted", 1),
        figure(VISIT, "", "dropped", 5), figure(VISIT, "", "pending", 7),
    ]  # fmt: skip

    by_kind, total = presenters.by_kind(found)

    assert by_kind.values == ("10", "6", "1", "2", "1", "80.0%（8/10）")
    assert total.values == by_kind.values


def test_a_way_counts_what_it_took_and_how_long_it_dwelt():
    found = [
        figure(VISIT, "template", "delivered", 9), figure(VISIT, "template", "failed", 1),
        figure(VISIT, "template", "undeliverable", 4),
    ]  # fmt: skip

    rows = presenters.by_channel(found, {"template": Dwell(3.4, 90), "": Dwell(7200, 7200)})

    assert [row.name for row in rows] == ["公众号模板消息", "合计"]
    assert rows[0].values == ("10", "90.0%（9/10）", "1", "3 秒", "2 分钟")
    assert rows[1].values[3:] == ("2.0 小时", "2.0 小时")


def test_a_way_of_which_no_dwelling_is_known_shows_none():
    rows = presenters.by_channel([figure(CARE, "sms", "accepted", 1)], {})

    assert rows[0].values == ("1", "0.0%（0/1）", "0", "—", "—")


def test_reasons_are_told_apart_and_what_waits_has_none():
    found = [
        figure(VISIT, "", "dropped", 2, why="booked"), figure(CARE, "", "dropped", 3, why="done"),
        figure(VISIT, "template", "failed", 1, why="blocked"),
        figure(VISIT, "", "pending", 9, why="wechat.busy"),
    ]  # fmt: skip

    failed, dropped = presenters.reasons(found)

    assert failed == [("她拒收了消息", 1)]
    assert dropped == [("已经做过", 3), ("已经约好", 2)]


@pytest.mark.parametrize(
    ("changes", "used", "quota", "state", "is_bad"),
    [
        ({}, 7, "100,000", "正常", False),
        ({"day": TODAY - timedelta(days=1)}, 0, "100,000", "正常", False),
        ({"channel": Channel.SMS}, 7, "—", "正常", False),
        (
            {"stopped_until": EVENING + timedelta(hours=6)}, 7, "100,000",
            "暂歇到 2026年6月19日 00:00", True,
        ),
        ({"stopped_until": EVENING}, 7, "100,000", "正常", False),
        (
            {"alarm": "wechat.bad_template"}, 7, "100,000",
            "发不出去：系统设置有误，请联系信息科", True,
        ),
    ],
    ids=["plain", "yesterday's", "no quota", "resting", "rested", "alarm"],
)  # fmt: skip
def test_a_meter_says_how_much_is_used_and_whether_it_rests(changes, used, quota, state, is_bad):
    meter = ChannelMeter(
        **{"appid": "wx", "channel": Channel.TEMPLATE, "day": TODAY, "used": 7, **changes}
    )

    line = presenters.meter_line(meter, quotas={"template": 100_000}, now=EVENING)

    assert (line.used, line.quota, line.state, line.is_bad) == (used, quota, state, is_bad)


def test_every_way_and_state_has_its_word():
    assert set(words.CHANNELS) == set(Channel)
    assert set(words.LETTERS) == set(words.LOOKS) == set(LetterState)
    assert presenters.credit_line(Credits("T", 0, 1), templates=[]).name == "没有登记的模板"
    assert presenters.tick_name("something_new") == "后台任务 something_new"


SAID = (
    "rule_changed", "account_closed", "no_consent", "appointment_gone", "pregnancy_closed",
    "child_gone", "appointment_cancelled", "appointment_changed", "appointment_moved",
    "subject_gone", "schedule_changed", "dating_changed", "done", "booked", "nothing_to_read",
    "not_a_guardian", "opted_out", "too_late", "no_word", "not_following", "no_channel",
    "saved", "away",
)  # fmt: skip
"""Why a reminder is not said, or reaches nobody (`scheduler/letters/`, `scheduler/channels/`)."""


@pytest.mark.parametrize("code", SAID)
def test_every_reason_of_a_reminder_has_its_words(code):
    assert reason(code) != OTHER
