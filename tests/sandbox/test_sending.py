"""Template and subscription messages: order of checks, consent credits, events."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.conftest import MP, OA, Callback, Stage

TEMPLATE = "/cgi-bin/message/template/send"
SUBSCRIBE = "/cgi-bin/message/subscribe/send"
NOTICE = "/cgi-bin/message/subscribe/bizsend"
DATA = {"thing1": {"value": "林小满"}, "time2": {"value": "2026年3月1日 08:30"}}


def template(openid: str, **changes: Any) -> dict[str, Any]:
    return {"touser": openid, "template_id": "T_VISIT", "data": DATA} | changes


def subscription(stage: Stage, **changes: Any) -> dict[str, Any]:
    openid = stage.openid("lin", MP)
    return {"touser": openid, "template_id": "S_VISIT", "data": DATA} | changes


def send(stage: Stage, **changes: Any) -> Any:
    return stage.api(SUBSCRIBE, subscription(stage, **changes), appid=MP)


def consent(stage: Stage, *templates: str, decision: str = "accept") -> None:
    stage.act("lin", "consent", template_ids=list(templates), decision=decision)


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


def test_without_consent_nothing_is_sent(stage: Stage) -> None:
    assert send(stage)["errcode"] == 43101


def test_each_consent_is_good_for_one_message(stage: Stage) -> None:
    consent(stage, "S_VISIT")
    consent(stage, "S_VISIT")

    verdicts = [send(stage)["errcode"] for _ in range(3)]

    assert verdicts == [0, 0, 43101]
    assert [line["chat"] for line in stage.chat()] == ["服务通知", "服务通知"]


def test_a_refused_message_keeps_the_credit(stage: Stage) -> None:
    consent(stage, "S_VISIT")

    send(stage, data={})

    assert send(stage)["errcode"] == 0


def test_a_refusal_gives_no_credit(stage: Stage) -> None:
    consent(stage, "S_VISIT", decision="reject")

    assert send(stage)["errcode"] == 43101


def test_a_lasting_consent_is_not_used_up(stage: Stage) -> None:
    consent(stage, "S_QUEUE")
    queue = {"template_id": "S_QUEUE", "data": {"thing1": {"value": "产科"}}}

    assert [send(stage, **queue)["errcode"] for _ in range(3)] == [0, 0, 0]


def test_a_lasting_consent_ends_with_a_refusal(stage: Stage) -> None:
    consent(stage, "S_QUEUE")
    consent(stage, "S_QUEUE", decision="reject")

    answer = send(stage, template_id="S_QUEUE", data={"thing1": {"value": "产科"}})

    assert answer["errcode"] == 43101


@pytest.mark.parametrize("template_id", ["S_VISIT", "S_QUEUE"])
def test_turning_a_template_off_ends_consent(stage: Stage, template_id: str) -> None:
    consent(stage, template_id)

    stage.act("lin", "turn_off", template_id=template_id)

    data = DATA if template_id == "S_VISIT" else {"thing1": {"value": "产科"}}
    assert send(stage, template_id=template_id, data=data)["errcode"] == 43101


@pytest.mark.parametrize(
    ("change", "errcode"),
    [
        ({"page": "/pages/visit"}, 41030),
        ({"page": "pages/visit?id=7#a"}, 41030),
        ({"page": 7}, 41030),
        ({"miniprogram_state": "beta"}, 40097),
        ({"lang": "fr"}, 40097),
        ({"touser": "oNobody"}, 40003),
        ({"template_id": "T_VISIT"}, 40037),
    ],
)
def test_a_subscription_message_is_checked_before_consent(
    stage: Stage, change: dict[str, Any], errcode: int
) -> None:
    assert send(stage, **change)["errcode"] == errcode


def test_an_openid_of_the_other_account_is_invalid(stage: Stage) -> None:
    assert send(stage, touser=stage.openid("lin", OA))["errcode"] == 40003


def test_the_sent_event_is_json_with_text_values(stage: Stage, callback: Callback) -> None:
    callback.account = stage.sim.world.account(MP)
    consent(stage, "S_VISIT")

    msgid = send(stage, page="pages/visit?id=7")["msgid"]
    stage.settle()

    assert callback.pushes[-1]["List"] == {
        "TemplateId": "S_VISIT",
        "MsgID": str(msgid),
        "ErrorCode": "0",
        "ErrorStatus": "success",
    }


def test_one_decision_is_an_object_and_two_are_an_array(stage: Stage, callback: Callback) -> None:
    callback.account = stage.sim.world.account(MP)

    consent(stage, "S_VISIT")
    stage.act("lin", "consent", decisions={"S_VISIT": "accept", "S_CLASS": "reject"})

    one, two = (push["List"] for push in callback.pushes)
    assert one["SubscribeStatusString"] == "accept"
    assert [item["SubscribeStatusString"] for item in two] == ["accept", "reject"]


def test_the_popup_event_of_an_official_account_is_nested_xml(
    stage: Stage, callback: Callback
) -> None:
    consent(stage, "B_RESULT")

    assert callback.pushes[-1]["SubscribeMsgPopupEvent"]["List"] == {
        "TemplateId": "B_RESULT",
        "SubscribeStatusString": "accept",
        "PopupScene": "1",
    }


@pytest.mark.parametrize(
    ("following", "chat"), [(True, OA), (False, "服务通知")], ids=["follower", "stranger"]
)
def test_a_notice_reaches_followers_and_strangers(stage: Stage, following: bool, chat: str) -> None:
    stage.act("lin", "follow")
    stage.sim.world.bond("lin", stage.sim.world.official()).following = following
    consent(stage, "B_RESULT")
    notice = {
        "touser": stage.openid("lin"),
        "template_id": "B_RESULT",
        "page": "http://h.example/r",
        "data": {"thing1": {"value": "结果已出"}},
    }

    answer = stage.api(NOTICE, notice)

    assert answer["errcode"] == 0
    assert stage.chat()[-1]["chat"] == chat


def test_a_notice_page_is_a_web_address(stage: Stage) -> None:
    notice = {
        "touser": stage.openid("lin"),
        "template_id": "B_RESULT",
        "page": "pages/a",
        "data": {"thing1": {"value": "x"}},
    }

    assert stage.api(NOTICE, notice)["errcode"] == 41030


@pytest.mark.parametrize(
    ("templates", "code"),
    [
        (["S_VISIT", "S_QUEUE"], 20002),
        (["S_VISIT", "B_RESULT"], 20001),
        ([], 10001),
    ],
    ids=["both kinds", "another account", "none"],
)
def test_an_impossible_popup_is_refused(stage: Stage, templates: list[str], code: int) -> None:
    answer = stage.control(
        "persons/lin/consent", {"account": MP, "template_ids": templates, "decision": "accept"}
    )

    assert (answer.status_code, answer.json()["errCode"]) == (409, code)


def test_six_templates_are_too_many(stage: Stage) -> None:
    decisions = {f"X{place}": "accept" for place in range(6)}

    answer = stage.control("persons/lin/consent", {"account": MP, "decisions": decisions})

    assert answer.json()["errCode"] == 20003


def test_odd_fields_are_let_pass_with_a_warning(stage: Stage, lin: str) -> None:
    data = DATA | {"thing1": {"value": "林", "color": "#173177"}}

    stage.api(TEMPLATE, template(lin, data=data, topcolor="#fff"))

    call = stage.control("log", method="GET").json()["calls"][-1]
    assert call["warnings"] == [
        "data.thing1: only value is used since 2023",
        "unknown fields: topcolor",
    ]
