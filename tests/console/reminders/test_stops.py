"""The switch: said before it is done, seen on every page while it is on, kept when it is over."""

import re

import pytest

from scheduler.errors import AlreadyStopped
from tests.console.wards import acts

PAGE = "/reminders/stops/"


def end_of(page):
    found = re.search(r'href="/console(/reminders/stops/pau_\w+/end)"', page)
    assert found is not None
    return found[1]


def test_everything_goes_out_until_somebody_stops_it(desk):
    page = desk("manager").read(PAGE)

    assert "都在照常发" in page
    assert "停着" not in page.split("继续停着")[0]


def test_what_a_stop_will_do_is_said_before_it_is_done(desk, beat, lin):
    beat()

    page = desk("manager").read(f"{PAGE}new?kind=everything")

    assert "停下：全部提醒" in page
    assert "还没发的有 <strong>1</strong> 条" in page
    assert "候补到号也不会通知到家庭" in page


def test_a_stop_is_on_every_page_of_everybody_until_it_is_resumed(desk, database):
    manager = desk("manager")

    answer = manager.send(PAGE, kind="stage_letter", note="<b>文章</b>有错")

    page = manager.open(PAGE).text
    assert answer.status_code == 303
    assert "&lt;b&gt;文章" in page
    assert "其他的照常在发" in page
    assert "孕周与月龄来信停着" in desk("author").read("/")
    assert "孕周与月龄来信停着" in desk("care_worker").read("/families/")
    assert "去恢复" not in desk("care_worker").read("/families/")
    assert "reminders_paused" in acts(database)


def test_nothing_is_said_while_everything_is_stopped_and_it_is_said_after(
    desk, lin, beat, messenger
):
    manager = desk("manager")
    manager.send(PAGE, kind="everything", note="核对模板")
    beat()
    while_stopped = len(messenger.sent)
    end = end_of(manager.read(PAGE))
    asked = manager.read(end)

    answer = manager.send(end)
    beat()

    assert while_stopped == 0
    assert "还等着的有 <strong>2</strong> 条" in asked
    assert answer.status_code == 303
    assert len(messenger.sent) == 2
    page = manager.read(PAGE)
    assert "以前停过的" in page
    assert "核对模板" in page
    assert "停着：" not in page
    assert manager.open(end).status_code == 404
    assert manager.send(end).status_code == 409


def test_while_everything_is_stopped_a_kind_may_be_stopped_for_longer(desk):
    manager = desk("manager")
    manager.send(PAGE, kind="everything", note="核对模板")

    page = manager.read(PAGE)

    assert "全部都停着" in page
    assert "kind=everything" not in page
    assert "kind=care_window" in page


def test_a_stop_needs_a_reason(desk):
    answer = desk("manager").send(PAGE, kind="care_window", note=" ")

    assert answer.status_code == 409
    assert "请写下为什么要停" in answer.text
    assert "停下：产检提醒" in answer.text


def test_the_same_is_not_stopped_twice(desk):
    manager = desk("manager")
    manager.send(PAGE, kind="care_window", note="核对")

    answer = manager.send(PAGE, kind="care_window", note="核对")

    assert answer.status_code == AlreadyStopped.status
    assert "已经停了" in answer.text


def test_a_kind_that_there_is_not_is_not_stopped(desk):
    manager = desk("manager")

    assert manager.open(f"{PAGE}new?kind=nonsense").status_code == 400
    assert manager.send(PAGE, kind="nonsense", note="核对").status_code == 400


@pytest.mark.parametrize("username", ["care_worker", "clinician", "author", "clerk"])
def test_only_managers_stop_what_a_hospital_says(desk, username):
    somebody = desk(username)

    assert somebody.open(PAGE).status_code == 403
    assert somebody.open(f"{PAGE}new?kind=everything").status_code == 403
    assert somebody.send(PAGE, kind="everything", note="核对").status_code == 403


def test_a_stop_needs_the_mark_of_the_sign_in(desk):
    assert desk("manager").client.post(f"/console{PAGE}").status_code == 400


def test_a_stop_of_another_hospital_is_seen_by_nobody_here(desk):
    manager = desk("manager")
    manager.send(PAGE, kind="everything", note="核对")

    assert "停着" not in desk("stranger").read("/")
