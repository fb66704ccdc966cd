"""The menu: what the platform allows, and what a tap does."""

from typing import Any

import pytest

from tests.sandbox.stage import MP, Callback, Stage

CREATE = "/cgi-bin/menu/create"
CLICK = {"type": "click", "name": "预约", "key": "BOOK"}


def menu(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"button": list(buttons)}


def test_a_new_menu_can_be_read_back(stage: Stage) -> None:
    made = stage.api(CREATE, menu(CLICK))

    assert made == {"errcode": 0, "errmsg": "ok"}
    assert stage.api("/cgi-bin/menu/get") == {"menu": menu(CLICK)}


def test_a_deleted_menu_is_gone(stage: Stage) -> None:
    stage.api("/cgi-bin/menu/delete")

    assert stage.api("/cgi-bin/menu/get")["errcode"] == 46003


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        (menu(), 40016),
        (menu(CLICK, CLICK, CLICK, CLICK), 40016),
        ({"button": "x"}, 40016),
        (menu("x"), 40016),  # type: ignore[arg-type]
        (menu(CLICK | {"name": ""}), 40018),
        (menu(CLICK | {"name": "六个汉字太长"}), 40018),
        (menu(CLICK | {"type": "dance"}), 40017),
        (menu(CLICK | {"key": ""}), 40019),
        (menu({"type": "view", "name": "手册", "url": "ftp://x"}), 40020),
        (menu({"type": "view", "name": "手册"}), 40020),
        (menu({"name": "更多", "sub_button": [CLICK] * 6}), 40023),
        (menu({"name": "更多", "sub_button": [CLICK | {"key": ""}]}), 40019),
        (menu({"type": "miniprogram", "name": "小", "url": "http://h.example/"}), 40013),
    ],
)
def test_a_wrong_menu_is_refused(stage: Stage, body: dict[str, Any], errcode: int) -> None:
    assert stage.api(CREATE, body)["errcode"] == errcode


def test_rarer_buttons_are_allowed(stage: Stage) -> None:
    body = menu({"type": "media_id", "name": "图", "media_id": "M"})

    assert stage.api(CREATE, body)["errcode"] == 0


def test_a_mini_program_has_no_menu(stage: Stage) -> None:
    assert stage.api(CREATE, menu(CLICK), appid=MP)["errcode"] == 48001


@pytest.mark.parametrize(
    ("key", "event", "opens"),
    [
        ("BOOK", "CLICK", {}),
        ("http://h.example/handbook", "VIEW", {"url": "http://h.example/handbook"}),
        (
            "pages/index",
            "view_miniprogram",
            {"appid": MP, "page": "pages/index", "url": "http://h.example/"},
        ),
    ],
)
def test_a_tap_pushes_its_event_and_opens_its_page(
    stage: Stage, callback: Callback, lin: str, key: str, event: str, opens: dict[str, str]
) -> None:
    found = stage.act("lin", "tap_menu", key=key)

    assert found["opens"] == opens
    assert (callback.pushes[-1]["Event"], callback.pushes[-1]["EventKey"]) == (event, key)


def test_a_button_that_is_not_there_cannot_be_tapped(stage: Stage, lin: str) -> None:
    assert stage.control("persons/lin/tap_menu", {"key": "NONE"}).status_code == 409
