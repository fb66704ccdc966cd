"""Login codes, phone codes, web login, followers, QR codes."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.sandbox.stage import MP, MP_SECRET, OA, OA_SECRET, Callback, Stage

SESSION = "/sns/jscode2session"
WEB = "/sns/oauth2/access_token"
PHONE = "/wxa/business/getuserphonenumber"
AUTHORIZE = "/connect/oauth2/authorize"
ASKED = {
    "appid": OA,
    "redirect_uri": "http://h.example/in?from=menu",
    "response_type": "code",
    "scope": "snsapi_base",
    "state": "s1",
}


def code(stage: Stage, kind: str) -> str:
    return str(stage.control(f"persons/lin/{kind}").json()["code"])


def session(stage: Stage, login_code: str, **changes: str) -> Any:
    given = {"appid": MP, "secret": MP_SECRET, "grant_type": "authorization_code"}
    return stage.bare(SESSION, **given | {"js_code": login_code} | changes)


def web(stage: Stage, given: str, **changes: str) -> Any:
    query = {"appid": OA, "secret": OA_SECRET, "grant_type": "authorization_code"}
    return stage.bare(WEB, **query | {"code": given} | changes)


def authorize(stage: Stage, **changes: str) -> requests.Response:
    return stage.http.get(
        stage.url + AUTHORIZE, params=ASKED | changes, allow_redirects=False, timeout=5
    )


def test_a_login_code_gives_the_openid_of_this_account(stage: Stage) -> None:
    found = session(stage, code(stage, "js_code"))

    assert found["openid"] == stage.openid("lin", MP)
    assert found["unionid"]
    assert found["session_key"]


def test_openids_differ_and_the_unionid_is_one(stage: Stage) -> None:
    mini = session(stage, code(stage, "js_code"))
    official = web(stage, code(stage, "oauth_code"))

    assert mini["openid"] != official["openid"]
    assert mini["unionid"] == official["unionid"]


def test_a_login_code_works_once(stage: Stage) -> None:
    once = code(stage, "js_code")
    session(stage, once)

    assert session(stage, once)["errcode"] == 40163


def test_a_login_code_lives_five_minutes(stage: Stage) -> None:
    old = code(stage, "js_code")

    stage.later(301)

    assert session(stage, old)["errcode"] == 40029


def test_old_codes_are_forgotten(stage: Stage) -> None:
    old = code(stage, "js_code")
    stage.later(90_000)

    code(stage, "js_code")

    assert old not in stage.sim.world.state.codes


@pytest.mark.parametrize(
    ("changes", "errcode"),
    [
        ({"grant_type": "x"}, 40002),
        ({"appid": ""}, 41002),
        ({"appid": "wxnobody"}, 40013),
        ({"appid": OA}, 40013),
        ({"secret": "x"}, 40125),
        ({"js_code": ""}, 41008),
        ({"js_code": "x"}, 40029),
    ],
)
def test_a_wrong_login_is_refused(stage: Stage, changes: dict[str, str], errcode: int) -> None:
    assert session(stage, code(stage, "js_code"), **changes)["errcode"] == errcode


def test_a_web_code_is_no_login_code(stage: Stage) -> None:
    assert session(stage, code(stage, "oauth_code"))["errcode"] == 40029


def test_a_web_code_expires_with_its_own_error(stage: Stage) -> None:
    old = code(stage, "oauth_code")

    stage.later(301)

    assert web(stage, old)["errcode"] == 42003


def test_a_phone_code_gives_the_number(stage: Stage) -> None:
    found = stage.api(PHONE, {"code": code(stage, "phone_code")}, appid=MP)["phone_info"]

    assert found["phoneNumber"].startswith("1990000")
    assert found["watermark"]["appid"] == MP


def test_a_phone_code_works_once(stage: Stage) -> None:
    once = code(stage, "phone_code")
    stage.api(PHONE, {"code": once}, appid=MP)

    assert stage.api(PHONE, {"code": once}, appid=MP)["errcode"] == 40029


def test_a_phone_code_belongs_to_its_person(stage: Stage) -> None:
    body = {"code": code(stage, "phone_code"), "openid": stage.openid("zhou", MP)}

    assert stage.api(PHONE, body, appid=MP)["errcode"] == 40029


def test_an_official_account_gets_no_number(stage: Stage) -> None:
    assert stage.api(PHONE, {"code": "x"})["errcode"] == 48001


def test_the_web_login_comes_back_with_code_and_state(stage: Stage) -> None:
    answer = authorize(stage, person="lin")

    back = urlsplit(answer.headers["Location"])
    query = parse_qs(back.query)
    assert answer.status_code == 302
    assert back.path == "/in"
    assert (query["from"], query["state"]) == (["menu"], ["s1"])
    assert web(stage, query["code"][0])["openid"] == stage.openid("lin")


def test_the_cookie_says_who_holds_the_phone(stage: Stage) -> None:
    stage.http.cookies.set("sandbox_person", "zhou")

    query = parse_qs(urlsplit(authorize(stage).headers["Location"]).query)

    assert web(stage, query["code"][0])["openid"] == stage.openid("zhou")


def test_without_a_person_the_browser_may_choose(stage: Stage) -> None:
    answer = authorize(stage)

    assert answer.status_code == 200
    assert "林小满" in answer.text
    assert "person=lin" in answer.text


@pytest.mark.parametrize(
    "changes",
    [
        {"appid": "wxnobody"},
        {"appid": MP},
        {"redirect_uri": "javascript:1"},
        {"redirect_uri": "http://[broken"},
        {"response_type": "token"},
        {"scope": "all"},
    ],
)
def test_a_wrong_web_login_shows_the_platforms_page(stage: Stage, changes: dict[str, str]) -> None:
    answer = authorize(stage, person="lin", **changes)

    assert answer.status_code == 400
    assert "参数错误" in answer.text


def test_a_follower_is_known_with_the_scene(stage: Stage) -> None:
    stage.act("lin", "scan", scene="ward_3")

    found = stage.api("/cgi-bin/user/info", openid=stage.openid("lin"))

    assert (found["subscribe"], found["qr_scene_str"]) == (1, "ward_3")
    assert found["subscribe_scene"] == "ADD_SCENE_QR_CODE"


def test_of_a_stranger_only_the_ids_are_known(stage: Stage) -> None:
    found = stage.api("/cgi-bin/user/info", openid=stage.openid("lin"))

    assert found.keys() == {"subscribe", "openid", "unionid"}
    assert found["subscribe"] == 0


@pytest.mark.parametrize(("openid", "errcode"), [("", 41009), ("oNobody", 40003)])
def test_an_unknown_openid_is_refused(stage: Stage, openid: str, errcode: int) -> None:
    assert stage.api("/cgi-bin/user/info", openid=openid)["errcode"] == errcode


def qr(action: str, **scene: object) -> dict[str, Any]:
    return {"action_name": action, "action_info": {"scene": scene}}


def test_a_scanned_code_brings_its_ticket(stage: Stage, callback: Callback) -> None:
    made = stage.api("/cgi-bin/qrcode/create", qr("QR_STR_SCENE", scene_str="child_12"))

    stage.act("lin", "scan", scene="child_12")
    stage.act("lin", "scan", scene="child_12")

    follow, scan = callback.pushes
    assert (follow["Event"], follow["EventKey"]) == ("subscribe", "qrscene_child_12")
    assert (scan["Event"], scan["EventKey"]) == ("SCAN", "child_12")
    assert follow["Ticket"] == scan["Ticket"] == made["ticket"]


@pytest.mark.parametrize(
    ("body", "expires"),
    [
        (qr("QR_LIMIT_STR_SCENE", scene_str="door"), None),
        (qr("QR_SCENE", scene_id=7), 60),
        (qr("QR_SCENE", scene_id=7) | {"expire_seconds": 604800}, 604800),
        (qr("QR_LIMIT_SCENE", scene_id=100000), None),
    ],
)
def test_every_kind_of_code_is_made(
    stage: Stage, body: dict[str, Any], expires: int | None
) -> None:
    made = stage.api("/cgi-bin/qrcode/create", body)

    assert made["ticket"].startswith("gQ")
    assert made.get("expire_seconds") == expires


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        (qr("QR_STR_SCENE", scene_str=""), 40129),
        (qr("QR_STR_SCENE", scene_str="x" * 65), 40129),
        (qr("QR_LIMIT_SCENE", scene_id=100001), 40129),
        (qr("QR_SCENE", scene_id="7"), 40129),
        ({"action_name": "QR_SCENE"}, 40129),
        (qr("QR_POEM", scene_id=7), 40097),
        (qr("QR_SCENE", scene_id=7) | {"expire_seconds": 2592001}, 40097),
    ],
)
def test_a_wrong_code_is_refused(stage: Stage, body: dict[str, Any], errcode: int) -> None:
    assert stage.api("/cgi-bin/qrcode/create", body)["errcode"] == errcode
