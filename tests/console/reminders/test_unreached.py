"""Whom no message reaches: listed without more than needed, called, told, gone from the list."""

import pytest

from tests.console.reminders.conftest import EVENING
from tests.console.wards import PHONE, acts
from tests.make import Make

BOARD = "/reminders/unreached/"


@pytest.fixture
def page(refused, cast):
    """Where Lin's call is."""
    return f"{BOARD}{cast.mother.id}/"


def test_the_list_shows_no_more_than_it_must(desk, refused):
    listed = desk("care_worker").read(BOARD)

    assert "林**" in listed
    assert "林晓雨" not in listed
    assert "138****5678" in listed
    assert PHONE not in listed
    assert "产前检查，2026年6月19日 09:00" in listed
    assert "还有 1 件" in listed
    assert "她没有订阅这类消息" in listed
    assert "最晚 2026年6月19日 09:00" in listed


def test_an_empty_list_says_so(desk):
    assert "没有要打电话的" in desk("care_worker").read(BOARD)


def test_after_a_loss_she_is_not_on_the_list(desk, database, cast, refused):
    with database.transaction() as session:
        Make(session, cast).loss(refused, now=EVENING)

    assert "林**" not in desk("care_worker").read(BOARD)


def test_a_page_tells_what_to_say_and_its_reading_is_written_down(desk, database, page):
    shown = desk("care_worker").read(page)

    assert "林晓雨" in shown
    assert "中孕期血清学筛查（中唐），2026年6月18日" in shown
    assert PHONE not in shown
    assert acts(database)[-1] == "read_family"


def test_the_phone_is_shown_on_asking_and_that_is_written_down(desk, database, page):
    answer = desk("care_worker").send(f"{page}phone")

    assert f'href="tel:{PHONE}"' in answer.text
    assert "show_phone" in acts(database)


def test_who_has_no_phone_is_said_to_have_none(desk, database, cast, page):
    with database.transaction() as session:
        session.get_one(type(cast.mother), cast.mother.id).phone = None
        session.get_one(type(cast.mother), cast.mother.id).phone_mark = None
    care_worker = desk("care_worker")

    assert "没有登记手机号" in care_worker.read(page)
    assert "没有登记手机号" in care_worker.read(BOARD)
    assert care_worker.send(f"{page}phone").status_code == 404


def test_the_list_is_narrowed_to_mine_and_to_nobodys(desk, page):
    care_worker = desk("care_worker")
    before = care_worker.read(f"{BOARD}?whose=nobody"), care_worker.read(f"{BOARD}?whose=mine")

    answer = care_worker.send(f"{page}assignment")

    after = care_worker.read(f"{BOARD}?whose=nobody"), care_worker.read(f"{BOARD}?whose=mine")
    assert answer.status_code == 303
    assert ["林**" in each for each in before] == [True, False]
    assert ["林**" in each for each in after] == [False, True]
    assert "care_worker老师" in after[1]
    assert "您在跟进" in care_worker.read(page)
    assert care_worker.open(f"{BOARD}?whose=hers").status_code == 404


def test_a_call_in_vain_is_written_down_with_the_next_day(desk, page):
    care_worker = desk("care_worker")

    answer = care_worker.send(
        f"{page}calls", outcome="no_answer", note="<b>关机</b>", next_day="2026-06-19"
    )

    shown = care_worker.open(page).text
    assert answer.status_code == 303
    assert "没人接" in shown
    assert "&lt;b&gt;关机" in shown
    assert "2026年6月19日 再打" in shown
    assert "打过 1 次" in care_worker.read(BOARD)


def test_who_was_told_leaves_the_list(desk, page):
    care_worker = desk("care_worker")

    answer = care_worker.send(f"{page}calls", outcome="reached", note="", next_day="")

    assert answer.location == f"/console{BOARD}"
    assert "没有要打电话的" in care_worker.read(BOARD)
    assert care_worker.open(page).status_code == 404
    assert care_worker.send(f"{page}calls", outcome="no_answer").status_code == 404


@pytest.mark.parametrize(
    ("typed", "status", "said"),
    [
        ({"outcome": ""}, 400, "请先选择一项。"),
        ({"next_day": "2026-06-17"}, 409, "下次随访日期不能早于今天。"),
        ({"next_day": "明天"}, 400, "请填写日期。"),
    ],
    ids=["no outcome", "yesterday", "day in words"],
)
def test_a_call_that_cannot_be_read_is_asked_again(desk, page, typed, status, said):
    call = {"outcome": "no_answer", "note": "响了没人接", "next_day": ""}

    answer = desk("care_worker").send(f"{page}calls", **{**call, **typed})

    assert answer.status_code == status
    assert said in answer.text
    assert "响了没人接" in answer.text


def test_what_is_too_late_is_not_to_be_read_out(desk, clock, page):
    clock.set_to(EVENING.replace(day=19))

    shown = desk("care_worker").read(page)

    assert "时间已经过了：先问做过没有" in shown


def test_a_task_done_on_the_worklist_leaves_this_list_too(desk, page):
    care_worker = desk("care_worker")
    care_worker.send(f"{page}assignment")
    listed = care_worker.read("/worklist/?kind=unreachable")
    task = listed.split('href="/console/worklist/fup_')[1].split("/")[0]

    care_worker.send(f"/worklist/fup_{task}/completion")

    assert "没有要打电话的" in care_worker.read(BOARD)


@pytest.mark.parametrize(
    ("username", "status"), [("clerk", 403), ("author", 403), ("stranger", 404)]
)
def test_who_follows_nobody_up_sees_nobody(desk, page, username, status):
    somebody = desk(username)

    assert somebody.open(page).status_code == status
    assert somebody.send(f"{page}phone").status_code == status
    assert somebody.send(f"{page}assignment").status_code == status
    assert somebody.send(f"{page}calls", outcome="reached").status_code == status


@pytest.mark.parametrize("name", ["phone", "assignment", "calls"])
def test_a_call_needs_the_mark_of_the_sign_in(desk, page, name):
    assert desk("care_worker").client.post(f"/console{page}{name}").status_code == 400
