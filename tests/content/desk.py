"""The editors' desk of the tests: a draft that is fit to be read, and its way to the readers."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from content import actions, timing
from content.models import Article, ArticleTiming, StageAnchor
from content.queries import article_for_staff
from content.rules import Draft, Source
from core.db import Session
from tests.world import NOW, Cast

SOURCE = Source("妊娠合并糖尿病诊治指南", "中华医学会妇产科学分会", 2014, "OGTT方法")

OGTT = Draft(
    title="糖耐检查怎么准备",
    summary="前三天正常吃饭，空腹至少8小时。",
    body="<h2>当天早上</h2><p>先抽一次血，再喝<strong>糖水</strong>。</p>",
    topics=("孕期", "糖耐"),
    asked_as=("喝糖水吐了怎么办", "糖耐要抽几次血"),
    sources=(SOURCE,),
    stage_anchor=StageAnchor.LAST_PERIOD,
    stage_from_day=154,
    stage_to_day=202,
)

JAUNDICE = replace(
    OGTT,
    title="新生儿黄疸什么时候要就医",
    summary="脸黄不一定是病，黄到手心脚心要马上去医院。",
    body="<p>多数宝宝出生后两三天开始变黄。</p>",
    topics=("新生儿", "黄疸"),
    asked_as=("宝宝脸黄怎么办", "黄疸几天能退"),
    stage_anchor=StageAnchor.BIRTH,
    stage_from_day=0,
    stage_to_day=42,
)


def draft(**changes: Any) -> Draft:
    """Return the draft about OGTT with what a test cares about changed."""
    return replace(OGTT, **changes)


def submitted(session: Session, cast: Cast, *, text: Draft, now: datetime) -> Article:
    """Return an article of our author that waits for its review."""
    article = actions.write(session, author=cast.author, draft=text, now=now)
    return actions.submit(session, staff=cast.author, article_id=article.id, now=now)


def approved(session: Session, cast: Cast, *, text: Draft, now: datetime) -> Article:
    """Return an article of our author that our reviewer said yes to."""
    article = submitted(session, cast, text=text, now=now)
    approve(session, cast, article, now=now)
    return article


def published(session: Session, cast: Cast, *, text: Draft, now: datetime) -> Article:
    """Return an article of our author that readers see."""
    article = approved(session, cast, text=text, now=now)
    return actions.publish(session, staff=cast.reviewer, article_id=article.id, now=now)


def timed(session: Session, cast: Cast, article: Article, *, at: datetime) -> ArticleTiming:
    """Have our reviewer let an article be published at a moment, set at the cast's today."""
    return timing.publish_later(
        session, staff=cast.reviewer, article_id=article.id, publish_at=at, now=NOW
    )


def come(session: Session, article: Article, *, at: datetime) -> ArticleTiming | None:
    """Let a moment come at which an article may be due."""
    session.flush()
    return timing.publish_due(session, article_id=article.id, now=at)


def approve(session: Session, cast: Cast, article: Article, *, now: datetime) -> None:
    """Have our reviewer say yes to the newest text."""
    actions.approve(
        session,
        reviewer=cast.reviewer,
        article_id=article.id,
        text_hash=newest_hash(session, cast, article),
        now=now,
    )


def newest_hash(session: Session, cast: Cast, article: Article) -> str:
    """Return the mark of the newest text, as the review page shows it."""
    file = article_for_staff(session, hospital_id=cast.hospital.id, article_id=article.id)
    return file.version.text_hash
