"""Fits a value to the typed key of a message template, as the platform will check it.

The rules are the platform's own table (official page of the mini-program's subscribe messages;
the Official Account's template messages follow it). Words are shortened; numbers, dates and
telephone numbers never are, since half of one is another one.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final

from wechat.errors import BadTemplateValue

THING_LETTERS: Final = 20
NAME_CHINESE: Final = 10
NAME_LETTERS: Final = 20
PHRASE_CHINESE: Final = 5
LETTER_LETTERS: Final = 32
STRING_LETTERS: Final = 32

_KEY: Final = re.compile(r"([a-z]+(?:_[a-z]+)*)[0-9]{0,3}", re.ASCII)
_BLANK: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ufeff]+")
_EMOJI: Final = re.compile(r"[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u20e3]")
_NOT_CHINESE: Final = re.compile(r"[^\u4e00-\u9fff]")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")

_DAY: Final = (
    r"(?:[0-9]{4}年[0-9]{1,2}月(?:[0-9]{1,2}日)?|[0-9]{1,2}月[0-9]{1,2}日"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}|[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}"
    r"|[0-9]{4}\.[0-9]{1,2}\.[0-9]{1,2})"
)
_HOUR: Final = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"
_TIME: Final = f"(?:{_DAY} )?{_HOUR}"
_DATE: Final = f"{_DAY}(?: {_HOUR})?"

_EXACT: Mapping[str, re.Pattern[str]] = {
    "number": re.compile(r"[0-9]{1,32}|(?=[0-9.]{3,33}$)[0-9]+\.[0-9]+"),
    "symbol": re.compile(r"[^\w\s]{1,5}"),
    "time": re.compile(f"{_TIME}(?: ?~ ?{_TIME})?"),
    "date": re.compile(f"{_DATE}(?: ?~ ?(?:{_DATE}|{_HOUR}))?"),
    "amount": re.compile(r"[¥￥$€£]?[0-9]{1,10}(?:\.[0-9]{1,2})?元?"),
    "phone_number": re.compile(r"[0-9+() -]{1,17}"),
    "car_number": re.compile(r"[\u4e00-\u9fff]?[A-Z0-9]{1,7}[\u4e00-\u9fff]?"),
}
"""Kinds whose value is sent as it is, or not at all."""


def fit(key: str, value: str) -> str:
    """Return the value as a template's key (`thing1`, `time2`, ...) takes it.

    Line breaks and blanks become one blank, pictographs go (they arrive as a box). `enum`,
    `const` and kinds without a published rule are only cleaned so.

    Raises:
        BadTemplateValue: nothing is left, or a number or date is not of the form required.
    """
    kind = _KEY.fullmatch(key)
    cleaned = _BLANK.sub(" ", _EMOJI.sub("", value)).strip()
    if kind and kind[1] in _EXACT:
        fitted = cleaned if _EXACT[kind[1]].fullmatch(cleaned) else ""
    else:
        shortened = _SHORTEN.get(kind[1] if kind else "", str)(cleaned)
        fitted = _BLANK.sub(" ", shortened).strip()
    if not fitted:
        raise BadTemplateValue(key=key)
    return fitted


def fit_all(values: Mapping[str, str]) -> dict[str, str]:
    """Return every value fitted to its key.

    Raises:
        BadTemplateValue: of the first value that cannot be fitted.
    """
    return {key: fit(key, value) for key, value in values.items()}


def _thing(value: str) -> str:
    return value if len(value) <= THING_LETTERS else value[: THING_LETTERS - 1] + "…"


def _name(value: str) -> str:
    # Digits are refused in practice, although the table does not say so.
    letters = re.sub(r"[0-9]", "", value)
    return letters[: NAME_CHINESE if _CHINESE.search(letters) else NAME_LETTERS]


def _phrase(value: str) -> str:
    return _NOT_CHINESE.sub("", value)[:PHRASE_CHINESE]


def _letter(value: str) -> str:
    return re.sub(r"[^A-Za-z]", "", value)[:LETTER_LETTERS]


def _character_string(value: str) -> str:
    return re.sub(r"[^\x20-\x7e]", "", value)[:STRING_LETTERS]


_SHORTEN: Mapping[str, Callable[[str], str]] = {
    "thing": _thing,
    "name": _name,
    "phrase": _phrase,
    "letter": _letter,
    "character_string": _character_string,
}
"""Kinds whose value is made to fit."""
