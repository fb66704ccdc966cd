"""The frame of every API call: methods, bodies, rid, quotas, faults, the journal."""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.sandbox.stage import MP, OA, Stage

PROBE = "/cgi-bin/getcallbackip"
SEND = "/cgi-bin/message/custom/send"
RID = re.compile(r" rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$")


def post(stage: Stage, body: bytes, path: str = SEND) -> Any:
    query = {"access_token": stage.token()}
    return stage.http.post(stage.url + path, params=query, data=body, timeout=5).json()


def fault(stage: Stage, **fields: Any) -> None:
    assert stage.control("faults", fields).status_code == 201


def probe(stage: Stage) -> requests.Response:
    return stage.http.get(stage.url + PROBE, params={"access_token": stage.token()}, timeout=5)


def test_errors_have_status_200_and_a_rid(stage: Stage) -> None:
    answer = stage.http.get(stage.url + PROBE, timeout=5)

    assert answer.status_code == 200
    assert answer.json()["errmsg"].startswith("access_token missing rid: ")
    assert RID.search(answer.json()["errmsg"])


def test_an_unknown_path_is_an_invalid_url(stage: Stage) -> None:
    assert stage.bare("/cgi-bin/nothing")["errcode"] == 40066


def test_the_method_must_fit(stage: Stage) -> None:
    assert stage.api(SEND)["errcode"] == 43002
    assert stage.api(PROBE, {"a": 1})["errcode"] == 43001


@pytest.mark.parametrize(
    ("body", "errcode"),
    [(b"", 44002), (b"{", 47001), (b"[1]", 47001), (b'{"a":"\xff"}', 40033)],
    ids=["empty", "broken", "a list", "not UTF-8"],
)
def test_a_broken_body_is_told(stage: Stage, body: bytes, errcode: int) -> None:
    assert post(stage, body)["errcode"] == errcode


def test_escaped_chinese_is_noted(stage: Stage) -> None:
    post(stage, b'{"touser":"\\u5b55"}')

    call = stage.control("log", method="GET").json()["calls"][-1]
    assert call["warnings"] == ["the JSON has \\u escapes; write UTF-8"]


def test_the_journal_keeps_no_secret_and_no_token(stage: Stage) -> None:
    token = stage.token()
    stage.api(PROBE)

    text = stage.control("log", method="GET").text

    assert token not in text
    assert "secret-of-oa" not in text


def test_the_journal_can_be_read_from_a_number_on(stage: Stage) -> None:
    stage.api(PROBE)
    last = stage.control("log", method="GET").json()["calls"][-1]["id"]

    stage.api(PROBE)

    later = stage.control(f"log?after={last}", method="GET").json()["calls"]
    assert [call["path"] for call in later] == [PROBE]


@pytest.mark.parametrize(
    ("fields", "errcode"),
    [
        ({"kind": "system_busy"}, -1),
        ({"kind": "bad_token"}, 40001),
        ({"kind": "errcode", "errcode": 45011}, 45011),
        ({"kind": "daily_quota"}, 45009),
    ],
)
def test_a_fault_befalls_the_next_call(stage: Stage, fields: dict[str, Any], errcode: int) -> None:
    stage.token()
    fault(stage, path=PROBE, **fields)

    assert stage.api(PROBE)["errcode"] == errcode


def test_a_fault_ends_after_its_times(stage: Stage) -> None:
    stage.token()
    fault(stage, kind="system_busy", times=2)

    codes = [stage.api(PROBE).get("errcode", 0) for _ in range(3)]

    assert codes == [-1, -1, 0]


def test_a_fault_may_strike_every_third_call(stage: Stage) -> None:
    fault(stage, kind="bad_token", path=PROBE, every=3, times=2)

    codes = [stage.api(PROBE).get("errcode", 0) for _ in range(7)]

    assert codes == [0, 0, 40001, 0, 0, 40001, 0]


def test_a_fault_on_another_path_does_not_strike(stage: Stage) -> None:
    fault(stage, kind="system_busy", path="/cgi-bin/menu/get")

    assert "errcode" not in stage.api(PROBE)


def test_a_token_call_can_be_busy_too(stage: Stage) -> None:
    fault(stage, kind="system_busy", path="/cgi-bin/token")

    assert stage.bare("/cgi-bin/token")["errcode"] == -1


def test_a_gateway_error_is_html(stage: Stage) -> None:
    stage.token()
    fault(stage, kind="http_502")

    answer = probe(stage)

    assert answer.status_code == 502
    assert answer.text.startswith("<!doctype html>")


def test_a_call_behind_a_broken_gateway_never_arrives(stage: Stage, lin: str) -> None:
    stage.token()
    fault(stage, kind="http_502", path=SEND)
    body = json.dumps({"touser": lin, "msgtype": "text", "text": {"content": "hi"}}).encode()

    query = {"access_token": stage.token()}
    stage.http.post(stage.url + SEND, params=query, data=body, timeout=5)

    assert stage.chat() == []


def test_html_may_come_with_status_200(stage: Stage) -> None:
    stage.token()
    fault(stage, kind="html")

    answer = probe(stage)

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


def test_the_errmsg_may_be_empty(stage: Stage) -> None:
    fault(stage, kind="empty_errmsg", path=PROBE)

    assert stage.bare(PROBE) == {"errcode": 41001, "errmsg": ""}


def test_a_time_out_is_longer_than_the_client_waits(stage: Stage) -> None:
    stage.token()
    fault(stage, kind="time_out", seconds=0.3)

    with pytest.raises(requests.Timeout):
        stage.http.get(stage.url + PROBE, params={"access_token": stage.token()}, timeout=(1, 0.05))


@pytest.mark.slow
def test_slow_bytes_arrive_whole_in_the_end(stage: Stage) -> None:
    stage.token()
    fault(stage, kind="slow_bytes", seconds=0.2)
    begun = time.monotonic()

    answer = probe(stage)

    assert answer.json() == {"ip_list": ["127.0.0.1"]}
    assert time.monotonic() - begun >= 0.15


@pytest.mark.slow
def test_two_sends_to_one_person_at_once_collide(stage: Stage) -> None:
    stage.act("lin", "consent", template_ids=["S_CLASS"], decision="accept")
    body = {
        "touser": stage.openid("lin", MP),
        "template_id": "S_CLASS",
        "data": {"thing1": {"value": "分娩课"}},
    }
    path = "/cgi-bin/message/subscribe/send"
    stage.token(MP)
    fault(stage, kind="parallel", path=path, seconds=0.3)

    with ThreadPoolExecutor(2) as pool:
        answers = pool.map(lambda _: stage.api(path, body, appid=MP)["errcode"], range(2))

    assert sorted(answers) == [0, 43108]


def test_faults_can_be_listed_and_cleared(stage: Stage) -> None:
    fault(stage, kind="system_busy", path="*", times=5)
    listed = stage.control("faults", method="GET").json()["faults"]

    cleared = stage.control("faults", method="DELETE").json()["faults"]

    assert [found["kind"] for found in listed] == ["system_busy"]
    assert cleared == []


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"kind": "rain"},
        {"kind": "html", "times": 0},
        {"kind": "html", "colour": 1},
        {"kind": "errcode", "errcode": 7},
    ],
    ids=["no kind", "unknown kind", "never", "unknown field", "unknown errcode"],
)
def test_a_wrong_fault_is_refused(stage: Stage, fields: dict[str, Any]) -> None:
    assert stage.control("faults", fields).status_code == 400


def test_the_quota_is_counted_per_api_and_day(stage: Stage) -> None:
    stage.control("clock", {"set_to": "2026-03-01T12:00"})
    stage.api(PROBE)
    stage.api(PROBE)
    asked = {"cgi_path": PROBE}

    today = stage.api("/cgi-bin/openapi/quota/get", asked)["quota"]
    stage.later(12 * 3600)
    stage._tokens.clear()
    tomorrow = stage.api("/cgi-bin/openapi/quota/get", asked)["quota"]

    assert (today["used"], today["remain"]) == (2, today["daily_limit"] - 2)
    assert tomorrow["used"] == 0


def test_an_unknown_path_has_no_quota(stage: Stage) -> None:
    asked = {"cgi_path": "/sns/jscode2session"}

    assert stage.api("/cgi-bin/openapi/quota/get", asked)["errcode"] == 76021


def test_the_quota_can_be_cleared_ten_times_a_month(stage: Stage) -> None:
    fault(stage, kind="daily_quota", path=PROBE)
    refused = stage.api(PROBE)["errcode"]

    codes = [stage.api("/cgi-bin/clear_quota", {"appid": OA})["errcode"] for _ in range(11)]

    assert refused == 45009
    assert "errcode" not in stage.api(PROBE)
    assert codes == [0] * 10 + [48006]


def test_only_the_own_quota_can_be_cleared(stage: Stage) -> None:
    assert stage.api("/cgi-bin/clear_quota", {"appid": MP})["errcode"] == 40013
