"""How days and times are written for people, in Chinese and by a Beijing clock."""

from datetime import date, datetime

from core.clock import beijing

WEEKDAYS = "一二三四五六日"


def weekday(day: date) -> str:
    """Return the weekday: 周一 to 周日."""
    return f"周{WEEKDAYS[day.weekday()]}"


def short_day(day: date) -> str:
    """Return a day without its year: 6月3日."""
    return f"{day.month}月{day.day}日"


def long_day(day: date) -> str:
    """Return a day with its year: 2026年6月3日."""
    return f"{day.year}年{short_day(day)}"


def hour(moment: datetime) -> str:
    """Return the time of day: 08:30."""
    return f"{beijing(moment):%H:%M}"


def when(starts_at: datetime, ends_at: datetime) -> str:
    """Return a stretch of one day: 6月3日 周三 08:30-09:00."""
    day = beijing(starts_at).date()
    return f"{short_day(day)} {weekday(day)} {hour(starts_at)}-{hour(ends_at)}"
