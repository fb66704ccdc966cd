"""The menu under the chat: the platform's checks, and finding what a tap means."""

from typing import Any

from sandbox.calls import Call
from sandbox.config import Kind
from sandbox.refusal import Refused
from sandbox.rich_text import is_web
from sandbox.wire import Fields

MOST_BUTTONS = 3
MOST_SUB_BUTTONS = 5
NAME_BYTES = 16
SUB_NAME_BYTES = 60
KEY_BYTES = 128
URL_BYTES = 1024
"""Limits of names, keys and addresses in bytes (menu page; names show about 4 and 8 characters)."""
MENU_ID = 430_000_001
"""The MenuId that VIEW and view_miniprogram events carry."""
KEY_TYPES = {
    "click",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
}
OTHER_TYPES = {"media_id", "view_limited", "article_id", "article_view_limited"}

Button = dict[str, Any]


def create(call: Call) -> Fields:
    """Answer POST /cgi-bin/menu/create."""
    call.require(Kind.OA)
    check(call.body)
    call.world.state.menus[call.account.appid] = {"button": call.body["button"]}
    call.world.wake()
    return {"errcode": 0, "errmsg": "ok"}


def current(call: Call) -> Fields:
    """Answer GET /cgi-bin/menu/get."""
    call.require(Kind.OA)
    menu = call.world.state.menus.get(call.account.appid)
    if menu is None:
        raise Refused(46003)
    return {"menu": menu}


def delete(call: Call) -> Fields:
    """Answer GET /cgi-bin/menu/delete."""
    call.require(Kind.OA)
    call.world.state.menus.pop(call.account.appid, None)
    call.world.wake()
    return {"errcode": 0, "errmsg": "ok"}


def check(menu: Fields) -> None:
    """Pass if a menu may be shown.

    Raises:
        Refused: 40016 to 40023, what is wrong with it.
    """
    buttons = menu.get("button")
    if not isinstance(buttons, list) or not 1 <= len(buttons) <= MOST_BUTTONS:
        raise Refused(40016)
    for button in buttons:
        _check_name(button, NAME_BYTES)
        inner = button.get("sub_button") or []
        if not isinstance(inner, list) or len(inner) > MOST_SUB_BUTTONS:
            raise Refused(40023)
        for below in inner:
            _check_name(below, SUB_NAME_BYTES)
        for target in inner or [button]:
            _check_target(target)


def button(menu: Fields, key: str) -> Button | None:
    """The button with this key, page path or address; None when there is none."""
    for top in menu.get("button", []):
        for found in top.get("sub_button") or [top]:
            if key and key in (found.get("key"), found.get("pagepath"), found.get("url")):
                return dict(found)
    return None


def _check_name(button: object, limit: int) -> None:
    if not isinstance(button, dict):
        raise Refused(40016)
    name = button.get("name")
    if not isinstance(name, str) or not 0 < len(name.encode()) <= limit:
        raise Refused(40018)


def _check_target(button: Button) -> None:
    kind = button.get("type")
    if kind in KEY_TYPES:
        _check_text(button.get("key"), KEY_BYTES, 40019)
    elif kind == "view":
        _check_url(button.get("url"))
    elif kind == "miniprogram":
        _check_url(button.get("url"))
        _check_text(button.get("appid"), KEY_BYTES, 40013)
        _check_text(button.get("pagepath"), URL_BYTES, 40020)
    elif kind not in OTHER_TYPES:
        raise Refused(40017)


def _check_url(url: object) -> None:
    _check_text(url, URL_BYTES, 40020)
    if not is_web(str(url)):
        raise Refused(40020)


def _check_text(value: object, limit: int, errcode: int) -> None:
    if not isinstance(value, str) or not 0 < len(value.encode()) <= limit:
        raise Refused(errcode)
