"""Template messages: the order of checks, the card, the delivery report."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.stage import MP, OA, Callback, Stage

TEMPLATE = "/cgi-bin/message/template/send"


SUBSCRIBE = "/cgi-bin/message/subscribe/send"


NOTICE = "/cgi-bin/message/subscribe/bizsend"


DATA = {"thing1": {"value": "林小满"}, "time2": {"value": "2026年3月1日 08:30"}}


def template(openid: str, **changes: Any) -> dict[str, Any]:
    return {"touser": openid, "template_id": "T_VISIT", "data": DATA} | changes


def test_a_template_message_is_a_card_with_labels(stage: Stage, lin: str) -> None:
    answer = stage.api(TEMPLATE, template(lin, url="http://h.example/v"))

    card = stage.chat()[-1]
    assert (answer["errcode"], answer["errmsg"]) == (0, "ok")
    assert answer["msgid"] > 2**53
    assert [(row["label"], row["value"]) for row in card["lines"]] == [
        ("就诊人", "林小满"),
        ("时间", "2026年3月1日 08:30"),
    ]
    assert card["opens"] == {"url": "http://h.example/v"}


def test_the_delivery_report_names_the_same_message(
    stage: Stage, callback: Callback, lin: str
) -> None:
    answer = stage.api(TEMPLATE, template(lin))
    stage.settle()

    report = callback.pushes[-1]
    assert report["Event"] == "TEMPLATESENDJOBFINISH"
    assert (report["MsgID"], report["Status"]) == (str(answer["msgid"]), "success")


def test_a_blocked_message_is_reported_as_such(stage: Stage, callback: Callback, lin: str) -> None:
    stage.control("persons/lin/block")

    answer = stage.api(TEMPLATE, template(lin))
    stage.settle()

    assert answer["errcode"] == 0
    assert callback.pushes[-1]["Status"] == "failed:user block"
    assert stage.chat() == []


def test_a_client_msg_id_is_sent_once_in_ten_minutes(stage: Stage, lin: str) -> None:
    first = stage.api(TEMPLATE, template(lin, client_msg_id="m1"))
    again = stage.api(TEMPLATE, template(lin, client_msg_id="m1"))

    assert again["msgid"] == first["msgid"]
    assert len(stage.chat()) == 1


def test_a_client_msg_id_is_sent_again_later(stage: Stage, lin: str) -> None:
    stage.api(TEMPLATE, template(lin, client_msg_id="m1"))

    stage.later(601)
    stage.api(TEMPLATE, template(lin, client_msg_id="m1"))

    assert len(stage.chat()) == 2


def test_a_mini_program_goes_before_the_address(stage: Stage, lin: str) -> None:
    mini = {"appid": MP, "pagepath": "pages/visit?id=7"}

    stage.api(TEMPLATE, template(lin, url="http://h.example/v", miniprogram=mini))

    assert stage.chat()[-1]["opens"] == {
        "appid": MP,
        "page": "pages/visit?id=7",
        "url": "http://h.example/v",
    }


@pytest.mark.parametrize(
    ("change", "errcode", "errmsg"),
    [
        ({"touser": "oNobody"}, 40003, "invalid openid"),
        ({"touser": 7}, 40003, "invalid openid"),
        ({"template_id": ""}, 40036, "invalid template_id size"),
        ({"template_id": "T_NONE"}, 40037, "invalid template_id"),
        ({"template_id": "S_VISIT"}, 40037, "invalid template_id"),
        ({"template_id": "B_RESULT"}, 40037, "invalid template_id"),
        ({"url": "javascript:alert(1)"}, 40066, "invalid url"),
        ({"miniprogram": {"appid": "wxnobody"}}, 40013, "invalid appid"),
        ({"miniprogram": {"appid": OA}}, 40013, "invalid appid"),
        ({"miniprogram": {"appid": MP, "pagepath": "/pages/a"}}, 41030, "invalid page"),
        ({"miniprogram": "wx"}, 47001, "data format error"),
        ({"data": "{}"}, 47003, "argument invalid! data invalid"),
        ({"data": {}}, 47003, "argument invalid! data.thing1.value invalid"),
        ({"data": DATA | {"first": {"value": "您好"}}}, 47003, "argument invalid! data.first"),
        ({"data": DATA | {"thing1": "林"}}, 47003, "argument invalid! data.thing1.value"),
        ({"data": DATA | {"thing1": {"value": 7}}}, 47003, "argument invalid! data.thing1.value"),
        ({"data": DATA | {"thing1": {"value": ""}}}, 47003, "argument invalid! data.thing1.value"),
        ({"data": DATA | {"time2": {"value": "soon"}}}, 47003, "data.time2.value invalid"),
    ],
)
def test_a_template_message_is_checked(
    stage: Stage, lin: str, change: dict[str, Any], errcode: int, errmsg: str
) -> None:
    answer = stage.api(TEMPLATE, template(lin) | change)

    assert answer["errcode"] == errcode
    assert errmsg in answer["errmsg"]
    assert stage.chat() == []


def test_only_followers_get_template_messages(stage: Stage) -> None:
    assert stage.api(TEMPLATE, template(stage.openid("lin")))["errcode"] == 43004


def test_values_are_checked_before_following(stage: Stage) -> None:
    answer = stage.api(TEMPLATE, template(stage.openid("lin"), data={}))

    assert answer["errcode"] == 47003


def test_an_unverified_account_has_no_template_messages(open_stage: Callable[..., Stage]) -> None:
    stage = open_stage(verified=False)

    assert stage.api(TEMPLATE, template(stage.openid("lin")))["errcode"] == 48001


@pytest.mark.parametrize(
    ("path", "appid", "errcode"),
    [(TEMPLATE, MP, 48001), (NOTICE, MP, 45103), (SUBSCRIBE, OA, 45103)],
    ids=["template by mp", "bizsend by mp", "send by oa"],
)
def test_the_wrong_kind_of_account_is_refused(
    stage: Stage, lin: str, path: str, appid: str, errcode: int
) -> None:
    assert stage.api(path, template(lin), appid=appid)["errcode"] == errcode


def test_odd_fields_are_let_pass_with_a_warning(stage: Stage, lin: str) -> None:
    data = DATA | {"thing1": {"value": "林", "color": "#173177"}}

    stage.api(TEMPLATE, template(lin, data=data, topcolor="#fff"))

    call = stage.control("log", method="GET").json()["calls"][-1]
    assert call["warnings"] == [
        "data.thing1: only value is used since 2023",
        "unknown fields: topcolor",
    ]
