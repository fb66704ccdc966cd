"""Children as staff see them: who they are, who looks after them, and what changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from accounts.models import Person
from console.presenters import times
from console.presenters.inbox import name_of
from console.presenters.schedules import SEXES
from handbook.ages import corrected_age, is_preterm
from handbook.care.schedule import load
from handbook.care.spans import whole_months
from handbook.models import Aspect
from handbook.models_lives import (
    Child,
    ChildState,
    EndReason,
    Guardian,
    GuardianKind,
    LifeEvent,
)
from handbook.timeline import Gestation

STATES: Mapping[ChildState, str] = {
    ChildState.LIVING: "在册",
    ChildState.MOVED_AWAY: "已迁出",
    ChildState.DIED: "已去世",
}
GUARDIANS: Mapping[GuardianKind, str] = {
    GuardianKind.MOTHER: "妈妈",
    GuardianKind.FATHER: "爸爸",
    GuardianKind.GRANDPARENT: "祖辈",
    GuardianKind.OTHER: "其他看护人",
}
ASPECTS: Mapping[Aspect, str] = {
    Aspect.STATE: "状态",
    Aspect.LOSS: "失去孩子",
    Aspect.QUIET: "停止发送",
    Aspect.DATING: "孕周核对",
    Aspect.FETUSES: "胎数",
    Aspect.DISCHARGE: "出院日期",
    Aspect.SCHEDULE: "保健安排版本",
    Aspect.PLAN: "随访方案",
    Aspect.GUARDIAN: "看护人",
    Aspect.EXPOSURE: "母亲感染情况（内容另存）",
    Aspect.SEX: "性别",
}
END_REASONS: Mapping[EndReason, str] = {
    EndReason.OWN_WISH: "本人要求",
    EndReason.CUSTODY: "监护关系改变",
    EndReason.MISTAKE: "登记有误",
    EndReason.OTHER: "其他",
}


@dataclass(frozen=True)
class ChildCard:
    """A child: its name, its state and the facts that are known."""

    id: str
    name: str
    state: str
    state_label: str
    age: str
    facts: list[tuple[str, str]]
    is_living: bool
    may_come_back: bool
    sex: str
    plan: str


@dataclass(frozen=True)
class GuardianLine:
    """Somebody who looks, or looked, after a child."""

    person_id: str
    name: str
    kind: str
    since: str
    until: str
    end_reason: str


@dataclass(frozen=True)
class EventLine:
    """A change in a life: when, what, and what staff noted."""

    at: str
    what: str
    note: str


def called(child: Child) -> str:
    """Return what a child is called where it has no name yet."""
    return child.name or (f"宝宝{child.birth_rank}" if child.birth_rank > 1 else "宝宝")


def child_card(child: Child, *, today: date) -> ChildCard:
    """Present a child; its age is told only while it lives."""
    is_living = child.state is ChildState.LIVING
    return ChildCard(
        id=child.id,
        name=called(child),
        state=child.state.value,
        state_label=STATES[child.state],
        age=_age(child, today) if is_living else "",
        facts=_facts(child, today=today),
        is_living=is_living,
        may_come_back=child.state is ChildState.MOVED_AWAY,
        sex=child.sex.value if child.sex else "",
        plan=child.plan or "",
    )


def guardian_lines(guardians: Iterable[Guardian], people: Sequence[Person]) -> list[GuardianLine]:
    """Present who looks after a child; people of other families stay without a name."""
    names = {person.id: name_of(person) for person in people}
    return [
        GuardianLine(
            one.person_id,
            names.get(one.person_id, "其他家庭的看护人"),
            GUARDIANS[one.kind],
            times.moment(one.since_at),
            times.moment(one.until_at) if one.until_at else "",
            END_REASONS[one.end_reason] if one.end_reason else "",
        )
        for one in guardians
    ]


def kinds_to_add() -> list[tuple[str, str]]:
    """Return who somebody that is added may be; the mother, who mostly is there, comes last."""
    ordered = sorted(GUARDIANS, key=lambda kind: kind is GuardianKind.MOTHER)
    return [(kind.value, GUARDIANS[kind]) for kind in ordered]


def life_lines(events: Iterable[LifeEvent]) -> list[EventLine]:
    """Present what changed in a child's life, the newest first."""
    lines = [EventLine(times.moment(one.made_at), _said(one), one.note or "") for one in events]
    return lines[::-1]


def plans_of(child: Child) -> list[tuple[str, str, str]]:
    """Return the follow-up plans that clinicians may choose: key, name, for whom."""
    return [(plan.key, plan.name, plan.who) for plan in load(child.schedule).plans]


def _said(one: LifeEvent) -> str:
    if one.aspect is Aspect.STATE:
        return f"{STATES[ChildState(one.after)]}（{times.day(one.day)}）"
    return ASPECTS[one.aspect]


def _age(child: Child, today: date) -> str:
    months = whole_months(born=child.birth_day, day=today)
    if not months:
        return f"{(today - child.birth_day).days}天"
    years, rest = divmod(months, times.MONTHS_OF_YEAR)
    said_years = f"{years}岁" if years else ""
    return f"{said_years}{rest}个月" if rest or not years else said_years


def _facts(child: Child, *, today: date) -> list[tuple[str, str]]:
    facts = [("出生", times.day(child.birth_day))]
    if child.state_day is not None:
        facts.append((STATES[child.state], times.day(child.state_day)))
    if child.sex is not None:
        facts.append(("性别", SEXES[child.sex]))
    if child.weight_g is not None:
        facts.append(("出生体重", f"{child.weight_g}克"))
    if child.gestation_at_birth_days is not None:
        facts.append(("出生孕周", str(Gestation(child.gestation_at_birth_days))))
    facts += _corrected(child, today)
    if child.discharge_day is not None:
        facts.append(("出院", times.day(child.discharge_day)))
    if child.plan is not None:
        names = {key: name for key, name, _ in plans_of(child)}
        facts.append(("随访方案", names[child.plan]))
    facts.append(("保健安排", load(child.schedule).title))
    return facts


def _corrected(child: Child, today: date) -> list[tuple[str, str]]:
    at_birth = child.gestation_at_birth
    if not is_preterm(at_birth) or child.state is not ChildState.LIVING:
        return []
    age = corrected_age(born=child.birth_day, gestation_at_birth=at_birth, day=today)
    if not age.is_in_use:
        return []
    said = "还没到原来的预产期" if age.months is None else f"矫正{age.months}个月"
    return [("矫正月龄", said)]
