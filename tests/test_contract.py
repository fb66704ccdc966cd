"""The fakes keep the same manners as the stand-in over real HTTP: every case runs against both."""

import pytest

from core.db import Database
from tests import platforms
from tests.platforms import World
from wechat.errors import BadTemplateValue, CodeRejected, NotFollower, WindowClosed
from wechat.menu import ClickButton

pytestmark = pytest.mark.slow

VALUES = {"thing1": "林小满", "time2": "2026年6月3日 08:30"}


@pytest.fixture(scope="module")
def stand_in_address(tmp_path_factory):
    with platforms.stand_in(tmp_path_factory.mktemp("sandbox")) as address:
        yield address


@pytest.fixture(params=["fakes", "stand-in"])
def world(request) -> World:
    """A platform and one follower who has just written."""
    if request.param == "fakes":
        return platforms.Fakes()
    address: str = request.getfixturevalue("stand_in_address")
    database: Database = request.getfixturevalue("real_database")
    return platforms.StandIn(address, database)


def send(world, *, client_msg_id, values=VALUES):
    return world.messenger.send_template(
        world.openid, world.template, values, url="http://127.0.0.1:8000/m/enter",
        client_msg_id=client_msg_id,
    )  # fmt: skip


def test_a_template_message_reaches_a_follower(world):
    before = world.sent()

    sent = send(world, client_msg_id="rem_1")

    assert sent.msg_id
    assert world.sent() == before + 1


def test_the_same_id_again_is_answered_alike_and_sent_once(world):
    first = send(world, client_msg_id="rem_2")
    before = world.sent()

    again = send(world, client_msg_id="rem_2")

    assert again == first
    assert world.sent() == before


def test_two_ids_are_two_messages(world):
    first, second = send(world, client_msg_id="rem_3"), send(world, client_msg_id="rem_4")

    assert first.msg_id != second.msg_id


def test_who_does_not_follow_gets_nothing_ever(world):
    world.leaves()

    with pytest.raises(NotFollower) as refused:
        send(world, client_msg_id="rem_5")

    assert refused.value.permanent
    assert not refused.value.uncertain


def test_a_value_that_cannot_be_fitted_is_refused_by_its_key(world):
    with pytest.raises(BadTemplateValue) as refused:
        send(world, client_msg_id="rem_6", values=VALUES | {"time2": "tomorrow"})

    assert refused.value.key == "time2"
    assert refused.value.permanent


def test_a_value_that_is_too_long_is_fitted(world):
    assert send(world, client_msg_id="rem_7", values=VALUES | {"thing1": "长" * 60}).msg_id


def test_staff_answer_who_has_just_written(world):
    before = world.sent()

    world.messenger.send_text(world.openid, "您好，请今天来门诊看一看。")

    assert world.sent() == before + 1


@pytest.mark.parametrize("text", ["", "  ", "长" * 683], ids=["empty", "blank", "too-long"])
def test_a_text_the_platform_would_not_carry_is_not_sent(world, text):
    with pytest.raises(ValueError, match="a text"):
        world.messenger.send_text(world.openid, text)


def test_after_48_hours_staff_cannot_answer(world):
    world.falls_silent()

    with pytest.raises(WindowClosed) as refused:
        world.messenger.send_text(world.openid, "您好")

    assert refused.value.permanent


def test_a_menu_is_set(world):
    world.messenger.set_menu([ClickButton("我的产检", "TIMELINE"), ClickButton("预约", "BOOKING")])


def test_a_login_code_names_her_once(world):
    code = world.code("js")

    identity = world.login.openid_of_js_code(code)

    assert identity.openid
    assert identity.unionid
    with pytest.raises(CodeRejected):
        world.login.openid_of_js_code(code)


def test_a_page_code_names_her_once(world):
    code = world.code("oauth")

    identity = world.login.openid_of_oauth_code(code)

    assert identity.openid == world.openid
    with pytest.raises(CodeRejected):
        world.login.openid_of_oauth_code(code)


def test_both_codes_lead_to_the_same_person(world):
    in_mini_program = world.login.openid_of_js_code(world.code("js"))
    on_a_page = world.login.openid_of_oauth_code(world.code("oauth"))

    assert in_mini_program.unionid == on_a_page.unionid
    assert in_mini_program.openid != on_a_page.openid


def test_a_phone_code_tells_her_number_once(world):
    code = world.code("phone")

    number = world.login.phone_of_code(code)

    assert number.isdigit()
    assert len(number) == 11
    with pytest.raises(CodeRejected):
        world.login.phone_of_code(code)


@pytest.mark.parametrize("ask", ["openid_of_js_code", "openid_of_oauth_code", "phone_of_code"])
def test_a_code_nobody_was_given_is_rejected(world, ask):
    with pytest.raises(CodeRejected) as refused:
        getattr(world.login, ask)("guess")

    assert refused.value.permanent


def test_a_code_of_one_sort_is_no_code_of_another(world):
    with pytest.raises(CodeRejected):
        world.login.phone_of_code(world.code("js"))


def test_a_page_sign_in_begins_at_an_address_with_both_words(world):
    address = world.login.oauth_url("http://127.0.0.1:8000/m/welcome", "state-1")

    assert "state=state-1" in address
    assert "redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fm%2Fwelcome" in address
