"""The demonstration library as the seed reads it."""

import pytest

from content import errors, library, search
from content.rules import check_fit_to_read, check_shape
from core.words import sentences
from tests.world import NOW

ARTICLES = library.drafts()


def test_every_file_is_read_once_by_slug():
    slugs = [article.slug for article in ARTICLES]

    assert slugs == sorted(path.stem for path in library.SHELF.glob("*.md"))
    assert len(set(slugs)) == len(slugs) >= 24


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.slug)
def test_every_article_can_go_to_readers(article):
    experts = library.experts()

    check_shape(article.draft)
    check_fit_to_read(article.draft, today=NOW.date())

    assert {article.author, article.reviewer} <= set(experts)
    assert article.author != article.reviewer


def test_every_expert_says_that_she_is_made_up():
    names = [expert.name for expert in library.experts().values()]

    assert [name for name in names if "示范" not in name] == []


def test_a_house_without_synonyms_still_searches(monkeypatch, tmp_path):
    monkeypatch.setattr(search, "SYNONYMS", tmp_path / "none.yaml")
    search._lexicon.cache_clear()

    words = [term.words for term in search.terms_of("糖筛")]

    search._lexicon.cache_clear()
    assert words == [(("糖筛",),)]


def test_every_refusal_has_a_sentence_and_every_sentence_a_refusal():
    codes = {kind.code for kind in vars(errors).values() if hasattr(kind, "code")}

    told = {code.removeprefix("content.") for code in codes if code.startswith("content.")}

    assert told == set(sentences("content"))
