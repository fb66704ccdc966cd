"""What people do at the phone and at the desk, in their own words."""

from playwright.sync_api import Locator, Page, expect

from tests.main_job.conftest import SHOTS, Demonstration


def say(phone: Page, text: str) -> Locator:
    """Type something and return the bubble that answers it."""
    bubbles = phone.get_by_test_id("bubble-them")
    before = bubbles.count()
    if not phone.get_by_test_id("text").is_visible():
        phone.get_by_test_id("to-keyboard").click()
    phone.get_by_test_id("text").fill(text)
    phone.get_by_test_id("send").click()
    expect(bubbles).to_have_count(before + 1)
    return bubbles.last


def tap(phone: Page, label: str) -> Locator:
    """Tap a reply link of the last bubble and return the bubble that answers it."""
    bubbles = phone.get_by_test_id("bubble-them")
    before = bubbles.count()
    bubbles.last.get_by_test_id("menu-link").filter(has_text=label).first.click()
    expect(bubbles).to_have_count(before + 1)
    return bubbles.last


def open_menu(phone: Page, group: str, item: str) -> None:
    """Open a page from the Official Account's menu."""
    if not phone.get_by_test_id("menu").is_visible():
        phone.get_by_test_id("to-menu").click()
    phone.get_by_test_id("menu").get_by_role("button", name=group).click()
    phone.get_by_test_id("sub-menu-item").filter(has_text=item).click()


def set_clock(phone: Page, moment: str) -> None:
    """Set the sandbox's clock on its panel, in Beijing time."""
    phone.get_by_test_id("clock-input").fill(moment)
    phone.get_by_role("button", name="设定").click()
    expect(phone.get_by_test_id("clock")).to_contain_text(moment[11:13])


def sign_in(desk: Page, demonstration: Demonstration, username: str, password: str) -> None:
    """Sign in at the console as somebody, whoever sat there before."""
    desk.context.clear_cookies()
    desk.goto(f"{demonstration.web}/console/sign-in")
    desk.get_by_label("用户名").fill(username)
    desk.get_by_label("密码").fill(password)
    desk.get_by_role("button", name="登录").click()
    expect(desk.get_by_label("用户名")).to_have_count(0)


def picture(page: Page, name: str) -> None:
    """Keep a picture of what a person sees."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")
