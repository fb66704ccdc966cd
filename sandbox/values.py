"""The official rules for values in templates: per key type, how long and of what kind."""

import re
import unicodedata
from collections.abc import Callable

DAY = r"\d{4}年\d{1,2}月\d{1,2}日|\d{4}年\d{1,2}月|\d{1,2}月\d{1,2}日|\d{4}([-/.])\d{1,2}\1\d{1,2}"
CLOCK = r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
MOMENT = re.compile(rf"(?:(?:{DAY})\s?)?{CLOCK}")
DATE = re.compile(rf"(?:{DAY})(?:\s?{CLOCK})?")
AMOUNT = re.compile(r"[¥￥$€£]?\d{1,10}(\.\d+)?元?")
NUMBER = re.compile(r"-?\d{1,32}(\.\d+)?")
LETTERS = re.compile(r"[A-Za-z]{1,32}")
PHONE = re.compile(r"[0-9+\-()# ]{1,17}")
PHRASE = re.compile(r"[\u4e00-\u9fff]{1,5}")
PRINTABLE_ASCII = re.compile(r"[\x20-\x7e]{1,32}")
LATIN_NAME = re.compile(r"[A-Za-z\s.,'·\-]{1,20}")
CHINESE_NAME = re.compile(r"[^\d]{1,10}")


def is_allowed(key: str, value: object) -> bool:
    """Say whether `value` may stand under a key such as `thing1`.

    Key types without a published rule (`const`, `short_thing`, ...) only need some text.
    """
    if not isinstance(value, str) or not value.strip():
        return False
    if any(unicodedata.category(character) == "Cc" for character in value):
        return False
    rule = RULES.get(key.rstrip("0123456789"))
    return rule is None or rule(value)


def _whole(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda value: pattern.fullmatch(value) is not None


def _at_most(length: int) -> Callable[[str], bool]:
    return lambda value: len(value) <= length


def _span(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    def fits(value: str) -> bool:
        ends = [end.strip() for end in re.split("[~～]", value)]
        return len(ends) <= 2 and all(pattern.fullmatch(end) for end in ends)

    return fits


def _is_name(value: str) -> bool:
    return bool(LATIN_NAME.fullmatch(value) or CHINESE_NAME.fullmatch(value))


def _is_symbols(value: str) -> bool:
    return len(value) <= 5 and not any(character.isalnum() for character in value)


RULES: dict[str, Callable[[str], bool]] = {
    "thing": _at_most(20),
    "number": _whole(NUMBER),
    "letter": _whole(LETTERS),
    "symbol": _is_symbols,
    "character_string": _whole(PRINTABLE_ASCII),
    "time": _span(MOMENT),
    "date": _span(DATE),
    "amount": _whole(AMOUNT),
    "phone_number": _whole(PHONE),
    "car_number": _at_most(8),
    "name": _is_name,
    "phrase": _whole(PHRASE),
}
"""Official table of parameter types; lengths are in characters, both ends included."""
