"""Wordings that are tried by lot, in Chinese: how often each is drawn, and who came."""

from collections.abc import Mapping
from dataclasses import dataclass

from console.presenters.reminders_wordings import example_of
from scheduler.letters.lots import Seen, interval
from scheduler.models_wishes import Wording, WordingState
from scheduler.policy import Learning
from scheduler.speech.documents import Rule

ALONE = "只有一种说法，没有在试用。写一份新的，请同事审核时选“先试用”。"
OFF = "抽签关着，大家收到的都是正在使用的那一种。"
EARLY = "还看不出差别：每种说法要有至少{count}次就诊有了结果才比较，现在平均地抽。"
LEVEL = "每种都够数了，差别还在误差之内，仍然平均地抽。"
WORSE = "有的说法明显不如最好的一种，只留{floor}%；其余的平分。"


@dataclass(frozen=True)
class WordingResult:
    """One wording: whose it is, its words, how often it is drawn, and what became of the visits.

    `low`, `high` and `rate` are percent; `rate` is empty while nothing is known.
    """

    wording_id: str
    name: str
    text: str
    share: str
    seen: Seen
    rate: str
    interval: str
    low: float
    high: float


@dataclass(frozen=True)
class RuleResult:
    """A rule whose words may be drawn: what stands, in a sentence, and every wording."""

    key: str
    why: str
    verdict: str
    wordings: list[WordingResult]


def rule_result(
    rule: Rule,
    pool: Mapping[str, Wording | None],
    seen: Mapping[str, Seen],
    *,
    shares: Mapping[str, int],
    learning: Learning,
) -> RuleResult:
    """Present what the trial of a rule's wordings has shown so far."""
    lines = [
        _line(rule, key, wording, seen[key], share=shares.get(key) if learning.is_on else None)
        for key, wording in pool.items()
    ]
    return RuleResult(rule.key, rule.why_now, _verdict(seen, shares, learning), lines)


def _verdict(seen: Mapping[str, Seen], shares: Mapping[str, int], learning: Learning) -> str:
    if len(seen) == 1:
        return ALONE
    if not learning.is_on:
        return OFF
    if min(one.judged for one in seen.values()) < learning.least_judged:
        return EARLY.format(count=learning.least_judged)
    is_level = max(shares.values(), default=0) - min(shares.values(), default=0) <= 1
    return LEVEL if is_level else WORSE.format(floor=learning.floor_percent)


def _line(
    rule: Rule, key: str, wording: Wording | None, seen: Seen, *, share: int | None
) -> WordingResult:
    low, high = interval(seen.came, seen.judged)
    pieces = {} if wording is None else wording.pieces
    is_tried = wording is not None and wording.state is WordingState.TRIED
    name = "试用" if is_tried else "正在使用"
    words = {**rule.words, **pieces}
    example = example_of(rule)
    return WordingResult(
        wording_id=key,
        name=name if wording is not None else f"{name}（通用文字）",
        text=f"{words['note']}｜{words['text']}".format_map(example),
        share="" if share is None else f"{share}%",
        seen=seen,
        rate=f"{seen.came / seen.judged:.1%}" if seen.judged else "",
        interval=f"{low:.1%}~{high:.1%}" if seen.judged else "",
        low=round(low * 100, 1),
        high=round(high * 100, 1),
    )
