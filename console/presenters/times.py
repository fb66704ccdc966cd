"""Moments, days and weeks as people read them."""

import re
from datetime import date, datetime, timedelta

from console.errors import BadWeeks
from core.clock import beijing

WEEKDAYS = "一二三四五六日"
DAYS_OF_WEEK = 7
MONTHS_OF_YEAR = 12

_WEEKS = re.compile(r"(\d{1,3})(?:\+([0-6]))?")


def moment(at: datetime) -> str:
    """Return a moment as `2026年11月21日 20:05`, Beijing time."""
    wall = beijing(at)
    return f"{day(wall.date())} {wall:%H:%M}"


def day(value: date) -> str:
    """Return a date as `2026年11月21日`."""
    return f"{value.year}年{value.month}月{value.day}日"


def days(from_day: date, to_day: date | None) -> str:
    """Return days, both included: the year once, one day as one day; None: they have no end."""
    if to_day is None:
        return f"{day(from_day)}起"
    if from_day == to_day:
        return day(from_day)
    end = f"{to_day.month}月{to_day.day}日" if from_day.year == to_day.year else day(to_day)
    return f"{day(from_day)}–{end}"


def span(begins: datetime, ends: datetime) -> str:
    """Return a time of one day as `11月23日 周一 08:30–09:00`, Beijing time."""
    wall = beijing(begins)
    weekday = WEEKDAYS[wall.weekday()]
    return f"{wall.month}月{wall.day}日 周{weekday} {wall:%H:%M}–{beijing(ends):%H:%M}"


def since(at: datetime, *, now: datetime) -> str:
    """Return how long ago a moment was, in the words a person would use."""
    passed = now - at
    if passed < timedelta(minutes=1):
        return "刚刚"
    if passed < timedelta(hours=1):
        return f"{passed // timedelta(minutes=1)}分钟前"
    if passed < timedelta(days=1):
        return f"{passed // timedelta(hours=1)}小时前"
    if passed < timedelta(days=DAYS_OF_WEEK):
        return f"{passed.days}天前"
    return day(beijing(at).date())


def weeks(days: int) -> str:
    """Return a count of days as an obstetrician writes it: 80 is `11+3`."""
    return f"{days // DAYS_OF_WEEK}+{days % DAYS_OF_WEEK}"


def read_weeks(text: str) -> int:
    """Return the days of `11+3` or `11`.

    Raises:
        BadWeeks: it is not written so.
    """
    matched = _WEEKS.fullmatch(text.strip().replace("＋", "+"))
    if matched is None:
        raise BadWeeks
    whole, rest = matched.groups(default="0")
    return int(whole) * DAYS_OF_WEEK + int(rest)
