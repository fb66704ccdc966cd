"""Consent to subscription messages: credits, refusals, pop-ups, and the messages they allow."""

from typing import Any

import pytest

from tests.sandbox.stage import MP, OA, Callback, Stage

SUBSCRIBE = "/cgi-bin/message/subscribe/send"


NOTICE = "/cgi-bin/message/subscribe/bizsend"


DATA = {"thing1": {"value": "林小满"}, "time2": {"value": "2026年3月1日 08:30"}}


def subscription(stage: Stage, **changes: Any) -> dict[str, Any]:
    openid = stage.openid("lin", MP)
    return {"touser": openid, "template_id": "S_VISIT", "data": DATA} | changes


def send(stage: Stage, **changes: Any) -> Any:
    return stage.api(SUBSCRIBE, subscription(stage, **changes), appid=MP)


def consent(stage: Stage, *templates: str, decision: str = "accept") -> None:
    stage.act("lin", "consent", template_ids=list(templates), decision=decision)


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
