"""From free Chinese words to a day: dating statements, and days of appointments."""

import contextlib
import io
import re
from dataclasses import dataclass
from datetime import date, datetime, time

from handbook.timeline import Reading, read_dating, reading_of_gestation

with contextlib.redirect_stdout(io.StringIO()):
    # The library greets on standard output when imported.
    import jionlp

NUMERALS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4} | {
    "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip

NUMBER = r"(\d{1,2}|[零〇一二两三四五六七八九十]{1,3})"
WEEKS = re.compile(
    rf"{NUMBER}\s*(?:个)?(?:周|星期|礼拜|[wW])\s*(?:\+|＋|加|又|零|多)?\s*(?:{NUMBER}\s*(?:天|[dD])?)?(?!后|前)"
)
PREGNANT = re.compile(r"孕|怀|宝宝|已经|现在|今天|^\s*\d")
LAST_PERIOD = re.compile(
    r"末次月经|最后一次(?:来)?(?:月经|例假|大姨妈)|末次例假|上次(?:月经|例假|大姨妈)"
)
DUE_DATE = re.compile(r"预产期")
HAS_YEAR = re.compile(
    r"\d{2,4}\s*[年./-]\s*\d{1,2}\s*[月./-]|[今去前明后]年|[一二三四五六七八九零〇]{4}年"
)


QUESTION = re.compile(r"多少|什么时候|怎么|哪天|几号|[吗呢？?]|能|可以|什么|要不要|准不准")
"""A sentence that asks is not one that states, whatever dates stand in it."""

CHATTER = 8
"""Characters besides the weeks beyond which a sentence is about something else."""

DOTTED = re.compile(r"(?<![\d.])(\d{1,2})[.．](\d{1,2})(?![\d.])")
"""3.5 for 5 March, which the library reads only with its year."""


@dataclass(frozen=True)
class Statement:
    """What she said of her dates: `reading` is None when the day could not be read."""

    reading: Reading | None
    sentence: str


def statement(text: str, *, today: date) -> Statement | None:
    """Return what a message says of her dates; None if it does not speak of them.

    A day without a year is the last one for a period and the next one for a due day.

    Raises:
        Refusal: the day can be read but not be true (`handbook.timeline`).
    """
    if QUESTION.search(text):
        return None
    if (said := DUE_DATE.search(text)) is not None:
        day = _day(text[said.end() :] or text, today=today, future=True)
        return _dated("due_date", day, today=today)
    if (said := LAST_PERIOD.search(text)) is not None:
        day = _day(text[said.end() :] or text, today=today, future=False)
        return _dated("last_period", day, today=today)
    weeks = WEEKS.search(text)
    if weeks is None or not PREGNANT.search(text[: weeks.start() + 1]):
        return None
    is_about_more = len(text) - len(weeks[0]) > CHATTER
    return None if is_about_more else _gestation(weeks, today=today)


def day_said(text: str, *, today: date) -> date | None:
    """Return the day that a wish for an appointment names, the next such day; None if none."""
    return _day(text, today=today, future=True)


def _gestation(weeks: re.Match[str], *, today: date) -> Statement:
    whole, rest = _number(weeks[1]), _number(weeks[2] or "0")
    reading = reading_of_gestation(weeks=whole, days=rest, today=today)
    return Statement(reading, f"今天孕{whole}周{rest}天")


def _dated(source: str, day: date | None, *, today: date) -> Statement:
    if day is None:
        return Statement(None, "")
    name = "预产期" if source == "due_date" else "末次月经第一天"
    reading = read_dating(source=source, day=day, today=today)
    return Statement(reading, f"{name}{day.year}年{day.month}月{day.day}日")


def _day(text: str, *, today: date, future: bool) -> date | None:
    day = _parsed(text, today=today)
    if day is None or HAS_YEAR.search(text):
        return day
    if future and day < today:
        return _parsed(f"{today.year + 1}年{text}", today=today) or day
    if not future and day > today:
        return _parsed(f"{today.year - 1}年{text}", today=today) or day
    return day


def _parsed(text: str, *, today: date) -> date | None:
    cleaned = DOTTED.sub(r"\1月\2日", text).strip(" ，。,.：:是为在了吧呢吗？?！!")
    for stem in ("阴历", "旧历"):
        cleaned = cleaned.replace(stem, "农历")
    if not cleaned:
        return None
    base = datetime.combine(today, time(12))
    try:
        found = jionlp.parse_time(cleaned, time_base=base)
        if found.get("type") != "time_point":
            return None
        # A year of less than four digits is read by the library, but is no year of a mother.
        return datetime.strptime(found["time"][0], "%Y-%m-%d %H:%M:%S").date()  # noqa: DTZ007
    except ValueError:
        return None


def _number(text: str) -> int:
    if text.isdigit():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        return NUMERALS.get(tens, 1) * 10 + NUMERALS.get(ones, 0)
    return NUMERALS[text[-1]]
