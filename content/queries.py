"""What others may ask of this room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import sqlalchemy as sa

from accounts.models import Staff
from accounts.queries import staff_by_ids
from content import search as index
from content.models import Article, ArticleState, ArticleVersion, Review, StageAnchor
from content.rules import Draft, Source, review_due_day
from core.clock import beijing_date
from core.db import Session, UtcDateTime, rows
from core.errors import NotFound

PUBLISHED = """
select article.id, version.title, version.summary, version.body, version.sources,
       author.name as author_name, author.title as author_title, reviewer.name as reviewer_name,
       review.reviewed_at, article.published_at
from article
join article_version as version on version.id = article.published_version_id
join review on review.version_id = version.id
join staff as author on author.id = version.author_id
join staff as reviewer on reviewer.id = review.reviewer_id
where article.id = %(article_id)s and article.hospital_id = %(hospital_id)s
  and review.is_approved and review.text_hash = version.text_hash
order by review.reviewed_at desc, review.id desc limit 1
"""

FOUND = """
select article.id, version.title, version.summary, staff.name, article.published_at,
       version.stage_anchor, version.stage_from_day, version.stage_to_day
from article
join article_version as version on version.id = article.published_version_id
join staff on staff.id = version.author_id
where article.hospital_id = %(hospital_id)s and article.id = any(%(ids)s)
"""


@dataclass(frozen=True)
class ReviewLine:
    """A review, who gave it, and whether it is about exactly the newest text."""

    review: Review
    reviewer: Staff
    is_of_newest_text: bool


@dataclass(frozen=True)
class ArticleFile:
    """An article as staff see it: its newest text, who wrote it, and all reviews, newest first.

    `approval` is the yes that allows this text to be published, if it is the last word on it.
    """

    article: Article
    version: ArticleVersion
    draft: Draft
    author: Staff
    author_ids: frozenset[str]
    reviews: tuple[ReviewLine, ...]
    approval: Review | None


@dataclass(frozen=True)
class ArticleRow:
    """A line of the editors' list; `is_live` when readers see a text of it, new or old."""

    id: str
    state: ArticleState
    title: str
    author_name: str
    written_at: datetime
    published_at: datetime | None
    review_due_day: date | None
    is_live: bool


@dataclass(frozen=True)
class Listed:
    """A published article in a list; the stage's days include both ends."""

    id: str
    title: str
    summary: str
    author_name: str
    published_at: datetime
    stage_anchor: StageAnchor
    stage_from_day: int
    stage_to_day: int


@dataclass(frozen=True)
class Found(Listed):
    """A published article that answers a question; a higher score answers more of it."""

    score: float


@dataclass(frozen=True)
class Published:
    """An article as readers see it; `body` is clean HTML.

    `review_due_day` is the last day it answers questions; a page may say so once it has passed.
    """

    id: str
    title: str
    summary: str
    body: str
    author_name: str
    author_title: str
    reviewer_name: str
    reviewed_day: date
    review_due_day: date
    sources: tuple[Source, ...]
    published_at: datetime


def article_for_staff(session: Session, *, hospital_id: str, article_id: str) -> ArticleFile:
    """Return an article with its newest text and every review; four queries.

    Raises:
        NotFound: no such article in this hospital.
    """
    article = session.scalar(
        sa.select(Article).where(Article.id == article_id, Article.hospital_id == hospital_id)
    )
    if article is None:
        raise NotFound
    version = session.get_one(ArticleVersion, article.version_id)
    of_article = ArticleVersion.article_id == article_id
    author_ids = frozenset(session.scalars(sa.select(ArticleVersion.author_id).where(of_article)))
    reviews = session.scalars(
        sa.select(Review)
        .join(ArticleVersion, Review.version_id == ArticleVersion.id)
        .where(of_article)
        .order_by(Review.reviewed_at.desc(), Review.id.desc())
    ).all()
    people = staff_by_ids(session, {*author_ids, *(review.reviewer_id for review in reviews)})
    return ArticleFile(
        article=article,
        version=version,
        draft=draft_of(version),
        author=people[version.author_id],
        author_ids=author_ids,
        reviews=tuple(_line(review, version, people) for review in reviews),
        approval=_approval(reviews, version),
    )


def articles_for_staff(
    session: Session, *, hospital_id: str, state: ArticleState | None
) -> list[ArticleRow]:
    """Return the hospital's articles (in one state, or all when None), last written first."""
    rows = (
        sa.select(
            Article.id, Article.state, ArticleVersion.title, Staff.name,
            ArticleVersion.written_at, Article.published_at, Article.review_due_day,
            Article.published_version_id.is_not(None),
        )
        .join(ArticleVersion, ArticleVersion.id == Article.version_id)
        .join(Staff, Staff.id == ArticleVersion.author_id)
        .where(Article.hospital_id == hospital_id)
        .order_by(ArticleVersion.written_at.desc(), Article.id.desc())
    )  # fmt: skip
    if state is not None:
        rows = rows.where(Article.state == state)
    return [ArticleRow(*row) for row in session.execute(rows)]


def published(session: Session, *, hospital_id: str, article_id: str) -> Published:
    """Return an article as its readers see it.

    Raises:
        NotFound: no such article in this hospital, or readers may not see it (any more).
    """
    found = rows(session, PUBLISHED, {"hospital_id": hospital_id, "article_id": article_id})
    if not found:
        raise NotFound
    (row,) = found
    reviewed_day = beijing_date(row.reviewed_at)
    return Published(
        id=row.id,
        title=row.title,
        summary=row.summary,
        body=row.body,
        author_name=row.author_name,
        author_title=row.author_title,
        reviewer_name=row.reviewer_name,
        reviewed_day=reviewed_day,
        review_due_day=review_due_day(reviewed_day),
        sources=tuple(Source(**source) for source in row.sources),
        published_at=(row.published_at or row.reviewed_at).astimezone(UTC),
    )


def for_stage(
    session: Session, *, hospital_id: str, anchor: StageAnchor, day: int, after: str, limit: int
) -> list[Listed]:
    """Return published articles whose stage covers a day, the most particular stage first.

    `after` is the id of the last article of the page before, or empty.
    """
    width = ArticleVersion.stage_to_day - ArticleVersion.stage_from_day
    rows = _listed(hospital_id).where(
        ArticleVersion.stage_anchor == anchor,
        ArticleVersion.stage_from_day <= day,
        ArticleVersion.stage_to_day >= day,
    )
    if after:
        # The page before may end with an article withdrawn since; its newest text has its place.
        last = (
            sa.select(width, Article.id)
            .join(Article, Article.version_id == ArticleVersion.id)
            .where(Article.id == after, Article.hospital_id == hospital_id)
        )
        rows = rows.where(sa.tuple_(width, Article.id) > last.scalar_subquery())
    return [Listed(*row) for row in session.execute(rows.order_by(width, Article.id).limit(limit))]


def newest(session: Session, *, hospital_id: str, after: str, limit: int) -> list[Listed]:
    """Return published articles, those begun last first; `after` as in `for_stage`."""
    rows = _listed(hospital_id)
    if after:
        rows = rows.where(Article.id < after)
    return [Listed(*row) for row in session.execute(rows.order_by(Article.id.desc()).limit(limit))]


def search(
    session: Session, *, hospital_id: str, text: str, today: date, limit: int
) -> list[Found]:
    """Return published articles that answer a question, best first; empty when none is close.

    Articles whose review is overdue on `today` are left out.
    """
    scores = dict(index.best(session, hospital_id=hospital_id, text=text, today=today, limit=limit))
    if not scores:
        return []
    found = [
        Found(
            row.id, row.title, row.summary, row.name, row.published_at.astimezone(UTC),
            StageAnchor(row.stage_anchor), row.stage_from_day, row.stage_to_day,
            score=scores[row.id],
        )
        for row in rows(session, FOUND, {"hospital_id": hospital_id, "ids": list(scores)})
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.score, one.id))


def draft_of(version: ArticleVersion) -> Draft:
    """Return a kept text as the draft it was, for the rules and for the next version."""
    return Draft(
        title=version.title,
        summary=version.summary,
        body=version.body,
        topics=tuple(version.topics),
        asked_as=tuple(version.asked_as),
        sources=_sources(version),
        stage_anchor=version.stage_anchor,
        stage_from_day=version.stage_from_day,
        stage_to_day=version.stage_to_day,
    )


def _listed(
    hospital_id: str,
) -> sa.Select[str, str, str, str, datetime, StageAnchor, int, int]:
    return (
        sa.select(
            Article.id, ArticleVersion.title, ArticleVersion.summary, Staff.name,
            sa.type_coerce(Article.published_at, UtcDateTime), ArticleVersion.stage_anchor,
            ArticleVersion.stage_from_day, ArticleVersion.stage_to_day,
        )
        .join(ArticleVersion, ArticleVersion.id == Article.published_version_id)
        .join(Staff, Staff.id == ArticleVersion.author_id)
        .where(Article.hospital_id == hospital_id)
    )  # fmt: skip


def _line(review: Review, version: ArticleVersion, people: Mapping[str, Staff]) -> ReviewLine:
    return ReviewLine(review, people[review.reviewer_id], _is_of(review, version))


def _approval(reviews: Sequence[Review], version: ArticleVersion) -> Review | None:
    last = next((review for review in reviews if _is_of(review, version)), None)
    return last if last is not None and last.is_approved else None


def _is_of(review: Review, version: ArticleVersion) -> bool:
    return review.version_id == version.id and review.text_hash == version.text_hash


def _sources(version: ArticleVersion) -> tuple[Source, ...]:
    return tuple(Source(**source) for source in version.sources)
