"""Counts how often articles were named: in answers that were kept, and in letters that were sent.

Counted from rows that stand for other reasons; what nobody agreed to keep is not counted, and
nothing says who read.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from accounts.models import Hospital
from content.models import Article, ArticleVersion
from content.models_readings import NamedIn
from content.readings import Namings, keep_named
from conversation.queries import bot_said
from core.clock import beijing_date, beijing_moment
from core.db import Session
from scheduler.models import Letter, LetterState, PlanMark, ReminderKind

NAMED = "named"
DAY = timedelta(days=1)
MOST_DAYS = 30
"""So far back days are counted that were missed."""

LINK = re.compile(r"/a/(art_[0-9a-z]{26})")
"""An answer of the bot names an article by its page."""

ARRIVED = (LetterState.ACCEPTED, LetterState.DELIVERED)


@dataclass(frozen=True)
class Span:
    """A span of time, [since, until)."""

    since: datetime
    until: datetime


def count(session: Session, *, now: datetime) -> int:
    """Count every day that is over and was not counted; return how many days."""
    yesterday = beijing_date(now) - DAY
    first = yesterday - (MOST_DAYS - 1) * DAY
    begun = postgresql.insert(PlanMark).values(
        name=NAMED, edition="", swept_to_day=first - DAY, looked_at=now, step_number=0
    )
    session.execute(begun.on_conflict_do_nothing())
    mark = session.get_one(PlanMark, NAMED, with_for_update=True, populate_existing=True)
    first = max(first, mark.swept_to_day + DAY)
    days = [first + number * DAY for number in range((yesterday - first).days + 1)]
    if days:
        span = Span(beijing_moment(first), beijing_moment(yesterday + DAY))
        counts = _in_answers(session, span) + _in_letters(session, span)
        keep_named(session, days=days, counts=counts)
        mark.swept_to_day, mark.looked_at = yesterday, now
    return len(days)


def _in_answers(session: Session, span: Span) -> Namings:
    known = set(session.scalars(sa.select(Article.id)))
    found: Namings = Counter()
    for said_at, text in bot_said(session, since=span.since, until=span.until):
        day = beijing_date(said_at)
        found.update((day, one, NamedIn.ANSWER) for one in known & set(LINK.findall(text)))
    return found


def _in_letters(session: Session, span: Span) -> Namings:
    """Count by title, which is all that a letter keeps of the article it carried."""
    day = sa.cast(sa.func.timezone("Asia/Shanghai", Letter.claimed_at), sa.Date)
    sent = session.execute(
        sa.select(day, Letter.hospital_id, Letter.values, sa.func.count())
        .where(
            Letter.hospital_id.in_(sa.select(Hospital.id)),
            Letter.claimed_at >= span.since, Letter.claimed_at < span.until,
            Letter.kind == ReminderKind.STAGE_LETTER, Letter.state.in_(ARRIVED),
        )
        .group_by(day, Letter.hospital_id, Letter.values)
    ).all()  # fmt: skip
    titles = _titles(session)
    found: Namings = Counter()
    for sent_day, hospital_id, values, many in sent:
        if (article_id := _named_by(values.values(), titles.get(hospital_id, {}))) is not None:
            found[sent_day, article_id, NamedIn.LETTER] += many
    return found


def _titles(session: Session) -> dict[str, dict[str, str]]:
    """Return, by hospital, whose title is which, the newest article's if two share one."""
    rows = session.execute(
        sa.select(Article.hospital_id, ArticleVersion.title, Article.id)
        .join(ArticleVersion, ArticleVersion.article_id == Article.id)
        .order_by(Article.id)
    )
    found: dict[str, dict[str, str]] = {}
    for hospital_id, title, article_id in rows:
        found.setdefault(hospital_id, {})[title] = article_id
    return found


def _named_by(texts: Iterable[str], titles: Mapping[str, str]) -> str | None:
    """Return the article whose title, the longest one, stands in a letter."""
    said = "\n".join(texts)
    longest = max((title for title in titles if title in said), key=len, default=None)
    return None if longest is None else titles[longest]
