"""Risk as staff see it: the general colour, what was done, what waits; purple in its own file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Staff
from console.presenters import times
from console.presenters.families import family_line
from core.clock import beijing_date
from handbook.models_lives import Child, Exposure, Finding
from handbook.risk.colours import Colour
from handbook.risk.forms import form
from handbook.risk.models import Referral, ReferralEvent, RiskCase, RiskCaseEvent
from handbook.risk.queries import (
    Assessed,
    CaseRow,
    FiledAssessment,
    FiledScreening,
    Screened,
)
from handbook.risk.rules import NEXT_CASE, NEXT_REFERRAL, CaseStep, Direction, ReferralStep
from handbook.risk.tables import Table, table

COLOURS: Mapping[Colour, str] = {
    Colour.GREEN: "绿色（低风险）",
    Colour.YELLOW: "黄色（一般风险）",
    Colour.ORANGE: "橙色（较高风险）",
    Colour.RED: "红色（高风险）",
    Colour.PURPLE: "紫色（传染病）",
}
CASE_STEPS: Mapping[CaseStep, str] = {
    CaseStep.FOUND: "发现",
    CaseStep.REGISTERED: "登记",
    CaseStep.REPORTED: "报告",
    CaseStep.MANAGED: "管理",
    CaseStep.RESCUED: "救治",
    CaseStep.CLOSED: "结案",
}
REFERRAL_STEPS: Mapping[ReferralStep, str] = {
    ReferralStep.SENT: "已发出",
    ReferralStep.ACCEPTED: "对方已接收",
    ReferralStep.SEEN: "已就诊",
    ReferralStep.ANSWERED: "已回复",
    ReferralStep.DECLINED: "对方未接收",
    ReferralStep.WITHDRAWN: "已撤回",
}
Steps = Sequence[RiskCaseEvent] | Sequence[ReferralEvent]

DIRECTIONS: Mapping[Direction, str] = {Direction.UP: "上转", Direction.BACK: "下转（转回）"}
FINDINGS: Mapping[Finding, str] = {
    Finding.POSITIVE: "阳性",
    Finding.NEGATIVE: "阴性",
    Finding.UNKNOWN: "不清楚",
}


@dataclass(frozen=True)
class AssessedLine:
    """An assessment: its general colour, when, by which table, by whom."""

    colour: str
    label: str
    day: str
    table: str
    by: str


@dataclass(frozen=True)
class ScreenedLine:
    """A screening: positive or not, when, by which form."""

    is_positive: bool
    day: str
    form: str


@dataclass(frozen=True)
class StepLine:
    """A step that was taken: what, when, by whom, with which note."""

    label: str
    at: str
    by: str
    note: str


@dataclass(frozen=True)
class LifeLine:
    """A case or a referral: where it is, how it came there, where it can go."""

    id: str
    title: str
    step: str
    step_label: str
    clock: str
    is_late: bool
    detail: str
    steps: list[StepLine]
    next_steps: list[tuple[str, str]]


@dataclass(frozen=True)
class CaseLine:
    """A case in the hospital's list, with no more of her than the list needs."""

    family_id: str
    pregnancy_id: str
    name: str
    colour: str
    label: str
    step: str
    found: str


@dataclass(frozen=True)
class ColourGroup:
    """The findings of a table that stand under one colour."""

    colour: str
    label: str
    items: list[tuple[str, str, str, bool]]


@dataclass(frozen=True)
class FiledLine:
    """An assessment with all its colours and findings."""

    colours: list[tuple[str, str]]
    day: str
    table: str
    findings: list[str]
    by: str


@dataclass(frozen=True)
class AnsweredLine:
    """A screening with the items that applied."""

    day: str
    form: str
    answers: list[str]


@dataclass(frozen=True)
class ExposureLine:
    """What is known of the mother's HBsAg when a child was born."""

    child_id: str
    name: str
    finding: str
    at: str


def assessed_lines(
    assessments: Iterable[Assessed], *, staff: Mapping[str, Staff]
) -> list[AssessedLine]:
    """Present the assessments, newest first."""
    return [
        AssessedLine(
            one.colour.value, COLOURS[one.colour], times.day(one.day), one.table_title,
            name_in(staff, one.made_by),
        )
        for one in assessments
    ]  # fmt: skip


def screened_lines(screenings: Iterable[Screened]) -> list[ScreenedLine]:
    """Present the screenings, newest first."""
    return [ScreenedLine(one.is_positive, times.day(one.day), one.form_title) for one in screenings]


def case_life(
    case: RiskCase, *, steps: Sequence[RiskCaseEvent], staff: Mapping[str, Staff]
) -> LifeLine:
    """Present a case with its steps."""
    return LifeLine(
        id=case.id,
        title="高危专案",
        step=case.step.value,
        step_label=CASE_STEPS[case.step],
        clock=f"发现于 {times.moment(case.found_at)}",
        is_late=False,
        detail="",
        steps=[_step(CASE_STEPS[one.new_step], one, staff) for one in steps],
        next_steps=[
            (step.value, CASE_STEPS[step]) for step in CASE_STEPS if step in NEXT_CASE[case.step]
        ],
    )


def referral_life(
    referral: Referral,
    *,
    steps: Sequence[ReferralEvent],
    staff: Mapping[str, Staff],
    now: datetime,
) -> LifeLine:
    """Present a referral with its steps, and the time for its answer while one is waited for."""
    following = NEXT_REFERRAL[referral.step]
    is_waiting = bool(following)
    clock = f"{times.moment(referral.answer_due_at)} 前应有回复" if is_waiting else ""
    return LifeLine(
        id=referral.id,
        title=f"{DIRECTIONS[referral.direction]}：{referral.institution}",
        step=referral.step.value,
        step_label=REFERRAL_STEPS[referral.step],
        clock=clock,
        is_late=is_waiting and referral.answer_due_at < now,
        detail=referral.reason,
        steps=[_step(REFERRAL_STEPS[one.new_step], one, staff) for one in steps],
        next_steps=[
            (step.value, REFERRAL_STEPS[step]) for step in REFERRAL_STEPS if step in following
        ],
    )


def case_line(row: CaseRow) -> CaseLine:
    """Present a case in the list."""
    shown = family_line(row.person)
    return CaseLine(
        family_id=row.person.family_id,
        pregnancy_id=row.case.pregnancy_id,
        name=shown.name,
        colour=row.case.highest.value,
        label=COLOURS[row.case.highest],
        step=CASE_STEPS[row.case.step],
        found=times.day(beijing_date(row.case.found_at)),
    )


def colour_groups(found: Table) -> list[ColourGroup]:
    """Return the findings of a table by colour, in its own order."""
    return [
        ColourGroup(
            colour.value,
            label,
            [(item.key, item.text, item.remark, item.needs_review)
             for item in found.items if item.colour is colour],
        )
        for colour, label in COLOURS.items()
    ]  # fmt: skip


def filed_line(one: FiledAssessment, *, staff: Mapping[str, Staff]) -> FiledLine:
    """Present an assessment in the clinical file."""
    return FiledLine(
        colours=[(colour.value, COLOURS[colour]) for colour in one.colours],
        day=times.day(one.day),
        table=f"{table(one.table_key).title}（{one.table_version} 版）",
        findings=[finding.text for finding in one.findings],
        by=name_in(staff, one.made_by),
    )


def answered_line(one: FiledScreening) -> AnsweredLine:
    """Present a screening in the clinical file."""
    answers = [answer.text for answer in one.answers]
    return AnsweredLine(times.day(one.day), form(one.form).title, answers)


def exposure_line(child: Child, *, name: str, exposure: Exposure | None) -> ExposureLine:
    """Present what is known of the mother's HBsAg at a child's birth."""
    if exposure is None:
        return ExposureLine(child.id, name, "还没有登记", "")
    said = FINDINGS[Finding(exposure.hbsag)]
    return ExposureLine(child.id, name, said, times.moment(exposure.made_at))


def name_in(staff: Mapping[str, Staff], staff_id: str) -> str:
    """Return the name of a member of staff."""
    return staff[staff_id].name if staff_id in staff else "医务人员"


def _step(label: str, one: RiskCaseEvent | ReferralEvent, staff: Mapping[str, Staff]) -> StepLine:
    return StepLine(label, times.moment(one.made_at), name_in(staff, one.made_by), one.note)
