"""What this room forgets when somebody closes her account."""

import sqlalchemy as sa

from accounts.models import Person
from conversation.errors import AlarmOpen
from conversation.models import Alarm, Conversation, Message
from core.db import Session


def erase(session: Session, *, person: Person) -> None:
    """Erase everything that was said with her, and her alarms.

    Raises:
        AlarmOpen: nobody of the hospital has looked at a danger sign of hers yet. Her life may
            hang on it (个人信息保护法, 2021, art. 13 (4)), so it goes before her wish to leave.
    """
    unopened = sa.select(Alarm.id).where(Alarm.person_id == person.id, Alarm.opened_at.is_(None))
    if session.scalar(unopened.limit(1)) is not None:
        raise AlarmOpen
    for table in (Message, Alarm, Conversation):
        session.execute(sa.delete(table).where(table.person_id == person.id))
