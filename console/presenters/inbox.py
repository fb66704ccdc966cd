"""Conversations as staff see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Person, PersonRole, Staff
from console.presenters import times
from console.presenters.reasons import reason
from conversation.models import Alarm, Conversation, ConversationState, Delivery, Message, Speaker
from conversation.queries import InboxRow
from conversation.rules import WINDOW, is_window_open
from core.words import labels

LEVELS: Mapping[str, str] = {
    "call_120": "拨打120",
    "go_now": "立即就医",
    "today": "今日就诊",
    "routine": "常规",
}
STATES: Mapping[ConversationState, str] = {
    ConversationState.WAITING: "等待回复",
    ConversationState.ANSWERED: "已回复",
    ConversationState.QUIET: "已结束",
}
DELIVERIES: Mapping[Delivery, str] = {
    Delivery.NONE: "",
    Delivery.PENDING: "待发送",
    Delivery.SENDING: "发送中",
    Delivery.SENT: "已发送",
    Delivery.FAILED: "发送失败",
}
ROLES: Mapping[PersonRole, str] = {PersonRole.MOTHER: "孕产妇", PersonRole.CAREGIVER: "家人"}

UNKNOWN_SIGN = "危险信号"


@dataclass(frozen=True)
class AlarmLine:
    """A danger sign: what it is, how urgent, since when it stands, and who looked at it."""

    level: str
    label: str
    sign: str
    raised: str
    since: str
    opened: str


@dataclass(frozen=True)
class InboxLine:
    """One line of the inbox."""

    person_id: str
    name: str
    role: str
    state: str
    state_label: str
    alarms: list[AlarmLine]
    since: str


@dataclass(frozen=True)
class Bubble:
    """One thing said."""

    number: int
    side: str
    who: str
    text: str
    at: str
    delivery: str
    delivery_label: str
    failure: str


@dataclass(frozen=True)
class Heading:
    """Who the conversation is with, and whether she can still be written to."""

    person_id: str
    family_id: str
    name: str
    role: str
    phone: str
    state: str
    state_label: str
    is_open: bool
    closes: str


def name_of(person: Person) -> str:
    """Return a person's name, or what she is called while nobody knows it."""
    name = person.name or f"未登记姓名的{ROLES[person.role]}"
    return f"{name}（已注销）" if person.closed_at else name


def alarm_line(alarm: Alarm, *, staff: Mapping[str, Staff], now: datetime) -> AlarmLine:
    """Present an alarm; `staff` holds those who opened alarms, by id."""
    return AlarmLine(
        level=alarm.level,
        label=LEVELS.get(alarm.level, alarm.level),
        sign=labels("console").get(alarm.sign, UNKNOWN_SIGN),
        raised=times.moment(alarm.raised_at),
        since=times.since(alarm.raised_at, now=now),
        opened=_opened(alarm, staff, now=now),
    )


def inbox_line(row: InboxRow, *, now: datetime) -> InboxLine:
    """Present a line of the inbox."""
    touched = row.conversation.waiting_since or row.conversation.heard_at
    return InboxLine(
        person_id=row.person.id,
        name=name_of(row.person),
        role=ROLES[row.person.role],
        state=row.conversation.state.value,
        state_label=STATES[row.conversation.state],
        alarms=[alarm_line(alarm, staff={}, now=now) for alarm in row.alarms],
        since=times.since(touched, now=now) if touched else "",
    )


def bubble(message: Message, *, staff: Mapping[str, Staff]) -> Bubble:
    """Present a message; `staff` holds those who spoke in the conversation, by id."""
    speaker = staff.get(message.staff_id or "")
    names = {
        Speaker.FAMILY: "",
        Speaker.BOT: "自动回复",
        Speaker.STAFF: speaker.name if speaker else "医务人员",
    }
    return Bubble(
        number=message.number,
        side=message.speaker.value,
        who=names[message.speaker],
        text=message.text,
        at=times.moment(message.said_at),
        delivery=message.delivery.value,
        delivery_label=DELIVERIES[message.delivery],
        failure=reason(message.failure),
    )


def heading(person: Person, conversation: Conversation, *, now: datetime) -> Heading:
    """Present who the conversation is with."""
    heard_at = conversation.heard_at
    return Heading(
        person_id=person.id,
        family_id=person.family_id,
        name=name_of(person),
        role=ROLES[person.role],
        phone=person.phone or "",
        state=conversation.state.value,
        state_label=STATES[conversation.state],
        is_open=is_window_open(heard_at=heard_at, now=now),
        closes=times.moment(heard_at + WINDOW) if heard_at else "",
    )


def _opened(alarm: Alarm, staff: Mapping[str, Staff], *, now: datetime) -> str:
    """Return who looked at an alarm and when; empty if nobody did."""
    if alarm.opened_at is None:
        return ""
    who = staff.get(alarm.opened_by or "")
    return f"{who.name if who else '医务人员'} {times.since(alarm.opened_at, now=now)}查看"
