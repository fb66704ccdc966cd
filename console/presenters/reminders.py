"""Reminders as staff read them: what will be said, what was said, and by which way."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from accounts.models import Staff
from console.presenters import times
from console.presenters.families import REMINDER_STATES, family_line
from console.presenters.reasons import reason
from console.presenters.risk import name_in
from core.clock import beijing
from core.words import label
from scheduler.calling import ToCall, Untold
from scheduler.foresight import Coming
from scheduler.models import Channel, LetterState, Reminder, ReminderKind, ReminderState
from scheduler.models_wishes import Pause
from scheduler.queries import SaidLine
from scheduler.told import lines_of

CHANNELS: Mapping[Channel, str] = {
    Channel.ASSISTANT: "微信就医助手",
    Channel.MINI_LASTING: "小程序长期订阅",
    Channel.MINI_ONCE: "小程序一次性订阅",
    Channel.OFFICIAL_NOTICE: "公众号订阅通知",
    Channel.TEMPLATE: "公众号模板消息",
    Channel.CUSTOMER: "公众号客服消息",
    Channel.SMS: "短信",
}
LETTERS: Mapping[LetterState, str] = {
    LetterState.SENDING: "发送中",
    LetterState.ACCEPTED: "已发出，等微信回报",
    LetterState.DELIVERED: "已送达",
    LetterState.FAILED: "没有送达",
    LetterState.REFUSED: "没有发出",
    LetterState.UNSURE: "不确定是否送达",
}
LOOKS: Mapping[LetterState, str] = {
    LetterState.SENDING: "pending",
    LetterState.ACCEPTED: "sent",
    LetterState.DELIVERED: "sent",
    LetterState.FAILED: "undeliverable",
    LetterState.REFUSED: "undeliverable",
    LetterState.UNSURE: "undeliverable",
}
"""The colour of its badge: that of the reminder's state it is nearest to."""

EVERYTHING = "全部提醒"
DAY = timedelta(days=1)
UNSAID = frozenset({ReminderState.DROPPED, ReminderState.UNDELIVERABLE, ReminderState.TOLD})


@dataclass(frozen=True)
class ComingLine:
    """Something that will be said, as things stand."""

    when: str
    kind: str
    text: str
    why: str
    is_written: bool


@dataclass(frozen=True)
class LetterLine:
    """A letter that was written: its words, the way it went, and what became of it."""

    when: str
    kind: str
    channel: str
    words: list[str]
    look: str
    state: str
    failure: str


@dataclass(frozen=True)
class UnsaidLine:
    """A reminder that became no letter, and why."""

    when: str
    kind: str
    look: str
    state: str
    why: str


@dataclass(frozen=True)
class UntoldLine:
    """Something to tell by telephone."""

    kind: str
    text: str
    why: str
    failure: str
    until: str
    """The last day, or on the day itself the moment, at which it is of use."""
    is_late: bool


@dataclass(frozen=True)
class CallLine:
    """A person to call, with no more of her than the list needs."""

    person_id: str
    name: str
    phone: str
    has_phone: bool
    first: UntoldLine
    more: int
    assigned: str
    calls: int
    next_day: str


@dataclass(frozen=True)
class StopLine:
    """What is, or was, switched off for the whole hospital: since when, by whom, why."""

    id: str
    what: str
    since: str
    by: str
    note: str
    ended: str
    ended_by: str


def kind_name(kind: ReminderKind | None) -> str:
    """Return what a kind is called; None is everything."""
    return EVERYTHING if kind is None else label(f"scheduler.{kind.value}")


def coming_line(one: Coming) -> ComingLine:
    """Present what will be said."""
    return ComingLine(
        when=times.moment(one.due_at), kind=kind_name(one.kind), text=one.pieces["text"],
        why=one.why_now, is_written=one.reminder_id is not None,
    )  # fmt: skip


def letter_line(said: SaidLine) -> LetterLine:
    """Present a letter."""
    letter = said.letter
    return LetterLine(
        when=times.moment(letter.sent_at or letter.claimed_at),
        kind=kind_name(letter.kind),
        channel=CHANNELS[letter.channel],
        words=lines_of(letter),
        look=LOOKS[letter.state],
        state=LETTERS[letter.state],
        failure=reason(letter.failure),
    )


def unsaid_lines(reminders: Iterable[Reminder]) -> list[UnsaidLine]:
    """Present the reminders that became no letter."""
    return [
        UnsaidLine(
            times.moment(one.due_at), kind_name(one.kind), one.state.value,
            REMINDER_STATES[one.state], reason(one.reason),
        )
        for one in reminders
        if one.letter_id is None and one.state in UNSAID
    ]  # fmt: skip


def untold_line(one: Untold, *, now: datetime) -> UntoldLine:
    """Present something to tell by telephone."""
    reminder = one.reminder
    return UntoldLine(
        kind=kind_name(reminder.kind), text=one.text, why=one.why_now,
        failure=reason(reminder.reason), until=_until(reminder.too_late_at),
        is_late=reminder.too_late_at <= now,
    )  # fmt: skip


def call_line(one: ToCall, *, now: datetime) -> CallLine:
    """Present a person in the list: surname and the ends of the phone number."""
    masked, task = family_line(one.person), one.task
    next_day = task.task.next_day if task else None
    return CallLine(
        person_id=one.person.id, name=masked.name, phone=masked.phone,
        has_phone=bool(one.person.phone), first=untold_line(one.untold[0], now=now),
        more=len(one.untold) - 1, assigned=(task and task.assigned_name) or "",
        calls=task.calls if task else 0, next_day=times.day(next_day) if next_day else "",
    )  # fmt: skip


def stop_line(stop: Pause, *, staff: Mapping[str, Staff]) -> StopLine:
    """Present a stop; `staff` tells names by id."""
    return StopLine(
        id=stop.id, what=kind_name(stop.kind), since=times.moment(stop.from_at),
        by=name_in(staff, stop.made_by_id), note=stop.note,
        ended=times.moment(stop.ended_at) if stop.ended_at else "",
        ended_by=name_in(staff, stop.ended_by_id) if stop.ended_by_id else "",
    )  # fmt: skip


def _until(too_late_at: datetime) -> str:
    """Return midnight as the day that ends with it, any other moment as it is."""
    wall = beijing(too_late_at)
    is_midnight = wall.time() == time()
    return times.day(wall.date() - DAY) if is_midnight else times.moment(too_late_at)
