"""A true push is read as what it is, in every mode, notation and key."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.wechat.platform_side import (
    COMPATIBLE,
    CURRENT,
    JSON,
    NONCE,
    NOW,
    OA,
    PLAIN,
    PREVIOUS,
    STAMP,
    XML,
    Delivery,
    encrypt,
    json_event,
    plain,
    plain_query,
    safe,
    safe_query,
    sealed_xml,
    xml_text,
)
from wechat.account import Account, PushFormat
from wechat.callback import read, verify
from wechat.errors import BadPush
from wechat.push import Push


def received(message: str) -> Push:
    delivery = safe(message)
    return read(OA, delivery.query, delivery.body, now=NOW)


def both(message: str) -> Delivery:
    """Deliver as in compatible mode: every field plain, and the seal beside them."""
    encrypted = encrypt(message)
    body = message.replace("</xml>", f"<Encrypt>{encrypted}</Encrypt></xml>")
    return Delivery(safe_query(encrypted), body.encode())


TEXT = xml_text("产检预约")
EVENT = json_event("debug_demo")


@pytest.mark.parametrize(
    ("account", "delivery", "notation", "aes_key"),
    [
        pytest.param(PLAIN, plain(TEXT), XML, None, id="plain xml"),
        pytest.param(PLAIN, plain(EVENT), JSON, None, id="plain json"),
        pytest.param(PLAIN, both(TEXT), XML, None, id="plain account, sealed copy ignored"),
        pytest.param(COMPATIBLE, plain(TEXT), XML, None, id="compatible, plain only"),
        pytest.param(COMPATIBLE, both(TEXT), XML, CURRENT, id="compatible, seal preferred"),
        pytest.param(COMPATIBLE, safe(EVENT), JSON, CURRENT, id="compatible, sealed only"),
        pytest.param(OA, safe(TEXT), XML, CURRENT, id="safe xml"),
        pytest.param(OA, safe(EVENT), JSON, CURRENT, id="safe json"),
        pytest.param(OA, both(TEXT), XML, CURRENT, id="safe, plain copy ignored"),
        pytest.param(OA, sealed_xml(encrypt(TEXT, key=PREVIOUS)), XML, PREVIOUS, id="previous key"),
    ],
)
def test_every_mode_and_notation_is_read(
    account: Account, delivery: Delivery, notation: PushFormat, aes_key: str | None
):
    push = read(account, delivery.query, delivery.body, now=NOW)

    assert (push.format, push.aes_key) == (notation, aes_key)


def test_in_compatible_mode_the_sealed_words_count_not_the_plain_ones():
    encrypted = encrypt(xml_text("真"))
    body = xml_text("假").replace("</xml>", f"<Encrypt>{encrypted}</Encrypt></xml>")

    push = read(COMPATIBLE, safe_query(encrypted), body.encode(), now=NOW)

    assert push.text == "真"


def test_the_previous_key_stops_working_when_it_is_dropped():
    delivery = sealed_xml(encrypt(TEXT, key=PREVIOUS))

    with pytest.raises(BadPush):
        read(replace(OA, aes_key_previous=None), delivery.query, delivery.body, now=NOW)


@pytest.mark.parametrize("away", [-600, 600], ids=["ten minutes old", "ten minutes ahead"])
def test_ten_minutes_still_count_as_fresh(away: int):
    delivery = safe(TEXT)
    now = datetime.fromtimestamp(STAMP - away, UTC)

    assert read(OA, delivery.query, delivery.body, now=now).text == "产检预约"


def test_one_second_more_is_stale():
    delivery = safe(TEXT)
    now = datetime.fromtimestamp(STAMP, UTC) + timedelta(seconds=601)

    with pytest.raises(BadPush, match="stale"):
        read(OA, delivery.query, delivery.body, now=now)


def test_a_body_of_exactly_64_kib_is_read():
    body = TEXT.encode()
    body += b" " * (64 * 1024 - len(body))

    assert read(PLAIN, plain_query(), body, now=NOW).text == "产检预约"


def test_the_address_check_is_answered_in_safe_mode_too():
    query = {**plain_query(), "echostr": "437512_-=+/abc", "nonce": NONCE}

    assert verify(OA, query, now=NOW) == "437512_-=+/abc"
