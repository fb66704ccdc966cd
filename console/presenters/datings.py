"""Datings as staff see them: what each gives, how far it differs, and what became of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from accounts.models import Staff, SubjectKind
from console.presenters import times
from console.presenters.families import DATINGS
from handbook.dating import LEAST_EMBRYO, MOST_EMBRYO, REDATING_RULES, redating
from handbook.models import Dating, DatingSource, DatingState, Pregnancy
from handbook.rules import may_answer
from handbook.timeline import Reading, gestation

STATES: Mapping[DatingState, str] = {
    DatingState.NOTED: "已记下，不用核对",
    DatingState.PROPOSED: "待核对",
    DatingState.ACCEPTED: "正在使用",
    DatingState.DECLINED: "未采用",
    DatingState.REPLACED: "已被替换",
}
GIVEN: Mapping[DatingSource, str] = {
    DatingSource.LAST_PERIOD: "末次月经第一天",
    DatingSource.DUE_DATE: "预产期",
    DatingSource.GESTATION: "数孕周的那天",
    DatingSource.ULTRASOUND: "超声检查日",
    DatingSource.EMBRYO_TRANSFER: "移植日",
    DatingSource.CLINICIAN: "核定的预产期",
}
Members = Mapping[str, Staff]
EMBRYO_DAYS = tuple(range(LEAST_EMBRYO, MOST_EMBRYO + 1))


@dataclass(frozen=True)
class DatingLine:
    """One dating, and how many days it lies from the one in force (positive: later)."""

    id: str
    state: str
    state_label: str
    source: str
    given: str
    due: str
    weeks: str
    apart: str
    made: str
    answered: str
    may_answer: bool


@dataclass(frozen=True)
class Comparison:
    """A dating that is not written down yet, beside the one in force."""

    now: DatingLine
    then: DatingLine
    rule: str
    source: str
    asks: str


def dating_line(dating: Dating, *, pregnancy: Pregnancy, staff: Members, today: date) -> DatingLine:
    """Present a dating with who gave it and who answered."""
    is_staff = dating.made_by_kind is SubjectKind.STAFF
    made_by = _name(staff, dating.made_by_id) if is_staff else "家长在手机上填写"
    answered = ""
    if dating.answered_by_id and dating.answered_at:
        who = _name(staff, dating.answered_by_id)
        answered = f"{who} · {times.moment(dating.answered_at)}"
    return DatingLine(
        id=dating.id,
        state=dating.state.value,
        state_label=STATES[dating.state],
        source=DATINGS[dating.source],
        given=f"{GIVEN[dating.source]} {times.day(dating.given_day)}",
        due=times.day(dating.due_day),
        weeks=_weeks(dating.last_period_day, today),
        apart=said_apart(dating.due_day, pregnancy=pregnancy),
        made=f"{made_by} · {times.moment(dating.made_at)}",
        answered=answered,
        may_answer=may_answer(state=dating.state),
    )


def comparison(reading: Reading, *, pregnancy: Pregnancy, rule: str, today: date) -> Comparison:
    """Present what another dating would give, and what the rule says to that."""
    source = DatingSource(reading.source)
    given = f"{GIVEN[source]} {times.day(reading.given_day)}"
    in_force = DatingSource(pregnancy.dating_source)
    is_scan = source is DatingSource.ULTRASOUND
    return Comparison(
        now=_line(in_force, "", pregnancy.due_day, pregnancy.last_period_day, "", today),
        then=_line(
            source, given, reading.due_day, reading.last_period_day,
            said_apart(reading.due_day, pregnancy=pregnancy), today,
        ),
        rule=REDATING_RULES[rule].title if is_scan else "",
        source=REDATING_RULES[rule].source if is_scan else "",
        asks=_asks(reading, pregnancy=pregnancy, rule=rule),
    )  # fmt: skip


def said_apart(due_day: date, *, pregnancy: Pregnancy) -> str:
    """Return how far a due day lies from the one in force."""
    days = (due_day - pregnancy.due_day).days
    if not days:
        return "相同"
    return f"晚 {days} 天" if days > 0 else f"早 {-days} 天"


def staff_of(datings: Iterable[Dating]) -> set[str]:
    """Return the ids of the staff who gave or answered datings."""
    made = {one.made_by_id for one in datings if one.made_by_kind is SubjectKind.STAFF}
    return made | {one.answered_by_id for one in datings if one.answered_by_id}


def _asks(reading: Reading, *, pregnancy: Pregnancy, rule: str) -> str:
    if reading.source != DatingSource.ULTRASOUND:
        is_other = reading.last_period_day != pregnancy.last_period_day
        return "日期不同，记下后请核对。" if is_other else "日期相同，只记下，不用核对。"
    if pregnancy.dating_source is DatingSource.EMBRYO_TRANSFER:
        return "现在按胚胎移植日推算，超声不改动它，只记下。"
    found = redating(
        last_period_day=pregnancy.last_period_day, source=pregnancy.dating_source,
        scanned=reading, rule=rule,
    )  # fmt: skip
    if found is None:
        return "相差没有超过规则的界限，只记下，不用核对。"
    return f"相差 {found.apart_days} 天，超过规则的 {found.over_days} 天，记下后请核对。"


def _line(
    source: DatingSource, given: str, due: date, day_zero: date, apart: str, today: date
) -> DatingLine:
    return DatingLine(
        "", "", "", DATINGS[source], given, times.day(due), _weeks(day_zero, today), apart,
        "", "", may_answer=False,
    )  # fmt: skip


def _weeks(day_zero: date, today: date) -> str:
    return f"孕{gestation(last_period_day=day_zero, day=today)}" if day_zero <= today else ""


def _name(staff: Members, staff_id: str) -> str:
    return staff[staff_id].name if staff_id in staff else "医务人员"
