"""Care schedules as a doctor reviews them: every row with its source, its mark and its layer."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from console.presenters import times
from handbook.care.documents import Document, Layer
from handbook.care.layers import ScheduleItem
from handbook.care.phrases import said_age
from handbook.care.plans import Plan
from handbook.care.rows import UNSURE, Act, Anchor, Check, Mark, Need
from handbook.care.schedule import Schedule
from handbook.care.signs import Checklist
from handbook.care.spans import Span
from handbook.care.vaccines import Dose, Sex
from handbook.care.wording import said_window

MARKS: Mapping[Mark, str] = {
    Mark.OFFICIAL: "读过官方原文",
    Mark.AGREED: "多份资料一致",
    Mark.SINGLE: "只有一份资料",
    Mark.MEMORY: "凭记忆，未核对",
    Mark.PROPOSED: "本项目的建议",
}
LAYERS: Mapping[Layer, str] = {
    Layer.NATIONAL: "国家",
    Layer.PROVINCE: "省",
    Layer.HOSPITAL: "本院",
}
NEEDS: Mapping[Need, str] = {
    Need.REQUIRED: "必查",
    Need.OFFERED: "备查",
    Need.INDICATED: "按医嘱",
}
ACTS: Mapping[Act, str] = {
    Act.TIGHTEN: "收紧了时间",
    Act.REWORD: "改写了说明",
    Act.HIDE: "不做这一项",
}
SEXES: Mapping[Sex, str] = {Sex.FEMALE: "女孩", Sex.MALE: "男孩"}

STAGES: Mapping[Anchor, str] = {
    Anchor.PLANNING: "备孕",
    Anchor.LAST_PERIOD: "孕期",
    Anchor.DELIVERY: "产后",
    Anchor.DISCHARGE: "出院后",
    Anchor.BIRTH: "儿童",
}
DOSES, SIGNS, PLANS = "doses", "signs", "plans"
PARTS: Mapping[str, str] = {
    **{anchor.value: label for anchor, label in STAGES.items()},
    DOSES: "疫苗",
    SIGNS: "预警征象",
    PLANS: "随访方案",
}
"""The stages one can choose, in the order of a life."""


@dataclass(frozen=True)
class DocumentLine:
    """A document of the edition, and how its text came to us."""

    key: str
    title: str
    issuer: str
    number: str
    year: int
    layer: str
    seen: str
    in_force: str
    history: list[tuple[str, str, str]]
    notes: list[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class RuleLine:
    """One rule: an item, a dose, a list of signs or a plan."""

    part: str
    name: str
    when: str
    need: str = ""
    need_label: str = ""
    only_for: str = ""
    what: str = ""
    why: str = ""
    preparation: str = ""
    details: list[str] = field(default_factory=list)
    checks: list[tuple[str, str]] = field(default_factory=list)
    mark: str
    mark_label: str
    weakest: str = ""
    layer: str
    issuer: str
    year: int
    source: str
    changes: list[str] = field(default_factory=list)
    remark: str = ""
    needs_review: bool


def document_line(document: Document) -> DocumentLine:
    """Present a document."""
    return DocumentLine(
        key=document.key,
        title=document.title,
        issuer=document.issuer,
        number=document.number,
        year=document.year,
        layer=LAYERS[document.layer],
        seen=document.seen,
        in_force=_in_force(document),
        history=[
            (times.day(step.day), step.what, said_mark(step.mark)) for step in document.history
        ],
        notes=[(note.text, said_mark(note.mark)) for note in document.notes],
    )


def rule_lines(schedule: Schedule) -> list[RuleLine]:
    """Return every rule of an edition: items, then doses, signs and plans."""
    order = list(Anchor)
    items = sorted(schedule.items, key=lambda item: order.index(item.anchor))
    found = [item_line(item) for item in items]
    for document in schedule.documents:
        found += [_dose_line(dose, document) for dose in document.doses]
        found += [_signs_line(signs, document) for signs in document.checklists]
        found += [_plan_line(plan, document) for plan in document.plans]
    return sorted(found, key=lambda line: list(PARTS).index(line.part))


def item_line(item: ScheduleItem) -> RuleLine:
    """Present an item of a timeline."""
    weakest = item.weakest_mark
    return RuleLine(
        part=item.anchor.value,
        name=item.name,
        when=said_window(item),
        need=item.need.value,
        need_label=NEEDS[item.need],
        only_for=item.only_for,
        what=item.what,
        why=item.why,
        preparation=item.preparation,
        checks=_checks(item.checks),
        mark=item.mark.value,
        mark_label=said_mark(item.mark),
        weakest=said_mark(weakest) if weakest else "",
        layer=LAYERS[item.document.layer],
        issuer=item.document.issuer,
        year=item.document.year,
        source=item.document.source(item.section),
        changes=[
            f"{LAYERS[one.document.layer]}：《{one.document.title}》{ACTS[one.change.act]}"
            f"（{one.change.by}：{one.change.reason}）"
            for one in item.changed
        ],
        remark=item.remark,
        needs_review=item.needs_review,
    )


def said_mark(mark: Mark) -> str:
    """Return a mark with its meaning."""
    return f"{mark.value} {MARKS[mark]}"


def _dose_line(dose: Dose, document: Document) -> RuleLine:
    limits = {
        "{}以前完成": dose.before and said_age(dose.before),
        "与上一剂至少间隔{}": dose.interval and said_age(dose.interval),
        "只给{}": dose.sex and SEXES[dose.sex],
        "{}以后出生": dose.born_after and times.day(dose.born_after),
        "{}起提供": dose.given_from and times.day(dose.given_from),
        "代替 {}": "、".join(dose.instead_of),
    }
    return RuleLine(
        part=DOSES,
        name=dose.name,
        when=from_age(dose.opens),
        details=[form.format(value) for form, value in limits.items() if value],
        mark=dose.mark.value,
        mark_label=said_mark(dose.mark),
        layer=LAYERS[document.layer],
        issuer=document.issuer,
        year=document.year,
        source=document.source(dose.section),
        remark=dose.remark,
        needs_review=dose.mark in UNSURE,
    )


def _signs_line(signs: Checklist, document: Document) -> RuleLine:
    return RuleLine(
        part=SIGNS,
        name=f"预警征象 {signs.name}",
        when=from_age(signs.opens),
        what=signs.advice,
        details=list(signs.signs),
        mark=signs.mark.value,
        mark_label=said_mark(signs.mark),
        layer=LAYERS[document.layer],
        issuer=document.issuer,
        year=document.year,
        source=document.source(signs.section),
        needs_review=signs.mark in UNSURE,
    )


def _plan_line(plan: Plan, document: Document) -> RuleLine:
    return RuleLine(
        part=PLANS,
        name=plan.name,
        when="矫正月龄",
        only_for=plan.who,
        details=[
            f"到矫正{said_age(step.until)}：{_every(step.least, step.most)}" for step in plan.steps
        ],
        mark=plan.mark.value,
        mark_label=said_mark(plan.mark),
        layer=LAYERS[document.layer],
        issuer=document.issuer,
        year=document.year,
        source=document.source(plan.section),
        remark=plan.remark,
        needs_review=plan.mark in UNSURE,
    )


def _checks(checks: tuple[Check, ...]) -> list[tuple[str, str]]:
    """Return the examinations of each need that has any: 必查, 备查, 按医嘱."""
    return [
        (label, "、".join(_said_check(check) for check in checks if check.need is need))
        for need, label in NEEDS.items()
        if any(check.need is need for check in checks)
    ]


def _said_check(check: Check) -> str:
    return f"{check.name}〔{check.mark.value}〕" if check.mark in UNSURE else check.name


def from_age(opens: Span) -> str:
    """Return from which age on something is given."""
    return "出生时" if opens.rank == 0 else f"满{said_age(opens)}"


def _every(least: Span, most: Span) -> str:
    is_fixed = least == most
    return f"每{said_age(least)}一次" if is_fixed else f"每{said_age(least)}到{said_age(most)}一次"


def _in_force(document: Document) -> str:
    begins, ends = document.in_force_from, document.in_force_to
    said = [f"{times.day(begins)}起施行"] if begins else []
    return "，".join([*said, *([f"{times.day(ends)}止"] if ends else [])])
