"""What others may ask of this room."""

import sqlalchemy as sa

from conversation.models import Alarm
from core.db import Session
from scheduler.models import Reminder, ReminderState, TickRun


def reminders_of(
    session: Session, *, person_id: str, hospital_id: str, limit: int = 50
) -> list[Reminder]:
    """Return a person's reminders in this hospital, latest due first."""
    return list(
        session.scalars(
            sa.select(Reminder)
            .where(Reminder.person_id == person_id, Reminder.hospital_id == hospital_id)
            .order_by(Reminder.due_at.desc(), Reminder.id)
            .limit(limit)
        )
    )


def undeliverable(session: Session, *, hospital_id: str, limit: int = 100) -> list[Reminder]:
    """Return the reminders that no channel could deliver, newest first: somebody must call."""
    return list(
        session.scalars(
            sa.select(Reminder)
            .where(
                Reminder.hospital_id == hospital_id,
                Reminder.state == ReminderState.UNDELIVERABLE,
            )
            .order_by(Reminder.due_at.desc(), Reminder.id)
            .limit(limit)
        )
    )


def standing(session: Session) -> dict[str, int]:
    """Return how many reminders stand in each state, and how many alarms nobody has opened."""
    states = session.execute(sa.select(Reminder.state, sa.func.count()).group_by(Reminder.state))
    unopened = session.scalar(
        sa.select(sa.func.count()).select_from(Alarm).where(Alarm.opened_at.is_(None))
    )
    counts = dict.fromkeys((f"reminders_{state}" for state in ReminderState), 0)
    counts |= {f"reminders_{state}": count for state, count in states}
    return counts | {"unopened_alarms": unopened or 0}


def ticks(session: Session) -> list[TickRun]:
    """Return when each tick last ran, by name."""
    return list(session.scalars(sa.select(TickRun).order_by(TickRun.name)))
