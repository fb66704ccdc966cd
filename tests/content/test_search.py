"""What a question says, and which articles answer it."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from content import actions, queries
from content.grams import cut, grams_of, level
from content.search import LOOK, QUESTION_LONGEST, terms_of
from tests.content import desk

ASK = "喝糖水吐了怎么办"


@pytest.fixture
def shelf(session, cast, now):
    """Two articles that readers see: about OGTT and about jaundice."""
    return {
        "ogtt": desk.published(session, cast, text=desk.OGTT, now=now),
        "jaundice": desk.published(session, cast, text=desk.JAUNDICE, now=now),
    }


@pytest.fixture
def ask(session, cast, now):
    """Ask our hospital's articles, today or some days later."""

    def search(text, *, days=0, hospital=cast.hospital, limit=5):
        today = (now + timedelta(days=days)).date()
        return queries.search(session, hospital_id=hospital.id, text=text, today=today, limit=limit)

    return search


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("糖耐", ["糖耐"]),
        ("喝糖水吐", ["喝糖", "糖水", "水吐"]),
        ("吐", ["吐"]),
        ("做NT要空腹", ["做", "nt", "要空", "空腹"]),
        ("37周，见红", ["37", "周", "见红"]),
        ("！？ ", []),
    ],
)
def test_text_is_cut_into_pairs_words_and_numbers(text, grams):
    assert cut(level(text)) == grams


def test_one_width_and_one_case():
    assert level("ＮＴ　３７") == "nt 37"


def test_a_gram_carries_the_mark_of_its_part():
    text = replace(
        desk.OGTT,
        title="糖耐",
        asked_as=("喝糖",),
        topics=("孕期",),
        summary="空腹",
        body="<p>抽血</p>",
    )

    assert grams_of(text) == ["b抽血", "k孕期", "q喝糖", "s空腹", "t糖耐"]


def test_what_is_not_said_is_no_term():
    assert terms_of("请问怎么办呢？") == []


def test_a_term_is_said_once():
    assert len(terms_of("黄疸黄疸，黄疸")) == len(terms_of("黄疸"))


def test_only_the_beginning_of_a_story_is_looked_for():
    assert terms_of("啊" * QUESTION_LONGEST + "黄疸") == []


def test_a_known_word_brings_its_synonyms():
    words = {word for term in terms_of("糖筛") for word in term.words}

    assert {("糖耐",), ("ogtt",), ("喝糖", "糖水")} <= words


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (ASK, "ogtt"),
        ("OGTT抽几次血", "ogtt"),
        ("宝宝脸黄了几天能退", "jaundice"),
        ("新生儿黄疸", "jaundice"),
        ("黄疸", "jaundice"),
        ("脸黄", "jaundice"),
    ],
)
def test_a_question_finds_its_article_first(shelf, ask, text, answer):
    assert ask(text)[0].id == shelf[answer].id


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("停车场怎么收费", id="another matter"),
        pytest.param("宝宝", id="only a frame"),
        pytest.param("", id="nothing"),
        pytest.param("？？？ ' | & ! :*", id="only signs"),
    ],
)
def test_what_nobody_answers_finds_nothing(shelf, ask, text):
    assert ask(text) == []


def test_an_empty_house_finds_nothing(ask):
    assert ask(ASK) == []


def test_what_is_found_says_what_a_list_shows(shelf, ask, cast, now):
    found = ask(ASK)[0]

    assert (found.title, found.summary) == (desk.OGTT.title, desk.OGTT.summary)
    assert (found.author_name, found.published_at) == (cast.author.name, now)
    assert (found.stage_anchor, found.stage_from_day, found.stage_to_day) == (
        "last_period",
        154,
        202,
    )
    assert found.score > 0


def test_the_better_answer_comes_first(session, cast, now, ask):
    aside = desk.draft(
        title="产检项目一览", asked_as=("产检有哪些",), topics=("产检",), summary="一览。"
    )
    desk.published(session, cast, text=aside, now=now)
    best = desk.published(session, cast, text=desk.OGTT, now=now)

    found = ask("糖水")

    assert found[0].id == best.id
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_no_more_than_asked_for(session, cast, now, ask, shelf):
    desk.published(session, cast, text=desk.draft(title="糖耐之二"), now=now)

    assert len(ask(ASK, limit=1)) == 1


def test_an_article_answers_until_its_review_is_due(shelf, ask):
    assert ask(ASK, days=365) != []
    assert ask(ASK, days=366) == []


def test_a_draft_answers_nothing(session, cast, now, ask):
    desk.approved(session, cast, text=desk.OGTT, now=now)

    assert ask(ASK) == []


def test_an_unpublished_revision_answers_nothing(session, cast, now, ask, shelf):
    actions.revise(
        session, author=cast.author, article_id=shelf["ogtt"].id,
        draft=desk.draft(asked_as=("脐带血要不要存",)), now=now,
    )  # fmt: skip

    assert ask("脐带血要不要存") == []
    assert ask(ASK)[0].id == shelf["ogtt"].id


def test_another_hospital_finds_nothing_of_ours(shelf, ask, cast):
    assert ask(ASK, hospital=cast.other_hospital) == []


def test_the_search_rides_on_the_index(session, shelf):
    # Two rows are read faster without any index, so the other ways are shut.
    session.execute(sa.text("set local enable_seqscan = off"))
    session.execute(sa.text("drop index ix_article_hospital_id"))
    values = {
        "places": [0], "sizes": [1.0], "weights": [1.0], "grams": ["'t糖耐'"], "hospital_id": "",
        "today": "2026-06-01", "close_enough": 0.0, "limit": 1,
    }  # fmt: skip

    plan = "\n".join(session.scalars(sa.text(f"explain {LOOK.element}"), values))

    assert "Bitmap Index Scan on ix_article_grams" in plan
