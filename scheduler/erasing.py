"""What this room forgets when somebody closes her account, and moves when two are one."""

import sqlalchemy as sa

from accounts.models import Person
from core.db import Session
from scheduler.models import Letter, Reminder
from scheduler.models_channels import Subscription, SubscriptionEvent
from scheduler.models_wishes import Choice, Pause

OWN = (Reminder, Letter, Choice, Pause, SubscriptionEvent, Subscription)
"""In this order: reminders name the letters and pauses."""


def erase(session: Session, *, person: Person) -> None:
    """Erase what was said to her and what was to come, and what she wished and allowed."""
    for table in OWN:
        session.execute(sa.delete(table).where(table.person_id == person.id))


def move(session: Session, *, goes: str, stays: str) -> None:
    """Let what was said to one person stand with another: the two are one."""
    for table in OWN:
        session.execute(
            sa.update(table)
            .where(table.person_id == goes)
            .values(person_id=stays)
            .execution_options(synchronize_session=False)
        )
