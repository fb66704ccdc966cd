"""The callback while the database is away or silent, and when its door closes."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from werkzeug.test import Client

import app
from bot import callback
from conversation import glances
from core.db import Database
from core.house import House
from tests import world
from tests.phone import MINIPROGRAM, in_xml, sealed
from tests.whole import Whole
from wechat import assembly

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing?connect_timeout=1"


@pytest.fixture
def without_database(login, clock):
    """The whole program while its database is away."""
    database = Database(NOWHERE)
    house = House(world.SETTINGS, database, clock)
    yield Client(Whole(app.lanes(house, login=login, wechat=assembly.accounts(house.settings))))
    database.engine.dispose()


def test_the_words_without_a_database_are_urgent(chat, without_database):
    mei = chat("oOA_mei")
    mei.client = without_database

    answer = mei.say("下面出血了")

    assert mei.answer.status_code == 200
    assert answer.startswith("请立即拨打120")
    assert "一定直接打电话" in answer


@pytest.fixture
def silent_database(database, monkeypatch):
    """A database that answers nothing before the end of the test."""
    monkeypatch.setattr(callback, "PATIENCE_SECONDS", 0.01)
    heard = Event()
    for way in ("at_once", "transaction"):
        monkeypatch.setattr(database, way, lambda *_: heard.wait(10))
    yield
    heard.set()


def test_a_danger_sign_is_answered_while_the_database_is_silent(mei, silent_database):
    assert mei.say("下面出血了").startswith("请立即拨打120")


def test_everything_else_is_for_the_platform_to_repeat_while_it_is_silent(mei, silent_database):
    mei.say("你好")

    assert mei.answer.status_code == 503


def test_everything_else_waits_for_the_database(chat, without_database):
    mei = chat("oOA_mei")
    mei.client = without_database

    mei.say("你好")

    assert mei.answer.status_code == 503
    assert mei.answer.data == b""


def test_danger_at_the_mini_program_waits_for_the_database(without_database):
    fields = {"ToUserName": "gh_mp0001", "FromUserName": "oMP_1", "CreateTime": "1",
              "MsgType": "text", "MsgId": "1", "Content": "下面出血了"}  # fmt: skip
    query, body = sealed(
        in_xml(fields), now=world.NOW.timestamp(), token=world.SETTINGS.mp_token, appid="wxMP0001"
    )

    answer = without_database.post(f"{MINIPROGRAM}?{query}", data=body)

    assert answer.status_code == 503


def test_what_is_under_way_when_the_door_closes_is_answered(program, mei, monkeypatch):
    mei.say("你好")
    note, begun, allowed = glances.note, Event(), Event()

    def slow(*given):
        begun.set()
        assert allowed.wait(10)
        return note(*given)

    monkeypatch.setattr(glances, "note", slow)
    with ThreadPoolExecutor(2) as threads:
        answer = threads.submit(mei.say, "附近哪里停车方便")
        assert begun.wait(10)
        closing = threads.submit(program.lanes[app.CALLBACK].door.close)
        allowed.set()

    assert closing.result() is None
    assert answer.result()
