"""What can be done in this room: write, revise, submit, approve, send back, publish, withdraw."""

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from accounts.models import Staff
from accounts.rules import Act, check_may
from content.errors import TextChanged, WrongState
from content.grams import grams_of
from content.models import (
    Article,
    ArticleState,
    ArticleVersion,
    Review,
    StageAnchor,
    TimingOutcome,
)
from content.rules import (
    Draft,
    check_fit_to_read,
    check_remark,
    check_reviewer,
    check_shape,
    check_step,
    text_hash,
    tidied,
)
from content.steps import check_ready, end_timing, file_of, held, told
from core.clock import beijing_date
from core.db import Session
from core.ids import new_id


def write(session: Session, *, author: Staff, draft: Draft, now: datetime) -> Article:
    """Begin an article; its HTML is cleaned before it is kept.

    Raises:
        Forbidden: she may not write articles.
        TitleLength, SummaryLength, BodyLength, WordsLength, StageOutOfOrder: see `rules`.
    """
    check_may(author.roles, Act.WRITE_ARTICLES)
    article_id = new_id("art", now=now)
    version = _version(article_id, author, draft, now=now)
    article = Article(
        id=article_id, hospital_id=author.hospital_id, state=ArticleState.DRAFT,
        version_id=version.id, created_at=now,
    )  # fmt: skip
    session.add(article)
    session.flush()
    session.add(version)
    told(session, author, "write_article", article, now=now)
    return article


def revise(
    session: Session, *, author: Staff, article_id: str, draft: Draft, now: datetime
) -> Article:
    """Put a new text in place of the newest; every approval of the old one is void for it.

    Readers keep the published text until the new one is published; a moment that was set for the
    old one is off. Saving a text that did not change changes nothing.

    Raises:
        NotFound: no such article in her hospital.
        Forbidden: she may not write articles.
        TitleLength, SummaryLength, BodyLength, WordsLength, StageOutOfOrder: see `rules`.
    """
    article = held(session, author, article_id)
    check_may(author.roles, Act.WRITE_ARTICLES)
    newest = session.get_one(ArticleVersion, article.version_id)
    version = _version(article_id, author, draft, now=now)
    if version.text_hash == newest.text_hash and article.state is not ArticleState.WITHDRAWN:
        return article
    if article.state is not ArticleState.DRAFT:
        check_step(state=article.state, to=ArticleState.DRAFT)
    session.add(version)
    article.state, article.version_id = ArticleState.DRAFT, version.id
    end_timing(session, article, outcome=TimingOutcome.CANCELLED, now=now)
    told(session, author, "revise_article", article, now=now)
    return article


def submit(session: Session, *, staff: Staff, article_id: str, now: datetime) -> Article:
    """Put the newest text before the reviewers; also how a published one is read again.

    Raises:
        NotFound: no such article in her hospital.
        Forbidden: she may not write articles.
        WrongState: it is in review already, or withdrawn.
        SourceNeeded, SourceIncomplete, AdvertisingFound: see `rules.check_fit_to_read`.
    """
    article = held(session, staff, article_id)
    check_may(staff.roles, Act.WRITE_ARTICLES)
    check_step(state=article.state, to=ArticleState.IN_REVIEW)
    check_fit_to_read(file_of(session, article).draft, today=beijing_date(now))
    article.state = ArticleState.IN_REVIEW
    told(session, staff, "submit_article", article, now=now)
    return article


def approve(
    session: Session, *, reviewer: Staff, article_id: str, text_hash: str, now: datetime
) -> Review:
    """Say yes to exactly the text whose `text_hash` the reviewer was shown.

    Raises:
        NotFound: no such article in her hospital.
        Forbidden: she may not review articles.
        WrongState: it is not in review.
        OwnText: she wrote a version of it.
        TextChanged: it is no longer the text she read.
    """
    review, article = _reviewed(session, reviewer, article_id, now=now)
    if review.text_hash != text_hash:
        raise TextChanged
    review.is_approved = True
    session.add(review)
    told(session, reviewer, "approve_article", article, now=now)
    return review


def send_back(
    session: Session, *, reviewer: Staff, article_id: str, remark: str, now: datetime
) -> Review:
    """Return a text to its author with what should be better.

    Raises:
        NotFound: no such article in her hospital.
        Forbidden: she may not review articles.
        WrongState: it is not in review.
        OwnText: she wrote a version of it.
        RemarkNeeded: nothing is said, or too much.
    """
    review, article = _reviewed(session, reviewer, article_id, now=now)
    check_remark(remark)
    review.remark = remark.strip()
    session.add(review)
    article.state = ArticleState.DRAFT
    end_timing(session, article, outcome=TimingOutcome.CANCELLED, now=now)
    told(session, reviewer, "send_back_article", article, now=now)
    return review


def publish(session: Session, *, staff: Staff, article_id: str, now: datetime) -> Article:
    """Show the newest text to readers, if a reviewer's last word on it is a yes.

    1. Check that the step is due, the yes is about this very text and not lapsed, the author is
       still here, and the text is fit to be read by today's rules.
    2. Put it in place of the text that readers saw, and make it findable.

    Raises:
        NotFound: no such article in her hospital.
        Forbidden: she may not review articles.
        WrongState: it is not in review.
        NotApproved: no yes, or one that is older than a year.
        AuthorLeft: its author works here no more (国卫办医政函〔2025〕419号).
        SourceNeeded, SourceIncomplete, AdvertisingFound: see `rules.check_fit_to_read`.
    """
    article = held(session, staff, article_id)
    check_may(staff.roles, Act.REVIEW_ARTICLES)
    check_step(state=article.state, to=ArticleState.PUBLISHED)
    file = file_of(session, article)
    due_day = check_ready(file, today=beijing_date(now))
    article.state, article.published_at = ArticleState.PUBLISHED, now
    article.published_version_id, article.review_due_day = file.version.id, due_day
    article.grams = sa.func.array_to_tsvector(sa.cast(grams_of(file.draft), ARRAY(sa.Text)))
    end_timing(session, article, outcome=TimingOutcome.PUBLISHED, now=now)
    told(session, staff, "publish_article", article, now=now)
    return article


def withdraw(session: Session, *, staff: Staff, article_id: str, now: datetime) -> Article:
    """Take an article from its readers at once, or put a draft away; revising brings it back.

    Raises:
        NotFound: no such article in her hospital.
        Forbidden: she may not write articles.
        WrongState: it is withdrawn already.
    """
    article = held(session, staff, article_id)
    check_may(staff.roles, Act.WRITE_ARTICLES)
    check_step(state=article.state, to=ArticleState.WITHDRAWN)
    article.state = ArticleState.WITHDRAWN
    article.published_version_id = article.published_at = None
    article.review_due_day = article.grams = None
    end_timing(session, article, outcome=TimingOutcome.CANCELLED, now=now)
    told(session, staff, "withdraw_article", article, now=now)
    return article


def _version(article_id: str, author: Staff, draft: Draft, *, now: datetime) -> ArticleVersion:
    tidy = tidied(draft)
    check_shape(tidy)
    return ArticleVersion(
        id=new_id("ver", now=now), article_id=article_id, title=tidy.title, summary=tidy.summary,
        body=tidy.body, topics=list(tidy.topics), asked_as=list(tidy.asked_as),
        sources=[asdict(source) for source in tidy.sources],
        stage_anchor=StageAnchor(tidy.stage_anchor), stage_from_day=tidy.stage_from_day,
        stage_to_day=tidy.stage_to_day, text_hash=text_hash(tidy), author_id=author.id,
        written_at=now,
    )  # fmt: skip


def _reviewed(
    session: Session, reviewer: Staff, article_id: str, *, now: datetime
) -> tuple[Review, Article]:
    article = held(session, reviewer, article_id)
    check_may(reviewer.roles, Act.REVIEW_ARTICLES)
    if article.state is not ArticleState.IN_REVIEW:
        raise WrongState(state=article.state)
    file = file_of(session, article)
    check_reviewer(reviewer_id=reviewer.id, author_ids=file.author_ids)
    review = Review(
        id=new_id("rev", now=now), version_id=file.version.id, text_hash=file.version.text_hash,
        reviewer_id=reviewer.id, is_approved=False, remark="", reviewed_at=now,
    )  # fmt: skip
    return review, article
