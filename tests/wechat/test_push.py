"""A push becomes values: its kind, its words, its consents and reports, and its key."""

from datetime import UTC, datetime

import pytest

from tests.wechat.platform_side import (
    CURRENT,
    NOW,
    OA,
    STAMP,
    json_event,
    safe,
    xml,
    xml_event,
    xml_text,
)
from wechat.callback import read
from wechat.push import ConsentChange, DeliveryOutcome, DeliveryReport, Push, PushKind


def received(message: str) -> Push:
    delivery = safe(message)
    return read(OA, delivery.query, delivery.body, now=NOW)


TEXT = xml_text("产检预约")


def test_a_text_is_read():
    push = received(xml_text("  我有点\n头晕 ]]]]><![CDATA[> "))

    assert push.kind is PushKind.TEXT
    assert push.text == "  我有点\n头晕 ]]> "
    assert push.openid == "oOA_mum_1"
    assert push.created_at == datetime.fromtimestamp(STAMP, UTC)
    assert (push.event, push.event_key, push.menu_id) == ("", "", "")


def test_a_long_text_with_entities_is_whole():
    push = received(xml_text("]]>" + "&lt;孕&#x5468;" * 2000 + "<![CDATA["))

    assert push.text == "<孕周" * 2000


def test_a_tapped_reply_link_is_known_by_its_id():
    push = received(TEXT.replace("</xml>", "<bizmsgmenuid>102</bizmsgmenuid></xml>"))

    assert (push.text, push.menu_id) == ("产检预约", "102")


def test_a_voice_message_has_the_words_the_platform_heard():
    inner = "<MsgType>voice</MsgType><Recognition>肚子疼</Recognition><MsgId>9</MsgId>"

    assert received(xml(inner)).text == "肚子疼"


@pytest.mark.parametrize(
    ("sort", "kind"),
    [
        ("image", PushKind.IMAGE),
        ("voice", PushKind.VOICE),
        ("video", PushKind.VIDEO),
        ("shortvideo", PushKind.VIDEO),
        ("location", PushKind.PLACE),
        ("link", PushKind.LINK),
        ("miniprogrampage", PushKind.PAGE),
        ("transfer_of_tomorrow", PushKind.OTHER),
    ],
)
def test_messages_have_their_kinds(sort: str, kind: PushKind):
    assert received(xml(f"<MsgType>{sort}</MsgType><MsgId>7</MsgId>")).kind is kind


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("subscribe", PushKind.FOLLOW),
        ("unsubscribe", PushKind.UNFOLLOW),
        ("SCAN", PushKind.SCAN),
        ("CLICK", PushKind.MENU_CLICK),
        ("VIEW", PushKind.MENU_VIEW),
        ("view_miniprogram", PushKind.MENU_VIEW),
        ("LOCATION", PushKind.POSITION),
        ("user_enter_tempsession", PushKind.CHAT_ENTERED),
        ("subscribe_msg_popup_event", PushKind.CONSENT),
        ("subscribe_msg_change_event", PushKind.CONSENT),
        ("subscribe_msg_sent_event", PushKind.DELIVERY),
        ("user_authorization_revoke", PushKind.PERMISSION_REVOKED),
        ("user_authorization_cancellation", PushKind.ACCOUNT_CLOSED),
        ("wxa_media_check", PushKind.OTHER),
        ("kf_create_session", PushKind.OTHER),
    ],
)
def test_events_have_their_kinds_whatever_their_case(event: str, kind: PushKind):
    push = received(json_event(event))

    assert (push.kind, push.event) == (kind, event.lower())


@pytest.mark.parametrize(
    ("event", "key", "scene"),
    [
        pytest.param("subscribe", "qrscene_ward_3", "ward_3", id="follows by a code"),
        pytest.param("subscribe", "", "", id="follows without"),
        pytest.param("subscribe", "last_trade_no_1", "", id="follows after paying"),
        pytest.param("SCAN", "ward_3", "ward_3", id="follower scans"),
        pytest.param("CLICK", "qrscene_x", "", id="no scan at all"),
    ],
)
def test_the_scene_of_a_code_is_the_same_for_old_and_new_followers(
    event: str, key: str, scene: str
):
    assert received(xml_event(event, f"<EventKey>{key}</EventKey>")).scene == scene


def test_nested_and_repeated_elements_stay_in_the_fields():
    items = "<item><idx>1</idx></item><item><idx>2</idx></item>"
    detail = f"<article_detail><count>2</count>{items}</article_detail>"
    push = received(xml_event("PUBLISHJOBFINISH", f"<PublishEventInfo>{detail}</PublishEventInfo>"))

    assert push.fields["PublishEventInfo"] == {
        "article_detail": {"count": "2", "item": [{"idx": "1"}, {"idx": "2"}]}
    }


def test_three_repetitions_make_one_list():
    push = received(xml_event("x", "<a><b>1</b><b>2</b><b>3</b></a>"))

    assert push.fields["a"] == {"b": ["1", "2", "3"]}


def test_json_leaves_are_text_and_big_numbers_stay_whole():
    push = received(json_event("x", MsgID=2**63 + 1, a=1.50, b=True, c=None, d=[1, {"e": 2}]))

    assert push.fields["MsgID"] == "9223372036854775809"
    assert [push.fields[name] for name in "abcd"] == ["1.5", "true", "", ["1", {"e": "2"}]]


ACCEPTED = ConsentChange("TPL_V", accepted=True)
REJECTED = ConsentChange("TPL_R", accepted=False)
ACCEPT_ITEM = {"TemplateId": "TPL_V", "SubscribeStatusString": "accept", "PopupScene": "0"}
REJECT_ITEM = {"TemplateId": "TPL_R", "SubscribeStatusString": "reject"}
ACCEPT_XML = (
    "<List><TemplateId>TPL_V</TemplateId>"
    "<SubscribeStatusString>accept</SubscribeStatusString></List>"
)
REJECT_XML = ACCEPT_XML.replace("TPL_V", "TPL_R").replace("accept", "reject")
POPUP = "subscribe_msg_popup_event"
CHANGE = "subscribe_msg_change_event"


@pytest.mark.parametrize(
    ("message", "consents"),
    [
        pytest.param(json_event(POPUP, List=ACCEPT_ITEM), (ACCEPTED,), id="object"),
        pytest.param(
            json_event(POPUP, List=[ACCEPT_ITEM, REJECT_ITEM]), (ACCEPTED, REJECTED), id="array"
        ),
        pytest.param(json_event(CHANGE, List=REJECT_ITEM), (REJECTED,), id="notification manager"),
        pytest.param(json_event(POPUP, List=[]), (), id="empty array"),
        pytest.param(json_event(POPUP), (), id="no list"),
        pytest.param(
            xml_event(POPUP, f"<SubscribeMsgPopupEvent>{ACCEPT_XML}</SubscribeMsgPopupEvent>"),
            (ACCEPTED,),
            id="xml, one",
        ),
        pytest.param(
            xml_event(
                POPUP, f"<SubscribeMsgPopupEvent>{ACCEPT_XML}{REJECT_XML}</SubscribeMsgPopupEvent>"
            ),
            (ACCEPTED, REJECTED),
            id="xml, two",
        ),
        pytest.param(
            xml_event(CHANGE, f"<SubscribeMsgChangeEvent>{REJECT_XML}</SubscribeMsgChangeEvent>"),
            (REJECTED,),
            id="xml, notification manager",
        ),
    ],
)
def test_consents_are_read_from_one_item_or_many(message: str, consents: tuple[ConsentChange, ...]):
    assert received(message).consents == consents


def template_report(status: str) -> str:
    return xml_event("TEMPLATESENDJOBFINISH", f"<MsgID>3428</MsgID><Status>{status}</Status>")


def sent_report(errcode: object) -> str:
    item = {"TemplateId": "T", "MsgID": "3428", "ErrorCode": errcode, "ErrorStatus": "?"}
    return json_event("subscribe_msg_sent_event", List=item)


SENT_XML = (
    "<SubscribeMsgSentEvent><List><MsgID>3428</MsgID><ErrorCode>0</ErrorCode></List>"
    "</SubscribeMsgSentEvent>"
)


@pytest.mark.parametrize(
    ("message", "outcome"),
    [
        (template_report("success"), DeliveryOutcome.DELIVERED),
        (template_report("failed:user block"), DeliveryOutcome.BLOCKED),
        (template_report("failed: system failed"), DeliveryOutcome.FAILED),
        (template_report("something new"), DeliveryOutcome.FAILED),
        (sent_report("0"), DeliveryOutcome.DELIVERED),
        (sent_report(0), DeliveryOutcome.DELIVERED),
        (sent_report("1003"), DeliveryOutcome.FAILED),
        (xml_event("subscribe_msg_sent_event", SENT_XML), DeliveryOutcome.DELIVERED),
    ],
    ids=str,
)
def test_delivery_is_reported(message: str, outcome: DeliveryOutcome):
    assert received(message).reports == (DeliveryReport("3428", outcome),)


def test_a_message_is_known_by_its_id():
    assert received(TEXT).dedup_key == "24500000000000001"


@pytest.mark.parametrize(
    "other",
    [
        json_event("CLICK", EventKey="K", CreateTime=STAMP + 1),
        json_event("CLICK", EventKey="L"),
        json_event("VIEW", EventKey="K"),
        json_event("CLICK", EventKey="K", FromUserName="oMP_mum_2"),
    ],
    ids=["later", "other key", "other event", "other person"],
)
def test_different_events_have_different_keys(other: str):
    event = received(json_event("CLICK", EventKey="K"))

    assert received(other).dedup_key != event.dedup_key


@pytest.mark.parametrize(
    ("once", "again"),
    [
        pytest.param(json_event("CLICK", EventKey="K"), json_event("CLICK", EventKey="K", n=1)),
        pytest.param(
            json_event("TEMPLATESENDJOBFINISH", MsgID=5, Status="success"),
            json_event("TEMPLATESENDJOBFINISH", MsgID="5", Status="success", CreateTime=STAMP + 9),
        ),
        pytest.param(sent_report(0), sent_report("0").replace(str(STAMP), str(STAMP + 9))),
    ],
    ids=["event", "template report", "subscription report"],
)
def test_a_repeated_event_has_the_same_key(once: str, again: str):
    assert received(once).dedup_key == received(again).dedup_key


def test_the_key_of_an_event_is_short_and_names_nobody():
    push = received(json_event("VIEW", EventKey="https://h.example/" + "x" * 9000))

    assert len(push.dedup_key) == 64
    assert push.openid not in push.dedup_key


def test_a_push_shows_no_person_and_no_key_in_its_repr():
    shown = repr(received(xml_text("我的隐私")))

    assert all(secret not in shown for secret in ("oOA_mum_1", "我的隐私", CURRENT))
