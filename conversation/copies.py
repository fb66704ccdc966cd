"""What this room keeps of a person, to be told to her."""

import sqlalchemy as sa

from accounts.models import Person
from conversation.models import Alarm, Conversation, Message
from core.copies import Copy


def copies(person: Person) -> list[Copy]:
    """Return what is kept of her here: what was said, and the danger signs that were found."""
    return [
        Copy(
            "conversation",
            sa.select(Conversation.state, Conversation.awaiting, Conversation.heard_at).where(
                Conversation.person_id == person.id
            ),
        ),
        Copy(
            "message",
            sa.select(Message.said_at, Message.speaker, Message.text, Message.delivery)
            .where(Message.person_id == person.id)
            .order_by(Message.number),
        ),
        Copy(
            "alarm",
            sa.select(Alarm.raised_at, Alarm.sign, Alarm.level, Alarm.opened_at)
            .where(Alarm.person_id == person.id)
            .order_by(Alarm.id),
        ),
    ]
