"""The one path of every freed place: who waits is served in the same transaction, or it is for all.

Locks are taken in one order everywhere: patients, appointments, counters (docs/why/booking.md).
"""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from accounts.audit import PROGRAM
from booking import places
from booking.errors import SlotFull
from booking.models import Appointment, AppointmentState, Quota, Share, Slot
from booking.models_supply import Clinic
from booking.models_waiting import FreedPlace, HalfDay, Waiting, WaitingState
from booking.policy import Policy
from booking.queries import policy_of
from booking.release import entries
from booking.release.offers import Handed, hand_over, may_offer
from booking.rules import NOON, shown_after
from booking.steps import By, take
from core.clock import BEIJING
from core.db import Session

CAME_FREE = "came_free"
"""The cause of a place that no appointment gave up: a returned reserve, a place more."""


def let_go(
    session: Session,
    *,
    appointment: Appointment,
    after: AppointmentState,
    by: By,
    values: Mapping[str, object],
) -> None:
    """Take a step that frees an appointment's place, and hand the place on.

    1. The step is claimed: of racing callers one frees the place.
    2. If it was an offer of the waiting list, its entry waits again where it stood.
    3. The first who waits for such a place is offered it; otherwise it is free for all, at once
       or after the delay that the policy sets.

    Raises:
        NotThisStep: its life does not go that way, or not any more.
    """
    take(session, appointment=appointment, after=after, by=by, values=values)
    if (entry := entries.offered(session, appointment_id=appointment.id)) is not None:
        entries.take(
            session, entry=entry, after=WaitingState.WAITING, by=By(by.actor, after.value, by.now),
            values={"appointment_id": None, "refusals": Waiting.refusals + 1},
        )  # fmt: skip
    hand_on(session, appointment=appointment, by=by)


def hand_on(session: Session, *, appointment: Appointment, by: By) -> None:
    """Hand on the place of an appointment whose step, just taken, gave it up."""
    freed = FreedPlace(
        slot_id=appointment.slot_id, share=appointment.share, cause=appointment.state.value,
        from_appointment_id=appointment.id, freed_at=by.now,
    )  # fmt: skip
    session.add(freed)
    _hand_on(session, freed, giver=appointment.patient_number, by=by)


def show_freed(session: Session, *, now: datetime) -> int:
    """Hand on the withheld places whose time has come; return how many.

    Who came to wait in the meantime is served before all.
    """
    due = session.scalars(
        sa.select(FreedPlace)
        .where(FreedPlace.is_withheld, FreedPlace.shown_at <= now)
        .order_by(FreedPlace.slot_id, FreedPlace.share, FreedPlace.number)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for freed in due:
        giver = session.get(Appointment, freed.from_appointment_id)
        number = None if giver is None else giver.patient_number
        _hand_on(session, freed, giver=number, by=By(PROGRAM, freed.cause, now))
    return len(due)


def serve_free(session: Session, *, now: datetime) -> int:
    """Offer places that came free on no such path to who waits for them; return how many.

    A reserve that returned, a place more in a template, a counter set right: whoever frees them
    may call this in the same transaction, and the clock calls it every minute.
    """
    by, served = By(PROGRAM, CAME_FREE, now), 0
    for slot in session.scalars(_free_and_wanted(now)).all():
        while _serve_one(session, slot, by):
            served += 1
    return served


def _hand_on(session: Session, freed: FreedPlace, *, giver: int | None, by: By) -> None:
    """Give a free place that is counted as taken to who waits for it, or back to all."""
    slot = session.get_one(Slot, freed.slot_id)
    clinic = session.get_one(Clinic, slot.clinic_id)
    policy = policy_of(session, clinic=clinic)
    handed = _handed(session, slot, freed.share, clinic, giver, by)
    if freed.shown_at is None:
        delay = _delay(slot, freed, policy, now=by.now)
        freed.shown_at = by.now + delay
    freed.passed = handed.passed
    freed.is_withheld = handed.is_unsettled or (handed.entry is None and freed.shown_at > by.now)
    if handed.entry is not None:
        freed.given_to, freed.shown_at = handed.entry.id, None
    elif not freed.is_withheld:
        places.give_back(session, slot_id=slot.id, share=freed.share)
    session.flush()


def _handed(
    session: Session, slot: Slot, share: Share, clinic: Clinic, giver: int | None, by: By
) -> Handed:
    policy = policy_of(session, clinic=clinic)
    if not (clinic.is_open and may_offer(slot=slot, share=share, now=by.now, policy=policy)):
        return Handed()
    return hand_over(session, slot=slot, policy=policy, giver=giver, by=by)


def _delay(slot: Slot, freed: FreedPlace, policy: Policy, *, now: datetime) -> timedelta:
    """Return how long a place is withheld from all; only where families could watch for it."""
    if freed.share is not Share.ONLINE or slot.is_closed or slot.shown_at > now:
        return timedelta()
    # Not from anything she knows, such as her appointment's id: who gave it up must not foresee it.
    delay = shown_after(seed=secrets.token_hex(16), minutes=policy.freed_shown_after_minutes)
    return delay if now + delay < slot.starts_at - policy.closes_before else timedelta()


def _free_and_wanted(now: datetime) -> sa.Select[Slot]:
    day = sa.cast(sa.func.timezone(BEIJING.key, Slot.starts_at), sa.Date)
    is_early = sa.extract("hour", sa.func.timezone(BEIJING.key, Slot.starts_at)) < NOON
    waited_for = sa.exists().where(
        Waiting.clinic_id == Slot.clinic_id,
        Waiting.state == WaitingState.WAITING,
        day.between(Waiting.from_day, Waiting.to_day),
        sa.or_(Waiting.half_day == HalfDay.ANY, (Waiting.half_day == HalfDay.MORNING) == is_early),
    )
    return (
        sa.select(Slot)
        .join(Quota, sa.and_(Quota.slot_id == Slot.id, Quota.share == Share.ONLINE))
        .where(Quota.taken < Quota.places, Slot.starts_at > now, ~Slot.is_closed, waited_for)
        .order_by(Slot.id)
    )


def _serve_one(session: Session, slot: Slot, by: By) -> bool:
    """Offer one free place of a slot, if somebody can have it."""
    clinic = session.get_one(Clinic, slot.clinic_id)
    try:
        places.take(session, slot_id=slot.id, share=Share.ONLINE)
    except SlotFull:
        return False
    handed = _handed(session, slot, Share.ONLINE, clinic, None, by)
    if handed.entry is None:
        places.give_back(session, slot_id=slot.id, share=Share.ONLINE)
        return False
    session.add(
        FreedPlace(
            slot_id=slot.id, share=Share.ONLINE, cause=CAME_FREE, passed=handed.passed,
            freed_at=by.now, given_to=handed.entry.id,
        )
    )  # fmt: skip
    return True
