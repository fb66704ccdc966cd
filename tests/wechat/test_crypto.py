"""The seal against the platform's published examples, and against wechatpy as a second opinion."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from wechatpy.crypto import WeChatCrypto

from tests.wechat.platform_side import CURRENT, NONCE, OA, STAMP, XML, sealed_xml, sha1, xml_text
from wechat.account import Account, AccountKind, Mode, PushFormat
from wechat.callback import read, verify
from wechat.crypto import is_signed, seal, signature, unseal
from wechat.replies import TextReply, answer

OFFICIAL = Account(
    kind=AccountKind.MP,
    appid="wxba5fad812f8e6fb9",
    secret="-",
    gh_id="gh_97417a04a28d",
    token="AAAAA",
    aes_key="A" * 43,
    push_format=PushFormat.JSON,
)
OFFICIAL_ENCRYPT = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJG"
    "QqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrf"
    "MZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgR"
    "tWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)


def test_official_address_check_is_echoed():
    query = {
        "signature": "f464b24fc39322e44b38aa78f5edd27bd1441696",
        "timestamp": "1714036504",
        "nonce": "1514711492",
        "echostr": "4375120948345356249",
    }

    echo = verify(OFFICIAL, query, now=datetime.fromtimestamp(1714036504, UTC))

    assert echo == "4375120948345356249"


def test_official_plain_signature():
    assert is_signed("899cf89e464efb63f54ddac96b0a0a235f53aa78", "AAAAA", "1714037059", "486452656")


@pytest.mark.parametrize("mode", [Mode.SAFE, Mode.COMPATIBLE])
def test_official_safe_push_is_read(mode: Mode):
    query = {
        "signature": "6c5c811b55cc85e0e1b54100749188c20beb3f5d",
        "timestamp": "1714112445",
        "nonce": "415670741",
        "openid": "o9AgO5Kd5ggOC-bXrbNODIiE3bGY",
        "encrypt_type": "aes",
        "msg_signature": "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3",
    }
    body = f'{{"ToUserName":"gh_97417a04a28d","Encrypt":"{OFFICIAL_ENCRYPT}"}}'.encode()

    push = read(
        replace(OFFICIAL, mode=mode), query, body, now=datetime.fromtimestamp(1714112445, UTC)
    )

    assert (push.openid, push.event) == ("o9AgO5Kd5ggOC-bXrbNODIiE3bGY", "debug_demo")
    assert push.fields["debug_str"] == "hello world"


def test_official_answer_is_sealed_byte_for_byte():
    sealed = seal(
        b'{"demo_resp":"good luck"}',
        aes_key=OFFICIAL.aes_key,
        appid=OFFICIAL.appid,
        prefix=b"707722b803182950",
    )

    assert sealed == (
        "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
    )
    assert (
        signature("AAAAA", "1713424427", "415670741", sealed)
        == "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"
    )


@pytest.mark.parametrize("size", range(64))
def test_every_length_of_message_survives_the_seal(size: int):
    message = b"x" * size

    sealed = seal(message, aes_key=CURRENT, appid=OA.appid, prefix=b"p" * 16)

    assert unseal(sealed, aes_key=CURRENT, appid=OA.appid) == message


def test_wechatpy_opens_what_we_answer():
    delivery = sealed_xml(seal_of(xml_text("产检预约")))
    now = datetime.fromtimestamp(STAMP, UTC)
    push = read(OA, delivery.query, delivery.body, now=now)

    sealed = answer(OA, push, TextReply("下次产检：3月1日"), now=now, nonce=NONCE).decode()

    proof = sealed.split("<MsgSignature><![CDATA[")[1].split("]]>")[0]
    opened = WeChatCrypto(OA.token, CURRENT, OA.appid).decrypt_message(
        sealed, proof, str(STAMP), NONCE
    )
    assert push.format is XML
    assert "下次产检：3月1日" in opened


def test_we_open_what_wechatpy_seals():
    sealed = WeChatCrypto(OA.token, CURRENT, OA.appid).encrypt_message(
        xml_text("儿保预约"), NONCE, str(STAMP)
    )
    encrypted = sealed.split("<Encrypt><![CDATA[")[1].split("]]>")[0]

    opened = unseal(encrypted, aes_key=CURRENT, appid=OA.appid)

    assert "儿保预约" in opened.decode()


def test_parts_are_sorted_as_text_not_as_numbers():
    assert signature("9", "10", "b") == sha1("10", "9", "b")


@pytest.mark.parametrize("given", ["", "é", "\udcff", "x" * 10_000], ids=repr)
def test_a_strange_signature_is_refused_without_an_error(given: str):
    assert not is_signed(given, "a", "b")


def seal_of(message: str) -> str:
    return seal(message.encode(), aes_key=CURRENT, appid=OA.appid, prefix=b"0" * 16)
