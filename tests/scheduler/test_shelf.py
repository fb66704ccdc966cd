"""The ticks of articles: what was timed goes out, what is read comes in, once and quietly."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from accounts.models import AuditRow, Staff
from content import timing
from content.models import Article, ArticleState
from content.models_readings import ArticleReading, Asked, ReadingDay
from core.clock import beijing_date
from core.db import Database, Session
from scheduler import shelf, ticks
from scheduler.ticks import Worker
from tests.content.desk import JAUNDICE, OGTT, approved
from tests.world import NOW, SETTINGS, Cast, MovableClock
from wechat.errors import Busy, Misconfigured
from wechat.statistics import DayReadings, FakeStatistics, Reading

TOMORROW = NOW + timedelta(days=1)
ARTICLES, READINGS = (
    next(tick for tick in ticks.TICKS if tick.name == name) for name in ("articles", "readings")
)


@pytest.fixture
def statistics() -> FakeStatistics:
    return FakeStatistics()


@pytest.fixture
def asking(worker: Worker, statistics: FakeStatistics, clock: MovableClock) -> Worker:
    """A worker that asks for figures, at nine in the morning."""
    clock.move_on(timedelta(hours=(9 - (clock.now().hour + 8)) % 24))
    return replace(worker, statistics=statistics)


def timed(session: Session, cast: Cast, *texts: object) -> list[Article]:
    found = []
    for text in texts:
        article = approved(session, cast, text=text, now=NOW)
        timing.publish_later(
            session, staff=cast.reviewer, article_id=article.id, publish_at=TOMORROW, now=NOW
        )
        found.append(article)
    session.flush()
    return found


def test_articles_go_out_at_their_moment_and_once(
    session: Session, cast: Cast, worker: Worker, clock: MovableClock
) -> None:
    first, second = timed(session, cast, OGTT, JAUNDICE)

    assert ARTICLES.act(worker) == 0
    clock.move_on(timedelta(days=4))
    assert ARTICLES.act(worker) == 2
    assert ARTICLES.act(worker) == 0

    session.expire_all()
    assert [first.state, second.state] == [ArticleState.PUBLISHED] * 2
    assert first.published_at == clock.now()


@pytest.mark.slow
def test_of_several_workers_one_publishes_an_article(
    real_database: Database, real_cast: Cast, real_worker: Worker, clock: MovableClock
) -> None:
    with real_database.transaction() as session:
        timed(session, real_cast, OGTT, JAUNDICE)
    clock.move_on(timedelta(days=2))

    with ThreadPoolExecutor(4) as pool:
        settled = list(pool.map(lambda _: ARTICLES.act(real_worker), range(4)))

    with real_database.transaction() as session:
        told = session.scalars(sa.select(AuditRow).where(AuditRow.act == "publish_article")).all()
    assert sum(settled) == 2
    assert len(told) == 2


def test_one_that_is_refused_keeps_no_other_waiting(
    session: Session, cast: Cast, worker: Worker, clock: MovableClock
) -> None:
    first, second = timed(session, cast, OGTT, JAUNDICE)
    beside = replace_author(session, cast, first)

    clock.move_on(timedelta(days=1))

    assert ARTICLES.act(worker) == 2
    session.expire_all()
    assert not beside.is_active
    assert (first.state, second.state) == (ArticleState.IN_REVIEW, ArticleState.PUBLISHED)


def replace_author(session: Session, cast: Cast, article: Article) -> Staff:
    """Let the author of one article be somebody who left."""
    session.execute(
        sa.text("update article_version set author_id = :who where id = :version"),
        {"who": cast.care_worker.id, "version": article.version_id},
    )
    session.execute(sa.update(Staff).where(Staff.id == cast.care_worker.id).values(is_active=False))
    session.expire_all()
    return session.get_one(Staff, cast.care_worker.id)


def test_figures_are_collected_some_days_at_a_time_until_all_are_known(
    session: Session, asking: Worker, statistics: FakeStatistics
) -> None:
    yesterday = beijing_date(asking.house.clock.now()) - timedelta(days=1)
    statistics.days[yesterday] = DayReadings((Reading("1_1", "糖耐", 7, 2),), is_delayed=False)

    READINGS.act(asking)

    row = session.scalars(sa.select(ArticleReading)).one()
    assert (row.appid, row.day, row.read_user) == (SETTINGS.oa_appid, yesterday, 7)
    assert len(statistics.asked) == shelf.DAYS_AT_ONCE
    assert statistics.asked[0] == yesterday

    for _ in range(10):
        READINGS.act(asking)

    assert len(statistics.asked) == len(set(statistics.asked)) == 30


def test_a_missing_right_is_one_line_a_day_and_not_asked_about_until_tomorrow(
    session: Session, asking: Worker, statistics: FakeStatistics, clock: MovableClock,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    statistics.fail_next(Misconfigured(48001, rid="r"))

    for _ in range(5):
        READINGS.act(asking)
        clock.move_on(timedelta(hours=1))

    (line,) = caplog.records
    assert (line.levelno, line.message) == (logging.WARNING, "article figures refused")
    assert vars(line)["errcode"] == 48001
    assert len(statistics.asked) == 1
    assert session.scalars(sa.select(ReadingDay.asked)).all() == [Asked.REFUSED]

    clock.move_on(timedelta(days=1))
    READINGS.act(asking)

    assert len(statistics.asked) == 1 + shelf.DAYS_AT_ONCE


def test_a_platform_that_is_busy_is_asked_again_after_an_hour(
    asking: Worker, statistics: FakeStatistics, clock: MovableClock
) -> None:
    statistics.fail_next(Busy(-1))

    READINGS.act(asking)
    READINGS.act(asking)
    clock.move_on(timedelta(hours=1))
    READINGS.act(asking)

    assert len(statistics.asked) == 1 + shelf.DAYS_AT_ONCE


def test_a_worker_without_statistics_asks_nobody(session: Session, worker: Worker) -> None:
    READINGS.act(worker)

    assert session.scalars(sa.select(ReadingDay)).all() == []
