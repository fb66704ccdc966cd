"""Tables of articles, their versions, and reviews bound to the exact text."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class ArticleState(StrEnum):
    """Where an article is in its life."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class StageAnchor(StrEnum):
    """From which day the stage of an article is counted."""

    PLANNING = "planning"
    LAST_PERIOD = "last_period"
    BIRTH = "birth"


class TimingOutcome(StrEnum):
    """How a moment that was set for an article ended."""

    PUBLISHED = "published"
    """At that moment, or before it by hand."""
    CANCELLED = "cancelled"
    REFUSED = "refused"


class Article(Base):
    """An article; `version_id` is the newest text, `published_version_id` what readers see."""

    __tablename__ = "article"
    __table_args__ = (
        sa.Index(
            "ix_article_grams", "grams", postgresql_using="gin",
            postgresql_where=sa.text("published_version_id is not null"),
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    hospital_id: Mapped[str] = mapped_column(sa.ForeignKey("hospital.id"), index=True)
    state: Mapped[ArticleState]
    version_id: Mapped[str]
    published_version_id: Mapped[str | None]
    published_at: Mapped[datetime | None]
    review_due_day: Mapped[date | None]
    grams: Mapped[Any] = mapped_column(TSVECTOR, nullable=True)
    created_at: Mapped[datetime]


class ArticleVersion(Base):
    """One text of an article; never changed once written."""

    __tablename__ = "article_version"

    id: Mapped[str] = mapped_column(primary_key=True)
    article_id: Mapped[str] = mapped_column(sa.ForeignKey("article.id"), index=True)
    title: Mapped[str]
    summary: Mapped[str]
    body: Mapped[str]
    topics: Mapped[list[Any]]
    asked_as: Mapped[list[Any]]
    sources: Mapped[list[Any]]
    stage_anchor: Mapped[StageAnchor]
    stage_from_day: Mapped[int]
    stage_to_day: Mapped[int]
    text_hash: Mapped[str]
    author_id: Mapped[str] = mapped_column(sa.ForeignKey("staff.id"))
    written_at: Mapped[datetime]


class Review(Base):
    """A reviewer's word on one exact text (its hash)."""

    __tablename__ = "review"

    id: Mapped[str] = mapped_column(primary_key=True)
    version_id: Mapped[str] = mapped_column(sa.ForeignKey("article_version.id"), index=True)
    text_hash: Mapped[str]
    reviewer_id: Mapped[str] = mapped_column(sa.ForeignKey("staff.id"))
    is_approved: Mapped[bool]
    remark: Mapped[str]
    reviewed_at: Mapped[datetime]


class ArticleTiming(Base):
    """A moment at which exactly one text of an article is to be published, who set it, and when.

    It waits while `outcome` is null; an article waits for one moment at most. `refusal` is the
    code of what said no when the moment came, with its details.
    """

    __tablename__ = "article_timing"
    __table_args__ = (
        sa.Index(
            "ix_article_timing_waiting", "article_id", unique=True,
            postgresql_where=sa.text("outcome is null"),
        ),
        sa.Index(
            "ix_article_timing_publish_at", "publish_at",
            postgresql_where=sa.text("outcome is null"),
        ),
        sa.CheckConstraint(
            "(outcome is null) = (settled_at is null)", name="settled_when_over"
        ),
        sa.CheckConstraint(
            "(coalesce(outcome, '') = 'refused') = (refusal is not null)", name="refused_with_why"
        ),
    )  # fmt: skip

    id: Mapped[str] = mapped_column(primary_key=True)
    article_id: Mapped[str] = mapped_column(sa.ForeignKey("article.id"))
    version_id: Mapped[str] = mapped_column(sa.ForeignKey("article_version.id"), index=True)
    publish_at: Mapped[datetime]
    timed_by_id: Mapped[str] = mapped_column(sa.ForeignKey("staff.id"))
    timed_at: Mapped[datetime]
    outcome: Mapped[TimingOutcome | None]
    settled_at: Mapped[datetime | None]
    refusal: Mapped[str | None]
    refusal_details: Mapped[dict[str, Any]] = mapped_column(server_default=sa.text("'{}'::jsonb"))
