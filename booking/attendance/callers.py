"""Who calls, or stands at the window: found, and booked into a place of a later day by a clerk."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from accounts.models import Person
from booking import actions
from booking.actions import Request
from booking.attendance.queries_day import Left, places_left
from booking.collecting import check_not_drawn
from booking.eligibility import check_shown, known_of, may_use
from booking.errors import NamedForOthers
from booking.models import Appointment, Care, Share, Slot
from booking.models_supply import Clinic
from booking.proposals import LEFT
from booking.queries import Booked, appointment_of_key, live_by_item, place, policy_of
from booking.windows import check_window
from core.clock import beijing_date
from core.db import Session
from handbook.models import Pregnancy, PregnancyState
from handbook.models_lives import Child
from handbook.queries import pregnancy_of
from handbook.standing.mothers import Stand
from handbook.standing.queries import standing_of_child, standing_of_pregnancy

KNOWN_FOR = timedelta(days=90)
"""Who had a visit within this time, or has one to come, is found by name (our own proposal)."""

SHARES = (Share.DESK, Share.ONLINE, Share.RETURN, Share.REFERRAL)
"""Where a clerk finds a place for a caller, the desk's own first."""


def known_here(session: Session, *, clinic_id: str, now: datetime) -> list[Person]:
    """Return who has a visit in a clinic, or had one within `KNOWN_FOR`; who left is not there.

    Names are sealed, so the database cannot be asked for one: the caller compares. One query; its
    rows, some thousands in a large clinic, are unsealed one by one (microseconds each).
    """
    visits = (
        sa.select(Appointment.person_id)
        .join(Slot, Slot.id == Appointment.slot_id)
        .where(Slot.clinic_id == clinic_id, Slot.starts_at >= now - KNOWN_FOR)
    )
    people = sa.select(Person).where(Person.id.in_(visits), Person.closed_at.is_(None))
    return list(session.scalars(people.order_by(Person.id)))


def items_left(
    session: Session, *, patient: Pregnancy | Child | None, person: Person, care: Care,
    now: datetime,
) -> list[Stand]:  # fmt: skip
    """Return what of a care a patient has yet to come for and has not booked, in order of days."""
    today = beijing_date(now)
    if isinstance(patient, Child):
        booked = live_by_item(session, person_id=person.id, since=now, child_id=patient.id)
        found = standing_of_child(session, child=patient, booked=booked, today=today)
    elif patient is not None:
        booked = live_by_item(session, person_id=person.id, since=now)
        found = standing_of_pregnancy(session, pregnancy=patient, booked=booked, today=today)
    else:
        found = []
    left = [one for one in found if one.care == care and one.standing in LEFT]
    return sorted(left, key=lambda one: (one.from_day, one.key))


def pregnancy_for(session: Session, *, person: Person) -> Pregnancy | None:
    """Return the pregnancy a visit of hers can be for; None if there is none to speak of."""
    found = pregnancy_of(session, person_id=person.id)
    if found is None or found.state is PregnancyState.ENDED or found.quiet_at is not None:
        return None
    return found


def places_for_callers(
    session: Session, *, clinic: Clinic, since: datetime, until: datetime, now: datetime
) -> Sequence[Left]:
    """Return the places a clerk may give to callers, in order of time.

    Of the desk's own those of every slot, of the others only what families see by now.
    """
    opens = now + policy_of(session, clinic=clinic).closes_before
    left = places_left(
        session, clinic_id=clinic.id, since=max(since, now), until=until, shares=SHARES
    )
    return [
        one
        for one in left
        if one.slot.starts_at >= opens and (one.share is Share.DESK or one.slot.shown_at <= now)
    ]


def book_for(session: Session, *, request: Request, now: datetime) -> Booked:
    """Book a caller into a place of a later hour, as a clerk.

    Missed visits and counts do not bind a clerk. What is fair to others does: but for the desk's
    own places, none before families see it, none that is being drawn for, none of a share that
    is not for her. An item is booked within its window; without an item the clerk knows why.

    Raises:
        NotYetShown, BeingDrawn: others are still to have their chance.
        NamedForOthers: the share is for follow-up visits, or for referrals.
        TooEarlyForItem, TooLateForItem: the day is not of the item's.
        NotFound, SlotPast, SlotFull, Overlapping: as `booking.actions.book`.
    """
    key = request.key
    if (same := appointment_of_key(session, person_id=request.person_id, key=key)) is not None:
        return same
    found = place(
        session, hospital_id=request.hospital_id, slot_id=request.slot_id, share=request.share
    )
    if request.share is not Share.DESK:
        check_shown(found, now=now)
        check_not_drawn(session, place=found, now=now)
        known = known_of(session, visit=request, clinic=found.clinic, now=now)
        if not may_use(session, request=request, place=found, known=known, now=now):
            raise NamedForOthers
    if request.item_key is not None:
        day = beijing_date(found.slot.starts_at)
        check_window(session, visit=request, care=found.clinic.care, day=day)
    return actions.book(session, request=request, now=now)
