"""How the age of a child is said to its family."""

from datetime import date

from handbook.care.phrases import said_age
from handbook.care.spans import Span, add_months, whole_months

SAID_WITH_DAYS = 24
"""Whole months of age up to which parents count the days as well."""


def said_since(start: date, *, day: date) -> str:
    """Return the age on a day of a child whose age counts from `start`, as parents say it."""
    months = whole_months(born=start, day=day)
    rest = (day - add_months(start, months)).days
    return said_age(Span(months=months, days=rest if months < SAID_WITH_DAYS else 0))
