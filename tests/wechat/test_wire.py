"""One exchange is bounded in time and size, and lets no secret out."""

import logging
import socket
import time
from collections.abc import Iterator

import pytest
import requests
import responses

from core.clock import FixedClock
from tests.wechat import loopback
from tests.wechat.conftest import API
from tests.wechat.loopback import Answering, Call, Loopback
from tests.wechat.platform_side import NOW, OA
from wechat import errors, wire
from wechat.client import Platform
from wechat.tokens import MemoryTokens

SEND = "/cgi-bin/message/custom/send"
INFO = "/cgi-bin/user/info"
OPENID = "oOA_mum_1"
RID = "66bdb248-1fa23ff9-58483015"


def refusal(errcode: int, errmsg: str = "no") -> dict[str, object]:
    return {"errcode": errcode, "errmsg": f"{errmsg} rid: {RID}"}


def token(value: str) -> dict[str, object]:
    return {"access_token": value, "expires_in": 7200}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"<html>502 Bad Gateway</html>", 502, id="gateway page"),
        pytest.param(b"<html>hello</html>", 200, id="html"),
        pytest.param(b"", 200, id="nothing"),
        pytest.param(b"[]", 200, id="array"),
        pytest.param(b'{"errcode":', 200, id="cut off"),
        pytest.param(b'{"errcode":"zero"}', 200, id="errcode in words"),
        pytest.param(b"\xff\xfe{", 200, id="not utf-8"),
        pytest.param(b"[" * 100_000, 200, id="deep"),
        pytest.param(b"", 302, id="elsewhere"),
    ],
)
def test_what_is_no_answer_of_the_platform_is_bad_and_uncertain(
    api: responses.RequestsMock, official: Platform, body: bytes, status: int
):
    api.post(API + SEND, body=body, status=status, headers={"Location": "https://x.invalid/"})

    with pytest.raises(errors.BadAnswer) as refused:
        official.post(SEND, payload={})

    assert (refused.value.permanent, refused.value.uncertain) == (False, True)
    assert refused.value.errcode is None


def test_an_answer_too_large_is_dropped(api: responses.RequestsMock, official: Platform):
    api.get(API + INFO, body=b"x" * (wire.MAX_ANSWER_BYTES + 1))

    with pytest.raises(errors.AnswerLost):
        official.get(INFO, params={})


def test_control_characters_in_an_answer_do_no_harm(
    api: responses.RequestsMock, official: Platform
):
    api.get(API + INFO, body=b'{"remark":"a\x01b"}')

    assert official.get(INFO, params={}) == {"remark": "a\x01b"}


def test_no_secret_is_logged_or_raised(
    api: responses.RequestsMock, official: Platform, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG, logger="wechat")
    api.get(API + INFO, json=refusal(40003, f"invalid openid {OPENID}"))

    with pytest.raises(errors.NotFollower) as refused:
        official.get(INFO, params={"openid": OPENID})

    told = str([vars(record) for record in caplog.records]) + repr(refused.value)
    assert RID in told
    assert all(secret not in told for secret in ("T1", OA.secret, OPENID))


@pytest.fixture
def platform() -> Iterator[Loopback]:
    with loopback.running() as platform:
        yield platform


@pytest.fixture
def near(platform: Loopback, http: requests.Session) -> Platform:
    return platform_at(platform.url, http)


def platform_at(url: str, http: requests.Session) -> Platform:
    return Platform(OA, base_url=url + "/", tokens=MemoryTokens(FixedClock(NOW)), http=http)


def hand_out_token(answering: Answering, call: Call) -> bool:
    """Answer the call if it asks for a token, and say whether it did."""
    asked = call.path == "/cgi-bin/stable_token"
    if asked:
        answering.send(token("T1"))
    return asked


def test_a_real_exchange_over_http(platform: Loopback, near: Platform):
    def respond(answering: Answering, call: Call) -> None:
        hand_out_token(answering, call) or answering.send({"errcode": 0, "msgid": 2**63 - 1})

    platform.respond = respond

    answer = near.post(SEND, payload={"touser": OPENID})

    assert answer["msgid"] == 9223372036854775807
    assert platform.calls[-1].query == {"access_token": "T1"}
    assert platform.calls[-1].payload == {"touser": OPENID}


def test_an_answer_in_chunks_is_read(platform: Loopback, near: Platform):
    def respond(answering: Answering, call: Call) -> None:
        if not hand_out_token(answering, call):
            answering.protocol_version = "HTTP/1.1"
            answering.send_response(200)
            answering.send_header("Transfer-Encoding", "chunked")
            answering.end_headers()
            answering.wfile.write(b'7\r\n{"a": "\r\n3\r\nb"}\r\n0\r\n\r\n')

    platform.respond = respond

    assert near.get(INFO, params={}) == {"a": "b"}


@pytest.mark.slow
def test_a_silent_platform_is_given_up(
    platform: Loopback, near: Platform, monkeypatch: pytest.MonkeyPatch
):
    def respond(answering: Answering, call: Call) -> None:
        hand_out_token(answering, call) or time.sleep(0.6)

    platform.respond = respond
    monkeypatch.setattr(wire, "READ_SECONDS", 0.2)
    began = time.monotonic()

    with pytest.raises(errors.AnswerLost) as lost:
        near.post(SEND, payload={})

    assert time.monotonic() - began < 0.5
    assert lost.value.uncertain
    assert (lost.value.__cause__, lost.value.__context__) == (None, None)


@pytest.mark.slow
def test_a_dripping_answer_is_given_up(
    platform: Loopback, near: Platform, monkeypatch: pytest.MonkeyPatch
):
    def respond(answering: Answering, call: Call) -> None:
        if not hand_out_token(answering, call):
            answering.send_response(200)
            answering.send_header("Content-Length", "100")
            answering.end_headers()
            drip(answering)

    def drip(answering: Answering) -> None:
        try:
            for _ in range(20):
                answering.wfile.write(b" ")
                answering.wfile.flush()
                time.sleep(0.05)
        except OSError:
            answering.close_connection = True

    platform.respond = respond
    monkeypatch.setattr(wire, "CONNECT_SECONDS", 0.1)
    monkeypatch.setattr(wire, "READ_SECONDS", 0.2)
    began = time.monotonic()

    with pytest.raises(errors.AnswerLost):
        near.get(INFO, params={})

    assert time.monotonic() - began < 0.8


def test_a_cut_connection_leaves_it_uncertain(platform: Loopback, near: Platform):
    def respond(answering: Answering, call: Call) -> None:
        if not hand_out_token(answering, call):
            answering.send_response(200)
            answering.send_header("Content-Length", "100")
            answering.end_headers()
            answering.wfile.write(b"{")

    platform.respond = respond

    with pytest.raises(errors.AnswerLost) as lost:
        near.post(SEND, payload={})

    assert lost.value.uncertain


def test_a_closed_port_was_certainly_not_reached(http: requests.Session):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]

    with pytest.raises(errors.NotReached) as lost:
        platform_at(f"http://127.0.0.1:{port}", http).post(SEND, payload={})

    assert (lost.value.uncertain, lost.value.permanent) == (False, False)
    assert lost.value.__context__ is None
    assert str(lost.value) == "wechat.not_reached"


def test_time_limits_are_three_and_five_seconds():
    assert (wire.CONNECT_SECONDS, wire.READ_SECONDS) == (3, 5)
