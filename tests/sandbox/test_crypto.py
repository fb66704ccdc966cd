"""The official vectors of the push protocol, and envelopes that must not open."""

import base64

import pytest

from sandbox.crypto import BadEnvelope, seal, sign, unseal

KEY = "A" * 43
APPID = "wxba5fad812f8e6fb9"
V3_ENVELOPE = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqz"
    "DpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede"
    "2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr"
    "7F9mFUPAJGj04="
)
V3_TEXT = (
    '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY",'
    '"CreateTime":1714112445,"MsgType":"event","Event":"debug_demo","debug_str":"hello world"}'
)
V4_ENVELOPE = (
    "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="
)


@pytest.mark.parametrize(
    ("parts", "signature"),
    [
        pytest.param(
            ("AAAAA", "1714036504", "1514711492"),
            "f464b24fc39322e44b38aa78f5edd27bd1441696",
            id="V1 verification",
        ),
        pytest.param(
            ("AAAAA", "1714037059", "486452656"),
            "899cf89e464efb63f54ddac96b0a0a235f53aa78",
            id="V2 plain push",
        ),
        pytest.param(
            ("AAAAA", "1714112445", "415670741"),
            "6c5c811b55cc85e0e1b54100749188c20beb3f5d",
            id="V3 safe push, signature",
        ),
        pytest.param(
            ("AAAAA", "1714112445", "415670741", V3_ENVELOPE),
            "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3",
            id="V3 safe push, msg_signature",
        ),
        pytest.param(
            ("AAAAA", "1713424427", "415670741", V4_ENVELOPE),
            "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1",
            id="V4 reply",
        ),
    ],
)
def test_signatures_match_the_official_vectors(parts: tuple[str, ...], signature: str) -> None:
    assert sign(*parts) == signature


def test_the_official_push_opens() -> None:
    assert unseal(V3_ENVELOPE, aes_key=KEY, appid=APPID).decode() == V3_TEXT


def test_the_official_push_is_sealed_to_the_byte() -> None:
    sealed = seal(V3_TEXT.encode(), aes_key=KEY, appid=APPID, prefix=b"a8eedb185eb2fecf")

    assert sealed == V3_ENVELOPE


def test_the_official_reply_is_sealed_to_the_byte() -> None:
    text = b'{"demo_resp":"good luck"}'

    assert seal(text, aes_key=KEY, appid=APPID, prefix=b"707722b803182950") == V4_ENVELOPE


@pytest.mark.parametrize("length", [0, 1, 11, 12, 13, 31, 32, 33, 2048])
def test_every_length_survives_the_envelope(length: int) -> None:
    text = b"x" * length

    assert unseal(seal(text, aes_key=KEY, appid=APPID), aes_key=KEY, appid=APPID) == text


@pytest.mark.parametrize(
    ("envelope", "reason"),
    [
        pytest.param("***", "base64", id="not base64"),
        pytest.param("", "whole AES blocks", id="empty"),
        pytest.param(base64.b64encode(b"x" * 17).decode(), "whole AES blocks", id="odd length"),
        pytest.param(base64.b64encode(b"x" * 64).decode(), "pad", id="noise"),
        pytest.param(seal(b"hi", aes_key="B" * 43, appid=APPID), "pad", id="another key"),
        pytest.param(seal(b"hi", aes_key=KEY, appid="wxother"), "AppID", id="another account"),
    ],
)
def test_a_wrong_envelope_does_not_open(envelope: str, reason: str) -> None:
    with pytest.raises(BadEnvelope, match=reason):
        unseal(envelope, aes_key=KEY, appid=APPID)
