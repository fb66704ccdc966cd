"""The other system is told of every step: what has no row yet gets one, and is sent until sure.

The steps themselves are the outbox: they are written in the transaction of the act. A row is made
before anything is sent, so whatever may have been told is known, and nothing is told out of order.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from booking.his.adapter import Message
from booking.his.models import HisPush
from booking.models import Appointment, Slot, Step
from core.db import Session, changed, rows

LOOKS_BACK = timedelta(days=7)
"""Steps of slots that began earlier are not told any more (our own proposal)."""

HELD = timedelta(minutes=5)
"""How long who sends has a step alone; if the house falls over, another one sends it after."""

NOTE = """
insert into his_push (step_number, hospital_id, event, slot_name, noted_at)
select step.number, clinic.hospital_id,
    case when step.after = 'moved' then 'moved'
        when step.after in ('cancelled', 'cancelled_by_clinic') then 'cancelled'
        else 'booked' end,
    slot.external_id, %(now)s
from slot
join clinic on clinic.id = slot.clinic_id
join appointment on appointment.slot_id = slot.id
join appointment_step as step on step.appointment_id = appointment.id
where clinic.hospital_id = %(hospital_id)s
    and slot.external_id is not null and slot.starts_at > %(since)s
    and (coalesce(step.before, 'held') = 'held'
            and step.after in ('booked', 'checked_in')
        or coalesce(step.before, 'held') <> 'held'
            and step.after in ('cancelled', 'cancelled_by_clinic', 'moved'))
    and not exists (select from his_push where step_number = step.number)
order by step.number
on conflict do nothing
returning step_number
"""
"""A held place is told when it is confirmed, and not at all when it is not."""


def note_steps(session: Session, *, hospital_id: str, now: datetime) -> int:
    """Make a row for every step that is to be told and has none; return how many.

    Walks through the slots of the other system that begin after `LOOKS_BACK`.
    """
    session.flush()
    given = {"hospital_id": hospital_id, "now": now, "since": now - LOOKS_BACK}
    return len(rows(session, NOTE, given))


def claim(session: Session, *, hospital_id: str, limit: int, now: datetime) -> list[Message]:
    """Take unsent steps, the oldest first, for oneself alone for `HELD`."""
    held = session.scalars(
        sa.select(HisPush)
        .where(
            HisPush.hospital_id == hospital_id,
            HisPush.sent_at.is_(None),
            sa.or_(HisPush.held_until.is_(None), HisPush.held_until <= now),
        )
        .order_by(HisPush.step_number)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for one in held:
        one.held_until = now + HELD
    return _messages(session, [one.step_number for one in held])


def record_sent(session: Session, *, keys: Collection[int], now: datetime) -> None:
    """Write down that the other system was told of these steps."""
    changed(
        session,
        sa.update(HisPush)
        .where(HisPush.step_number.in_(keys))
        .values(sent_at=now, held_until=None),
    )  # fmt: skip


def unsent(session: Session, *, hospital_id: str) -> int:
    """Return how many steps the other system was not told of yet."""
    waiting = sa.select(sa.func.count()).where(
        HisPush.hospital_id == hospital_id, HisPush.sent_at.is_(None)
    )
    return session.scalar(waiting) or 0


def _messages(session: Session, keys: Collection[int]) -> list[Message]:
    new, new_slot = aliased(Appointment), aliased(Slot)
    found = session.execute(
        sa.select(HisPush, Step, Appointment, Slot.starts_at, new.number, new_slot.external_id)
        .join(Step, Step.number == HisPush.step_number)
        .join(Appointment, Appointment.id == Step.appointment_id)
        .join(Slot, Slot.id == Appointment.slot_id)
        .outerjoin(new, new.id == Appointment.moved_to)
        .outerjoin(new_slot, new_slot.id == new.slot_id)
        .where(HisPush.step_number.in_(keys))
        .order_by(HisPush.step_number)
    )
    return [
        Message(
            push.step_number, push.event.value, appointment.number, push.slot_name, starts_at,
            appointment.child_id or appointment.person_id, step.made_at, moved_to, moved_to_slot,
        )
        for push, step, appointment, starts_at, moved_to, moved_to_slot in found
    ]  # fmt: skip
