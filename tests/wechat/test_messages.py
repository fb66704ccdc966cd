"""Messages leave in the platform's words; the fake takes and refuses the same ones."""

import json
from typing import Any

import pytest
import requests
import responses

from tests.wechat.conftest import API
from wechat import errors
from wechat.client import Platform
from wechat.menu import Button, ButtonGroup, ClickButton, PageButton, ViewButton
from wechat.messages import Channel, FakeMessenger, Messenger, PlatformMessenger, Sent

OPENID = "oOA_mum_1"
VALUES = {"thing1": "市妇幼保健院" * 5, "time2": "2026年3月1日 08:30"}
FITTED = {"thing1": ("市妇幼保健院" * 5)[:19] + "…", "time2": "2026年3月1日 08:30"}
DATA = {key: {"value": value} for key, value in FITTED.items()}
MENU: tuple[Button, ...] = (
    ClickButton("下次产检", "NEXT"),
    ButtonGroup(
        "我的",
        (
            ViewButton("手册", "https://h.example/h"),
            PageButton("预约", "wxMP0001", "pages/visit", "https://h.example/v"),
        ),
    ),
)


def last_payload(api: responses.RequestsMock) -> Any:
    return json.loads(api.calls[-1].request.body or b"")


def test_a_template_message(api: responses.RequestsMock, official: Platform):
    api.post(
        f"{API}/cgi-bin/message/template/send",
        body=b'{"errcode":0,"errmsg":"ok","msgid":2097683633284153344}',
    )

    sent = PlatformMessenger(official).send_template(
        OPENID, "TPL", VALUES, url="https://h.example/v", client_msg_id="rem_1"
    )

    assert sent == Sent("2097683633284153344")
    assert last_payload(api) == {
        "touser": OPENID,
        "template_id": "TPL",
        "url": "https://h.example/v",
        "client_msg_id": "rem_1",
        "data": DATA,
    }


def test_a_template_message_that_opens_nothing_has_no_url(
    api: responses.RequestsMock, official: Platform
):
    api.post(f"{API}/cgi-bin/message/template/send", json={"errcode": 0, "msgid": 7})

    PlatformMessenger(official).send_template(OPENID, "TPL", VALUES, url="", client_msg_id="r")

    assert "url" not in last_payload(api)


def test_a_subscription_of_the_mini_program(api: responses.RequestsMock, miniprogram: Platform):
    api.post(f"{API}/cgi-bin/message/subscribe/send", json={"errcode": 0, "errmsg": "ok"})

    sent = PlatformMessenger(miniprogram).send_subscription(
        "oMP_mum_1", "TPL", VALUES, page="pages/visit?id=7"
    )

    assert sent == Sent("")
    assert last_payload(api) == {
        "touser": "oMP_mum_1",
        "template_id": "TPL",
        "page": "pages/visit?id=7",
        "data": DATA,
    }


def test_a_subscription_of_the_official_account_goes_its_own_way(
    api: responses.RequestsMock, official: Platform
):
    api.post(f"{API}/cgi-bin/message/subscribe/bizsend", json={"errcode": 0, "msgid": 8})

    sent = PlatformMessenger(official).send_subscription(OPENID, "TPL", VALUES, page="")

    assert sent == Sent("8")
    assert "page" not in last_payload(api)


def test_a_customer_service_text(api: responses.RequestsMock, official: Platform):
    api.post(f"{API}/cgi-bin/message/custom/send", json={"errcode": 0, "errmsg": "ok"})

    PlatformMessenger(official).send_text(OPENID, "您好")

    assert last_payload(api) == {"touser": OPENID, "msgtype": "text", "text": {"content": "您好"}}


def test_the_menu_is_set(api: responses.RequestsMock, official: Platform):
    api.post(f"{API}/cgi-bin/menu/create", json={"errcode": 0, "errmsg": "ok"})

    PlatformMessenger(official).set_menu(MENU)

    assert last_payload(api)["button"] == [
        {"type": "click", "name": "下次产检", "key": "NEXT"},
        {
            "name": "我的",
            "sub_button": [
                {"type": "view", "name": "手册", "url": "https://h.example/h"},
                {
                    "type": "miniprogram",
                    "name": "预约",
                    "appid": "wxMP0001",
                    "pagepath": "pages/visit",
                    "url": "https://h.example/v",
                },
            ],
        },
    ]


@pytest.mark.parametrize("count", [0, 6])
def test_a_group_has_one_to_five_buttons(count: int):
    with pytest.raises(ValueError, match="group"):
        ButtonGroup("x", (ClickButton("a", "b"),) * count)


@pytest.fixture(params=["platform", "fake"])
def messenger(request: pytest.FixtureRequest, http: requests.Session) -> Messenger:
    makers = {
        "platform": lambda: PlatformMessenger(request.getfixturevalue("official")),
        "fake": FakeMessenger,
    }
    made: Messenger = makers[request.param]()
    return made


@pytest.mark.parametrize("text", ["", " \n ", "孕" * 683], ids=["empty", "blank", "too long"])
def test_a_text_nobody_could_read_is_refused(messenger: Messenger, text: str):
    with pytest.raises(ValueError, match="text"):
        messenger.send_text(OPENID, text)


@pytest.mark.parametrize("count", [0, 4])
def test_a_menu_has_one_to_three_buttons(messenger: Messenger, count: int):
    with pytest.raises(ValueError, match="menu"):
        messenger.set_menu([ClickButton("a", "b")] * count)


def test_a_template_value_that_cannot_fit_is_refused_before_sending(messenger: Messenger):
    with pytest.raises(errors.BadTemplateValue):
        messenger.send_template(OPENID, "TPL", {"time1": "明天"}, url="", client_msg_id="rem_1")


def test_a_subscription_value_that_cannot_fit_is_refused_before_sending(messenger: Messenger):
    with pytest.raises(errors.BadTemplateValue):
        messenger.send_subscription(OPENID, "TPL", {"number1": "x"}, page="")


def test_the_fake_keeps_what_was_sent():
    fake = FakeMessenger()

    fake.send_template(OPENID, "TPL", VALUES, url="https://h.example", client_msg_id="rem_1")
    fake.send_subscription(OPENID, "SUB", VALUES, page="pages/a")
    fake.send_text(OPENID, "您好")
    fake.set_menu(MENU)

    template, subscription, text = fake.sent
    assert (template.channel, template.template_id) == (Channel.TEMPLATE, "TPL")
    assert (template.values, template.opens) == (FITTED, "https://h.example")
    assert (subscription.channel, subscription.opens) == (Channel.SUBSCRIPTION, "pages/a")
    assert (text.channel, text.text) == (Channel.TEXT, "您好")
    assert [letter.msg_id for letter in fake.sent] == ["1", "2", "3"]
    assert fake.menu == MENU


def test_the_fake_sends_the_same_client_id_once():
    fake = FakeMessenger()

    first = fake.send_template(OPENID, "TPL", VALUES, url="", client_msg_id="rem_1")
    again = fake.send_template(OPENID, "TPL", VALUES, url="", client_msg_id="rem_1")

    assert first == again
    assert len(fake.sent) == 1


def test_the_fake_fails_as_often_as_it_is_told():
    fake = FakeMessenger()
    fake.fail_next(errors.NotSubscribed(43101), errors.AnswerLost())

    with pytest.raises(errors.NotSubscribed):
        fake.send_subscription(OPENID, "SUB", VALUES, page="")
    with pytest.raises(errors.AnswerLost):
        fake.send_text(OPENID, "您好")
    fake.send_text(OPENID, "您好")

    assert [letter.text for letter in fake.sent] == ["您好"]
