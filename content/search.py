"""The question of a mother, in her words, turned into one look at the index.

A question becomes terms: a word the house knows, with all its synonyms, or a pair of characters
between such words. A term counts once for every part of an article it stands in; a rare term
says more than a frequent one (inverse document frequency), and 1.0 is what a term says that only
one part of one article in a large house knows. Whatever stays below `CLOSE_ENOUGH` is no answer.
Measured by tests/content/test_evaluation.py on questions as mothers type them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import sqlalchemy as sa
import yaml

from content.grams import Part, cut, level
from core.db import Session

SYNONYMS = Path(__file__).parent / "library" / "synonyms.yaml"

WEIGHTS: Mapping[Part, float] = {
    Part.TITLE: 1.0,
    Part.QUESTION: 1.0,
    Part.TOPIC: 1.0,
    Part.SUMMARY: 0.9,
    Part.BODY: 0.9,
}
"""What a term says by where it stands. They add up, so a term of the title, which is nearly always
in the body too, says twice as much as one that is only in the body."""

CLOSE_ENOUGH = 1.6
"""About two rare terms' worth: questions that nobody answers stay below it."""

WHOLE_QUESTION = 2.0
"""Who asks less than this (one word, a keyword) is answered by less, down to a half."""

QUESTION_LONGEST = 100
"""More characters than this are a story; its beginning is looked for."""

FRAME_WEIGHT = 0.4
FRAMES = frozenset({
    "怀孕", "孕期", "孕妇", "怀着孕", "怀上", "备孕", "早孕", "孕早期", "孕中期", "孕晚期",
    "快生", "生产", "生孩子", "分娩", "顺产", "剖宫产", "产后", "生完", "月子", "坐月子", "妈妈",
    "宝宝", "孩子", "娃", "新生儿", "婴儿", "小孩", "医院", "住院", "出院", "检查", "正常",
})  # fmt: skip
"""Words that say who and when; they help to choose an article, but alone they ask nothing."""

NUMBER_WEIGHT = 0.5
LATIN_WEIGHT = 2.0
"""A Latin word (NT, OGTT) says as much as a Chinese word of three characters."""

FILLERS = frozenset({
    "请问", "你好", "您好", "医生", "大夫", "怎么办", "怎么样", "怎么回事", "怎么", "咋办", "咋",
    "为什么", "为啥", "什么", "啥", "可以", "可不可以", "能不能", "是不是", "有没有", "要不要",
    "需不需要", "需要", "应该", "多久", "多少", "几点", "时候", "哪个", "哪些", "哪里", "哪儿",
    "一下", "我们", "你们", "我", "你", "您", "吗", "呢", "吧", "啊", "呀", "了", "的", "不",
})  # fmt: skip
"""Words that any question may have and no article answers."""

AGE = "[一二三四五六七八九十两几半]个多?月"
"""An age in months says when, not what; left in, it finds every article with a number in it."""

LOOK = sa.text("""
with asked as materialized (
    select place, size, weight, cast(gram as tsquery) as gram
    from unnest(
        cast(:places as int[]), cast(:sizes as float[]), cast(:weights as float[]),
        cast(:grams as text[])
    ) as asked (place, size, weight, gram)
),
house as (
    select count(*) as articles from article
    where hospital_id = :hospital_id and published_version_id is not null
      and review_due_day >= :today
),
hit as (
    select article.id, asked.place, max(asked.size) as size, sum(asked.weight) as weight
    from asked cross join lateral (
        select id from article
        where grams @@ asked.gram and hospital_id = :hospital_id
          and published_version_id is not null and review_due_day >= :today
        offset 0
    ) as article
    group by article.id, asked.place
),
rarity as (
    select place, ln(1 + articles / (1.0 + count(*))) / ln(1.0 + articles) as rarity
    from hit cross join house group by place, articles
)
select hit.id, sum(hit.size * hit.weight * rarity.rarity) as score
from hit join rarity using (place)
group by hit.id
having sum(hit.size * hit.weight * rarity.rarity) >= :close_enough
order by score desc, hit.id
limit :limit
""").columns(sa.column("id", sa.Text), sa.column("score", sa.Float))


@dataclass(frozen=True)
class Term:
    """Words that mean the same, each as its grams, and how much the asked one weighs."""

    words: tuple[tuple[str, ...], ...]
    size: float

    def within(self, part: Part) -> str:
        """Return the text-search query that finds any of the words in a part of an article."""
        return " | ".join(
            "(" + " & ".join(f"'{part}{gram}'" for gram in word) + ")" for word in self.words
        )


def best(
    session: Session, *, hospital_id: str, text: str, today: date, limit: int
) -> list[tuple[str, float]]:
    """Return ids and scores of the articles that answer a question, best first.

    Empty when none comes close. One statement, on the GIN index. Articles whose review is
    overdue do not answer.
    """
    terms = terms_of(text)
    probes = [(place, term, part) for place, term in enumerate(terms) for part in Part]
    rows = session.execute(
        LOOK,
        {
            "places": [place for place, _, _ in probes],
            "sizes": [term.size for _, term, _ in probes],
            "weights": [WEIGHTS[part] for _, _, part in probes],
            "grams": [term.within(part) for _, term, part in probes],
            "hospital_id": hospital_id,
            "today": today,
            "close_enough": _close_enough(terms),
            "limit": limit,
        },
    )
    return [(row.id, row.score) for row in rows]


def terms_of(text: str) -> list[Term]:
    """Return what a question says, each term once, in the order it says it."""
    terms: dict[tuple[tuple[str, ...], ...], Term] = {}
    for term in _each_term(level(text)[:QUESTION_LONGEST]):
        terms.setdefault(term.words, term)
    return list(terms.values())


def _close_enough(terms: Iterable[Term]) -> float:
    asked = sum(term.size for term in terms) / WHOLE_QUESTION
    return CLOSE_ENOUGH * min(1.0, max(0.5, asked))


def _each_term(question: str) -> Iterator[Term]:
    lexicon = _lexicon()
    after = 0
    for known in lexicon.pattern.finditer(question):
        yield from _between(question[after : known.start()])
        after = known.end()
        if known.group() in lexicon.meanings:
            yield lexicon.meanings[known.group()]
    yield from _between(question[after:])


def _between(text: str) -> Iterator[Term]:
    for gram in cut(text):
        is_slight = len(gram) == 1 or gram.isdigit()
        yield Term(((gram,),), NUMBER_WEIGHT if is_slight else 1.0)


@dataclass(frozen=True)
class _Lexicon:
    """Every word the house knows: what it means, and how to find the longest ones in a text."""

    meanings: Mapping[str, Term]
    pattern: re.Pattern[str]


@cache
def _lexicon() -> _Lexicon:
    groups = [[level(word) for word in group] for group in _synonyms()]
    meanings = {word: _meaning(word, [word]) for word in FRAMES}
    meanings |= {word: _meaning(word, group) for group in groups for word in group}
    longest_first = sorted({*meanings, *FILLERS}, key=len, reverse=True)
    return _Lexicon(meanings, re.compile("|".join([*map(re.escape, longest_first), AGE])))


def _synonyms() -> list[list[str]]:
    if not SYNONYMS.exists():
        return []
    groups: list[list[str]] = yaml.safe_load(SYNONYMS.read_text(encoding="utf-8"))["groups"]
    return groups


def _meaning(word: str, group: Iterable[str]) -> Term:
    words = tuple(sorted({tuple(cut(synonym)) for synonym in group}))
    size = LATIN_WEIGHT if word.isascii() else max(1.0, len(word) - 1.0)
    is_frame = not FRAMES.isdisjoint(group)
    return Term(words, size * FRAME_WEIGHT if is_frame else size)
