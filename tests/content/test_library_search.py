"""Synonyms and search questions of the demonstration library: complete, and not copied."""

from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest
import yaml

LIBRARY = Path(__file__).resolve().parents[2] / "content" / "library"
SLUGS = sorted(path.stem for path in LIBRARY.glob("*.md"))


def listing(name: str, key: str) -> list[Any]:
    content = yaml.safe_load((LIBRARY / f"{name}.yaml").read_text("utf-8"))
    assert set(content) == {key}
    return list(content[key])


def asked_everywhere() -> list[str]:
    heads = [(LIBRARY / f"{slug}.md").read_text("utf-8").split("---\n")[1] for slug in SLUGS]
    return [question for head in heads for question in yaml.safe_load(head)["asked_as"]]


def test_every_synonym_belongs_to_one_group_of_at_least_two():
    groups = listing("synonyms", "groups")
    words = Counter(word for group in groups for word in group)

    assert len(groups) >= 80
    assert [group for group in groups if len(group) < 2] == []
    assert [word for word, times in words.items() if times > 1] == []
    assert [word for word in words if not isinstance(word, str) or len(word) < 2] == []


def test_the_search_questions_ask_for_every_article_and_for_nothing():
    questions = listing("questions", "questions")
    wanted = Counter(one["expect"] for one in questions)

    assert all(set(one) == {"text", "expect"} for one in questions)
    assert set(wanted) == {*SLUGS, "none"}
    assert wanted["none"] == 20
    assert len(questions) == len({one["text"] for one in questions}) == 100
    assert min(wanted.values()) >= 3


@pytest.mark.slow
def test_no_search_question_is_copied_from_an_article():
    asked = asked_everywhere()
    likeness = {
        (one["text"], known): SequenceMatcher(None, one["text"], known).ratio()
        for one in listing("questions", "questions")
        for known in asked
    }

    assert [pair for pair, ratio in likeness.items() if ratio >= 0.8] == []
