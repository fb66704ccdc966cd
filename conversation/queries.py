"""What others may ask of this room."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from accounts.models import Person
from conversation.models import Alarm, Conversation, ConversationState, Message, Speaker
from conversation.rules import ALARM_SHOWN
from core.db import Session
from core.errors import NotFound

READ_AT_ONCE = 500
"""Messages unsealed at a time where many are read."""


@dataclass(frozen=True)
class InboxRow:
    """One line of the inbox; it holds no word of what was said, for a list is no reading."""

    person: Person
    conversation: Conversation
    alarms: list[Alarm]


def inbox(session: Session, *, hospital_id: str, limit: int = 100) -> list[InboxRow]:
    """Return conversations in which a person was asked for: alarms first, then longest waiting.

    Two queries, whatever the number of lines.
    """
    unopened = (
        sa.select(Alarm.person_id)
        .where(Alarm.hospital_id == hospital_id, Alarm.opened_at.is_(None))
        .distinct()
    )
    is_alarm = Conversation.person_id.in_(unopened)
    rows = session.execute(
        sa.select(Conversation, Person)
        .join(Person, Person.id == Conversation.person_id)
        .where(
            Conversation.hospital_id == hospital_id,
            sa.or_(Conversation.state != ConversationState.QUIET, is_alarm),
        )
        .order_by(
            is_alarm.desc(),
            (Conversation.state == ConversationState.WAITING).desc(),
            Conversation.waiting_since,
            Conversation.person_id,
        )
        .limit(limit)
    ).all()
    alarms = _unopened(session, [person.id for _, person in rows])
    return [InboxRow(person, conversation, alarms[person.id]) for conversation, person in rows]


def said(session: Session, *, person_id: str, hospital_id: str, limit: int) -> list[Message]:
    """Return the last messages of a conversation of this hospital, oldest first."""
    newest = (
        sa.select(Message)
        .join(Conversation, Conversation.person_id == Message.person_id)
        .where(Message.person_id == person_id, Conversation.hospital_id == hospital_id)
        .order_by(Message.number.desc())
        .limit(limit)
    )
    return list(reversed(session.scalars(newest).all()))


def conversation_of(session: Session, *, person_id: str, hospital_id: str) -> Conversation:
    """Return a person's conversation.

    Raises:
        NotFound: she never wrote, or belongs to another hospital.
    """
    conversation = session.get(Conversation, person_id)
    if conversation is None or conversation.hospital_id != hospital_id:
        raise NotFound
    return conversation


def alarms_of(session: Session, *, person_id: str) -> list[Alarm]:
    """Return the alarms of a person that nobody has opened yet, newest first."""
    return _unopened(session, [person_id])[person_id]


def recent_alarms(session: Session, *, person_id: str, now: datetime) -> list[Alarm]:
    """Return the alarms of a person of the last `ALARM_SHOWN`, opened or not, newest first."""
    return list(
        session.scalars(
            sa.select(Alarm)
            .where(Alarm.person_id == person_id, Alarm.raised_at > now - ALARM_SHOWN)
            .order_by(Alarm.id.desc())
        )
    )


def _unopened(session: Session, people: Iterable[str]) -> dict[str, list[Alarm]]:
    found: dict[str, list[Alarm]] = defaultdict(list)
    unopened = (
        sa.select(Alarm)
        .where(Alarm.person_id.in_(people), Alarm.opened_at.is_(None))
        .order_by(Alarm.id.desc())
    )
    for alarm in session.scalars(unopened):
        found[alarm.person_id].append(alarm)
    return found


def bot_said(
    session: Session, *, since: datetime, until: datetime
) -> Iterator[tuple[datetime, str]]:
    """Yield when the bot said what in [since, until), if it was kept; a pass over all messages."""
    words = sa.select(Message.said_at, Message.text).where(
        Message.speaker == Speaker.BOT, Message.said_at >= since, Message.said_at < until
    )
    said = session.execute(words.execution_options(yield_per=READ_AT_ONCE))
    yield from ((said_at, text) for said_at, text in said)
