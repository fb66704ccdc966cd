"""Articles, from the first word to the reader and away again."""

import re

import pytest

from content.models import ArticleState
from content.queries import articles_for_staff, published
from core.errors import NotFound

TEXT = {
    "title": "NT检查什么时候做",
    "summary": "孕11周到13周+6天做，提前预约。",
    "body": "<h2>什么时候</h2><p>孕11周到13周+6天。</p>",
    "anchor": "last_period",
    "from": "11+0",
    "to": "13＋6",
    "topics": "NT、早孕筛查",
    "asked_as": "NT什么时候做\n\n做NT要空腹吗",
    "sources": "《孕前和孕期保健指南（2018）》|中华医学会|2018|产前检查｜必查",
}


@pytest.fixture
def rows(database, cast):
    """The articles of our hospital as they stand."""

    def read():
        with database.transaction() as session:
            return articles_for_staff(session, hospital_id=cast.hospital.id, state=None)

    return read


@pytest.fixture
def draft(desk):
    """The address of an article the author has written."""
    return desk("author").send("/articles/", **TEXT).location.removeprefix("/console")


@pytest.fixture
def in_review(desk, draft):
    desk("author").send(f"{draft}/submission")
    return draft


@pytest.fixture
def approved(desk, in_review):
    reviewer = desk("reviewer")
    reviewer.send(f"{in_review}/approval", text_hash=shown_hash(reviewer, in_review))
    return in_review


@pytest.fixture
def live(desk, approved):
    desk("reviewer").send(f"{approved}/publication")
    return approved


def shown_hash(reviewer, path):
    found = re.search(r'name="text_hash" value="(\w+)"', reviewer.read(path))
    assert found is not None
    return found[1]


def test_a_written_article_is_a_draft_and_shows_its_proof(desk, draft, rows):
    page = desk("author").read(draft)

    assert [row.state for row in rows()] == [ArticleState.DRAFT]
    assert "《孕前和孕期保健指南（2018）》，中华医学会，2018年，产前检查|必查" in page
    assert "孕 11+0 至 13+6 周" in page
    assert "做NT要空腹吗" in page


def test_the_form_gives_back_what_was_saved(desk, draft):
    form = desk("author").read(f"{draft}/edit")

    assert 'value="11+0"' in form
    assert 'value="13+6"' in form
    assert "《孕前和孕期保健指南（2018）》|中华医学会|2018|产前检查|必查" in form
    assert 'value="NT、早孕筛查"' in form


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("from", "十一周", "适用阶段请写“周+天”"),
        ("to", "13+7", "适用阶段请写“周+天”"),
        ("sources", "《指南》 中华医学会 2018", "来源“《指南》 中华医学会 2018”请写成"),
        ("sources", "《指南》|中华医学会|去年|第一章", "年份写数字"),
        ("title", " ", "标题请写1到32个字"),
        ("body", "<p></p>", "正文不能为空"),
        ("anchor", "graduation", "提交的内容有误"),
    ],
    ids=[
        "weeks in words", "eight days a week", "source without strokes", "year in words",
        "no title", "no body", "made-up anchor",
    ],
)  # fmt: skip
def test_a_refused_text_is_not_lost(desk, rows, field, typed, sentence):
    answer = desk("author").send("/articles/", **{**TEXT, field: typed})

    assert answer.status_code in {400, 422}
    assert sentence in answer.text
    assert "做NT要空腹吗" in answer.text
    assert rows() == []


def test_a_refused_revision_is_not_lost_and_changes_nothing(desk, draft, rows):
    answer = desk("author").send(draft, **{**TEXT, "title": "", "summary": "新的摘要"})

    assert answer.status_code == 422
    assert "新的摘要" in answer.text
    assert [row.title for row in rows()] == [TEXT["title"]]


def test_a_revision_is_shown(desk, draft, rows):
    answer = desk("author").send(draft, **{**TEXT, "title": "NT检查，提前两周约"})

    assert answer.status_code == 303
    assert [row.title for row in rows()] == ["NT检查，提前两周约"]


def test_scripts_in_a_text_reach_neither_the_form_nor_the_paper(desk):
    author = desk("author")
    evil = '<p onclick="steal()">好</p><script>steal()</script>'

    path = author.send("/articles/", **{**TEXT, "body": evil}).location.removeprefix("/console")

    assert "steal" not in author.read(f"{path}/paper")
    assert "steal" not in author.read(f"{path}/edit")


def test_a_title_is_text_not_html(desk):
    author = desk("author")

    path = author.send("/articles/", **{**TEXT, "title": "<b>NT</b>"}).location

    assert "<b>NT</b>" not in author.client.get(path).text


def test_the_paper_runs_no_script_and_is_framed_by_us_alone(desk, draft):
    policy = desk("author").open(f"{draft}/paper").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert policy.endswith("sandbox")


def test_an_author_cannot_approve_and_is_not_offered_to(desk, in_review):
    author = desk("author")
    page = author.read(in_review)

    answer = author.send(f"{in_review}/approval", text_hash="0")

    assert "审核通过" not in page
    assert answer.status_code == 403


@pytest.mark.parametrize("step", ["approval", "return", "publication"])
def test_an_author_takes_no_step_of_a_reviewer(desk, in_review, step):
    answer = desk("author").send(f"{in_review}/{step}", remark="退回", text_hash="0")

    assert answer.status_code == 403


def test_a_reviewer_sees_the_exact_text_and_its_sources(desk, in_review):
    reviewer = desk("reviewer")

    assert "孕11周到13周+6天。" in reviewer.read(f"{in_review}/paper")
    assert "《孕前和孕期保健指南（2018）》" in reviewer.read(in_review)


def test_approval_is_refused_when_the_text_is_another(desk, in_review):
    answer = desk("reviewer").send(f"{in_review}/approval", text_hash="0" * 64)

    assert answer.status_code == 409
    assert "文章刚刚有改动" in answer.text


def test_a_text_sent_back_is_a_draft_with_a_remark(desk, in_review, rows):
    answer = desk("reviewer").send(f"{in_review}/return", remark="请补充本院电话")

    assert answer.status_code == 303
    assert [row.state for row in rows()] == [ArticleState.DRAFT]
    assert "请补充本院电话" in desk("author").read(in_review)


def test_a_text_is_not_sent_back_without_a_reason(desk, in_review):
    answer = desk("reviewer").send(f"{in_review}/return", remark=" ")

    assert answer.status_code == 422
    assert "退回文章请写明理由" in answer.text


def test_publishing_is_offered_once_the_text_is_approved(desk, approved):
    assert f"{approved}/publication" in desk("reviewer").read(approved)


def test_a_published_article_is_read_and_a_withdrawn_one_is_not(desk, live, database, cast):
    article_id = live.rsplit("/", 1)[1]
    with database.transaction() as session:
        shown = published(session, hospital_id=cast.hospital.id, article_id=article_id)

    answer = desk("reviewer").send(f"{live}/withdrawal")

    assert shown.title == TEXT["title"]
    assert answer.status_code == 303
    with database.transaction() as session, pytest.raises(NotFound):
        published(session, hospital_id=cast.hospital.id, article_id=article_id)


def test_a_published_article_says_since_when_and_until_when(desk, live):
    page = desk("author").read(live)

    assert "2026年6月1日 10:00" in page
    assert "2027年6月1日前" in page


def test_a_revised_article_says_that_readers_still_see_the_old_text(desk, live):
    author = desk("author")

    author.send(live, **{**TEXT, "title": "NT检查，新的一版"})

    assert "读者仍看到上一版" in author.read("/articles/")
    assert "针对较早的文字" in author.read(live)


def test_the_list_is_narrowed_by_state_and_title(desk, draft):
    author = desk("author")

    assert TEXT["title"] in author.read("/articles/?query=nt&state=draft")
    assert "没有符合的文章" in author.read("/articles/?query=nt&state=published")
    assert "没有符合的文章" in author.read("/articles/?query=疫苗")


@pytest.mark.parametrize("page", ["", "/paper", "/edit"])
def test_an_article_that_is_not_there_is_not_found(desk, page):
    answer = desk("author").open(f"/articles/art_nothing{page}")

    assert answer.status_code == 404
    assert "没有找到这项内容" in answer.text


@pytest.mark.parametrize("username", ["clerk", "care_worker", "manager"])
def test_who_does_not_write_sees_no_articles(desk, username):
    answer = desk(username).open("/articles/")

    assert answer.status_code == 403
    assert "您没有权限进行这项操作。" in answer.text
