"""What the steps of an article's life share: the row held, its proof, its moment, the audit."""

from datetime import date, datetime

import sqlalchemy as sa

from accounts.audit import record
from accounts.models import Staff, SubjectKind
from accounts.rules import Actor
from content.errors import AuthorLeft
from content.models import Article, ArticleTiming, TimingOutcome
from content.queries import ArticleFile, article_for_staff
from content.rules import check_approved, check_fit_to_read
from core.clock import beijing_date
from core.db import Session
from core.errors import NotFound


def held(session: Session, staff: Staff, article_id: str) -> Article:
    """Return the article, held until the end of the transaction: steps come one at a time.

    Raises:
        NotFound: no such article in her hospital.
    """
    article = session.scalar(
        sa.select(Article)
        .where(Article.id == article_id, Article.hospital_id == staff.hospital_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if article is None:
        raise NotFound
    return article


def file_of(session: Session, article: Article) -> ArticleFile:
    """Return an article with its newest text and every review; four queries."""
    return article_for_staff(session, hospital_id=article.hospital_id, article_id=article.id)


def check_ready(file: ArticleFile, *, today: date) -> date:
    """Return the last day the yes stands, if the newest text may be shown to readers on `today`.

    Raises:
        NotApproved: no yes, or one that is older than a year.
        AuthorLeft: its author works here no more (国卫办医政函〔2025〕419号).
        SourceNeeded, SourceIncomplete, AdvertisingFound: see `rules.check_fit_to_read`.
    """
    approved_day = None if file.approval is None else beijing_date(file.approval.reviewed_at)
    due_day = check_approved(approved_day=approved_day, today=today)
    if not file.author.is_active:
        raise AuthorLeft
    check_fit_to_read(file.draft, today=today)
    return due_day


def waiting_timing(session: Session, *, article_id: str) -> ArticleTiming | None:
    """Return the moment an article waits for, None if it waits for none."""
    return session.scalar(
        sa.select(ArticleTiming)
        .where(ArticleTiming.article_id == article_id, ArticleTiming.outcome.is_(None))
        .execution_options(populate_existing=True)
    )


def end_timing(
    session: Session, article: Article, *, outcome: TimingOutcome, now: datetime
) -> ArticleTiming | None:
    """End the moment an article waits for; return it, None if it waited for none."""
    timing = waiting_timing(session, article_id=article.id)
    if timing is not None:
        timing.outcome, timing.settled_at = outcome, now
    return timing


def told(session: Session, staff: Staff, act: str, article: Article, *, now: datetime) -> None:
    """Write down who did what to an article."""
    session.flush()
    record(
        session, actor=Actor(SubjectKind.STAFF, staff.id), act=act, subject_kind="article",
        subject_id=article.id, hospital_id=article.hospital_id, now=now,
    )  # fmt: skip
