"""A moment for an article: set on its page, seen in the list, taken back, and why it failed."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from accounts.models import Staff
from content import timing
from content.models import Article, ArticleState
from tests.content.desk import OGTT, approved, submitted
from tests.world import NOW

MOMENT = {"day": "2026-06-03", "hour": "07:30"}
"""Two days after the cast's today."""

SHOWN = "2026年6月3日 07:30"


@pytest.fixture
def path(database, cast):
    """The address of an approved article."""
    with database.transaction() as session:
        return f"/articles/{approved(session, cast, text=OGTT, now=NOW).id}"


@pytest.fixture
def timed(desk, path):
    """The address of an article that waits for its moment."""
    assert desk("reviewer").send(f"{path}/timing", **MOMENT).status_code == 303
    return path


def come(database, path, *, now):
    with database.transaction() as session:
        timing.publish_due(session, article_id=path.split("/")[-1], now=now)


def test_a_reviewer_sets_a_moment_that_everybody_sees(desk, timed):
    author = desk("author")

    page, shelf = author.read(timed), author.read("/articles/")

    assert f"{SHOWN} 自动发布" in page
    assert f"{SHOWN} 自动发布" in shelf
    assert "就定这个时间" not in page


def test_the_form_begins_with_the_moment_that_is_set(desk, timed):
    page = desk("reviewer").read(timed)

    assert 'value="2026-06-03"' in page
    assert 'value="07:30"' in page


def test_a_moment_is_taken_back(desk, timed):
    reviewer = desk("reviewer")

    reviewer.send(f"{timed}/timing/cancellation")

    assert "自动发布。" not in reviewer.read(timed)
    assert SHOWN not in reviewer.read("/articles/")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({**MOMENT, "day": "2026-05-31"}, "请选一个还没到的时间"),
        ({**MOMENT, "day": "2027-06-01"}, "最远90天以后"),
        ({**MOMENT, "day": ""}, "日期"),
        ({**MOMENT, "hour": "早上"}, "时间"),
    ],
    ids=["past", "too far", "no day", "no hour"],
)
def test_a_moment_that_cannot_be_is_refused_with_its_reason(desk, path, typed, sentence):
    answer = desk("reviewer").send(f"{path}/timing", **typed)

    assert answer.status_code in {400, 422}
    assert sentence in answer.text


def test_an_author_is_not_offered_a_moment_and_gets_none(desk, path):
    author = desk("author")

    assert "定时发布" not in author.read(path)
    assert author.send(f"{path}/timing", **MOMENT).status_code == 403
    assert author.send(f"{path}/timing/cancellation").status_code == 403


def test_a_text_without_a_yes_is_offered_no_moment(desk, database, cast):
    with database.transaction() as session:
        article_id = submitted(session, cast, text=OGTT, now=NOW).id

    assert "定时发布" not in desk("reviewer").read(f"/articles/{article_id}")


def test_why_a_text_was_not_published_stands_on_its_page_and_in_the_list(
    desk, database, cast, timed
):
    with database.transaction() as session:
        session.execute(sa.update(Staff).where(Staff.id == cast.author.id).values(is_active=False))
    come(database, timed, now=NOW + timedelta(days=5))
    reviewer = desk("reviewer")

    page, shelf, home = (reviewer.read(one) for one in (timed, "/articles/", "/"))

    assert "定时没有发成：</strong>作者已不在岗" in page
    assert f"定在 {SHOWN}" in page
    assert "就定这个时间" in page
    assert "定时没有发成" in shelf
    assert "作者已不在岗" in shelf
    assert "作者已不在岗" in home


def test_a_published_text_shows_no_moment(desk, database, timed):
    come(database, timed, now=NOW + timedelta(days=2))

    page = desk("reviewer").read(timed)

    with database.transaction() as session:
        article = session.get_one(Article, timed.split("/")[-1])
        assert article.state is ArticleState.PUBLISHED
    assert "已发布" in page
    assert "自动发布" not in page
