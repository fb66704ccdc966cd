"""Articles: written, previewed, reviewed, published and withdrawn."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.rules import Act
from console import headers
from console.clinics_typed import clock
from console.forms import ArticleForm
from console.guard import check_member_may, house, member
from console.presenters import articles as presenters
from console.typed import day
from content import actions, timing
from content.models import ArticleState
from content.queries import article_for_staff, articles_for_staff
from content.queries_timing import timed
from content.rules import MOST_AHEAD, REMARK_LONGEST, SUMMARY_LONGEST, TITLE_LONGEST
from core.clock import beijing_date, beijing_moment
from core.errors import Refusal
from core.words import say

blueprint = Blueprint("articles", __name__, url_prefix="/articles")

LIMITS = {"title": TITLE_LONGEST, "summary": SUMMARY_LONGEST, "remark": REMARK_LONGEST}


@dataclass(frozen=True)
class Chip:
    """One filter of the list: a state (empty for all), and how many articles it has."""

    state: str
    label: str
    count: int


@blueprint.before_request
def check_may_write() -> None:
    """Pass only those who write or review articles."""
    check_member_may(Act.WRITE_ARTICLES)


@blueprint.get("/")
def shelf() -> str:
    """Show the articles, in one state or all, whose title holds what was asked for."""
    state, query = request.args.get("state", ""), request.args.get("query", "").strip()
    with house().database.transaction() as session:
        rows = articles_for_staff(session, hospital_id=member().hospital_id, state=None)
        moments = timed(session, hospital_id=member().hospital_id)
    matching = [
        presenters.article_line(row, timed=moments.get(row.id))
        for row in rows
        if query.casefold() in row.title.casefold()
    ]
    return render_template(
        "console/articles.html",
        chips=_chips(matching),
        chosen=state,
        query=query,
        lines=[line for line in matching if state in ("", line.state)],
    )


@blueprint.get("/new")
def blank() -> str:
    """Show an empty form."""
    return _form(ArticleForm(), article_id="", problem=None)


@blueprint.post("/")
def write() -> Response | tuple[str, int]:
    """Keep a new article as a draft; what was typed is never lost to a refusal."""
    typed = ArticleForm.typed(request.form)
    try:
        with house().database.transaction() as session:
            article = actions.write(
                session, author=member(), draft=typed.draft(), now=house().clock.now()
            )
    except Refusal as refusal:
        return _once_more(typed, refusal, article_id="")
    return _to(article.id)


@blueprint.get("/<article_id>")
def article(article_id: str) -> str:
    """Show an article, its proof and its reviews."""
    today = beijing_date(house().clock.now())
    return render_template(
        "console/article.html",
        article=_page(article_id),
        limits=LIMITS,
        first_day=today.isoformat(),
        last_day=(today + MOST_AHEAD).isoformat(),
    )


@blueprint.get("/<article_id>/paper")
def paper(article_id: str) -> str:
    """Show the article's text alone, as a phone shows it; it is framed by its page."""
    g.policy = headers.PAPER
    return render_template("console/paper.html", article=_page(article_id))


@blueprint.get("/<article_id>/edit")
def edit(article_id: str) -> str:
    """Show the form with the newest text."""
    with house().database.transaction() as session:
        file = article_for_staff(session, hospital_id=member().hospital_id, article_id=article_id)
    return _form(ArticleForm.of(file.draft), article_id=article_id, problem=None)


@blueprint.post("/<article_id>")
def revise(article_id: str) -> Response | tuple[str, int]:
    """Keep a new text of an article; what was typed is never lost to a refusal."""
    typed = ArticleForm.typed(request.form)
    try:
        with house().database.transaction() as session:
            actions.revise(
                session,
                author=member(),
                article_id=article_id,
                draft=typed.draft(),
                now=house().clock.now(),
            )
    except Refusal as refusal:
        return _once_more(typed, refusal, article_id=article_id)
    return _to(article_id)


@blueprint.post("/<article_id>/submission")
def submit(article_id: str) -> Response:
    """Put the newest text before a reviewer."""
    now = house().clock.now()
    with house().database.transaction() as session:
        actions.submit(session, staff=member(), article_id=article_id, now=now)
    return _to(article_id)


@blueprint.post("/<article_id>/approval")
def approve(article_id: str) -> Response:
    """Say yes to exactly the text that was shown."""
    check_member_may(Act.REVIEW_ARTICLES)
    with house().database.transaction() as session:
        actions.approve(
            session,
            reviewer=member(),
            article_id=article_id,
            text_hash=request.form.get("text_hash", ""),
            now=house().clock.now(),
        )
    return _to(article_id)


@blueprint.post("/<article_id>/return")
def send_back(article_id: str) -> Response:
    """Send the newest text back, with a remark."""
    check_member_may(Act.REVIEW_ARTICLES)
    with house().database.transaction() as session:
        actions.send_back(
            session,
            reviewer=member(),
            article_id=article_id,
            remark=request.form.get("remark", ""),
            now=house().clock.now(),
        )
    return _to(article_id)


@blueprint.post("/<article_id>/publication")
def publish(article_id: str) -> Response:
    """Show the approved text to readers."""
    now = house().clock.now()
    with house().database.transaction() as session:
        actions.publish(session, staff=member(), article_id=article_id, now=now)
    return _to(article_id)


@blueprint.post("/<article_id>/timing")
def publish_later(article_id: str) -> Response:
    """Let the approved text be published at a moment, Beijing time."""
    hour = clock("hour")
    publish_at = beijing_moment(day(), hour=hour.hour, minute=hour.minute)
    now = house().clock.now()
    with house().database.transaction() as session:
        timing.publish_later(
            session, staff=member(), article_id=article_id, publish_at=publish_at, now=now
        )
    return _to(article_id)


@blueprint.post("/<article_id>/timing/cancellation")
def cancel_timing(article_id: str) -> Response:
    """Take the moment back; the approved text waits for a hand again."""
    now = house().clock.now()
    with house().database.transaction() as session:
        timing.cancel_timing(session, staff=member(), article_id=article_id, now=now)
    return _to(article_id)


@blueprint.post("/<article_id>/withdrawal")
def withdraw(article_id: str) -> Response:
    """Take an article away from readers at once."""
    now = house().clock.now()
    with house().database.transaction() as session:
        actions.withdraw(session, staff=member(), article_id=article_id, now=now)
    return _to(article_id)


def _page(article_id: str) -> presenters.ArticlePage:
    with house().database.transaction() as session:
        file = article_for_staff(session, hospital_id=member().hospital_id, article_id=article_id)
        moments = timed(session, hospital_id=member().hospital_id)
    return presenters.article_page(file, reader=member(), timed=moments.get(article_id))


def _chips(lines: Sequence[presenters.ArticleLine]) -> list[Chip]:
    counts = Counter(line.state for line in lines)
    each = [Chip(state.value, presenters.STATES[state], counts[state]) for state in ArticleState]
    return [Chip("", "全部", len(lines)), *each]


def _once_more(typed: ArticleForm, refusal: Refusal, *, article_id: str) -> tuple[str, int]:
    return _form(
        typed, article_id=article_id, problem=say(refusal.code, **refusal.details)
    ), refusal.status


def _form(typed: ArticleForm, *, article_id: str, problem: str | None) -> str:
    g.policy = headers.EDITOR
    return render_template(
        "console/article_form.html",
        typed=typed,
        article_id=article_id,
        problem=problem,
        anchors=[(anchor.value, label) for anchor, label in presenters.ANCHORS.items()],
        limits=LIMITS,
    )


def _to(article_id: str) -> Response:
    return redirect(url_for("console.articles.article", article_id=article_id), 303)
