"""The front gate: health, figures, refusals in the form each door speaks, and headers."""

import logging
from dataclasses import asdict, replace
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import Client

import app
import miniapp.accounts
import miniapp.pages
from core.db import Database
from core.house import House
from core.serving import Front
from scheduler import ticks
from tests import world
from tests.whole import Whole
from wechat import assembly
from wechat.login import FakeLogin, Identity
from wechat.messages import FakeMessenger

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing?connect_timeout=1"
AUTHORIZED = {"Authorization": "Bearer metrics-token"}


@pytest.fixture
def without_database(login, clock):
    """The whole program while its database is away."""
    database = Database(NOWHERE)
    house = House(world.SETTINGS, database, clock)
    yield Client(Whole(app.lanes(house, login=login, wechat=assembly.accounts(house.settings))))
    database.engine.dispose()


@pytest.fixture
def ticking(house, cast):
    """Every tick has just run once."""
    worker = ticks.Worker(house, FakeMessenger(), FakeLogin())
    for tick in ticks.TICKS:
        ticks.run(tick, worker)


def test_a_living_process_says_so_even_without_a_database(without_database):
    answer = without_database.get("/healthz")

    assert (answer.status_code, answer.json) == (200, {"alive": True})


def test_ready_while_the_database_answers_and_every_tick_runs(client, ticking):
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert answer.json["database"] is True
    assert answer.json["stuck_ticks"] == []


def test_not_ready_while_the_database_is_away(without_database):
    answer = without_database.get("/readyz")

    assert (answer.status_code, answer.json["database"]) == (503, False)


def test_not_ready_before_any_tick_has_run(client):
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert set(answer.json["stuck_ticks"]) == {tick.name for tick in ticks.TICKS}


def test_not_ready_when_ticks_stand_still(client, ticking, clock):
    clock.move_on(timedelta(minutes=2))

    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert "send" in answer.json["stuck_ticks"]
    assert "erase" not in answer.json["stuck_ticks"]


def test_the_figures_are_for_whoever_holds_their_token(client, cast):
    page = client.get("/metrics", headers=AUTHORIZED)

    families = {one.name for one in text_string_to_metric_families(page.text)}
    assert page.status_code == 200
    assert page.mimetype == "text/plain"
    assert any(name.startswith("yunyu") for name in families)
    assert "oOA_lin" not in page.text


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer guess"}, {"Authorization": "metrics-token"},
     {"Authorization": "Bearer "}, {"Authorization": "Bearer \u00e9"}],
    ids=["none", "guess", "no-scheme", "empty", "not-ascii"],
)  # fmt: skip
def test_for_anybody_else_there_is_no_such_page(client, headers):
    assert client.get("/metrics", headers=headers).status_code == 404


def test_without_a_token_in_the_settings_the_figures_are_off(database, clock, login, cast):
    settings = replace(world.SETTINGS, metrics_token="")
    house = House(settings, database, clock)
    quiet = Client(Whole(app.lanes(house, login=login, wechat=assembly.accounts(settings))))

    assert quiet.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_a_page_that_is_not_there_is_said_so_to_people_in_chinese(client):
    page = client.get("/nowhere")

    assert page.status_code == 404
    assert page.mimetype == "text/html"
    assert "没有找到这项内容，可能已被移除。" in page.text


def test_a_page_that_is_not_there_is_said_so_to_clients_in_json(client):
    answer = client.get("/api/v1/nowhere")

    assert answer.status_code == 404
    assert answer.json["code"] == "core.not_found"


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/me", "/notices/handbook"])
def test_another_method_is_refused_with_those_that_are_allowed(client, path):
    answer = client.open(path, method="PATCH", headers={"X-Yunyu": "1"})

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert "不支持这样的操作。" in answer.text


def test_a_body_that_is_too_large_is_refused(client):
    largest = app.LARGEST_PAGE_BODY

    answer = client.post("/console/sign-in", data={"username": "a", "password": "x" * largest})

    assert answer.status_code == 413


@pytest.fixture
def defect(monkeypatch):
    """A page with a mistake in it."""

    def broken(*_, **__):
        raise ZeroDivisionError("oOA_secret of somebody")

    monkeypatch.setattr(miniapp.pages, "notice", broken)
    monkeypatch.setattr(miniapp.accounts.sign_in, "sign_in_person", broken)


def test_a_defect_is_confessed_to_people_without_its_inside(client, defect):
    page = client.get("/notices/handbook")

    assert page.status_code == 500
    assert "抱歉，系统出了点问题" in page.text
    assert "ZeroDivisionError" not in page.text
    assert "oOA_secret" not in page.text
    assert "Traceback" not in page.text


def test_a_defect_is_confessed_to_clients_in_json(client, defect, login):
    login.people["code-1"] = Identity("oMP_1")

    answer = client.post("/api/v1/sessions", json={"code": "code-1"}, headers={"X-Yunyu": "1"})

    assert answer.status_code == 500
    assert answer.json["code"] == "core.defect"
    assert "ZeroDivision" not in answer.text


def test_a_defect_is_logged_with_its_traceback(client, defect, caplog):
    client.get("/notices/handbook")

    line = next(one for one in caplog.records if one.name == "app")
    assert (line.levelno, line.message) == (logging.ERROR, "defect")
    assert line.exc_info[0] is ZeroDivisionError


@pytest.mark.parametrize(
    ("path", "kind"), [("/a/art_1", "text/html"), ("/api/v1/me", "application/json")]
)
def test_while_the_database_is_away_every_door_says_so(without_database, path, kind):
    answer = without_database.get(path, headers={"Authorization": "Bearer x"})

    assert (answer.status_code, answer.mimetype) == (503, kind)
    assert "系统暂时繁忙" in answer.text
    assert "120" in answer.text
    assert "127.0.0.1" not in answer.text


def test_every_answer_carries_the_id_of_its_request(client):
    first, second = client.get("/healthz"), client.get("/nowhere")

    ids = {first.headers["X-Request-Id"], second.headers["X-Request-Id"]}
    assert len(ids) == 2
    assert all(one.startswith("req_") for one in ids)


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/notices/handbook", "/m/enter"])
def test_every_page_of_phones_is_guarded_by_its_headers(client, path):
    headers = client.get(path).headers

    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_the_gate_puts_the_house_together_from_the_environment(database_url, monkeypatch):
    closings = []
    monkeypatch.setattr(app.atexit, "register", closings.append)
    monkeypatch.setattr(app.log, "install", lambda *, level: None)
    monkeypatch.setattr(app.gc, "freeze", lambda: None)
    turns = []
    monkeypatch.setattr(app.sys, "setswitchinterval", turns.append)
    for name, value in asdict(replace(world.SETTINGS, database_url=database_url)).items():
        monkeypatch.setenv(f"YUNYU_{name.upper()}", str(value))

    front = app.gate()
    closings[0]()

    assert isinstance(front, Front)
    assert len(closings) == 1
    assert turns == [app.TURN_SECONDS]
