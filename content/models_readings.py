"""Tables of figures: the Official Account's articles by day, and how often ours were named."""

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Asked(StrEnum):
    """What came of asking the platform for a day."""

    ANSWERED = "answered"
    DELAYED = "delayed"
    """There are figures, and the platform says that they are to change."""
    REFUSED = "refused"


class NamedIn(StrEnum):
    """Where an article was named."""

    ANSWER = "answer"
    LETTER = "letter"


class ArticleReading(Base):
    """What happened on one day to one article that the Official Account published itself.

    `msgid` is the platform's; its articles are not ours, so `title` is known only where the
    platform tells it.
    """

    __tablename__ = "article_reading"

    appid: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    msgid: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str | None]
    read_user: Mapped[int]
    share_user: Mapped[int]


class ReadingDay(Base):
    """That the platform was asked for a day, when, and from when it may be asked once more."""

    __tablename__ = "reading_day"
    __table_args__ = (
        sa.CheckConstraint("(asked = 'answered') = (again_at is null)", name="again_unless_done"),
        sa.CheckConstraint("(asked = 'refused') = (why is not null)", name="refused_with_why"),
    )

    appid: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    asked: Mapped[Asked]
    asked_at: Mapped[datetime]
    again_at: Mapped[datetime | None]
    why: Mapped[str | None]
    """Code of the refusal."""


class ArticleNaming(Base):
    """How often an article was named on a day; counted from rows that stand, of no reader."""

    __tablename__ = "article_naming"

    article_id: Mapped[str] = mapped_column(sa.ForeignKey("article.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True, index=True)
    named_in: Mapped[NamedIn] = mapped_column(primary_key=True)
    count: Mapped[int]
