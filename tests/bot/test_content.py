"""The chat about questions in her own words: a published article, named, or an honest no."""

import pytest

from content import actions
from content.models import Article
from tests import world

QUESTION = "喝糖水那个检查之前能吃饭吗"


def test_a_question_in_her_words_is_answered_by_an_article_with_its_names(mei, articles):
    answer = mei.say(QUESTION)

    assert "《糖耐（OGTT）怎么准备" in answer
    assert "author老师（主治医师）撰写，reviewer老师审核" in answer
    assert f"http://127.0.0.1:8000/a/{articles['ogtt']}" in answer


def test_other_articles_that_may_fit_are_named_below(mei, articles):
    answer = mei.say("第一次产检要做糖耐吗")

    assert "审核\n\n也可以看看：\n" in answer
    assert answer.index(articles["first-antenatal-visit"]) < answer.index(articles["ogtt"])


@pytest.mark.parametrize("question", ["股票今天涨了吗", "怎么修自行车", "。。。", "🙂"])
def test_what_no_article_answers_is_said_honestly(mei, articles, question):
    answer = mei.say(question)

    assert "不敢乱说" in answer
    assert "010-55550100" in answer
    assert "/a/" not in answer


def test_an_empty_shelf_answers_honestly(mei):
    assert "不敢乱说" in mei.say(QUESTION)


def test_a_withdrawn_article_is_not_named_any_more(mei, articles, database, cast):
    with database.transaction() as session:
        actions.withdraw(session, staff=cast.author, article_id=articles["ogtt"], now=world.NOW)

    assert articles["ogtt"] not in mei.say(QUESTION)


def test_an_article_of_another_hospital_is_never_named(mei, articles, database, cast):
    with database.transaction() as session:
        session.get_one(Article, articles["ogtt"]).hospital_id = cast.other_hospital.id

    assert articles["ogtt"] not in mei.say(QUESTION)
