"""Follow-up tasks as staff see them: why, until when, who has it, what was said last time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Staff
from console.presenters import times
from console.presenters.families import family_line
from console.presenters.risk import name_in
from core.clock import beijing_date
from handbook.follow_up.models import EarlierItem, FollowUpCall
from handbook.follow_up.queries import TaskRow
from handbook.follow_up.rules import (
    LIVE,
    STAFF_OUTCOMES,
    STAFF_REASONS,
    CallOutcome,
    DropReason,
    ItemOutcome,
    TaskKind,
    TaskState,
)

KINDS: Mapping[TaskKind, str] = {
    TaskKind.LOSS_AFTERCARE: "失去宝宝后的关怀",
    TaskKind.REPORT_DUTY: "高风险上报",
    TaskKind.HIGH_RISK_NO_VISIT: "高危未按期就诊",
    TaskKind.POSITIVE_REFERRAL: "筛查阳性待评估",
    TaskKind.REFERRAL_ANSWER: "转诊待回复",
    TaskKind.REASSESSMENT: "待再次评估",
    TaskKind.UNREACHABLE: "消息送不到",
    TaskKind.OVERDUE_ITEM: "逾期未做",
    TaskKind.EARLIER_ITEMS: "建档前过期的项目",
    TaskKind.PLACE_LOST: "停诊后还没有约上",
}
"""In the order in which they stand on the page: aftercare first."""

HINTS: Mapping[TaskKind, str] = {
    TaskKind.LOSS_AFTERCARE: "先问候，听她说。不问原因，不谈下一次怀孕；她不想说，就留下本院电话。",
    TaskKind.REPORT_DUTY: "按规定时限向上级报告，再在高危专案里登记“报告”。",
    TaskKind.HIGH_RISK_NO_VISIT: "问清为什么没来，帮她约好最近的一次。",
    TaskKind.POSITIVE_REFERRAL: "请她到有资质的机构做风险评估。",
    TaskKind.REFERRAL_ANSWER: "问转诊机构：是否接收、看过没有、意见是什么。",
    TaskKind.REASSESSMENT: "请临床医生再次评估。",
    TaskKind.UNREACHABLE: "手机消息送不到，请打电话，并核对号码。",
    TaskKind.OVERDUE_ITEM: "问是否已在别处做过；没有做就帮她约。",
    TaskKind.EARLIER_ITEMS: "建档（或改日期）前就过了时间，又没有记录的项目：一次问清，逐项登记。",
    TaskKind.PLACE_LOST: "因停诊没了号，也还没有别的：打电话帮她约上。",
}
STATES: Mapping[TaskState, str] = {
    TaskState.OPEN: "待跟进",
    TaskState.ASSIGNED: "跟进中",
    TaskState.DONE: "已完成",
    TaskState.DROPPED: "已取消",
}
OUTCOMES: Mapping[CallOutcome, str] = {
    CallOutcome.REACHED: "已联系上",
    CallOutcome.WILL_COME: "答应来",
    CallOutcome.WENT_ELSEWHERE: "已在别处做",
    CallOutcome.DECLINED: "不愿意",
    CallOutcome.NO_ANSWER: "没人接",
    CallOutcome.WRONG_NUMBER: "号码不对",
}
FOR_VISITS = frozenset({CallOutcome.WILL_COME, CallOutcome.WENT_ELSEWHERE})
REASONS: Mapping[DropReason, str] = {
    DropReason.LOSS: "失去了宝宝",
    DropReason.BORN: "已分娩",
    DropReason.CHILD_GONE: "儿童档案已停用",
    DropReason.CONSENT_WITHDRAWN: "已撤回同意",
    DropReason.OVERTAKEN: "情况已变，不再需要",
    DropReason.MOVED_AWAY: "已迁出",
    DropReason.DECLINED: "本人谢绝随访",
    DropReason.ELSEWHERE: "由其他机构管理",
    DropReason.MISTAKE: "误列",
}
ITEM_OUTCOMES: Mapping[ItemOutcome, str] = {
    ItemOutcome.RECORDED: "已在手册登记",
    ItemOutcome.ELSEWHERE: "已在别处做过",
    ItemOutcome.ARRANGED: "已安排",
    ItemOutcome.NOT_NEEDED: "不需要做",
}
NOBODY = "家庭"


@dataclass(frozen=True)
class TaskLine:
    """One task, with no more of her than the list needs."""

    id: str
    family_id: str
    name: str
    kind: str
    label: str
    due: str
    is_late: bool
    is_today: bool
    state: str
    state_label: str
    assigned: str
    next_day: str
    is_live: bool
    is_gentle: bool
    attempts: int
    last_called: str


@dataclass(frozen=True)
class CallLine:
    """A call that was made."""

    at: str
    by: str
    outcome: str
    note: str
    next_day: str


@dataclass(frozen=True)
class ItemLine:
    """An item that had lapsed before the family was known; no outcome: still to be asked."""

    id: str
    name: str
    whose: str
    to_day: str
    outcome: str


def task_line(row: TaskRow, *, now: datetime) -> TaskLine:
    """Present a task."""
    task = row.task
    is_live = task.state in LIVE
    return TaskLine(
        id=task.id,
        family_id=task.family_id,
        name=family_line(row.person).name if row.person else NOBODY,
        kind=task.kind.value,
        label=KINDS[task.kind],
        due=times.moment(task.due_at),
        is_late=is_live and task.due_at < now,
        is_today=is_live and beijing_date(task.due_at) == beijing_date(now),
        state=task.state.value,
        state_label=REASONS[task.reason] if task.reason else STATES[task.state],
        assigned=row.assigned_name or "",
        next_day=times.day(task.next_day) if task.next_day else "",
        is_live=is_live,
        is_gentle=task.kind is TaskKind.LOSS_AFTERCARE,
        attempts=row.calls,
        last_called=times.day(beijing_date(row.last_called_at)) if row.last_called_at else "",
    )


def call_lines(calls: Iterable[FollowUpCall], *, staff: Mapping[str, Staff]) -> list[CallLine]:
    """Present the calls that were made, the newest first."""
    lines = [
        CallLine(
            times.moment(one.made_at), name_in(staff, one.made_by), OUTCOMES[one.outcome],
            one.note, times.day(one.next_day) if one.next_day else "",
        )
        for one in calls
    ]  # fmt: skip
    return lines[::-1]


def outcomes(kind: TaskKind) -> list[tuple[str, str]]:
    """Return how a call may have ended; after a loss nothing is to be come for."""
    is_loss = kind is TaskKind.LOSS_AFTERCARE
    return [
        (outcome.value, label)
        for outcome, label in OUTCOMES.items()
        if not (is_loss and outcome in FOR_VISITS)
    ]


def item_line(item: EarlierItem, *, name: str, whose: str) -> ItemLine:
    """Present an earlier item."""
    return ItemLine(
        id=item.id,
        name=name,
        whose=whose,
        to_day=times.day(item.to_day),
        outcome=ITEM_OUTCOMES[item.outcome] if item.outcome else "",
    )


def item_outcomes() -> list[tuple[str, str]]:
    """Return what staff may say of an earlier item."""
    return [(one.value, label) for one, label in ITEM_OUTCOMES.items() if one in STAFF_OUTCOMES]


def reasons() -> list[tuple[str, str]]:
    """Return why staff may drop a task."""
    return [
        (reason.value, label) for reason, label in REASONS.items() if reason in STAFF_REASONS
    ]  # fmt: skip
