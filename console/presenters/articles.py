"""Articles as staff see them."""

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.models import Staff
from accounts.rules import Act, may
from console.presenters import times
from content.models import ArticleState, StageAnchor
from content.queries import ArticleFile, ArticleRow, ReviewLine
from content.queries_timing import Timed
from content.rules import NEXT, Draft
from core.clock import beijing
from core.words import say

STATES: Mapping[ArticleState, str] = {
    ArticleState.DRAFT: "草稿",
    ArticleState.IN_REVIEW: "待审核",
    ArticleState.PUBLISHED: "已发布",
    ArticleState.WITHDRAWN: "已撤下",
}
ANCHORS: Mapping[StageAnchor, str] = {
    StageAnchor.PLANNING: "开始备孕",
    StageAnchor.LAST_PERIOD: "末次月经（孕周）",
    StageAnchor.BIRTH: "宝宝出生",
}
COUNTED: Mapping[StageAnchor, str] = {
    StageAnchor.PLANNING: "备孕",
    StageAnchor.LAST_PERIOD: "孕",
    StageAnchor.BIRTH: "出生后",
}


@dataclass(frozen=True)
class TimingLine:
    """The moment a text waits for; or (`why`) that it came, and what said no.

    `day` and `hour` are what a form of it begins with.
    """

    at: str
    who: str
    why: str
    day: str
    hour: str


@dataclass(frozen=True)
class ArticleLine:
    """One line of the list of articles."""

    id: str
    title: str
    state: str
    state_label: str
    author: str
    written: str
    note: str
    timing: TimingLine | None


@dataclass(frozen=True)
class Verdict:
    """A reviewer's word; `is_current` says whether it is about the text shown."""

    who: str
    label: str
    is_approved: bool
    remark: str
    at: str
    is_current: bool


@dataclass(frozen=True)
class ArticlePage:
    """All that the page of an article shows; `steps` are what this member of staff may do now."""

    id: str
    title: str
    summary: str
    body: str
    state: str
    state_label: str
    stage: str
    author: str
    written: str
    live: str
    review_due: str
    sources: list[str]
    topics: tuple[str, ...]
    asked_as: tuple[str, ...]
    text_hash: str
    verdicts: list[Verdict]
    steps: frozenset[str]
    timing: TimingLine | None


def article_line(row: ArticleRow, *, timed: Timed | None) -> ArticleLine:
    """Present a line of the list; `timed` is the moment that was set for it, if any."""
    notes = []
    if row.is_live and row.state is not ArticleState.PUBLISHED:
        notes.append("读者仍看到上一版")
    if row.review_due_day is not None:
        notes.append(f"{times.day(row.review_due_day)}前复审")
    return ArticleLine(
        id=row.id,
        title=row.title,
        state=row.state.value,
        state_label=STATES[row.state],
        author=row.author_name,
        written=times.moment(row.written_at),
        note=" · ".join(notes),
        timing=timing_line(timed),
    )


def timing_line(timed: Timed | None) -> TimingLine | None:
    """Present the moment that was set for an article, if any."""
    if timed is None:
        return None
    timing = timed.timing
    wall = beijing(timing.publish_at)
    return TimingLine(
        at=times.moment(timing.publish_at),
        who=f"{timed.timer.name} {timed.timer.title}",
        why=say(timing.refusal, **timing.refusal_details) if timing.refusal else "",
        day=wall.date().isoformat(),
        hour=f"{wall:%H:%M}",
    )


def article_page(file: ArticleFile, *, reader: Staff, timed: Timed | None) -> ArticlePage:
    """Present an article to a member of staff; `timed` is the moment that was set for it."""
    article, draft = file.article, file.draft
    return ArticlePage(
        id=article.id,
        title=draft.title,
        summary=draft.summary,
        body=draft.body,
        state=article.state.value,
        state_label=STATES[article.state],
        stage=stage(draft),
        author=f"{file.author.name} {file.author.title}",
        written=times.moment(file.version.written_at),
        live=times.moment(article.published_at) if article.published_at else "",
        review_due=times.day(article.review_due_day) if article.review_due_day else "",
        sources=[str(source) for source in draft.sources],
        topics=draft.topics,
        asked_as=draft.asked_as,
        text_hash=file.version.text_hash,
        verdicts=[_verdict(line) for line in file.reviews],
        steps=steps(file, reader=reader),
        timing=timing_line(timed),
    )


def steps(file: ArticleFile, *, reader: Staff) -> frozenset[str]:
    """Return what this member of staff may do with the article now; the room has the last word."""
    state = file.article.state
    is_reviewer = may(reader.roles, Act.REVIEW_ARTICLES)
    is_approved = file.approval is not None
    may_take = {
        "submit": ArticleState.IN_REVIEW in NEXT[state],
        "review": state is ArticleState.IN_REVIEW
        and is_reviewer
        and not is_approved
        and reader.id not in file.author_ids,
        "publish": state is ArticleState.IN_REVIEW and is_reviewer and is_approved,
        "withdraw": ArticleState.WITHDRAWN in NEXT[state],
    }
    return frozenset(step for step, is_open in may_take.items() if is_open)


def stage(draft: Draft) -> str:
    """Return the stage of a text in weeks, both ends included."""
    from_weeks, to_weeks = times.weeks(draft.stage_from_day), times.weeks(draft.stage_to_day)
    return f"{COUNTED[StageAnchor(draft.stage_anchor)]} {from_weeks} 至 {to_weeks} 周"


def _verdict(line: ReviewLine) -> Verdict:
    return Verdict(
        who=f"{line.reviewer.name} {line.reviewer.title}",
        label="通过" if line.review.is_approved else "退回",
        is_approved=line.review.is_approved,
        remark=line.review.remark,
        at=times.moment(line.review.reviewed_at),
        is_current=line.is_of_newest_text,
    )
