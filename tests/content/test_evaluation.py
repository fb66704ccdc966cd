"""The search is measured on questions as mothers type them, over the whole library."""

from dataclasses import dataclass

import pytest
import yaml

from content import library, queries
from tests.content import desk

QUESTIONS = library.SHELF / "questions.yaml"
NOTHING = "none"

pytestmark = [pytest.mark.slow, pytest.mark.no_cover]


@dataclass(frozen=True)
class Outcome:
    """What was asked for, and the slug of the first answer (or none)."""

    text: str
    expect: str
    answer: str


def asked(session, cast, now):
    """Ask every question of the library; return what came of each."""
    shelf = {
        desk.published(session, cast, text=one.draft, now=now).id: one.slug
        for one in library.drafts()
    }

    def first(text):
        found = queries.search(
            session, hospital_id=cast.hospital.id, text=text, today=now.date(), limit=1
        )
        return shelf[found[0].id] if found else NOTHING

    questions = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8"))["questions"]
    return [Outcome(one["text"], one["expect"], first(one["text"])) for one in questions]


def test_answers_are_the_right_ones_and_nothing_is_answered_by_silence(session, cast, now):
    outcomes = asked(session, cast, now)

    answerable = [one for one in outcomes if one.expect != NOTHING]
    answered = [one for one in answerable if one.answer != NOTHING]
    right = [one for one in answered if one.answer == one.expect]
    hopeless = [one for one in outcomes if one.expect == NOTHING]
    invented = [one for one in hopeless if one.answer != NOTHING]

    assert len(right) / len(answered) >= 0.85, [one for one in answered if one not in right]
    assert len(right) / len(answerable) >= 0.75, [one for one in answerable if one not in right]
    assert len(invented) / len(hopeless) <= 0.15, invented
