"""Pushes: signature, envelope, retries, order, and how a reply is judged."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.config import Format, Mode
from sandbox.crypto import sign, unseal
from sandbox.wire import Fields, read, write
from sandbox.words import FAILURE
from tests.sandbox.conftest import (
    KEY,
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


def test_a_plain_push_is_signed_with_the_token(stage: Stage, callback: Callback) -> None:
    stage.act("lin", "follow")

    query = callback.queries[0]
    assert query["signature"] == sign("oaToken", query["timestamp"], query["nonce"])
    assert query["openid"] == stage.openid("lin")
    assert "encrypt_type" not in query


def test_a_text_push_has_the_fields_of_one(stage: Stage, callback: Callback, lin: str) -> None:
    stage.act("lin", "say", text="产检预约")

    push = callback.pushes[-1]
    assert push == {
        "ToUserName": "gh_oa1",
        "FromUserName": lin,
        "CreateTime": push["CreateTime"],
        "MsgType": "text",
        "Content": "产检预约",
        "MsgId": push["MsgId"],
    }
    assert int(push["MsgId"]) > 2**53


def test_a_tapped_text_link_carries_its_menu_id(stage: Stage, callback: Callback, lin: str) -> None:
    stage.act("lin", "say", text="儿保预约", menu_id="102")

    assert callback.pushes[-1]["bizmsgmenuid"] == "102"


def test_a_safe_push_is_ciphered_and_signed_over_the_cipher(
    open_stage: OpenStage, callback: Callback
) -> None:
    stage = open_stage(mode="safe")

    stage.act("lin", "follow")

    outer, query = read(callback.bodies[0], Format.XML), callback.queries[0]
    assert outer.keys() == {"ToUserName", "Encrypt"}
    assert query["encrypt_type"] == "aes"
    assert query["msg_signature"] == sign(
        "oaToken", query["timestamp"], query["nonce"], outer["Encrypt"]
    )
    assert callback.pushes[0]["Event"] == "subscribe"


def test_a_compatible_push_carries_both_ways(open_stage: OpenStage, callback: Callback) -> None:
    stage = open_stage(mode="compatible")

    stage.act("lin", "follow")

    outer = read(callback.bodies[0], Format.XML)
    inner = read(unseal(outer["Encrypt"], aes_key=KEY, appid=OA), Format.XML)
    assert outer.items() > inner.items()


def test_the_previous_key_is_used_while_keys_change(
    open_stage: OpenStage, callback: Callback
) -> None:
    stage = open_stage(mode="compatible")
    stage.control("rotate_key", {"use": "previous"})

    stage.act("lin", "follow")

    envelope = read(callback.bodies[0], Format.XML)["Encrypt"]
    assert unseal(envelope, aes_key=OLD_KEY, appid=OA)


def test_the_current_key_comes_back_after_a_change(
    open_stage: OpenStage, callback: Callback
) -> None:
    stage = open_stage(mode="compatible")
    stage.control("rotate_key", {"use": "previous"})
    stage.control("rotate_key", {"use": "current"})

    stage.act("lin", "follow")

    envelope = read(callback.bodies[0], Format.XML)["Encrypt"]
    assert unseal(envelope, aes_key=KEY, appid=OA)


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


def test_a_server_error_is_tried_three_times_with_the_same_message(
    stage: Stage, callback: Callback, lin: str
) -> None:
    callback.answer = lambda _push: (b"oops", 500)

    push = stage.act("lin", "say", text="在吗")["push"]

    tries = callback.pushes[-3:]
    assert len(push["tries"]) == 3
    assert {sent["MsgId"] for sent in tries} == {str(push["payload"]["MsgId"])}
    assert len({sent["CreateTime"] for sent in tries}) == 1
    assert stage.chat()[-1]["text"] == FAILURE


def test_the_second_try_may_still_answer(stage: Stage, callback: Callback, lin: str) -> None:
    answers = iter([(b"oops", 500), (b"success", 200)])
    callback.answer = lambda _push: next(answers)

    push = stage.act("lin", "say", text="在吗")["push"]

    assert (push["verdict"], len(push["tries"])) == ("silent", 2)


@pytest.mark.slow
def test_a_late_answer_is_dropped_and_asked_again(
    stage: Stage, callback: Callback, lin: str
) -> None:
    gate = threading.Event()
    callback.answer = lambda _push: b"success" if gate.wait(2) else b""

    threading.Timer(0.6, gate.set).start()
    push = stage.act("lin", "say", text="在吗")["push"]

    assert push["tries"][0]["problem"] == "no answer within 0.25 s"
    assert push["verdict"] == "silent"


@pytest.mark.slow
def test_slow_bytes_do_not_stretch_the_limit(stage: Stage, callback: Callback, lin: str) -> None:
    callback.answer = lambda _push: (_drip(), 200)
    begun = time.monotonic()

    push = stage.act("lin", "say", text="在吗")["push"]

    assert push["verdict"] == "failed"
    assert time.monotonic() - begun < 3


def _drip() -> Any:
    for _ in range(20):
        yield b"x" * 1024
        time.sleep(0.1)


def test_no_callback_at_all_is_a_failure(open_stage: OpenStage) -> None:
    stage = open_stage(callback_url="http://127.0.0.1:9/nobody")

    push = stage.act("lin", "follow")["push"]

    assert push["tries"][0]["problem"].startswith("no connection")
    assert push["verdict"] == "failed"


def test_pushes_of_one_person_keep_their_order(stage: Stage, callback: Callback) -> None:
    stage.control("persons/lin/follow")
    stage.control("persons/lin/tap_menu", {"key": "BOOK"})
    stage.control("persons/lin/scan", {"scene": "ward_3"})

    stage.settle()

    assert [push["Event"] for push in callback.pushes] == ["subscribe", "CLICK", "SCAN"]


def test_a_duplicated_push_repeats_the_message(stage: Stage, callback: Callback, lin: str) -> None:
    stage.control("faults", {"kind": "duplicate_push", "path": "push"})

    stage.act("lin", "say", text="在吗")

    first, second = callback.pushes[-2:]
    assert first == second


def test_any_other_push_can_be_made(stage: Stage, callback: Callback, lin: str) -> None:
    fields = {"MsgType": "location", "Location_X": "30.27", "Location_Y": "120.15"}

    stage.act("lin", "push", fields=fields)

    assert callback.pushes[-1].items() > fields.items()
    assert "MsgId" in callback.pushes[-1]


def test_verification_passes_when_the_echo_comes_back(stage: Stage) -> None:
    assert stage.control("verify").json()["ok"] is True


@pytest.mark.parametrize("echo", ['"1"', "success"], ids=["quoted", "wrong"])
def test_verification_fails_on_any_other_answer(
    stage: Stage, callback: Callback, echo: str
) -> None:
    callback.verification = lambda _query: echo

    assert stage.control("verify").json()["ok"] is False


def test_verification_is_signed(stage: Stage, callback: Callback) -> None:
    stage.control("verify")

    seen = callback.verifications[0]
    assert seen["signature"] == sign("oaToken", seen["timestamp"], seen["nonce"])
