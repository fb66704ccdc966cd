"""Which articles wait for a moment, and which were refused at theirs."""

from dataclasses import dataclass

import sqlalchemy as sa

from accounts.models import Staff
from content.models import Article, ArticleState, ArticleTiming, TimingOutcome
from core.db import Session


@dataclass(frozen=True)
class Timed:
    """The last moment that was set for an article's newest text, and who set it.

    It waits, or (`timing.refusal`) it came and the text was not published.
    """

    timing: ArticleTiming
    timer: Staff


def timed(session: Session, *, hospital_id: str) -> dict[str, Timed]:
    """Return, by article id, what waits for its moment or was refused at it and not dealt with.

    One query. What was revised, sent back, withdrawn or published since is not among it.
    """
    set_for = (
        sa.select(ArticleTiming, Staff)
        .join(Article, Article.version_id == ArticleTiming.version_id)
        .join(Staff, Staff.id == ArticleTiming.timed_by_id)
        .where(Article.hospital_id == hospital_id, Article.state == ArticleState.IN_REVIEW)
        .order_by(ArticleTiming.timed_at, ArticleTiming.id)
    )
    last = {one.article_id: Timed(one, timer) for one, timer in session.execute(set_for)}
    standing = (None, TimingOutcome.REFUSED)
    return {key: one for key, one in last.items() if one.timing.outcome in standing}
