"""A family's reminders: what will be said, what was said, and what it does not want to hear."""

import pytest

from core.clock import beijing_moment
from scheduler import preferences
from scheduler.models import ReminderKind
from tests.console.people import by
from tests.console.reminders.conftest import EVENING, NEXT_WEEK
from tests.console.wards import acts, caregiver
from tests.make import Make


def path(pregnancy):
    return f"/families/{pregnancy.family_id}/reminders/"


def test_what_will_be_said_is_shown_with_its_words_and_why(desk, lin):
    page = desk("care_worker").read(path(lin))

    assert "2026年6月19日 07:00 · 预约提醒" in page
    assert "您今天 09:00 有预约：产前检查" in page
    assert "为什么这时说：出门前再看一眼时间和地点" in page
    assert "还没有发过。" in page


def test_what_was_said_is_shown_with_its_way_and_what_became_of_it(desk, spoken):
    page = desk("care_worker").read(path(spoken))

    assert "公众号模板消息" in page
    assert "产前检查 ｜ 2026年6月19日 09:00 ｜ 产科普通门诊 3层301室" in page
    assert "已送达" in page
    assert "已发出，等微信回报" in page
    assert "已排好" in page


def test_why_something_did_not_arrive_is_said(desk, refused):
    page = desk("care_worker").read(path(refused))

    assert "没有发出" in page
    assert "她没有订阅这类消息" in page


def test_what_was_dropped_before_a_letter_was_made_says_why(desk, database, cast, lin, beat):
    with database.transaction() as session:
        preferences.set_choice(
            session, person=cast.mother, kind=ReminderKind.APPOINTMENT, is_wanted=False,
            actor=by(cast.care_worker), now=EVENING,
        )  # fmt: skip
    beat()

    page = desk("care_worker").read(path(lin))

    assert "没有发出的" in page
    assert "她关掉了这类提醒" in page
    assert "她关了“预约提醒”" in page


@pytest.mark.parametrize(
    ("until_at", "said"),
    [
        (beijing_moment(NEXT_WEEK), "“全部提醒”暂停到 2026年6月25日 00:00"),
        (None, "“全部提醒”暂停，到她自己恢复为止"),
    ],
    ids=["until a day", "until she says so"],
)
def test_a_pause_of_hers_is_said(desk, database, cast, lin, until_at, said):
    with database.transaction() as session:
        preferences.pause(
            session, person=cast.mother, kind=None, until_at=until_at, from_at=EVENING,
            actor=by(cast.care_worker), now=EVENING,
        )  # fmt: skip

    assert said in desk("care_worker").read(path(lin))


def test_after_a_loss_nothing_will_be_said(desk, database, cast, lin):
    with database.transaction() as session:
        Make(session, cast).loss(lin, now=EVENING)

    assert "不会再说什么" in desk("care_worker").read(path(lin))


def test_everybody_of_the_family_is_shown_by_name(desk, database, lin):
    with database.transaction() as session:
        caregiver(session, lin.family_id)

    page = desk("care_worker").read(path(lin))

    assert "陈爸爸" in page
    assert page.count("会说什么") == 2


def test_that_they_were_read_is_written_down(desk, database, lin):
    desk("clerk").read(path(lin))

    assert acts(database)[-1] == "read_family"


def test_the_family_has_a_tab_for_them(desk, lin):
    page = desk("care_worker").read(f"/families/{lin.family_id}")

    assert f'href="/console{path(lin)}"' in page


@pytest.mark.parametrize(("username", "status"), [("author", 403), ("stranger", 404)])
def test_who_may_not_read_the_family_reads_no_reminders(desk, lin, username, status):
    assert desk(username).open(path(lin)).status_code == status
