"""Answers come back to the platform whole, signed, and in its own notation."""

import json
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from tests.wechat.platform_side import (
    COMPATIBLE,
    CURRENT,
    MP,
    NONCE,
    NOW,
    OA,
    PREVIOUS,
    decrypt,
    encrypt,
    json_event,
    plain,
    safe,
    sealed_xml,
    sha1,
    xml_text,
)
from wechat.callback import read
from wechat.push import Push
from wechat.replies import NewsReply, Reply, Silence, TextReply, answer, link, menu_link

MOMENT = str(int(NOW.timestamp()))
NEWS = NewsReply(
    title="孕24周要点", description="糖耐", url="https://h.example/a?x=1&y=2", picture_url=""
)


def pushed(message: str, *, key: str = CURRENT) -> Push:
    delivery = safe(message) if key == CURRENT else sealed_xml(encrypt(message, key=key))
    return read(OA, delivery.query, delivery.body, now=NOW)


XML_PUSH = pushed(xml_text("你好"))
JSON_PUSH = pushed(json_event("CLICK", EventKey="K"))


def answered(push: Push, reply: Reply) -> bytes:
    return answer(OA, push, reply, now=NOW, nonce=NONCE)


def opened_xml(body: bytes, *, key: str = CURRENT) -> ET.Element:
    """Check an envelope as the platform does, and return the reply inside."""
    envelope = {child.tag: child.text or "" for child in ET.fromstring(body)}  # noqa: S314
    assert envelope["MsgSignature"] == sha1(OA.token, MOMENT, NONCE, envelope["Encrypt"])
    assert (envelope["TimeStamp"], envelope["Nonce"]) == (MOMENT, NONCE)
    message, appid = decrypt(envelope["Encrypt"], key=key)
    assert appid == OA.appid
    return ET.fromstring(message)  # noqa: S314


def test_a_text_answers_in_sealed_xml_with_the_names_swapped():
    reply = opened_xml(answered(XML_PUSH, TextReply("下次产检：3月1日\n08:30")))

    assert reply.findtext("ToUserName") == "oOA_mum_1"
    assert reply.findtext("FromUserName") == OA.gh_id
    assert reply.findtext("CreateTime") == MOMENT
    assert reply.findtext("MsgType") == "text"
    assert reply.findtext("Content") == "下次产检：3月1日\n08:30"


def test_a_text_answers_in_sealed_json():
    envelope = json.loads(answered(JSON_PUSH, TextReply("好")))

    message, appid = decrypt(envelope["Encrypt"])
    assert envelope["TimeStamp"] == int(MOMENT)
    assert envelope["MsgSignature"] == sha1(OA.token, MOMENT, NONCE, envelope["Encrypt"])
    assert appid == OA.appid
    assert json.loads(message) == {
        "ToUserName": "oMP_mum_1",
        "FromUserName": OA.gh_id,
        "CreateTime": int(MOMENT),
        "MsgType": "text",
        "Content": "好",
    }


def test_an_article_answers_in_xml():
    reply = opened_xml(answered(XML_PUSH, NEWS))

    assert reply.findtext("ArticleCount") == "1"
    assert [item.findtext("Title") for item in reply.iter("item")] == ["孕24周要点"]
    assert reply.findtext("Articles/item/Url") == "https://h.example/a?x=1&y=2"


def test_an_article_answers_in_json():
    message, _ = decrypt(json.loads(answered(JSON_PUSH, NEWS))["Encrypt"])

    reply = json.loads(message)
    assert (reply["MsgType"], reply["ArticleCount"]) == ("news", 1)
    assert reply["Articles"][0]["Title"] == "孕24周要点"


def test_the_answer_uses_the_key_that_opened_the_push():
    body = answered(pushed(xml_text("你好"), key=PREVIOUS), TextReply("好"))

    assert opened_xml(body, key=PREVIOUS).findtext("Content") == "好"


def test_a_plain_push_is_answered_plain():
    delivery = plain(xml_text("你好"))
    push = read(COMPATIBLE, delivery.query, delivery.body, now=NOW)

    body = answer(COMPATIBLE, push, TextReply("好"), now=NOW, nonce=NONCE)

    assert ET.fromstring(body).findtext("Content") == "好"  # noqa: S314


@pytest.mark.parametrize("push", [XML_PUSH, JSON_PUSH], ids=["xml", "json"])
def test_silence_is_success_and_never_sealed(push: Push):
    assert answered(push, Silence()) == b"success"


def test_two_answers_are_never_sealed_alike():
    assert answered(XML_PUSH, TextReply("好")) != answered(XML_PUSH, TextReply("好"))


@pytest.mark.parametrize(
    "text", ["a]]>b", "]]>", "]]>]]>", "<a href='x'>&</a>", "]]", "🤰"], ids=repr
)
def test_any_text_survives_the_xml(text: str):
    assert opened_xml(answered(XML_PUSH, TextReply(text))).findtext("Content") == text


def test_letters_that_xml_cannot_hold_are_left_out():
    reply = opened_xml(answered(XML_PUSH, TextReply("头\x00晕\x0b吗\ud83d？")))

    assert reply.findtext("Content") == "头晕吗？"


def test_a_nonce_cannot_break_out_of_the_envelope():
    body = answer(OA, XML_PUSH, TextReply("好"), now=NOW, nonce="]]><x/>")

    assert ET.fromstring(body).findtext("Nonce") == "]]><x/>"  # noqa: S314


@pytest.mark.parametrize("text", ["孕" * 682 + "ab", "a" * 2048], ids=["Chinese", "Latin"])
def test_a_text_may_have_2048_bytes(text: str):
    assert TextReply(text).text == text


@pytest.mark.parametrize(
    "text", ["孕" * 683, "a" * 2049, "", " \n"], ids=["Chinese", "Latin", "empty", "blank"]
)
def test_a_text_too_long_or_empty_is_refused(text: str):
    with pytest.raises(ValueError, match="text"):
        TextReply(text)


def test_a_mini_program_is_answered_with_silence_only():
    push = replace(JSON_PUSH, openid="oMP_mum_1")

    assert answer(MP, push, Silence(), now=NOW, nonce=NONCE) == b"success"
    with pytest.raises(ValueError, match="silence"):
        answer(MP, push, TextReply("好"), now=NOW, nonce=NONCE)


def test_a_menu_link_sends_its_words():
    assert menu_link("产检预约", "我要预约产检", "101") == (
        '<a href="weixin://bizmsgmenu?msgmenucontent=我要预约产检&msgmenuid=101">产检预约</a>'
    )


def test_a_menu_link_escapes_words_and_label():
    assert menu_link("<b>&", 'a"b<c&d', "x") == (
        '<a href="weixin://bizmsgmenu?msgmenucontent=a&quot;b&lt;c&amp;d&msgmenuid=x">'
        "&lt;b&gt;&amp;</a>"
    )


@pytest.mark.parametrize("menu_id", ["", "a b", '"', "1&x=2", "号", "x" * 65], ids=repr)
def test_a_menu_id_with_strange_letters_is_refused(menu_id: str):
    with pytest.raises(ValueError, match="menu id"):
        menu_link("a", "b", menu_id)


@pytest.mark.parametrize(
    ("url", "href"),
    [
        ("https://h.example/a?x=1&y=2#z", "https://h.example/a?x=1&y=2#z"),
        ('https://h.example/"><script>', "https://h.example/%22%3E%3Cscript%3E"),
        ("https://h.example/a b", "https://h.example/a%20b"),
        ("http://h.example/%E5%AD%95", "http://h.example/%E5%AD%95"),
        ("https://h.example/孕", "https://h.example/%E5%AD%95"),
    ],
)
def test_a_link_cannot_break_out_of_its_address(url: str, href: str):
    assert link("看<看>", url) == f'<a href="{href}">看&lt;看&gt;</a>'


@pytest.mark.parametrize("url", ["javascript:alert(1)", "weixin://dl", "/a", ""], ids=repr)
def test_a_link_opens_web_addresses_only(url: str):
    with pytest.raises(ValueError, match="https"):
        link("a", url)
