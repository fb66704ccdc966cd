"""Whatever is forged, broken or hostile gives `BadPush`, with the reason, and nothing else."""

import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.wechat.attack_cases import (
    CIPHERED,
    GOOD,
    GOOD_EVENT,
    PLAINLY,
    sealed_bytes,
    sealed_plain,
)
from tests.wechat.platform_side import (
    NOW,
    OA,
    PLAIN,
    STAMP,
    Delivery,
    json_event,
    plain_query,
    safe,
    safe_query,
    xml_event,
)
from wechat.account import Account
from wechat.callback import read, verify
from wechat.errors import BadPush


@pytest.mark.parametrize(
    ("delivery", "reason"), [pytest.param(d, why, id=name) for name, d, why in CIPHERED]
)
def test_a_hostile_push_in_safe_mode_is_refused(delivery: Delivery, reason: str):
    with pytest.raises(BadPush) as refusal:
        read(OA, delivery.query, delivery.body, now=NOW)

    assert refusal.value.code == reason


@pytest.mark.parametrize(
    ("account", "delivery", "reason"), [pytest.param(*case, id=name) for name, *case in PLAINLY]
)
def test_a_hostile_push_in_other_modes_is_refused(
    account: Account, delivery: Delivery, reason: str
):
    with pytest.raises(BadPush) as refusal:
        read(account, delivery.query, delivery.body, now=NOW)

    assert refusal.value.code == reason


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"<xml><a>" + b"<b/>" * 16_000 + b"</a></xml>", id="one name 16000 times"),
        pytest.param(b"<xml>" + b"&amp;" * 13_000 + b"</xml>", id="13000 entities"),
        pytest.param(b'{"a":[' + b"[]," * 21_000 + b"[]]}", id="21000 arrays"),
    ],
)
def test_a_body_made_to_be_slow_is_refused_quickly(body: bytes):
    began = time.process_time()

    with pytest.raises(BadPush):
        read(OA, safe_query("x"), body, now=NOW)

    assert time.process_time() - began < 0.5


def test_a_refusal_quotes_nothing_of_the_push():
    delivery = safe(json_event("CLICK", EventKey={"secret": "oOA_mum_1"}))

    with pytest.raises(BadPush) as refusal:
        read(OA, delivery.query, delivery.body, now=NOW)

    assert str(refusal.value) == "not_text"


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        pytest.param({"signature": "0" * 40}, "signature", id="forged"),
        pytest.param({"signature": ""}, "signature", id="unsigned"),
        pytest.param({"timestamp": str(STAMP - 700)}, "stale", id="stale"),
        pytest.param({"timestamp": ""}, "number", id="timeless"),
        pytest.param({"echostr": ""}, "echo", id="no echo"),
        pytest.param({"echostr": "<script>alert(1)</script>"}, "echo", id="a page as echo"),
        pytest.param({"echostr": "1" * 129}, "echo", id="endless echo"),
        pytest.param({"echostr": "12\n"}, "echo", id="echo with a line break"),
    ],
)
def test_a_hostile_address_check_is_refused(changed: dict[str, str], reason: str):
    query = {**plain_query(), "echostr": "4375120948345356249", **changed}

    with pytest.raises(BadPush) as refusal:
        verify(OA, query, now=NOW)

    assert refusal.value.code == reason


def attempt(account: Account, query: dict[str, str], body: bytes) -> str:
    """Return what became of it; anything but a push or `BadPush` fails the test by itself."""
    try:
        return read(account, query, body, now=NOW).dedup_key
    except BadPush as refusal:
        return refusal.code


FUZZ: Any = settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


@pytest.mark.slow
@FUZZ
@given(st.binary(max_size=300))
def test_no_bytes_cause_another_error(body: bytes):
    assert attempt(PLAIN, plain_query(), body) != ""
    assert attempt(OA, safe_query("x"), body) != ""


@pytest.mark.slow
@FUZZ
@given(st.binary(max_size=300))
def test_no_sealed_bytes_cause_another_error(message: bytes):
    delivery = sealed_bytes(message)

    assert attempt(OA, dict(delivery.query), delivery.body) != ""


@pytest.mark.slow
@FUZZ
@given(st.binary(min_size=32, max_size=256).map(lambda b: b[: len(b) // 32 * 32]))
def test_no_plaintext_causes_another_error(plain_bytes: bytes):
    delivery = sealed_plain(plain_bytes)

    assert attempt(OA, dict(delivery.query), delivery.body) != ""


REAL = [
    GOOD,
    GOOD_EVENT,
    json_event("subscribe_msg_popup_event", List=[{"TemplateId": "T", "PopupScene": "0"}]),
    xml_event("TEMPLATESENDJOBFINISH", "<MsgID>34284</MsgID><Status>success</Status>"),
    xml_event("CLICK", "<EventKey><![CDATA[K]]></EventKey>"),
]


@pytest.mark.slow
@FUZZ
@given(st.sampled_from(REAL), st.data())
def test_no_mutation_of_a_real_push_causes_another_error(message: str, data: st.DataObject):
    body = bytearray(message.encode())
    start = data.draw(st.integers(0, len(body)))
    length = data.draw(st.integers(0, 12))
    body[start : start + length] = data.draw(st.binary(max_size=12))

    assert attempt(PLAIN, plain_query(), bytes(body)) != ""
    assert attempt(OA, dict(sealed_bytes(bytes(body)).query), sealed_bytes(bytes(body)).body) != ""


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)


@pytest.mark.slow
@FUZZ
@given(
    st.sampled_from(["EventKey", "List", "CreateTime", "MsgType", "MsgID", "FromUserName"]),
    st.sampled_from(["subscribe_msg_sent_event", "subscribe_msg_popup_event", "CLICK", "x"]),
    json_values,
)
def test_no_value_in_any_field_causes_another_error(name: str, event: str, value: Any):
    delivery = safe(json_event(event, **{name: value}))

    assert attempt(OA, dict(delivery.query), delivery.body) != ""
