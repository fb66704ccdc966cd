"""Figures of articles: how often the Official Account's were read, how often ours were named."""

from datetime import timedelta

from flask import Blueprint, render_template, request

from accounts.rules import Act
from console.guard import check_member_may, house, member
from console.presenters import articles_figures as presenters
from content import queries_readings as queries
from core.clock import beijing_date
from core.errors import NotFound

blueprint = Blueprint("articles_figures", __name__, url_prefix="/articles/figures")

SPANS = (7, 30)
"""Days that figures may be asked of, yesterday being the last."""

DAY = timedelta(days=1)


@blueprint.before_request
def check_may_read() -> None:
    """Pass only those who write or review articles."""
    check_member_may(Act.WRITE_ARTICLES)


@blueprint.get("/")
def page() -> str:
    """Show the figures of the last days, each with what it counts."""
    now, span = house().clock.now(), _span()
    to_day = beijing_date(now) - DAY
    from_day = to_day - (span - 1) * DAY
    appid, hospital_id = house().settings.oa_appid, member().hospital_id
    with house().database.transaction() as session:
        asking = queries.asking(session, appid=appid, now=now)
        read = queries.read(session, appid=appid, from_day=from_day, to_day=to_day)
        named = queries.named(session, hospital_id=hospital_id, from_day=from_day, to_day=to_day)
    return render_template(
        "console/articles_figures.html", read=[presenters.read_line(one) for one in read],
        named=named, standing=presenters.standing(asking), span=span, spans=SPANS,
        read_meanings=presenters.READ, named_meanings=presenters.NAMED,
    )  # fmt: skip


def _span() -> int:
    """Return of how many days figures are asked.

    Raises:
        NotFound: of none that is offered.
    """
    asked = request.args.get("days", str(SPANS[0]))
    if asked not in {str(span) for span in SPANS}:
        raise NotFound
    return int(asked)
