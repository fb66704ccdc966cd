"""Forged requests, and what the browser is told."""

import pytest

from console import csrf
from tests import world

OURS = "http://localhost"


@pytest.mark.parametrize(
    "mark",
    ["", "0" * 64, csrf.mark("another sign-in"), "标记"],
    ids=["none", "guessed", "of another sign-in", "not ascii"],
)
def test_a_form_without_the_mark_of_this_sign_in_changes_nothing(desk, mark):
    author = desk("author")

    answer = author.client.post("/console/sign-out", data={csrf.FIELD: mark})

    assert answer.status_code == 400
    assert author.open("/").status_code == 200


def test_the_mark_may_come_as_a_header(desk):
    author = desk("author")

    answer = author.client.post("/console/sign-out", headers={csrf.HEADER: csrf.mark(author.token)})

    assert answer.status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=["another origin", "opaque origin", "another site", "a sibling site"],
)
def test_a_sign_in_sent_from_elsewhere_is_refused(client, cast, headers):
    answer = client.post(
        "/console/sign-in",
        data={"username": "author", "password": world.PASSWORD},
        headers=headers,
    )

    assert answer.status_code == 400
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "origin", [OURS, world.SETTINGS.base_url], ids=["as asked", "behind a proxy"]
)
def test_a_sign_in_from_our_own_page_passes(client, cast, origin):
    answer = client.post(
        "/console/sign-in",
        data={"username": "author", "password": world.PASSWORD},
        headers={"Origin": origin},
    )

    assert answer.status_code == 303


@pytest.mark.parametrize("path", ["/", "/articles/", "/articles/new"])
def test_no_page_allows_inline_scripts_frames_or_copies(desk, path):
    headers = desk("author").open(path).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "script-src" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_only_the_editor_allows_inline_style(desk):
    author = desk("author")

    assert "unsafe-inline" in author.open("/articles/new").headers["Content-Security-Policy"]
    assert "unsafe-inline" not in author.open("/").headers["Content-Security-Policy"]


def test_vendored_files_may_be_kept_by_the_browser(client):
    with client.get("/console/static/console/vendor/htmx/htmx.min.js") as answer:
        assert answer.status_code == 200
        assert "no-store" not in answer.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/", "/articles/new"])
def test_pages_ask_only_this_house_for_files(desk, path):
    page = desk("author").read(path)

    assert 'src="http' not in page
    assert 'href="http' not in page
    assert 'src="//' not in page
    assert '"allowEval":false' in page
