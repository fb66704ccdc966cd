"""Publishing at a moment set beforehand: an approved text waits for it, and is asked again then."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from accounts.models import Staff
from accounts.rules import Act, check_may, may
from content.actions import publish
from content.errors import NothingTimed, TimerLeft
from content.models import Article, ArticleState, ArticleTiming, TimingOutcome
from content.rules import check_moment, check_step
from content.steps import check_ready, end_timing, file_of, held, told, waiting_timing
from core.clock import beijing_date
from core.db import Session
from core.errors import Refusal
from core.ids import new_id


def publish_later(
    session: Session, *, staff: Staff, article_id: str, publish_at: datetime, now: datetime
) -> ArticleTiming:
    """Let the newest text be published at a moment; one that was set before gives way.

    The text must be ready as it stands, on the day of that moment: a yes that lapses before it is
    refused now. All of it is asked again then.

    Raises:
        NotFound: no such article in her hospital.
        Forbidden: she may not review articles.
        WrongState: it is not in review.
        MomentOutOfReach: the moment has passed, or lies too far ahead.
        NotApproved, AuthorLeft, SourceNeeded, SourceIncomplete, AdvertisingFound: see
            `steps.check_ready`.
    """
    article = held(session, staff, article_id)
    check_may(staff.roles, Act.REVIEW_ARTICLES)
    check_step(state=article.state, to=ArticleState.PUBLISHED)
    check_moment(publish_at=publish_at, now=now)
    check_ready(file_of(session, article), today=beijing_date(publish_at))
    end_timing(session, article, outcome=TimingOutcome.CANCELLED, now=now)
    session.flush()
    timing = ArticleTiming(
        id=new_id("tim", now=now), article_id=article.id, version_id=article.version_id,
        publish_at=publish_at, timed_by_id=staff.id, timed_at=now,
    )  # fmt: skip
    session.add(timing)
    told(session, staff, "time_article", article, now=now)
    return timing


def cancel_timing(
    session: Session, *, staff: Staff, article_id: str, now: datetime
) -> ArticleTiming:
    """Let an approved text wait for a hand again instead of a moment.

    Raises:
        NotFound: no such article in her hospital.
        Forbidden: she may not review articles.
        NothingTimed: it waits for no moment.
    """
    article = held(session, staff, article_id)
    check_may(staff.roles, Act.REVIEW_ARTICLES)
    timing = end_timing(session, article, outcome=TimingOutcome.CANCELLED, now=now)
    if timing is None:
        raise NothingTimed
    told(session, staff, "cancel_article_timing", article, now=now)
    return timing


def due(session: Session, *, now: datetime) -> Sequence[str]:
    """Return the ids of articles whose moment has come, the one that waits longest first."""
    return session.scalars(
        sa.select(ArticleTiming.article_id)
        .where(ArticleTiming.outcome.is_(None), ArticleTiming.publish_at <= now)
        .order_by(ArticleTiming.publish_at, ArticleTiming.id)
    ).all()


def publish_due(session: Session, *, article_id: str, now: datetime) -> ArticleTiming | None:
    """Publish an article whose moment has come, in the name of who set it; return how it ended.

    1. Hold the article; None is returned if somebody was faster, or it waits for later now.
    2. Ask everything again, as if she published it by hand at this moment.
    3. Put it on the shelf; or, if anything says no, leave it as it is and keep the reason.
    """
    session.execute(sa.select(Article.id).where(Article.id == article_id).with_for_update())
    timing = waiting_timing(session, article_id=article_id)
    if timing is None or timing.publish_at > now:
        return None
    timer = session.get_one(Staff, timing.timed_by_id, populate_existing=True)
    try:
        _check_here(timer)
        publish(session, staff=timer, article_id=article_id, now=now)
    except Refusal as refused:
        article = held(session, timer, article_id)
        end_timing(session, article, outcome=TimingOutcome.REFUSED, now=now)
        timing.refusal, timing.refusal_details = refused.code, refused.details
        told(session, timer, "refuse_timed_article", article, now=now)
    return timing


def _check_here(timer: Staff) -> None:
    if not (timer.is_active and may(timer.roles, Act.REVIEW_ARTICLES)):
        raise TimerLeft
