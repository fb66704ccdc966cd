"""What staff and readers may ask of the articles' room."""

from datetime import timedelta

import pytest

from content import actions, queries
from content.models import ArticleState, StageAnchor
from core.errors import NotFound
from tests.content import desk

LATER = timedelta(hours=1)


@pytest.fixture
def staged(session, cast, now):
    """Put an article for a stage before the readers and return its id."""

    def publish(from_day, to_day, anchor=StageAnchor.LAST_PERIOD):
        text = desk.draft(stage_anchor=anchor, stage_from_day=from_day, stage_to_day=to_day)
        return desk.published(session, cast, text=text, now=now).id

    return publish


@pytest.fixture
def on(session, cast):
    """List the articles of a stage that covers a day."""

    def listed(day, *, anchor=StageAnchor.LAST_PERIOD, after="", limit=10):
        rows = queries.for_stage(
            session, hospital_id=cast.hospital.id, anchor=anchor, day=day, after=after, limit=limit
        )
        return [row.id for row in rows]

    return listed


@pytest.mark.parametrize(
    ("day", "is_listed"),
    [(76, False), (77, True), (97, True), (98, False)],
    ids=["before", "first day", "last day", "after"],
)
def test_a_stage_includes_both_its_ends(staged, on, day, is_listed):
    article_id = staged(77, 97)

    assert on(day) == [article_id] * is_listed


def test_the_most_particular_stage_comes_first(staged, on):
    wide, narrow = staged(0, 280), staged(77, 97)

    assert on(80) == [narrow, wide]


def test_a_stage_after_birth_is_not_one_of_pregnancy(staged, on):
    staged(0, 280, StageAnchor.BIRTH)

    assert on(80) == []


def test_pages_follow_each_other_even_when_their_seam_is_withdrawn(session, cast, now, staged, on):
    narrow, middle, wide = staged(77, 97), staged(70, 100), staged(0, 280)
    first_page = on(80, limit=2)
    actions.withdraw(session, staff=cast.author, article_id=middle, now=now)

    assert first_page == [narrow, middle]
    assert on(80, after=middle) == [wide]


def test_the_newest_articles_come_in_pages(session, cast, now):
    ids = [
        desk.published(session, cast, text=desk.OGTT, now=now + LATER * place).id
        for place in range(3)
    ]

    first = queries.newest(session, hospital_id=cast.hospital.id, after="", limit=2)
    second = queries.newest(session, hospital_id=cast.hospital.id, after=first[-1].id, limit=2)

    assert [row.id for row in (*first, *second)] == ids[::-1]


def test_another_hospital_lists_nothing_of_ours(session, cast, now):
    desk.published(session, cast, text=desk.OGTT, now=now)

    assert queries.newest(session, hospital_id=cast.other_hospital.id, after="", limit=9) == []


def test_a_reader_of_another_hospital_finds_nothing(session, cast, now):
    article = desk.published(session, cast, text=desk.OGTT, now=now)

    with pytest.raises(NotFound):
        queries.published(session, hospital_id=cast.other_hospital.id, article_id=article.id)


def test_the_editors_list_shows_the_last_written_first(session, cast, now):
    older = desk.published(session, cast, text=desk.OGTT, now=now)
    newer = actions.write(session, author=cast.author, draft=desk.JAUNDICE, now=now + LATER)

    rows = queries.articles_for_staff(session, hospital_id=cast.hospital.id, state=None)

    assert [row.id for row in rows] == [newer.id, older.id]
    assert [row.is_live for row in rows] == [False, True]
    assert [row.title for row in rows] == [desk.JAUNDICE.title, desk.OGTT.title]
    assert (rows[1].author_name, rows[1].published_at) == (cast.author.name, now)


def test_the_editors_list_can_be_of_one_state(session, cast, now):
    waiting = desk.submitted(session, cast, text=desk.OGTT, now=now)
    actions.write(session, author=cast.author, draft=desk.JAUNDICE, now=now)

    rows = queries.articles_for_staff(
        session, hospital_id=cast.hospital.id, state=ArticleState.IN_REVIEW
    )

    assert [row.id for row in rows] == [waiting.id]


def test_the_editors_of_another_hospital_see_nothing_of_ours(session, cast, now):
    article = actions.write(session, author=cast.author, draft=desk.OGTT, now=now)
    elsewhere = cast.other_hospital.id

    assert queries.articles_for_staff(session, hospital_id=elsewhere, state=None) == []
    with pytest.raises(NotFound):
        queries.article_for_staff(session, hospital_id=elsewhere, article_id=article.id)


def test_a_file_gives_back_the_draft_as_it_was_written(session, cast, now):
    article = actions.write(session, author=cast.author, draft=desk.OGTT, now=now)

    file = queries.article_for_staff(session, hospital_id=cast.hospital.id, article_id=article.id)

    assert file.draft == desk.OGTT
    assert file.author.id == cast.author.id
    assert file.author_ids == {cast.author.id}
    assert (file.reviews, file.approval) == ((), None)


def test_a_review_of_an_older_text_is_kept_but_allows_nothing(session, cast, now):
    article = desk.approved(session, cast, text=desk.OGTT, now=now)
    actions.revise(session, author=cast.author, article_id=article.id, draft=desk.JAUNDICE, now=now)

    file = queries.article_for_staff(session, hospital_id=cast.hospital.id, article_id=article.id)

    assert [line.is_of_newest_text for line in file.reviews] == [False]
    assert file.approval is None
