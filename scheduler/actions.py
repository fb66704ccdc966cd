"""What can be done in this room: reminders are claimed, spoken of, recorded; none is ever lost."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from accounts.queries import identity_in
from core.db import Session
from scheduler.models import Reminder, ReminderKind, ReminderState
from scheduler.plans import plan
from scheduler.rules import LEASE, awake, next_try
from scheduler.truth import Untrue, words
from wechat.push import DeliveryOutcome

__all__ = ["Channel", "Letter", "claim", "note_delivery", "plan", "record_failed", "record_sent"]

NOT_FOLLOWING = "not_following"


@dataclass(frozen=True)
class Channel:
    """The Official Account reminders go through, and its template for each kind."""

    appid: str
    templates: dict[ReminderKind, str]


@dataclass(frozen=True)
class Letter:
    """A reminder to be handed to the platform now."""

    reminder_id: str
    openid: str
    template_id: str
    values: dict[str, str]
    page: str


def claim(session: Session, *, channel: Channel, limit: int, now: datetime) -> list[Letter]:
    """Return letters to send now, each to one caller only.

    1. Take due reminders that nobody else holds (or whose holder vanished).
    2. In quiet hours put them off to the morning.
    3. Ask the truth again; drop what is no longer true.
    4. Who cannot be reached goes onto a person's list.
    """
    due = session.scalars(
        sa.select(Reminder)
        .where(
            Reminder.due_at <= now,
            sa.or_(
                Reminder.state == ReminderState.PENDING,
                sa.and_(Reminder.state == ReminderState.SENDING, Reminder.leased_until <= now),
            ),
        )
        .order_by(Reminder.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    letters = [_letter(session, reminder, channel, now=now) for reminder in due]
    return [letter for letter in letters if letter is not None]


def record_sent(session: Session, *, reminder_id: str, msg_id: str, now: datetime) -> None:
    """Write down that the platform took a reminder."""
    reminder = session.get_one(Reminder, reminder_id)
    reminder.state, reminder.sent_at, reminder.leased_until = ReminderState.SENT, now, None
    reminder.platform_msg_id = msg_id or None


def record_failed(
    session: Session, *, reminder_id: str, reason: str, is_permanent: bool, now: datetime
) -> None:
    """Write down that the platform did not take a reminder: try later, or a person must call."""
    reminder = session.get_one(Reminder, reminder_id)
    again = None if is_permanent else next_try(attempts=reminder.attempts, now=now)
    reminder.reason, reminder.leased_until = reason, None
    if again is None or again >= reminder.too_late_at:
        reminder.state = ReminderState.UNDELIVERABLE
    else:
        reminder.state, reminder.due_at = ReminderState.PENDING, again


def note_delivery(
    session: Session, *, msg_id: str, outcome: DeliveryOutcome, now: datetime
) -> None:
    """Write down the platform's later word: what did not arrive goes onto a person's list."""
    if outcome is DeliveryOutcome.DELIVERED:
        return
    session.execute(
        sa.update(Reminder)
        .where(Reminder.platform_msg_id == msg_id, Reminder.state == ReminderState.SENT)
        .values(state=ReminderState.UNDELIVERABLE, reason=outcome.value)
    )


def _letter(
    session: Session, reminder: Reminder, channel: Channel, *, now: datetime
) -> Letter | None:
    if (morning := awake(now)) > now:
        reminder.state, reminder.due_at = ReminderState.PENDING, morning
        return None
    said = words(session, reminder=reminder, now=now)
    if isinstance(said, Untrue):
        _drop(reminder, said.reason)
        return None
    identity = identity_in(session, person_id=reminder.person_id, appid=channel.appid)
    if identity is None or identity.followed_at is None:
        reminder.state, reminder.reason = ReminderState.UNDELIVERABLE, NOT_FOLLOWING
        return None
    reminder.state, reminder.leased_until = ReminderState.SENDING, now + LEASE
    reminder.attempts += 1
    reminder.values = dict(said.values)
    template_id = channel.templates[reminder.kind]
    return Letter(reminder.id, identity.openid, template_id, said.values, said.page)


def _drop(reminder: Reminder, reason: str) -> None:
    """Drop what is no longer true; a window that lapsed untold is a person's business."""
    is_lapsed = reason == "too_late" and reminder.kind is ReminderKind.CARE_WINDOW
    reminder.state = ReminderState.UNDELIVERABLE if is_lapsed else ReminderState.DROPPED
    reminder.reason, reminder.leased_until = reason, None
