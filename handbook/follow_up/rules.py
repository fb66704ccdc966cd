"""The life of a follow-up task, and what is looked at first."""

from collections.abc import Mapping
from enum import StrEnum


class TaskKind(StrEnum):
    """Why somebody has to be followed up."""

    REPORT_DUTY = "report_duty"
    HIGH_RISK_NO_VISIT = "high_risk_no_visit"
    LOSS_AFTERCARE = "loss_aftercare"
    POSITIVE_REFERRAL = "positive_referral"
    REFERRAL_ANSWER = "referral_answer"
    REASSESSMENT = "reassessment"
    UNREACHABLE = "unreachable"
    OVERDUE_ITEM = "overdue_item"
    EARLIER_ITEMS = "earlier_items"
    PLACE_LOST = "place_lost"
    """Her visit was cancelled by the hospital, and she has no other one."""


URGENCY: Mapping[TaskKind, int] = {
    TaskKind.REPORT_DUTY: 0,
    TaskKind.HIGH_RISK_NO_VISIT: 0,
    TaskKind.LOSS_AFTERCARE: 1,
    TaskKind.POSITIVE_REFERRAL: 1,
    TaskKind.REFERRAL_ANSWER: 1,
    TaskKind.REASSESSMENT: 2,
    TaskKind.UNREACHABLE: 2,
    TaskKind.OVERDUE_ITEM: 3,
    TaskKind.EARLIER_ITEMS: 3,
    TaskKind.PLACE_LOST: 3,
}
"""The smallest is looked at first; within one the task whose time runs out first."""

ENDED_BY_BIRTH = frozenset(
    {
        TaskKind.HIGH_RISK_NO_VISIT,
        TaskKind.POSITIVE_REFERRAL,
        TaskKind.REASSESSMENT,
        TaskKind.OVERDUE_ITEM,
    }
)
"""What was to be done while she was pregnant is over with the birth."""


WITHOUT_CONSENT = frozenset({TaskKind.REPORT_DUTY, TaskKind.LOSS_AFTERCARE})
"""What stays to be done when a mother takes her consent back: what the norm obliges the hospital
to report, and to ask after her once."""


class TaskState(StrEnum):
    """Where a follow-up task is in its life."""

    OPEN = "open"
    ASSIGNED = "assigned"
    DONE = "done"
    DROPPED = "dropped"


LIVE = frozenset({TaskState.OPEN, TaskState.ASSIGNED})
"""The states in which somebody still has to do something."""

NEXT_TASK: Mapping[TaskState, frozenset[TaskState]] = {
    TaskState.OPEN: frozenset({TaskState.ASSIGNED, TaskState.DONE, TaskState.DROPPED}),
    TaskState.ASSIGNED: frozenset({TaskState.ASSIGNED, TaskState.DONE, TaskState.DROPPED}),
    TaskState.DONE: frozenset(),
    TaskState.DROPPED: frozenset(),
}
"""From state to the states that may follow; an assigned task may be handed on."""


class DropReason(StrEnum):
    """Why a task was dropped."""

    LOSS = "loss"
    BORN = "born"
    CHILD_GONE = "child_gone"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    OVERTAKEN = "overtaken"
    MOVED_AWAY = "moved_away"
    DECLINED = "declined"
    ELSEWHERE = "elsewhere"
    MISTAKE = "mistake"


STAFF_REASONS = frozenset(
    {DropReason.MOVED_AWAY, DropReason.DECLINED, DropReason.ELSEWHERE, DropReason.MISTAKE}
)
"""What staff may give as a reason; the others follow from what is recorded in the handbook."""


class CallOutcome(StrEnum):
    """How a call ended."""

    REACHED = "reached"
    WILL_COME = "will_come"
    WENT_ELSEWHERE = "went_elsewhere"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"


class ItemOutcome(StrEnum):
    """What came of asking after an item that had lapsed before the family came."""

    RECORDED = "recorded"
    ELSEWHERE = "elsewhere"
    ARRANGED = "arranged"
    NOT_NEEDED = "not_needed"


STAFF_OUTCOMES = frozenset({ItemOutcome.ELSEWHERE, ItemOutcome.ARRANGED, ItemOutcome.NOT_NEEDED})
"""What staff may say of one; that it is recorded follows from the handbook."""
