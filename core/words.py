"""The words of the house: refusals' sentences and labels of things, one file each per room."""

import tomllib
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHINESE = "zh_CN"


@cache
def sentences(room: str, locale: str = CHINESE) -> dict[str, str]:
    """Return every sentence of a room by its key; read once."""
    path = ROOT / room / f"words.{locale}.toml"
    with path.open("rb") as opened:
        return {key: str(text) for key, text in tomllib.load(opened).items()}


def say(code: str, **details: str | int) -> str:
    """Return the Chinese sentence of `room.key`, filled with its details.

    Raises:
        KeyError: no such sentence, or a detail it needs is missing.
    """
    room, key = code.split(".", 1)
    return sentences(room)[key].format(**details)


def label(code: str, locale: str = CHINESE) -> str:
    """Return what people call a thing: the label of `room.key` in the room's labels file.

    Raises:
        KeyError: no such label.
    """
    room, key = code.split(".", 1)
    return labels(room, locale)[key]


@cache
def labels(room: str, locale: str = CHINESE) -> dict[str, str]:
    """Return every label of a room by its key; read once."""
    with (ROOT / room / f"labels.{locale}.toml").open("rb") as opened:
        return {key: str(text) for key, text in tomllib.load(opened).items()}
