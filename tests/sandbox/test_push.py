"""Pushes: signature, envelope, retries, order, verification."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from sandbox.config import Format
from sandbox.crypto import sign, unseal
from sandbox.wire import read
from sandbox.words import FAILURE
from tests.sandbox.stage import (
    KEY,
    OA,
    OLD_KEY,
    Callback,
    Stage,
)

OpenStage = Callable[..., Stage]


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
    open_stage: OpenStage, callback: Callback
) -> None:
    stage = open_stage(reply_seconds=0.4)
    gate = threading.Event()
    turns = iter([lambda: gate.wait(5), gate.set, gate.set])
    callback.answer = lambda _push: b"success" if next(turns)() else b""

    push = stage.act("lin", "follow")["push"]

    assert push["tries"][0]["problem"] == "no answer within 0.4 s"
    assert push["verdict"] == "silent"


@pytest.mark.slow
def test_slow_bytes_do_not_stretch_the_limit(open_stage: OpenStage, callback: Callback) -> None:
    stage = open_stage(reply_seconds=0.25)
    callback.answer = lambda _push: (_drip(), 200)
    begun = time.monotonic()

    push = stage.act("lin", "follow")["push"]

    assert push["verdict"] == "failed"
    assert time.monotonic() - begun < 4


def _drip() -> Iterator[bytes]:
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
