"""A code becomes a person once; what must stay at the platform stays there."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
import responses

from tests.wechat.conftest import API
from wechat import errors
from wechat.client import Platform
from wechat.login import FakeLogin, Identity, PlatformLogin

JS = f"{API}/sns/jscode2session"
OAUTH = f"{API}/sns/oauth2/access_token"
PHONE = f"{API}/wxa/business/getuserphonenumber"


@pytest.fixture
def login(official: Platform, miniprogram: Platform) -> PlatformLogin:
    return PlatformLogin(official=official, miniprogram=miniprogram)


def test_a_js_code_becomes_a_person(api: responses.RequestsMock, login: PlatformLogin):
    api.get(JS, json={"openid": "oMP_mum_1", "session_key": "k", "unionid": "u1"})

    person = login.openid_of_js_code("js-code")

    asked = parse_qs(urlsplit(str(api.calls[-1].request.url)).query)
    assert person == Identity("oMP_mum_1", "u1")
    assert asked == {
        "appid": ["wxMP0001"],
        "secret": ["app-secret"],
        "js_code": ["js-code"],
        "grant_type": ["authorization_code"],
    }


def test_a_person_shows_no_openid_in_her_repr():
    assert repr(Identity("oMP_mum_1", "u1")) == "Identity()"


def test_a_person_without_unionid_has_an_empty_one(
    api: responses.RequestsMock, login: PlatformLogin
):
    api.get(JS, json={"openid": "oMP_mum_1", "session_key": "k"})

    assert login.openid_of_js_code("c").unionid == ""


def test_an_oauth_code_becomes_a_person(api: responses.RequestsMock, login: PlatformLogin):
    api.get(OAUTH, json={"openid": "oOA_mum_1", "access_token": "x", "scope": "snsapi_base"})

    assert login.openid_of_oauth_code("c").openid == "oOA_mum_1"


def test_a_preview_is_nobody(api: responses.RequestsMock, login: PlatformLogin):
    api.get(OAUTH, json={"openid": "oVirtual", "is_snapshotuser": 1})

    with pytest.raises(errors.SnapshotVisitor):
        login.openid_of_oauth_code("c")


@pytest.mark.parametrize("errcode", [40029, 40163])
def test_a_used_code_is_rejected(api: responses.RequestsMock, login: PlatformLogin, errcode: int):
    api.get(OAUTH, json={"errcode": errcode, "errmsg": "code been used"})

    with pytest.raises(errors.CodeRejected):
        login.openid_of_oauth_code("c")


@pytest.mark.parametrize("answer", [{}, {"openid": ""}, {"openid": 5}], ids=str)
def test_an_answer_without_a_person_is_bad(
    api: responses.RequestsMock, login: PlatformLogin, answer: dict[str, object]
):
    api.get(JS, json=answer)

    with pytest.raises(errors.BadAnswer):
        login.openid_of_js_code("c")


def test_the_address_of_web_login_has_its_order_and_fragment(login: PlatformLogin):
    assert login.oauth_url("https://h.example/in?next=/a&b=1", "s t") == (
        "https://open.weixin.qq.com/connect/oauth2/authorize?appid=wx49f0ab532d5d035a"
        "&redirect_uri=https%3A%2F%2Fh.example%2Fin%3Fnext%3D%2Fa%26b%3D1"
        "&response_type=code&scope=snsapi_base&state=s+t#wechat_redirect"
    )


@pytest.mark.parametrize(
    ("country", "phone"),
    [("86", "13800000000"), (86, "13800000000"), ("852", "+852 13800000000")],
    ids=["text", "number", "Hong Kong"],
)
def test_a_phone_code_becomes_a_number(
    api: responses.RequestsMock, login: PlatformLogin, country: object, phone: str
):
    api.post(PHONE, json={"phone_info": {"purePhoneNumber": "13800000000", "countryCode": country}})

    assert login.phone_of_code("p") == phone
    assert json.loads(api.calls[-1].request.body or b"") == {"code": "p"}


@pytest.mark.parametrize(
    "answer",
    [{}, {"phone_info": "x"}, {"phone_info": {}}, {"phone_info": {"purePhoneNumber": 5}}],
    ids=str,
)
def test_an_answer_without_a_number_is_bad(
    api: responses.RequestsMock, login: PlatformLogin, answer: dict[str, object]
):
    api.post(PHONE, json=answer)

    with pytest.raises(errors.BadAnswer):
        login.phone_of_code("p")


def test_the_fake_knows_a_code_once():
    fake = FakeLogin()
    fake.people |= {"js": Identity("oMP_mum_1"), "web": Identity("oOA_mum_1")}
    fake.phones["p"] = "13800000000"

    assert fake.openid_of_js_code("js") == Identity("oMP_mum_1")
    assert fake.openid_of_oauth_code("web") == Identity("oOA_mum_1")
    assert fake.phone_of_code("p") == "13800000000"
    with pytest.raises(errors.CodeRejected):
        fake.openid_of_js_code("js")
    with pytest.raises(errors.CodeRejected):
        fake.phone_of_code("p")


def test_the_fake_address_carries_state_and_way_back():
    query = parse_qs(urlsplit(FakeLogin().oauth_url("https://h.example/in", "s1")).query)

    assert query == {"redirect_uri": ["https://h.example/in"], "state": ["s1"]}
