"""A place is offered to the first who waits for it; who was passed over, and why, is told.

An offer is a held appointment of some minutes. Whoever has had an offer of this slot and let it go
is not offered it again.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from accounts.models import Person
from booking import patients
from booking.entering import planned, seat
from booking.errors import Overlapping
from booking.models import AppointmentState, Share, Slot
from booking.models_waiting import FreedPlace, HalfDay, Waiting, WaitingState
from booking.policy import Policy
from booking.release import entries
from booking.rules import is_morning, offer_until, waiting_closes_at
from booking.steps import By
from core.clock import beijing_date
from core.db import Session
from handbook.models import Pregnancy, PregnancyState
from handbook.models_lives import Child, ChildState


class Passed(StrEnum):
    """Why an entry that stood before the one served was passed over."""

    HAD_IT = "had_it"
    """It had an offer of this slot, or the place itself, and let it go."""
    NO_LONGER = "no_longer"
    """What it was for is over: the pregnancy has ended, the child is not looked after here."""
    OVERLAPPING = "overlapping"
    """The patient has another appointment at that time."""
    BUSY = "busy"
    """The patient was just being booked elsewhere; the place is kept until that is settled."""


@dataclass
class Handed:
    """Who was offered a place, if anybody, and who was passed over: entry id and reason."""

    entry: Waiting | None = None
    passed: list[dict[str, str]] = field(default_factory=list)

    @property
    def is_unsettled(self) -> bool:
        """Say whether the first in order could not be asked at this moment."""
        return self.entry is None and any(one["why"] == Passed.BUSY for one in self.passed)


def may_offer(*, slot: Slot, share: Share, now: datetime, policy: Policy) -> bool:
    """Say whether a free place of this slot goes to who waits, if anybody does."""
    return (
        share is Share.ONLINE
        and not slot.is_closed
        and slot.shown_at <= now < waiting_closes_at(starts_at=slot.starts_at, policy=policy)
        and now < offer_until(starts_at=slot.starts_at, now=now, policy=policy)
    )


def hand_over(session: Session, *, slot: Slot, policy: Policy, giver: int | None, by: By) -> Handed:
    """Offer a place, which is counted as taken, to the first in order who can have it.

    `giver` is the number of the patient who gave it up, who is not offered it. Entries that are
    changing at this moment are not waited for. Nobody is served before somebody in front of her
    who could not be asked.
    """
    handed = Handed()
    while not handed.is_unsettled:
        row = _next(session, slot, giver, [one["id"] for one in handed.passed])
        if row is None:
            break
        entry, had_it, is_over = row
        why = _why_not(session, entry, had_it=had_it, is_over=is_over) or _offer(
            session, entry, slot, policy, by
        )
        if why is None:
            handed.entry = entry
            break
        handed.passed.append({"id": entry.id, "why": why.value})
    return handed


def wants(slot: Slot) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of the entries that wait for such a place."""
    half = HalfDay.MORNING if is_morning(slot.starts_at) else HalfDay.AFTERNOON
    return [
        Waiting.clinic_id == slot.clinic_id,
        Waiting.half_day.in_([HalfDay.ANY, half]),
        sa.literal(beijing_date(slot.starts_at)).between(Waiting.from_day, Waiting.to_day),
    ]


def is_over() -> sa.ColumnElement[bool]:
    """Return the condition of an entry whose pregnancy, child or account is no more."""
    lost = sa.exists().where(
        Pregnancy.id == Waiting.pregnancy_id,
        sa.or_(Pregnancy.state == PregnancyState.ENDED, Pregnancy.quiet_at.is_not(None)),
    )
    gone = sa.exists().where(Child.id == Waiting.child_id, Child.state != ChildState.LIVING)
    closed = sa.exists().where(Person.id == Waiting.person_id, Person.closed_at.is_not(None))
    return sa.or_(lost, gone, closed)


def _next(
    session: Session, slot: Slot, giver: int | None, passed: Collection[str]
) -> sa.Row[Waiting, bool, bool] | None:
    let_go = sa.exists().where(FreedPlace.given_to == Waiting.id, FreedPlace.slot_id == slot.id)
    had_it = sa.or_(let_go, Waiting.patient_number.is_not_distinct_from(giver))
    return session.execute(
        sa.select(Waiting, had_it, is_over())
        .where(Waiting.state == WaitingState.WAITING, Waiting.id.not_in(passed), *wants(slot))
        .order_by(Waiting.priority, Waiting.joined_at, Waiting.id)
        .limit(1)
        .with_for_update(of=Waiting, skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def _why_not(session: Session, entry: Waiting, *, had_it: bool, is_over: bool) -> Passed | None:
    if had_it:
        return Passed.HAD_IT
    if is_over:
        return Passed.NO_LONGER
    if not patients.is_locked(session, number=entry.patient_number):
        return Passed.BUSY
    return None


def _offer(session: Session, entry: Waiting, slot: Slot, policy: Policy, by: By) -> Passed | None:
    offer = planned(
        entry, slot=slot, share=Share.ONLINE, channel="waiting_list",
        key=f"offer/{entry.id}/{slot.id}", now=by.now,
    )  # fmt: skip
    offer.state = AppointmentState.HELD
    offer.expires_at = offer_until(starts_at=slot.starts_at, now=by.now, policy=policy)
    offered = By(by.actor, "offered", by.now)
    try:
        seat(session, appointment=offer, by=offered)
    except Overlapping:
        return Passed.OVERLAPPING
    entries.take(
        session, entry=entry, after=WaitingState.OFFERED, by=offered,
        values={"appointment_id": offer.id},
    )  # fmt: skip
    return None
