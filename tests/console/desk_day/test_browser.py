"""The desk in a real browser: arrow keys, and a list that changes under the clerk's hands."""

import re

import pytest
from playwright.sync_api import expect, sync_playwright

from booking.attendance import visits
from booking.steps import By
from tests import scene, world
from tests.console.desk_day.ways import at
from tests.console.people import by, name
from tests.main_job.conftest import CHROMIUM, FLAGS

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SITE = "http://desk.test"


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser, clerk):
    """A page of the clerk's browser, whose requests the console answers; its clock is ours."""

    def answer(route):
        asked = route.request
        path = asked.url.removeprefix(SITE)
        with clerk.client.get(path, headers=asked.headers) as found:
            route.fulfill(status=found.status_code, headers=dict(found.headers), body=found.data)

    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    context.route("**/*", answer)
    page = context.new_page()
    page.clock.install(time=world.NOW)
    yield page
    context.close()


@pytest.fixture
def others(database, cast, clinic, visit):
    """Mei comes at 14:00."""
    name(database, cast.newcomer, phone="13900001234")
    with database.transaction() as session:
        return scene.booked(session, cast.newcomer, clinic.slots[2], hospital=cast.hospital)


def opened(page, path):
    page.goto(f"{SITE}/console{path}")
    return page


def press(page, *strokes):
    for stroke in strokes:
        page.keyboard.press(stroke)


@pytest.mark.parametrize(
    ("strokes", "day"),
    [
        (["ArrowRight"], "6月2日"),
        (["ArrowDown", "ArrowLeft"], "6月7日"),
        (["ArrowUp"], "6月1日"),
        (["PageDown"], "7月1日"),
    ],
    ids=["right", "the week before", "no further", "next month"],
)
def test_arrow_keys_move_through_a_month(page, clinic, strokes, day):
    opened(page, at(clinic, "month?month=2026-06")).locator("[data-grid] a").first.focus()

    press(page, *strokes)

    said = re.compile(f"^{day} ")
    expect(page.locator("[data-grid] a:focus")).to_have_attribute("aria-label", said)


def test_a_visit_is_reached_and_opened_by_keys_alone(page, clinic, visit, others):
    opened(page, at(clinic, "columns")).locator("[data-grid] td a").first.focus()

    press(page, "ArrowDown", "ArrowDown", "ArrowDown", "Enter")

    page.wait_for_url(f"**/desk/visits/{others.appointment.id}")


def test_a_list_changes_by_itself_and_the_keys_stay_where_they_were(
    page, clinic, visit, others, database, cast
):
    opened(page, at(clinic)).locator(f"#check_in-{visit.appointment.id}").focus()
    with database.transaction() as session:
        visits.check_in(
            session, hospital_id=cast.hospital.id, appointment_id=others.appointment.id,
            by=By(by(cast.care_worker), "came", world.NOW),
        )  # fmt: skip

    page.clock.run_for(5_000)

    expect(page.locator("#news")).to_have_text("名单有变化：林晓雨 已签到")
    expect(page.locator(".yy-fresh")).to_contain_text("1 号")
    expect(page.locator(f"#check_in-{visit.appointment.id}")).to_be_focused()
