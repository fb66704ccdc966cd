"""What the bot says, and the links in it that a tap turns into her next sentence."""

import tomllib
from functools import cache
from pathlib import Path

from wechat.replies import MAX_TEXT_BYTES, link, menu_link

FILES = ("speech.zh_CN.toml", "danger_words.zh_CN.toml")


@cache
def _sentences(name: str) -> dict[str, str]:
    with (Path(__file__).parent / name).open("rb") as opened:
        return {key: str(text) for key, text in tomllib.load(opened).items()}


def say(key: str, **details: str | int) -> str:
    """Return a sentence of `speech.zh_CN.toml`, filled.

    Raises:
        KeyError: no such sentence, or a detail it needs is missing.
    """
    return _sentences(FILES[0])[key].format(**details).strip("\n")


def warn(key: str, **details: str) -> str:
    """Return a text of `danger_words.zh_CN.toml`, filled.

    Raises:
        KeyError: no such text, or a detail it needs is missing.
    """
    return _sentences(FILES[1])[key].format(**details)


def fitted(text: str, *, beside: str) -> str:
    """Return the text without its last lines, if with `beside` it is more than a reply holds."""
    lines = text.splitlines()
    room = MAX_TEXT_BYTES - len(beside.encode())
    while len("\n".join(lines).encode()) > room:
        lines.pop()
    return "\n".join(lines)


def tap(label_key: str, sends: str) -> str:
    """Return a link that sends `sends` as her own words when tapped."""
    return tap_text(say(label_key), sends)


def tap_text(text: str, sends: str) -> str:
    """Return a link with this very text that sends `sends` as her own words when tapped."""
    return menu_link(text, sends, "1")


def page(text: str, address: str) -> str:
    """Return a link that opens a page."""
    return link(text, address)


@cache
def menu() -> str:
    """Return the four things most people want, to be tapped."""
    return say(
        "menu",
        timeline=tap("label_timeline", "我的产检"),
        booking=tap("label_booking", "预约产检"),
        appointments=tap("label_appointments", "我的预约"),
        person=tap("label_person", "转人工"),
    )
