"""What says no when the moment of an article comes leaves it unpublished, and is told."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from accounts.models import Role, Staff
from content import timing
from content.errors import AdvertisingFound, AuthorLeft, NotApproved
from content.models import Article, ArticleState, TimingOutcome
from content.queries_timing import timed as timed_in
from content.rules import REVIEW_HOLDS
from core.db import Session
from tests.content.desk import OGTT, approve, approved, come, timed
from tests.world import NOW, Cast

TOMORROW = NOW + timedelta(days=1)
THREE_DAYS = timedelta(days=3)


@pytest.fixture
def waiting(session: Session, cast: Cast) -> Article:
    """An approved article that is to be published tomorrow."""
    article = approved(session, cast, text=OGTT, now=NOW)
    timed(session, cast, article, at=TOMORROW)
    return article


def author_left(session: Session, cast: Cast, article: Article) -> None:
    set_staff(session, cast.author, is_active=False)


def timer_left(session: Session, cast: Cast, article: Article) -> None:
    set_staff(session, cast.reviewer, is_active=False)


def timer_reviews_no_more(session: Session, cast: Cast, article: Article) -> None:
    set_staff(session, cast.reviewer, roles=[Role.AUTHOR])


def set_staff(session: Session, staff: Staff, **values: object) -> None:
    session.execute(sa.update(Staff).where(Staff.id == staff.id).values(**values))


@pytest.mark.parametrize(
    ("meanwhile", "code"),
    [
        (author_left, AuthorLeft.code),
        (timer_left, "content.timer_left"),
        (timer_reviews_no_more, "content.timer_left"),
    ],
    ids=["author left", "who set it left", "who set it reviews no more"],
)
def test_what_says_no_at_the_moment_leaves_the_text_unpublished_and_is_told(
    session: Session, cast: Cast, waiting: Article,
    meanwhile: Callable[[Session, Cast, Article], None], code: str,
) -> None:  # fmt: skip
    meanwhile(session, cast, waiting)
    session.expire_all()

    ended = come(session, waiting, at=TOMORROW)

    assert ended is not None
    assert (ended.outcome, ended.refusal) == (TimingOutcome.REFUSED, code)
    assert waiting.state is ArticleState.IN_REVIEW
    assert waiting.published_version_id is None
    assert timed_in(session, hospital_id=cast.hospital.id)[waiting.id].timing is ended
    assert come(session, waiting, at=TOMORROW) is None


def test_words_forbidden_since_stop_it_and_are_named(
    session: Session, cast: Cast, waiting: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbid(*_: object, **__: object) -> None:
        raise AdvertisingFound(words="包治", law="广告法第十六条")

    monkeypatch.setattr("content.steps.check_fit_to_read", forbid)

    ended = come(session, waiting, at=TOMORROW)

    assert ended is not None
    assert ended.refusal_details == {"words": "包治", "law": "广告法第十六条"}
    assert waiting.state is ArticleState.IN_REVIEW


def test_a_yes_that_lapsed_while_the_worker_was_down_stops_it(session: Session, cast: Cast) -> None:
    article = approved(session, cast, text=OGTT, now=NOW - REVIEW_HOLDS + timedelta(days=1))
    timed(session, cast, article, at=TOMORROW)

    ended = come(session, article, at=TOMORROW + THREE_DAYS)

    assert ended is not None
    assert ended.refusal == NotApproved.code


def test_a_refused_text_that_is_ready_again_may_be_timed_anew(
    session: Session, cast: Cast, waiting: Article
) -> None:
    author_left(session, cast, waiting)
    session.expire_all()
    come(session, waiting, at=TOMORROW)
    set_staff(session, cast.author, is_active=True)
    session.expire_all()
    approve(session, cast, waiting, now=TOMORROW)

    again = timing.publish_later(
        session, staff=cast.reviewer, article_id=waiting.id,
        publish_at=TOMORROW + THREE_DAYS, now=TOMORROW,
    )  # fmt: skip

    assert timed_in(session, hospital_id=cast.hospital.id)[waiting.id].timing is again
    assert come(session, waiting, at=TOMORROW + THREE_DAYS) is again
    assert waiting.state is ArticleState.PUBLISHED
