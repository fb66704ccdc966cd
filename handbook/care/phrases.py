"""The sentences in which a date of care is explained, and how lengths of time are said."""

import tomllib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

from handbook.care.spans import WEEK, YEAR_MONTHS, Span

LOCALE = "zh_CN"
MONTHS_SAID_AS_YEARS = 36
"""Parents say 18 and 24 months, but 3 years."""


@cache
def phrases(locale: str = LOCALE) -> Mapping[str, str]:
    """Return every phrase of this room by its key; read once."""
    path = Path(__file__).parent / f"phrases.{locale}.toml"
    return {key: str(text) for key, text in tomllib.loads(path.read_text("utf-8")).items()}


def phrase(key: str, **details: str | int) -> str:
    """Return one phrase, filled with its details."""
    return phrases()[key].format(**details)


def said_day(day: date) -> str:
    """Return a day as people say it."""
    return phrase("day", year=day.year, month=day.month, day=day.day)


def said_gestation(days: int) -> str:
    """Return days of gestation as weeks and days."""
    return phrase("gestation", weeks=days // WEEK, days=days % WEEK)


def said_age(span: Span) -> str:
    """Return an age, or a time since delivery, as people say it."""
    months = span.months
    is_years = months >= MONTHS_SAID_AS_YEARS
    years, rest = divmod(months, YEAR_MONTHS) if is_years else (0, months)
    counted = {"years": years, "months": rest, "days": span.days, "hours": span.hours}
    said = "".join(phrase(unit, count=count) for unit, count in counted.items() if count)
    return said or phrase("days", count=0)
