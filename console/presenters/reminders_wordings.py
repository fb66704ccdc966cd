"""A hospital's own words as a phone shows them: fitted to their keys, and what is cut."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile

from accounts.models import Staff
from console.presenters import times
from console.presenters.reminders import kind_name
from console.presenters.risk import name_in
from scheduler.models import ReminderKind
from scheduler.models_wishes import Wording, WordingState
from scheduler.speech.documents import Rule, fields_of
from wechat.errors import BadTemplateValue
from wechat.templates import fit

STATES: Mapping[WordingState, str] = {
    WordingState.DRAFT: "草稿",
    WordingState.IN_REVIEW: "等同事审核",
    WordingState.APPROVED: "正在使用",
    WordingState.TRIED: "试用中",
    WordingState.DECLINED: "已退回",
    WordingState.RETIRED: "已停用",
}
LOOKS: Mapping[WordingState, str] = {
    WordingState.DRAFT: "draft",
    WordingState.IN_REVIEW: "in_review",
    WordingState.APPROVED: "published",
    WordingState.TRIED: "published",
    WordingState.DECLINED: "withdrawn",
    WordingState.RETIRED: "withdrawn",
}
"""The colour of its badge: that of the article's state it is nearest to."""

PIECES: Mapping[str, str] = {
    "what": "事项",
    "when": "时间",
    "where": "地点",
    "note": "备注",
    "text": "整句（客服消息和短信用）",
}
FIELDS: Mapping[str, str] = {
    "name": "项目名称",
    "from_day": "从哪天起",
    "to_day": "到哪天止",
    "days": "日期范围",
    "until": "最晚的日期或时间",
    "preparation": "准备事项",
    "why": "为什么做",
    "care": "看什么",
    "clinic": "门诊和房间",
    "day": "就诊日期",
    "hour": "就诊时间",
    "whose": "您或宝宝",
    "age": "孕周或月龄",
    "title": "文章标题",
}
ORDINARY: Mapping[str, str] = {
    "name": "胎儿系统超声",
    "from_day": "2026年6月3日",
    "to_day": "2026年7月14日",
    "days": "2026年6月3日~2026年7月14日",
    "until": "7月14日",
    "preparation": "请带好母子健康手册",
    "why": "看宝宝各部位长得好不好",
    "care": "产前检查",
    "clinic": "产科普通门诊 3层301室",
    "day": "2026年6月3日",
    "hour": "08:30",
    "whose": "您",
    "age": "孕20周",
    "title": "孕20周：第一次感到胎动",
}
"""An ordinary day, with nobody's name in it."""

LONGEST: Mapping[str, str] = {
    **ORDINARY,
    "name": "妊娠期糖尿病筛查（口服葡萄糖耐量试验）等3项",
    "preparation": "空腹8小时以上，请勿吃早餐，带好母子健康手册和身份证",
    "why": "早一点知道血糖情况，好安排饮食和运动",
    "care": "胎儿系统超声检查",
    "clinic": "产前诊断与胎儿医学门诊 门诊综合楼东区5层512室",
    "title": "孕晚期最后几周：什么时候该去医院，待产包里要准备什么",
}
"""The longest that may come: what is cut shows here first."""

OF_A_CHILD: Mapping[str, str] = {
    "name": "满6月龄儿童保健",
    "why": "看宝宝长得好不好，喂养有没有要调的",
    "whose": "宝宝",
    "age": "宝宝6个月",
    "title": "6月龄：第一口辅食怎么加",
}
OF_A_DOSE: Mapping[str, str] = {"name": "乙肝疫苗第3剂"}
OF_A_VISIT: Mapping[str, str] = {"until": "10:30"}


@dataclass(frozen=True)
class CardLine:
    """One value of a card: what stands there, what is cut off, or that it cannot be sent at all."""

    label: str
    shown: str
    cut: str = ""
    is_refused: bool = False


@dataclass(frozen=True)
class Card:
    """A letter as the phone shows it, with an example's values."""

    title: str
    lines: list[CardLine]
    text: str

    @property
    def is_cut(self) -> bool:
        """Say whether anything of it is lost."""
        return any(line.cut or line.is_refused for line in self.lines)


@dataclass(frozen=True)
class RuleLine:
    """A rule in the list: what it says now, and whose words these are."""

    key: str
    kind: str
    text: str
    why: str
    state: str
    look: str


@dataclass(frozen=True)
class WordingLine:
    """Words somebody wrote: where they are, who wrote and who looked at them."""

    id: str
    state: str
    look: str
    written: str
    reviewed: str


@dataclass(frozen=True)
class FieldLine:
    """A field that words may name in braces, and what it stands for."""

    name: str
    meaning: str
    example: str


def cards(rule: Rule, pieces: Mapping[str, str], *, keys: Mapping[str, str]) -> list[Card]:
    """Present the words of a rule with every example; `keys` is piece by template key."""
    words = {**rule.words, **pieces}
    return [
        Card(
            title=title,
            lines=[
                _line(key, piece, words[piece].format_map(example))
                for key, piece in keys.items()
                if piece in words
            ],
            text=words["text"].format_map(example),
        )
        for title, example in (("平常的一条", example_of(rule)), ("最长的一条", LONGEST))
    ]


def example_of(rule: Rule) -> Mapping[str, str]:
    """Return the values of an ordinary letter by a rule."""
    is_of_child = rule.kind is ReminderKind.CHILD_CARE or "birth" in rule.of.anchors
    return {
        **ORDINARY,
        **(OF_A_CHILD if is_of_child else {}),
        **(OF_A_DOSE if "dose" in rule.of.sorts else {}),
        **(OF_A_VISIT if "hour" in fields_of(rule.step) else {}),
    }


def rule_lines(
    rules: Mapping[str, Rule], wordings: list[Wording]
) -> list[tuple[str, list[RuleLine]]]:
    """Present all rules by kind, each with the words in force and what waits for a review."""
    groups: dict[ReminderKind, list[RuleLine]] = {}
    for rule in rules.values():
        own = [one for one in wordings if one.rule == rule.key]
        groups.setdefault(rule.kind, []).append(_rule_line(rule, own))
    return [(kind_name(kind), lines) for kind, lines in groups.items()]


def wording_line(one: Wording, *, staff: Mapping[str, Staff]) -> WordingLine:
    """Present words somebody wrote."""
    reviewed = ""
    if one.reviewed_by is not None and one.reviewed_at is not None:
        reviewed = f"{name_in(staff, one.reviewed_by)} · {times.moment(one.reviewed_at)}"
    return WordingLine(
        id=one.id, state=STATES[one.state], look=LOOKS[one.state],
        written=f"{name_in(staff, one.written_by)} · {times.moment(one.written_at)}",
        reviewed=reviewed,
    )  # fmt: skip


def field_lines(rule: Rule) -> list[FieldLine]:
    """Present the fields that the words of a rule may name."""
    allowed, example = fields_of(rule.step), example_of(rule)
    return [
        FieldLine(name, meaning, example[name])
        for name, meaning in FIELDS.items()
        if name in allowed
    ]


def _rule_line(rule: Rule, own: list[Wording]) -> RuleLine:
    in_force = next((one for one in own if one.state is WordingState.APPROVED), None)
    words = {**rule.words, **(in_force.pieces if in_force else {})}
    state, look = ("本院文字", "published") if in_force else ("通用文字", "draft")
    if any(one.state is WordingState.IN_REVIEW for one in own):
        state, look = "等同事审核", "in_review"
    text = words["text"].format_map(example_of(rule))
    return RuleLine(rule.key, kind_name(rule.kind), text, rule.why_now, state, look)


def _line(key: str, piece: str, whole: str) -> CardLine:
    try:
        shown = fit(key, whole)
    except BadTemplateValue:
        return CardLine(PIECES[piece], whole, is_refused=True)
    pairs = zip(shown, whole, strict=False)
    kept = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return CardLine(PIECES[piece], shown, cut=whole[kept:] if shown != whole else "")
