"""Figures of articles as staff ask for them: of the Official Account's, and of ours."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from content.models import Article, ArticleVersion
from content.models_readings import ArticleNaming, ArticleReading, Asked, NamedIn, ReadingDay
from core.db import Session


@dataclass(frozen=True)
class Read:
    """What happened to one article of the Official Account over some days.

    `read_user` and `share_user` add up the people of each day: who reads on two days counts twice.
    """

    msgid: str
    title: str
    read_user: int
    share_user: int


@dataclass(frozen=True)
class Named:
    """How often one of our articles was named over some days, in answers and in letters."""

    article_id: str
    title: str
    answers: int
    letters: int


@dataclass(frozen=True)
class Asking:
    """How far the platform has answered.

    `last_day` is the last day with figures, None while there is none; of `late_days` it says that
    they are to change. `refused` is the code of what it refuses at the moment, `again_at` when it
    is asked anew.
    """

    last_day: date | None
    late_days: int
    refused: str | None
    again_at: datetime | None


def read(session: Session, *, appid: str, from_day: date, to_day: date) -> list[Read]:
    """Return what happened to an account's articles on these days, both included, most read first.

    A title stands for all days of its article, from whichever day it is known.
    """
    of_msgid = sa.select(ArticleReading.msgid, sa.func.max(ArticleReading.title).label("title"))
    named = of_msgid.where(ArticleReading.appid == appid).group_by(ArticleReading.msgid).subquery()
    readers = sa.func.sum(ArticleReading.read_user)
    found = (
        sa.select(
            ArticleReading.msgid, sa.func.coalesce(named.c.title, ""), readers,
            sa.func.sum(ArticleReading.share_user),
        )
        .join(named, named.c.msgid == ArticleReading.msgid)
        .where(ArticleReading.appid == appid, ArticleReading.day.between(from_day, to_day))
        .group_by(ArticleReading.msgid, named.c.title)
        .order_by(readers.desc(), ArticleReading.msgid)
    )  # fmt: skip
    return [Read(*row) for row in session.execute(found)]


def named(session: Session, *, hospital_id: str, from_day: date, to_day: date) -> list[Named]:
    """Return how often a hospital's articles were named on these days, both included.

    Those named most stand first; those never named are not among them.
    """
    answers, letters = (
        sa.func.coalesce(
            sa.func.sum(ArticleNaming.count).filter(ArticleNaming.named_in == where), 0
        )
        for where in (NamedIn.ANSWER, NamedIn.LETTER)
    )
    found = (
        sa.select(Article.id, ArticleVersion.title, answers, letters)
        .join(Article, Article.id == ArticleNaming.article_id)
        .join(ArticleVersion, ArticleVersion.id == Article.version_id)
        .where(Article.hospital_id == hospital_id, ArticleNaming.day.between(from_day, to_day))
        .group_by(Article.id, ArticleVersion.title)
        .order_by((answers + letters).desc(), Article.id)
    )
    return [Named(*row) for row in session.execute(found)]


def asking(session: Session, *, appid: str, now: datetime) -> Asking:
    """Return how far the platform has answered about an account."""
    days = session.scalars(sa.select(ReadingDay).where(ReadingDay.appid == appid)).all()
    told = [one.day for one in days if one.asked is not Asked.REFUSED]
    refused = [
        one for one in days
        if one.asked is Asked.REFUSED and one.again_at is not None and one.again_at > now
    ]  # fmt: skip
    last = max(refused, key=lambda one: one.asked_at, default=None)
    return Asking(
        last_day=max(told, default=None),
        late_days=sum(one.asked is Asked.DELAYED for one in days),
        refused=None if last is None else last.why,
        again_at=None if last is None else last.again_at,
    )
