"""An approved text may wait for a moment; when it comes, everything is asked again, once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from accounts.models import AuditRow
from content import actions, timing
from content.errors import (
    MomentOutOfReach,
    NotApproved,
    NothingTimed,
    WrongState,
)
from content.models import Article, ArticleState, ArticleTiming, TimingOutcome
from content.queries_timing import timed as timed_in
from content.rules import MOST_AHEAD, REVIEW_HOLDS
from core.db import Session
from core.errors import Forbidden, NotFound
from tests.content.desk import OGTT, approved, come, draft, published, submitted, timed
from tests.world import NOW, Cast

TOMORROW = NOW + timedelta(days=1)
THREE_DAYS = timedelta(days=3)

Act = Callable[[Session, Cast, Article], object]


@pytest.fixture
def waiting(session: Session, cast: Cast) -> Article:
    """An approved article that is to be published tomorrow."""
    article = approved(session, cast, text=OGTT, now=NOW)
    timed(session, cast, article, at=TOMORROW)
    return article


def outcomes(session: Session, article: Article) -> list[TimingOutcome | None]:
    found = sa.select(ArticleTiming.outcome).where(ArticleTiming.article_id == article.id)
    return list(session.scalars(found.order_by(ArticleTiming.id)))


def test_a_text_is_published_when_its_moment_comes_in_the_name_of_who_set_it(
    session: Session, cast: Cast, waiting: Article
) -> None:
    assert timing.due(session, now=TOMORROW - timedelta(seconds=1)) == []
    assert timing.due(session, now=TOMORROW) == [waiting.id]

    ended = come(session, waiting, at=TOMORROW)

    last = session.scalars(sa.select(AuditRow).order_by(AuditRow.number.desc())).first()
    assert ended is not None
    assert ended.outcome is TimingOutcome.PUBLISHED
    assert (waiting.state, waiting.published_at) == (ArticleState.PUBLISHED, TOMORROW)
    assert last is not None
    assert (last.act, last.actor_id) == ("publish_article", cast.reviewer.id)
    assert timed_in(session, hospital_id=cast.hospital.id) == {}


def test_a_stop_of_three_days_publishes_late_and_once(session: Session, waiting: Article) -> None:
    after = TOMORROW + THREE_DAYS

    first, second = come(session, waiting, at=after), come(session, waiting, at=after)

    assert first is not None
    assert second is None
    assert waiting.published_at == after
    assert timing.due(session, now=after) == []


def test_what_waits_is_told_with_who_set_it(session: Session, cast: Cast, waiting: Article) -> None:
    found = timed_in(session, hospital_id=cast.hospital.id)

    assert found[waiting.id].timing.publish_at == TOMORROW
    assert found[waiting.id].timer.id == cast.reviewer.id
    assert timed_in(session, hospital_id=cast.other_hospital.id) == {}


def test_a_second_moment_takes_the_place_of_the_first(
    session: Session, cast: Cast, waiting: Article
) -> None:
    timed(session, cast, waiting, at=TOMORROW + THREE_DAYS)

    assert come(session, waiting, at=TOMORROW) is None
    assert sorted(map(str, outcomes(session, waiting))) == ["None", "cancelled"]


@pytest.mark.parametrize(
    "ahead", [timedelta(minutes=1), MOST_AHEAD], ids=["in a minute", "the last moment"]
)
def test_a_moment_may_be_soon_or_a_quarter_away(
    session: Session, cast: Cast, ahead: timedelta
) -> None:
    article = approved(session, cast, text=OGTT, now=NOW)

    assert timed(session, cast, article, at=NOW + ahead).publish_at == NOW + ahead


@pytest.mark.parametrize(
    "ahead",
    [timedelta(), timedelta(seconds=-1), MOST_AHEAD + timedelta(seconds=1)],
    ids=["now", "past", "too far"],
)
def test_a_moment_that_has_passed_or_is_too_far_off_is_refused(
    session: Session, cast: Cast, ahead: timedelta
) -> None:
    article = approved(session, cast, text=OGTT, now=NOW)

    with pytest.raises(MomentOutOfReach) as refused:
        timed(session, cast, article, at=NOW + ahead)

    assert refused.value.details == {"most_days": 90}
    assert outcomes(session, article) == []


def test_a_yes_that_lapses_before_the_moment_is_not_enough(session: Session, cast: Cast) -> None:
    article = approved(session, cast, text=OGTT, now=NOW - REVIEW_HOLDS)

    with pytest.raises(NotApproved):
        timed(session, cast, article, at=TOMORROW)


def test_only_an_approved_text_gets_a_moment(session: Session, cast: Cast) -> None:
    article = submitted(session, cast, text=OGTT, now=NOW)

    with pytest.raises(NotApproved):
        timed(session, cast, article, at=TOMORROW)


def test_a_published_text_gets_no_moment(session: Session, cast: Cast) -> None:
    article = published(session, cast, text=OGTT, now=NOW)

    with pytest.raises(WrongState):
        timed(session, cast, article, at=TOMORROW)


def test_who_may_not_review_sets_and_takes_back_no_moment(
    session: Session, cast: Cast, waiting: Article
) -> None:
    with pytest.raises(Forbidden):
        timing.publish_later(
            session, staff=cast.author, article_id=waiting.id, publish_at=TOMORROW, now=NOW
        )
    with pytest.raises(Forbidden):
        timing.cancel_timing(session, staff=cast.author, article_id=waiting.id, now=NOW)


def test_another_hospitals_article_is_not_found(
    session: Session, cast: Cast, waiting: Article
) -> None:
    cast.reviewer.hospital_id = cast.other_hospital.id

    with pytest.raises(NotFound):
        timed(session, cast, waiting, at=TOMORROW)


def test_a_moment_that_was_taken_back_does_not_come(
    session: Session, cast: Cast, waiting: Article
) -> None:
    timing.cancel_timing(session, staff=cast.reviewer, article_id=waiting.id, now=NOW)

    assert come(session, waiting, at=TOMORROW) is None
    assert waiting.state is ArticleState.IN_REVIEW
    with pytest.raises(NothingTimed):
        timing.cancel_timing(session, staff=cast.reviewer, article_id=waiting.id, now=NOW)


def revise(session: Session, cast: Cast, article: Article) -> object:
    new = draft(title="新的标题")
    return actions.revise(session, author=cast.author, article_id=article.id, draft=new, now=NOW)


def send_back(session: Session, cast: Cast, article: Article) -> object:
    return actions.send_back(
        session, reviewer=cast.reviewer, article_id=article.id, remark="再改改", now=NOW
    )


def withdraw(session: Session, cast: Cast, article: Article) -> object:
    return actions.withdraw(session, staff=cast.reviewer, article_id=article.id, now=NOW)


def publish(session: Session, cast: Cast, article: Article) -> object:
    return actions.publish(session, staff=cast.reviewer, article_id=article.id, now=NOW)


@pytest.mark.parametrize(
    ("step", "outcome"),
    [
        (revise, TimingOutcome.CANCELLED),
        (send_back, TimingOutcome.CANCELLED),
        (withdraw, TimingOutcome.CANCELLED),
        (publish, TimingOutcome.PUBLISHED),
    ],
    ids=["revised", "sent back", "withdrawn", "published by hand"],
)
def test_a_step_by_hand_ends_the_moment(
    session: Session, cast: Cast, waiting: Article, step: Act, outcome: TimingOutcome
) -> None:
    step(session, cast, waiting)
    state = waiting.state

    assert come(session, waiting, at=TOMORROW) is None
    assert outcomes(session, waiting) == [outcome]
    assert waiting.state is state
    assert timed_in(session, hospital_id=cast.hospital.id) == {}


def test_a_text_saved_unchanged_keeps_its_moment(
    session: Session, cast: Cast, waiting: Article
) -> None:
    actions.revise(session, author=cast.author, article_id=waiting.id, draft=OGTT, now=NOW)

    assert outcomes(session, waiting) == [None]
