"""How a reply is judged: what the chat shows, and what counts as a failure."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.config import Format, Mode
from sandbox.wire import Fields, write
from sandbox.words import FAILURE
from tests.sandbox.stage import (
    MP,
    OA,
    OLD_KEY,
    Callback,
    Stage,
    sealed,
    text_reply,
)

OpenStage = Callable[..., Stage]


def xml(fields: Fields) -> bytes:
    return write(fields, Format.XML)


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("form", list(Format))
def test_a_good_reply_appears_in_the_chat(
    open_stage: OpenStage, callback: Callback, mode: Mode, form: Format
) -> None:
    stage = open_stage(mode=mode.value, format=form.value)
    account = stage.sim.world.official()
    answers = {
        Mode.PLAIN: lambda push: write(text_reply(push, "您好"), form),
        Mode.COMPATIBLE: lambda push: write(text_reply(push, "您好"), form),
        Mode.SAFE: lambda push: sealed(text_reply(push, "您好"), account),
    }
    callback.answer = answers[mode]

    reply = stage.act("lin", "follow")["push"]["reply"]

    assert reply["text"] == "您好"
    assert stage.chat()[-1]["side"] == "them"


def test_a_compatible_account_may_answer_ciphered(
    open_stage: OpenStage, callback: Callback
) -> None:
    stage = open_stage(mode="compatible")
    account = stage.sim.world.official()
    callback.answer = lambda push: sealed(text_reply(push, "您好"), account)

    assert stage.act("lin", "follow")["push"]["verdict"] == "replied"


@pytest.mark.parametrize("body", [b"success", b""], ids=["success", "empty"])
def test_success_and_nothing_are_silent(stage: Stage, callback: Callback, body: bytes) -> None:
    callback.answer = lambda _push: body

    push = stage.act("lin", "follow")["push"]

    assert push["verdict"] == "silent"
    assert stage.chat() == []


ARTICLE = {"Title": "孕24周", "Description": "要点", "PicUrl": "", "Url": "http://h.example/a"}


def news(push: Fields, items: list[Fields], count: int) -> bytes:
    fields = text_reply(push, "") | {"MsgType": "news", "ArticleCount": count}
    del fields["Content"]
    return xml(fields | {"Articles": {"item": items}})


def test_one_article_is_a_card(stage: Stage, callback: Callback) -> None:
    callback.answer = lambda push: news(push, [ARTICLE], 1)

    reply = stage.act("lin", "follow")["push"]["reply"]

    assert (reply["kind"], reply["title"], reply["url"]) == ("news", "孕24周", "http://h.example/a")


@pytest.mark.parametrize(
    ("kind", "element"),
    [("image", "Image"), ("voice", "Voice"), ("video", "Video")],
)
def test_media_replies_are_shown_as_such(
    stage: Stage, callback: Callback, kind: str, element: str
) -> None:
    callback.answer = lambda push: xml(
        text_reply(push, "x", MsgType=kind) | {element: {"MediaId": "M"}}
    )

    assert stage.act("lin", "follow")["push"]["reply"]["media"] == kind


def test_a_music_reply_shows_its_title(stage: Stage, callback: Callback) -> None:
    callback.answer = lambda push: xml(
        text_reply(push, "x", MsgType="music") | {"Music": {"Title": "摇篮曲"}}
    )

    assert stage.act("lin", "follow")["push"]["reply"]["title"] == "摇篮曲"


def test_a_transfer_to_staff_says_nothing_in_the_chat(stage: Stage, callback: Callback) -> None:
    callback.answer = lambda push: xml(text_reply(push, "x", MsgType="transfer_customer_service"))

    assert stage.act("lin", "follow")["push"]["verdict"] == "transferred"
    assert stage.chat() == []


BAD_PLAIN: dict[str, Callable[[Fields], bytes]] = {
    "json": lambda _push: b'{"ok":true}',
    "none": lambda _push: b"None",
    "html": lambda _push: b"<html><body>hi</body></html>",
    "quoted success": lambda _push: b'"success"',
    "empty content": lambda push: xml(text_reply(push, "")),
    "blank content": lambda push: xml(text_reply(push, "  ")),
    "names not swapped": lambda push: xml(text_reply(push, "a", ToUserName=push["ToUserName"])),
    "appid for gh_id": lambda push: xml(text_reply(push, "a", FromUserName=OA)),
    "no time": lambda push: xml(text_reply(push, "a", CreateTime="soon")),
    "unknown type": lambda push: xml(text_reply(push, "a", MsgType="poem")),
    "no type": lambda push: xml(text_reply(push, "a", MsgType="")),
    "2049 bytes": lambda push: xml(text_reply(push, "a" * 2049)),
    "ciphered in plain mode": lambda _push: xml({"Encrypt": "x", "MsgSignature": "y"}),
    "two articles": lambda push: news(push, [ARTICLE, ARTICLE], 2),
    "count is wrong": lambda push: news(push, [ARTICLE], 2),
    "no article": lambda push: xml(text_reply(push, "a", MsgType="news", ArticleCount=1)),
    "article leads nowhere": lambda push: news(push, [ARTICLE | {"Url": "javascript:1"}], 1),
    "article without title": lambda push: news(push, [ARTICLE | {"Title": ""}], 1),
    "image without element": lambda push: xml(text_reply(push, "a", MsgType="image")),
}


@pytest.mark.parametrize("case", BAD_PLAIN)
def test_a_bad_reply_shows_the_failure_text(stage: Stage, callback: Callback, case: str) -> None:
    callback.answer = BAD_PLAIN[case]

    push = stage.act("lin", "follow")["push"]

    assert push["verdict"] == "failed"
    assert push["reason"]
    assert len(push["tries"]) == 1
    assert stage.chat()[-1]["text"] == FAILURE


BAD_SAFE: dict[str, Callable[[Fields, Any], bytes]] = {
    "not ciphered": lambda push, _account: xml(text_reply(push, "a")),
    "wrong signature": lambda push, account: sealed(text_reply(push, "a"), account, token="x"),
    "another key": lambda push, account: sealed(text_reply(push, "a"), account, key=OLD_KEY),
    "empty content": lambda push, account: sealed(text_reply(push, ""), account),
}


@pytest.mark.parametrize("case", BAD_SAFE)
def test_a_bad_reply_in_safe_mode_shows_the_failure_text(
    open_stage: OpenStage, callback: Callback, case: str
) -> None:
    stage = open_stage(mode="safe")
    account = stage.sim.world.official()
    callback.answer = lambda push: BAD_SAFE[case](push, account)

    assert stage.act("lin", "follow")["push"]["verdict"] == "failed"
    assert stage.chat()[-1]["text"] == FAILURE


def test_a_json_reply_needs_its_time_as_a_number(open_stage: OpenStage, callback: Callback) -> None:
    stage = open_stage(mode="safe", format="json")
    account = stage.sim.world.official()
    callback.answer = lambda push: sealed(text_reply(push, "a"), account).replace(
        b"1767225600", b'"1767225600"', 1
    )

    assert stage.act("lin", "follow")["push"]["reason"] == "TimeStamp is not a number"


def test_exactly_2048_bytes_are_allowed(stage: Stage, callback: Callback) -> None:
    callback.answer = lambda push: xml(text_reply(push, "a" * 2048))

    assert stage.act("lin", "follow")["push"]["verdict"] == "replied"


def test_a_mini_program_cannot_answer_with_text(stage: Stage, callback: Callback) -> None:
    callback.account = stage.sim.world.account(MP)
    callback.answer = lambda push: write(text_reply(push, "a"), Format.JSON)

    push = stage.act("lin", "enter_session", **{"from": "visit"})["push"]

    assert push["verdict"] == "failed"
    assert stage.chat() == []


def test_an_event_without_reply_shows_none(stage: Stage, callback: Callback, lin: str) -> None:
    callback.answer = lambda push: xml(text_reply(push, "a"))

    push = stage.act("lin", "tap_menu", key="http://h.example/handbook")["push"]

    assert push["verdict"] == "ignored"
    assert stage.chat() == []


def test_a_failed_event_without_reply_stays_quiet(
    stage: Stage, callback: Callback, lin: str
) -> None:
    callback.answer = lambda _push: b"None"

    assert stage.act("lin", "unfollow")["push"]["verdict"] == "failed"
    assert stage.chat() == []
