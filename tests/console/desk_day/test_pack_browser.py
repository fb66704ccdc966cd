"""The file of a clinic's day in a real browser that has no network, and its result merged."""

import io
import json
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from booking.models import AppointmentState
from console import csrf
from tests import scene
from tests.console.desk_day.ways import at, now_of
from tests.main_job.conftest import CHROMIUM, FLAGS
from tests.world import NOW

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def machine(browser):
    """A computer without a network, at ten in the morning; nothing on its pages may fail."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.set_offline(True)
    context.clock.set_fixed_time(NOW)
    asked, defects = [], []
    context.on("request", lambda request: asked.append(request.url))
    context.on("weberror", lambda error: defects.append(str(error.error)))
    context.on("console", lambda said: defects.append(said.text) if said.type == "error" else None)
    yield context
    context.close()
    assert defects == []
    assert [one for one in asked if not one.startswith(("file:", "blob:"))] == []


@pytest.fixture
def file(clerk, clinic, visit, tmp_path):
    """The file of today on a disk."""
    answer = clerk.send(at(clinic, "pack/export"), day="2026-06-01")
    saved = tmp_path / "pack.html"
    saved.write_bytes(answer.data)
    return saved


def opened(machine, file):
    page = machine.new_page()
    page.goto(file.as_uri())
    return page


def press(page, name, who="林晓雨"):
    page.get_by_role("button", name=f"{name}：{who}").click()


def result_of(page):
    with page.expect_download() as download:
        page.get_by_role("button", name="保存结果文件").click()
    return Path(download.value.path()).read_bytes()


def hand_in(clerk, clinic, content):
    form = {csrf.FIELD: csrf.mark(clerk.token), "file": (io.BytesIO(content), "result.json")}
    return clerk.client.post(f"/console{at(clinic, 'pack/merge')}", data=form)


def test_a_whole_visit_without_a_network_is_merged_once(
    clerk, clinic, visit, database, machine, file
):
    page = opened(machine, file)
    press(page, "签到")
    press(page, "叫号")
    press(page, "已就诊")
    page.get_by_label("没有预约的人的姓名").fill("王芳")
    page.get_by_role("button", name="记下", exact=True).click()
    content = result_of(page)

    first, second = (hand_in(clerk, clinic, content) for _ in range(2))

    assert "new=4&known=0" in first.location
    assert "new=0&known=4" in second.location
    assert now_of(database, visit).state is AppointmentState.SEEN
    assert now_of(database, visit).checked_in_at == NOW
    assert "王芳" in clerk.read(at(clinic, "pack/"))


def test_what_was_done_is_still_there_when_the_file_is_opened_again(machine, file):
    page = opened(machine, file)
    press(page, "签到")
    page.close()

    again = opened(machine, file)

    expect(again.get_by_role("button", name="叫号：林晓雨")).to_be_visible()
    expect(again.locator("#open")).to_have_text("1 条还没存成文件")


def test_a_step_can_be_taken_back_until_it_stands_in_a_file(machine, file):
    page = opened(machine, file)
    press(page, "签到")
    press(page, "撤回")
    expect(page.get_by_role("button", name="签到：林晓雨")).to_be_focused()
    press(page, "签到")

    acts = json.loads(result_of(page))["acts"]

    assert [one["act"] for one in acts] == ["check_in"]
    expect(page.get_by_role("button", name="撤回：林晓雨")).to_have_count(0)
    expect(page.locator("#open")).to_have_text("全部已存成文件")


def test_two_windows_of_one_machine_lose_nothing_of_each_other(machine, file):
    left, right = opened(machine, file), opened(machine, file)
    press(left, "签到")
    expect(right.get_by_role("button", name="叫号：林晓雨")).to_be_visible()
    press(right, "叫号")

    assert [one["act"] for one in json.loads(result_of(left))["acts"]] == ["check_in", "call"]


@pytest.mark.parametrize(
    ("words", "count"),
    [("晓雨", 1), ("5678", 1), ("678", 0)],
    ids=["name", "tail", "short tail"],
)
def test_the_list_is_searched_as_at_the_desk(machine, file, words, count):
    page = opened(machine, file)
    page.get_by_label("姓名、手机尾号或预约号").fill(words)

    expect(page.get_by_role("listitem")).to_have_count(count)


def test_the_keyboard_alone_checks_in_and_calls(machine, file):
    page = opened(machine, file)
    page.get_by_role("button", name="签到：林晓雨").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_have_text("林晓雨：叫号，已记下")


def test_on_another_day_the_file_can_be_read_and_nothing_be_done(machine, file):
    machine.clock.set_fixed_time(NOW.replace(day=2))

    page = opened(machine, file)

    expect(page.locator("#another")).to_be_visible()
    expect(page.get_by_role("listitem")).to_have_count(1)
    expect(page.get_by_role("button")).to_have_count(1)


def test_a_file_that_is_over_shows_no_name_and_keeps_none(machine, file):
    press(opened(machine, file), "签到")
    machine.clock.set_fixed_time(NOW.replace(day=9))

    page = opened(machine, file)

    expect(page.locator("#over")).to_be_visible()
    expect(page.get_by_role("listitem")).to_have_count(0)
    assert page.evaluate("Object.keys(localStorage)") == []


def test_a_browser_that_keeps_nothing_says_so_and_still_gives_the_file(machine, file):
    machine.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('none') } })"
    )
    page = opened(machine, file)
    press(page, "签到")

    acts = json.loads(result_of(page))["acts"]

    expect(page.locator("#forgetful")).to_be_visible()
    assert [one["act"] for one in acts] == ["check_in"]


def test_a_name_with_the_marks_of_html_stays_a_name(
    clerk, clinic, cast, database, machine, tmp_path
):
    with database.transaction() as session:
        her = session.merge(cast.newcomer)
        her.name = "</script><b>梅"
        scene.booked(session, her, clinic.slots[0], hospital=cast.hospital)
    saved = tmp_path / "pack.html"
    saved.write_bytes(clerk.send(at(clinic, "pack/export"), day="2026-06-01").data)

    page = opened(machine, saved)

    expect(page.get_by_role("listitem")).to_contain_text("</script><b>梅")
