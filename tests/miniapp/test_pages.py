"""Pages of phones: the H5 client, silent sign-in from the Official Account, notices."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from werkzeug.test import Client

import miniapp.pages
from accounts.models import Purpose
from accounts.notices import notice
from tests.miniapp.conftest import API, OWN
from wechat.errors import SnapshotVisitor
from wechat.login import Identity

BOOKING = "/pages/booking/index"


def entered(client, to=BOOKING):
    """Begin to enter; return the address WeChat is asked to come back to, and the state."""
    answer = client.get("/m/enter", query_string={"to": to})
    assert answer.status_code == 303
    query = parse_qs(urlsplit(answer.location).query)
    return query["redirect_uri"][0], query["state"][0]


def come_back(client, address, **query):
    """Come back from WeChat to the address it was given."""
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}&{urlencode(query)}")


@pytest.fixture
def h5(tmp_path, monkeypatch):
    """A build of the H5 client."""
    (tmp_path / "index.html").write_text("<!doctype html><title>孕育</title>", encoding="utf-8")
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "index.js").write_text("let it = 1", encoding="utf-8")
    monkeypatch.setattr(miniapp.pages, "H5", tmp_path)


def test_she_enters_from_the_account_and_lands_signed_in_on_the_page_she_wanted(
    client, login, cast
):
    address, state = entered(client)
    login.people["code-1"] = Identity("oOA_lin")

    landed = come_back(client, address, code="code-1", state=state)

    assert (landed.status_code, landed.location) == (303, f"/m/#{BOOKING}")
    assert client.get(f"{API}/me").json["person"]["id"] == cast.mother.id


def test_her_cookie_is_out_of_reach_of_scripts_and_other_sites(client, login):
    address, state = entered(client)
    login.people["code-1"] = Identity("oOA_lin")

    landed = come_back(client, address, code="code-1", state=state)

    cookie = next(
        one for one in landed.headers.getlist("Set-Cookie") if one.startswith("yunyu_family=")
    )
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_who_is_signed_in_by_cookie_writes_only_from_our_own_page(client, login):
    address, state = entered(client)
    login.people["code-1"] = Identity("oOA_lin")
    come_back(client, address, code="code-1", state=state)

    forged = client.put(f"{API}/me/name", json={"name": "林"})
    own = client.put(f"{API}/me/name", json={"name": "林"}, headers=OWN)

    assert (forged.status_code, own.status_code) == (403, 200)


def test_a_first_visitor_becomes_a_person(client, login):
    address, state = entered(client)
    login.people["code-1"] = Identity("oOA_first", "u-first")

    come_back(client, address, code="code-1", state=state)

    assert client.get(f"{API}/me").json["person"]["role"] == "mother"


def test_a_sign_in_begun_in_another_browser_is_refused(client, program, login):
    address, state = entered(client)
    login.people["code-1"] = Identity("oOA_lin")

    answer = come_back(Client(program), address, code="code-1", state=state)

    assert answer.status_code == 403
    assert "链接已失效" in answer.text
    assert "code-1" in login.people


@pytest.mark.parametrize("state", ["", "other", "\u00e9"])
def test_a_state_that_is_not_ours_is_refused(client, login, state):
    address, _ = entered(client)
    login.people["code-1"] = Identity("oOA_lin")

    answer = come_back(client, address, code="code-1", state=state)

    assert answer.status_code == 403
    assert client.get(f"{API}/me").status_code == 401


def test_a_state_works_once(client, login):
    address, state = entered(client)
    login.people |= {"code-1": Identity("oOA_lin"), "code-2": Identity("oOA_lin")}
    come_back(client, address, code="code-1", state=state)

    assert come_back(client, address, code="code-2", state=state).status_code == 403


def test_a_used_code_leads_to_a_page_that_tries_again(client):
    address, state = entered(client)

    answer = come_back(client, address, code="used", state=state)

    assert answer.status_code == 403
    assert "/m/enter?to=/pages/booking/index" in answer.text


def test_a_preview_of_a_page_signs_nobody_in(client, login, monkeypatch):
    def preview(code):
        raise SnapshotVisitor

    monkeypatch.setattr(login, "openid_of_oauth_code", preview)
    address, state = entered(client)

    assert come_back(client, address, code="code-1", state=state).status_code == 403


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example/pages/x/y",
        "/\\evil.example",
        "/pages/../../etc",
        "javascript:alert(1)",
        "/pages/home/index#https://evil.example",
        "/pages/home/index\r\nSet-Cookie: a=b",
        "/pages/home/index?to=https://evil.example",
        "/console/",
        "",
    ],
)
def test_a_link_cannot_lead_elsewhere(client, login, to):
    address, state = entered(client, to)
    login.people["code-1"] = Identity("oOA_lin")

    landed = come_back(client, address, code="code-1", state=state)

    assert address == "http://127.0.0.1:8000/m/welcome?to=/pages/home/index"
    assert landed.location == "/m/#/pages/home/index"


def test_a_page_keeps_all_its_own_words_on_the_way(client, login):
    wished = "/pages/articles/article?id=art_1&letter=ltr_1"
    address, state = entered(client, wished)
    login.people["code-1"] = Identity("oOA_lin")

    landed = come_back(client, address, code="code-1", state=state)

    assert landed.location == f"/m/#{wished}"


@pytest.mark.parametrize("path", ["/m/", "/m/assets/index.js"])
def test_while_the_client_is_not_built_a_page_says_so_and_tries_again(
    client, tmp_path, monkeypatch, path
):
    monkeypatch.setattr(miniapp.pages, "H5", tmp_path)

    page = client.get(path)

    assert page.status_code == 503
    assert "页面正在准备" in page.text
    assert 'http-equiv="refresh"' in page.text


def test_the_client_is_served_and_its_first_page_never_kept(client, h5):
    page, script = client.get("/m/", buffered=True), client.get("/m/assets/index.js", buffered=True)

    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-cache")
    assert script.status_code == 200
    assert script.mimetype in {"text/javascript", "application/javascript"}


@pytest.mark.parametrize("path", ["/m/none.js", "/m/../app.py", "/m/%2e%2e/app.py", "/m/%00"])
def test_nothing_outside_the_build_is_served(client, h5, path):
    answer = client.get(path)

    assert answer.status_code in {400, 404}
    assert "APIFlask" not in answer.text


@pytest.mark.parametrize("purpose", list(Purpose))
def test_every_notice_can_be_read_by_anybody(client, purpose):
    page = client.get(f"/notices/{purpose.value}")

    shown = notice(purpose)
    assert page.status_code == 200
    assert f"{shown.title}说明" in page.text
    assert shown.version in page.text
    assert shown.text.splitlines()[0] in page.text


def test_there_is_no_notice_for_another_purpose(client):
    assert client.get("/notices/selling").status_code == 404


def test_the_pages_style_is_served(client, articles):
    page = client.get(f"/a/{articles['ogtt']}")
    address = page.text.split('rel="stylesheet" href="')[1].split('"')[0]

    style = client.get(address, buffered=True)

    assert (style.status_code, style.mimetype) == (200, "text/css")
