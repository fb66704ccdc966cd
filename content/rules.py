"""What an article must be, which steps its life may take, and who may say yes to it."""

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta

from content.advertising import findings
from content.cleaning import clean, plain
from content.errors import (
    AdvertisingFound,
    BodyLength,
    MomentOutOfReach,
    NotApproved,
    OwnText,
    RemarkNeeded,
    SourceIncomplete,
    SourceNeeded,
    StageOutOfOrder,
    SummaryLength,
    TitleLength,
    WordsLength,
    WrongState,
)
from core.crypto import digest

NEXT: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"in_review", "withdrawn"}),
    "in_review": frozenset({"draft", "published", "withdrawn"}),
    "published": frozenset({"draft", "in_review", "withdrawn"}),
    "withdrawn": frozenset({"draft"}),
}
"""The life of the newest text; the keys are the values of `content.models.ArticleState`.

A published article goes back to draft when it is revised, and to review when its year is over;
readers keep the published text until the next is published or this one withdrawn.
"""

TITLE_LONGEST = 32
"""WeChat, draft/add (2026): `title` at most 32 characters."""

SUMMARY_LONGEST = 120
"""WeChat, draft/add (2026): `digest` at most 128 characters; a reserve for the platform's own."""

BODY_LONGEST = 20_000
"""WeChat, draft/add (2026): `content` below 20,000 characters, tags included."""

MOST_TOPICS = 12
MOST_QUESTIONS = 40
WORDS_LONGEST = 60
"""Words to be found by: enough for every way to ask, few enough that none drowns the title."""

LAST_DAY = 2556
"""The handbook goes from the wish for a child to the seventh birthday (国家基本公共卫生服务规范
第三版, 2017: 0-6岁)."""

OLDEST_SOURCE = 1949

REVIEW_HOLDS = timedelta(days=365)
"""A yes stands for a year, then the text is read again (hospital policy)."""

REMARK_LONGEST = 500

MOST_AHEAD = timedelta(days=90)
"""Nobody plans the shelf further ahead than a quarter (our own proposal)."""


@dataclass(frozen=True)
class Source:
    """A document that a text rests on; `section` may be empty."""

    title: str
    issuer: str
    year: int
    section: str

    def __str__(self) -> str:
        """Return it as readers see it."""
        section = f"，{self.section}" if self.section else ""
        return f"《{self.title}》，{self.issuer}，{self.year}年{section}"


@dataclass(frozen=True)
class Draft:
    """A text as its author gives it; the stage's days count from the anchor, both ends included.

    `stage_anchor` is a value of `content.models.StageAnchor`; `asked_as` holds the questions,
    in the words of mothers, that this article answers.
    """

    title: str
    summary: str
    body: str
    topics: tuple[str, ...]
    asked_as: tuple[str, ...]
    sources: tuple[Source, ...]
    stage_anchor: str
    stage_from_day: int
    stage_to_day: int


def tidied(draft: Draft) -> Draft:
    """Return the draft with its HTML cleaned, edges trimmed, empty and repeated words dropped."""
    return replace(
        draft,
        title=draft.title.strip(),
        summary=draft.summary.strip(),
        body=clean(draft.body),
        topics=_each_once(draft.topics),
        asked_as=_each_once(draft.asked_as),
        sources=tuple(dict.fromkeys(draft.sources)),
    )


def text_hash(draft: Draft) -> str:
    """Return the mark of exactly this text: one changed character gives another."""
    return digest(json.dumps(asdict(draft), ensure_ascii=False, sort_keys=True))


def check_step(*, state: str, to: str) -> None:
    """Pass if the life of an article may go from one state to another.

    Raises:
        WrongState: it may not.
    """
    if to not in NEXT[state]:
        raise WrongState(state=state)


def check_shape(draft: Draft) -> None:
    """Pass if a tidied draft can be kept: nothing missing, nothing too long.

    Raises:
        TitleLength, SummaryLength, BodyLength, WordsLength: see their limits above.
        StageOutOfOrder: the stage ends before it begins, or lies outside the handbook.
    """
    if not 1 <= len(draft.title) <= TITLE_LONGEST:
        raise TitleLength(longest=TITLE_LONGEST)
    if not 1 <= len(draft.summary) <= SUMMARY_LONGEST:
        raise SummaryLength(longest=SUMMARY_LONGEST)
    if len(draft.body) >= BODY_LONGEST or not plain(draft.body):
        raise BodyLength(longest=BODY_LONGEST)
    if not 0 <= draft.stage_from_day <= draft.stage_to_day <= LAST_DAY:
        raise StageOutOfOrder
    _check_words(draft)


def check_fit_to_read(draft: Draft, *, today: date) -> None:
    """Pass if a text may be put before a reviewer, and later before readers.

    Raises:
        SourceNeeded, SourceIncomplete: health knowledge names its ground
            (基本医疗卫生与健康促进法, 2019, art. 67).
        AdvertisingFound: see `content.advertising`.
    """
    if not draft.sources:
        raise SourceNeeded
    for source in draft.sources:
        if not (source.title and source.issuer and OLDEST_SOURCE <= source.year <= today.year):
            raise SourceIncomplete(title=source.title)
    told = (draft.title, draft.summary, plain(draft.body), *draft.topics, *draft.asked_as)
    if found := findings("\n".join(told)):
        raise AdvertisingFound(words=found[0].words, law=found[0].law)


def check_reviewer(*, reviewer_id: str, author_ids: Collection[str]) -> None:
    """Pass if this member of staff wrote no version of the article.

    Raises:
        OwnText: she did.
    """
    if reviewer_id in author_ids:
        raise OwnText


def check_remark(remark: str) -> None:
    """Pass if a text is sent back with a reason.

    Raises:
        RemarkNeeded: nothing is said, or too much.
    """
    if not 1 <= len(remark.strip()) <= REMARK_LONGEST:
        raise RemarkNeeded(longest=REMARK_LONGEST)


def check_approved(*, approved_day: date | None, today: date) -> date:
    """Return the last day the yes stands, if the last word on the text is one that still does.

    Raises:
        NotApproved: there is none (`approved_day` is None), or it has lapsed.
    """
    if approved_day is None or review_due_day(approved_day) < today:
        raise NotApproved
    return review_due_day(approved_day)


def check_moment(*, publish_at: datetime, now: datetime) -> None:
    """Pass if an article may be published at that moment: it is to come, and not too far off.

    Raises:
        MomentOutOfReach: it has passed, or lies more than `MOST_AHEAD` ahead.
    """
    if not now < publish_at <= now + MOST_AHEAD:
        raise MomentOutOfReach(most_days=MOST_AHEAD.days)


def review_due_day(approved_day: date) -> date:
    """Return the last day on which a text approved that day still answers questions."""
    return approved_day + REVIEW_HOLDS


def _check_words(draft: Draft) -> None:
    if (
        len(draft.topics) > MOST_TOPICS
        or len(draft.asked_as) > MOST_QUESTIONS
        or any(len(words) > WORDS_LONGEST for words in (*draft.topics, *draft.asked_as))
    ):
        raise WordsLength(
            most_topics=MOST_TOPICS, most_questions=MOST_QUESTIONS, longest=WORDS_LONGEST
        )


def _each_once(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip() for word in words if word.strip()))
