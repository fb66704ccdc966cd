"""The client is patient once, never twice."""

import json
from typing import Any

import pytest
import responses

from core.errors import Unavailable
from tests.wechat.conftest import API
from tests.wechat.platform_side import OA
from wechat import errors
from wechat.client import Platform

SEND = "/cgi-bin/message/custom/send"
INFO = "/cgi-bin/user/info"
OPENID = "oOA_mum_1"
RID = "66bdb248-1fa23ff9-58483015"


def calls_to(api: responses.RequestsMock, path: str) -> list[str]:
    urls = [str(call.request.url) for call in api.calls]
    return [url for url in urls if url.startswith(API + path)]


def refusal(errcode: int, errmsg: str = "no") -> dict[str, object]:
    return {"errcode": errcode, "errmsg": f"{errmsg} rid: {RID}"}


def token(value: str) -> dict[str, object]:
    return {"access_token": value, "expires_in": 7200}


def bodies(api: responses.RequestsMock, path: str) -> list[Any]:
    return [
        json.loads(call.request.body or b"{}") for call in api.calls if path in call.request.url
    ]


def test_one_token_serves_many_calls(api: responses.RequestsMock, official: Platform):
    api.get(API + INFO, json={"openid": OPENID})

    answers = [official.get(INFO, params={"openid": OPENID}) for _ in range(3)]

    assert answers == [{"openid": OPENID}] * 3
    assert len(calls_to(api, "/cgi-bin/stable_token")) == 1
    assert calls_to(api, INFO)[0].endswith("?access_token=T1&openid=oOA_mum_1")


def test_the_token_is_asked_for_without_force(api: responses.RequestsMock, official: Platform):
    api.get(API + INFO, json={})

    official.get(INFO, params={})

    assert bodies(api, "stable_token") == [
        {
            "grant_type": "client_credential",
            "appid": OA.appid,
            "secret": OA.secret,
            "force_refresh": False,
        }
    ]


def test_chinese_is_sent_as_utf8_not_as_escapes(api: responses.RequestsMock, official: Platform):
    api.post(API + SEND, json={"errcode": 0, "errmsg": "ok"})

    official.post(SEND, payload={"text": {"content": "孕24周"}})

    request = api.calls[-1].request
    assert request.body == '{"text": {"content": "孕24周"}}'.encode()
    assert request.headers["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("errcode", [40001, 40014, 42001])
def test_a_rejected_token_is_replaced_once(
    api: responses.RequestsMock, official: Platform, errcode: int
):
    api.post(f"{API}/cgi-bin/stable_token", json=token("T2"))
    api.post(API + SEND, json=refusal(errcode))
    api.post(API + SEND, json={"errcode": 0})

    official.post(SEND, payload={})

    assert calls_to(api, SEND) == [f"{API}{SEND}?access_token=T1", f"{API}{SEND}?access_token=T2"]
    assert [body["force_refresh"] for body in bodies(api, "stable_token")] == [False, False]


def test_a_new_token_is_forced_only_if_the_platform_still_gives_the_rejected_one(
    api: responses.RequestsMock, official: Platform
):
    api.post(f"{API}/cgi-bin/stable_token", json=token("T1"))
    api.post(f"{API}/cgi-bin/stable_token", json=token("T2"))
    api.post(API + SEND, json=refusal(40001))
    api.post(API + SEND, json={"errcode": 0})

    official.post(SEND, payload={})

    assert [body["force_refresh"] for body in bodies(api, "stable_token")] == [False, False, True]
    assert calls_to(api, SEND)[-1].endswith("access_token=T2")


def test_a_permanent_40001_ends_after_two_calls(api: responses.RequestsMock, official: Platform):
    api.post(API + SEND, json=refusal(40001))

    with pytest.raises(errors.TokenRejected):
        official.post(SEND, payload={})

    assert len(calls_to(api, SEND)) == 2
    assert len(calls_to(api, "/cgi-bin/stable_token")) <= 3


def test_other_refusals_are_not_tried_again(api: responses.RequestsMock, official: Platform):
    api.post(API + SEND, json=refusal(-1, "system error"))

    with pytest.raises(errors.Busy):
        official.post(SEND, payload={})

    assert len(calls_to(api, SEND)) == 1


@pytest.mark.parametrize("errcode", [40001, 40125, 40164, 89503, 40243, 40013])
def test_a_wrong_secret_or_address_is_for_staff_and_permanent(official: Platform, errcode: int):
    with responses.RequestsMock() as api:
        api.post(f"{API}/cgi-bin/stable_token", json=refusal(errcode))

        with pytest.raises(errors.Misconfigured) as refused:
            official.post(SEND, payload={})

    assert (refused.value.errcode, refused.value.permanent) == (errcode, True)
    assert (refused.value.rid, refused.value.__cause__) == (RID, None)


@pytest.mark.parametrize(
    "answer",
    [{}, {"access_token": "", "expires_in": 1}, {"access_token": 5}, {"access_token": "T"}],
    ids=str,
)
def test_a_token_answer_without_a_token_is_bad(official: Platform, answer: dict[str, object]):
    with responses.RequestsMock() as api:
        api.post(f"{API}/cgi-bin/stable_token", json=answer)

        with pytest.raises(errors.BadAnswer):
            official.post(SEND, payload={})


def test_login_calls_go_without_a_token(api: responses.RequestsMock, official: Platform):
    api.get(f"{API}/sns/jscode2session", json={"openid": OPENID})

    official.get_with_secret("/sns/jscode2session", params={"js_code": "c"})

    assert len(api.calls) == 1
    assert "access_token" not in str(api.calls[0].request.url)


@pytest.mark.parametrize(
    ("errcode", "kind", "permanent"),
    [
        (-1, errors.Busy, False),
        (45009, errors.QuotaReached, False),
        (45011, errors.TooFast, False),
        (43108, errors.ParallelSend, False),
        (43101, errors.NotSubscribed, True),
        (43004, errors.NotFollower, True),
        (40003, errors.NotFollower, True),
        (43019, errors.PersonBlocked, True),
        (45015, errors.WindowClosed, True),
        (45047, errors.WindowClosed, True),
        (40037, errors.BadTemplate, True),
        (47003, errors.BadTemplateValue, True),
        (41030, errors.BadPage, True),
        (45002, errors.WordsRefused, True),
        (40029, errors.CodeRejected, True),
        (48001, errors.Misconfigured, True),
        (47001, errors.BadCall, True),
        (99999, errors.PlatformError, False),
    ],
)
def test_a_refusal_has_its_type(
    api: responses.RequestsMock,
    official: Platform,
    errcode: int,
    kind: type[errors.PlatformError],
    permanent: bool,
):
    api.post(API + SEND, json=refusal(errcode))

    with pytest.raises(Unavailable) as refused:
        official.post(SEND, payload={})

    error = refused.value
    assert type(error) is kind
    assert isinstance(error, errors.PlatformError)
    assert (error.errcode, error.permanent, error.uncertain) == (errcode, permanent, False)
    assert str(error) == f"{error.code} (errcode {errcode})"


def test_every_number_means_one_thing():
    listed = [number for numbers in errors.MEANINGS.values() for number in numbers]

    assert len(listed) == len(set(listed)) == len(errors.ERRCODES)


def test_of_the_platforms_words_only_id_and_key_are_kept():
    error = errors.platform_error(47003, f"argument invalid! data.thing22.value invalid rid: {RID}")

    assert (error.rid, error.key) == (RID, "thing22")
    assert str(error) == "wechat.bad_template_value (errcode 47003)"
