"""What this room keeps of a person, to be told to her."""

import sqlalchemy as sa

from accounts.models import Person
from core.copies import Copy
from scheduler.models import Letter, Reminder
from scheduler.models_channels import Subscription
from scheduler.models_wishes import Choice, Pause


def copies(person: Person) -> list[Copy]:
    """Return what is kept of her here: reminders, letters, and what she wished and allowed."""
    return [
        Copy(
            "reminder",
            sa.select(Reminder.kind, Reminder.item_key, Reminder.due_at, Reminder.state)
            .where(Reminder.person_id == person.id)
            .order_by(Reminder.due_at, Reminder.id),
        ),
        Copy(
            "letter",
            sa.select(Letter.kind, Letter.channel, Letter.values, Letter.state, Letter.sent_at)
            .where(Letter.person_id == person.id)
            .order_by(Letter.claimed_at, Letter.id),
        ),
        Copy(
            "reminder_choice",
            sa.select(Choice.kind, Choice.is_wanted, Choice.made_at)
            .where(Choice.person_id == person.id)
            .order_by(Choice.number),
        ),
        Copy(
            "reminder_pause",
            sa.select(Pause.kind, Pause.why, Pause.from_at, Pause.until_at, Pause.ended_at)
            .where(Pause.person_id == person.id)
            .order_by(Pause.from_at, Pause.id),
        ),
        Copy(
            "subscription",
            sa.select(Subscription.template_id, Subscription.is_lasting, Subscription.credits)
            .where(Subscription.person_id == person.id)
            .order_by(Subscription.template_id),
        ),
    ]
