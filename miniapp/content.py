"""JSON about articles: what fits her stage, what answers her question, and one in full."""

from content import queries
from content.models import StageAnchor
from content.queries import Listed, Published
from content.rules import Source
from core.clock import beijing_date
from core.db import Session
from core.words import label
from handbook.models import PregnancyState
from handbook.queries import pregnancy_of
from handbook.timeline import gestation
from miniapp import guard
from miniapp.guard import api, house, today
from miniapp.records import is_over
from miniapp.shapes import ArticleLineOut, ArticleOut, ArticlesOut, ArticlesQuery

PAGE = 20
WEEK, MONTH = 7, 30
"""Stages are shown in weeks of pregnancy and, roughly, in months of a child's age."""


@api.get("/articles")
@api.input(ArticlesQuery, location="query")
@api.output(ArticlesOut)
def articles(query_data: ArticlesQuery) -> ArticlesOut:
    """List articles: those that answer a question, else those of her stage, else the newest."""
    with house().database.transaction() as session:
        found = _found(session, query_data)
    is_full = len(found) == PAGE and not query_data.query
    return ArticlesOut(
        items=[_line_out(one) for one in found], next=found[-1].id if is_full else None
    )


@api.get("/articles/<article_id>")
@api.output(ArticleOut)
def article(article_id: str) -> ArticleOut:
    """Tell one article in full."""
    with house().database.transaction() as session:
        shown = queries.published(
            session, hospital_id=guard.hospital(session).id, article_id=article_id
        )
    return article_out(shown)


def article_out(shown: Published) -> ArticleOut:
    """Return a published article with the proof on it."""
    return ArticleOut(
        id=shown.id,
        title=shown.title,
        summary=shown.summary,
        body_html=shown.body,
        author=shown.author_name,
        author_title=shown.author_title,
        reviewer=shown.reviewer_name,
        reviewed_day=shown.reviewed_day,
        sources=[source_line(source) for source in shown.sources],
        published_day=beijing_date(shown.published_at),
    )


def source_line(source: Source) -> str:
    """Return a source as it is printed: 《title》 issuer, year, section."""
    return f"《{source.title}》{source.issuer}，{source.year}，{source.section}"


def _found(session: Session, asked: ArticlesQuery) -> list[Listed]:
    """Return what she asked for; after a loss nothing about a pregnancy or a child is offered."""
    hospital_id = guard.hospital(session).id
    pregnancy = pregnancy_of(session, person_id=guard.me(session).id)
    if pregnancy is not None and is_over(pregnancy):
        return []
    if asked.query:
        found = queries.search(
            session, hospital_id=hospital_id, text=asked.query, today=today(), limit=PAGE
        )
        return list(found)
    if pregnancy is None or pregnancy.state is not PregnancyState.ONGOING:
        return queries.newest(session, hospital_id=hospital_id, after=asked.cursor, limit=PAGE)
    weeks = gestation(last_period_day=pregnancy.last_period_day, day=today())
    return queries.for_stage(
        session, hospital_id=hospital_id, anchor=StageAnchor.LAST_PERIOD, day=weeks.days,
        after=asked.cursor, limit=PAGE,
    )  # fmt: skip


def _line_out(one: Listed) -> ArticleLineOut:
    return ArticleLineOut(
        id=one.id,
        title=one.title,
        summary=one.summary,
        author=one.author_name,
        published_day=beijing_date(one.published_at),
        stage=_stage(one),
    )


def _stage(one: Listed) -> str:
    name = label(f"content.{one.stage_anchor}")
    if one.stage_anchor is StageAnchor.PLANNING:
        return name
    unit = WEEK if one.stage_anchor is StageAnchor.LAST_PERIOD else MONTH
    measure = label(f"content.{one.stage_anchor}_unit")
    return f"{name}{one.stage_from_day // unit}—{one.stage_to_day // unit}{measure}"
