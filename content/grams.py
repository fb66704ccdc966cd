"""Chinese text cut into pairs of neighbouring characters: what articles are found by.

No dictionary of words is needed, and none can be out of date. Each pair carries the mark of the
part of the article it stands in, so that the index itself knows a title from a body.
"""

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from content.cleaning import plain
from content.rules import Draft

RUN = re.compile(r"[\u3400-\u9fff]+|[a-z]+|[0-9]+")
"""What is cut by itself: a run of Chinese characters, a Latin word, a number."""


class Part(StrEnum):
    """The mark of a part of an article, first letter of every gram that stands in it."""

    TITLE = "t"
    QUESTION = "q"
    TOPIC = "k"
    SUMMARY = "s"
    BODY = "b"


def level(text: str) -> str:
    """Return the text in one width and one case, so that ＮＴ and nt are the same."""
    return unicodedata.normalize("NFKC", text).lower()


def cut(text: str) -> list[str]:
    """Return the grams of a levelled text in their order: pairs, Latin words, numbers.

    A Chinese character without a neighbour is a gram of its own.
    """
    return [gram for run in RUN.findall(text) for gram in _of_run(run)]


def grams_of(draft: Draft) -> list[str]:
    """Return what an article is found by: every gram behind the mark of its part, each once."""
    parts: dict[Part, Iterable[str]] = {
        Part.TITLE: [draft.title],
        Part.QUESTION: draft.asked_as,
        Part.TOPIC: draft.topics,
        Part.SUMMARY: [draft.summary],
        Part.BODY: [plain(draft.body)],
    }
    return sorted(
        {
            part + gram
            for part, texts in parts.items()
            for text in texts
            for gram in cut(level(text))
        }
    )


def _of_run(run: str) -> list[str]:
    if len(run) == 1 or run.isascii():
        return [run]
    return [run[at : at + 2] for at in range(len(run) - 1)]
