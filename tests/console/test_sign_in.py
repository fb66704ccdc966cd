"""Signing in, staying signed in, signing out."""

from datetime import timedelta

import pytest

from tests import world

PAGES = ["/", "/articles/", "/articles/new", "/inbox/", "/inbox/rows", "/families/"]


def enter(client, username, password):
    return client.post("/console/sign-in", data={"username": username, "password": password})


def test_the_sign_in_page_is_open_to_everybody(client):
    page = client.get("/console/sign-in")

    assert page.status_code == 200
    assert '<label class="form-label" for="password">' in page.text


def test_the_right_password_leads_to_the_first_page(client, cast):
    answer = enter(client, "author", world.PASSWORD)

    assert answer.status_code == 303
    assert answer.location == "/console/"


def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(client, cast):
    cookie = enter(client, "author", world.PASSWORD).headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/console" in cookie


@pytest.mark.parametrize(
    ("username", "password"),
    [("author", "wrong-password-1"), ("nobody", world.PASSWORD), ("", "")],
    ids=["wrong password", "unknown user", "nothing"],
)
def test_a_failure_never_says_what_was_wrong(client, cast, username, password):
    answer = enter(client, username, password)

    assert answer.status_code == 401
    assert "用户名或密码不正确。" in answer.text
    assert "Set-Cookie" not in answer.headers


def test_the_sixth_failure_locks_the_account_and_says_for_how_long(client, cast):
    answers = [enter(client, "author", "wrong-password-1") for _ in range(5)]

    locked = enter(client, "author", world.PASSWORD)

    assert {answer.status_code for answer in answers} == {401}
    assert locked.status_code == 429
    assert "请 15 分钟后再试" in locked.text


@pytest.mark.parametrize("path", PAGES)
def test_strangers_are_sent_to_the_sign_in_page(client, path):
    answer = client.get(f"/console{path}")

    assert answer.status_code == 303
    assert answer.location == "/console/sign-in"


def test_a_part_of_a_page_sends_the_whole_page_to_the_sign_in(client):
    answer = client.get("/console/inbox/rows", headers={"HX-Request": "true"})

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/console/sign-in"


def test_a_made_up_token_opens_nothing(client, cast):
    client.set_cookie("yunyu_staff", "made-up", path="/console")

    assert client.get("/console/").status_code == 303


def test_every_sign_in_has_a_new_token(client, cast, desk):
    token = desk("author").token

    assert desk("author").token != token


def test_fifteen_idle_minutes_end_the_sign_in(desk, clock):
    author = desk("author")

    clock.set_to(world.NOW + timedelta(minutes=15))

    assert author.open("/").status_code == 303


def test_writing_keeps_the_sign_in_awake(desk, clock):
    author = desk("author")

    clock.set_to(world.NOW + timedelta(minutes=10))
    awake = author.open("/awake")
    clock.set_to(world.NOW + timedelta(minutes=20))

    assert awake.status_code == 204
    assert author.open("/").status_code == 200


def test_who_signed_out_is_out_with_the_old_cookie_too(client, desk):
    author = desk("author")
    token = author.token

    answer = author.send("/sign-out")
    client.set_cookie("yunyu_staff", token, path="/console")

    assert answer.location == "/console/sign-in"
    assert author.open("/").status_code == 303
