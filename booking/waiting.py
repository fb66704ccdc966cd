"""The waiting list (候补): joined when all is full; offers are taken, refused, or run out.

Nobody is served here: whoever frees a place serves (`booking.release.freeing`).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from accounts.audit import PROGRAM, record
from accounts.models import Person
from accounts.rules import Actor
from booking import patients
from booking.actions import cancel, confirm
from booking.eligibility import Known, check_attendance, check_colour, check_counts, known_of
from booking.errors import AlreadyWaiting, NothingToWaitFor, NotThisStep, PlaceFree
from booking.models import Appointment, AppointmentState
from booking.models_supply import Clinic
from booking.models_waiting import HalfDay, Waiting, WaitingState
from booking.queries import Booked, policy_of
from booking.queries_waiting import ahead_of, entry_of, shown_in
from booking.release import entries
from booking.release.freeing import let_go
from booking.release.offers import is_over
from booking.rules import waiting_closes_at
from booking.steps import By, lock
from booking.windows import check_window
from core.clock import beijing_date, beijing_moment
from core.dates import when
from core.db import Session
from core.errors import NotFound
from core.ids import new_id
from handbook.models_lives import Child
from handbook.risk.colours import GENERAL, Colour, rank
from handbook.risk.models import RiskAssessment


@dataclass(frozen=True)
class WaitingWish:
    """For what somebody waits: which clinic, which days (both included), which half of them."""

    person: Person
    hospital_id: str
    clinic_id: str
    pregnancy_id: str | None
    item_key: str | None
    from_day: date
    to_day: date
    half_day: HalfDay
    key: str
    actor: Actor
    child: Child | None = None

    @property
    def family_id(self) -> str:
        """Return the family of the person."""
        return self.person.family_id

    @property
    def person_id(self) -> str:
        """Return the id of the person."""
        return self.person.id

    @property
    def child_id(self) -> str | None:
        """Return the id of the child who is the patient, None if it is the person herself."""
        return None if self.child is None else self.child.id

    @property
    def patient_number(self) -> int:
        """Return the person's number, or the child's as a negative one."""
        return self.person.number if self.child is None else -self.child.number


def join(session: Session, *, wish: WaitingWish, now: datetime) -> Waiting:
    """Let a patient wait for a place in a clinic; her turn is by colour, then by when she came.

    The same key again is the same entry.

    Raises:
        NotFound: no such clinic in this hospital, or no such item.
        NothingToWaitFor: none of these days is shown and still waited for.
        PlaceFree: a place is free.
        AlreadyWaiting: the patient waits for this clinic already.
        Refusal: what `booking.eligibility` refuses: colour, missed visits, members, bookings.
        TooEarlyForItem, TooLateForItem: the days lie outside the window of the item.
    """
    patients.lock(session, numbers=[wish.patient_number])
    if (same := _of_key(session, wish)) is not None:
        return same
    clinic = session.get(Clinic, wish.clinic_id)
    if clinic is None or clinic.hospital_id != wish.hospital_id or not clinic.is_open:
        raise NotFound
    known = known_of(session, visit=wish, clinic=clinic, now=now)
    check_colour(known, clinic=clinic)
    if not known.is_urgent:
        check_attendance(known)
        check_counts(known, visit=wish, course_id=None, now=now)
    _check_days(session, wish, clinic, now=now)
    return _entered(session, wish, known, now=now)


def leave(session: Session, *, person_id: str, waiting_id: str, by: By) -> Waiting:
    """Leave the waiting list; what is offered goes to the next. Twice is once.

    Raises:
        NotFound: no such entry, or somebody else's.
        NotThisStep: it was served, or it is closed.
    """
    entry = entry_of(session, person_id=person_id, waiting_id=waiting_id)
    if entry.appointment_id is not None:
        lock(session, appointment_ids=[entry.appointment_id])
        session.refresh(entry)
    if entry.state is WaitingState.LEFT:
        return entry
    offered_id = entry.appointment_id if entry.state is WaitingState.OFFERED else None
    # It leaves before its place is handed on: who has left is not asked.
    entries.take(session, entry=entry, after=WaitingState.LEFT, by=by, values={})
    if offered_id is not None:
        offer = session.get_one(Appointment, offered_id)
        let_go(
            session, appointment=offer, after=AppointmentState.CANCELLED, by=by,
            values={"cancelled_at": by.now},
        )  # fmt: skip
    return entry


def take_offer(session: Session, *, person_id: str, waiting_id: str, by: By) -> Booked:
    """Book the place that is offered to an entry.

    Raises:
        NotFound: no such entry, or somebody else's.
        NotThisStep: nothing is offered to it (any more).
        HoldExpired: the minutes of the offer are over.
    """
    appointment_id = _offered(session, person_id, waiting_id, WaitingState.TAKEN)
    return confirm(session, person_id=person_id, appointment_id=appointment_id, by=by)


def refuse_offer(session: Session, *, person_id: str, waiting_id: str, by: By) -> Booked:
    """Refuse the place that is offered to an entry: it goes to the next, and she waits on.

    Raises:
        NotFound: no such entry, or somebody else's.
        NotThisStep: nothing is offered to it (any more).
    """
    appointment_id = _offered(session, person_id, waiting_id, WaitingState.WAITING)
    return cancel(session, person_id=person_id, appointment_id=appointment_id, by=by)


def close_lists(session: Session, *, now: datetime) -> int:
    """Close the entries whose last day is not waited for any more, or whose reason is over.

    An offer that stands is not touched: it is taken, or runs out. Returns how many were closed.
    """
    closed = 0
    waiting = session.execute(
        sa.select(Waiting, is_over())
        .where(Waiting.state == WaitingState.WAITING)
        .where(sa.or_(Waiting.to_day <= beijing_date(now) + timedelta(days=1), is_over()))
        .order_by(Waiting.id)
        .with_for_update(of=Waiting, skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    for entry, is_nothing in waiting:
        clinic = session.get_one(Clinic, entry.clinic_id)
        policy = policy_of(session, clinic=clinic)
        noon = beijing_moment(entry.to_day, hour=12)
        if is_nothing or now >= waiting_closes_at(starts_at=noon, policy=policy):
            by = By(PROGRAM, "over" if is_nothing else "closed", now)
            entries.take(session, entry=entry, after=WaitingState.CLOSED, by=by, values={})
            closed += 1
    return closed


def rank_anew(session: Session, *, now: datetime) -> int:
    """Let the order of the lists follow the newest colours; return how many entries changed."""
    newest = (
        sa.select(RiskAssessment.colour)
        .where(RiskAssessment.pregnancy_id == Waiting.pregnancy_id)
        .order_by(
            RiskAssessment.assessed_day.desc(), RiskAssessment.made_at.desc(),
            RiskAssessment.id.desc(),
        )
        .limit(1)
        .scalar_subquery()
    )  # fmt: skip
    priorities = {colour: priority(colour) for colour in GENERAL}
    ranked = sa.case(priorities, value=newest, else_=priority(None))
    changed = session.execute(
        sa.select(Waiting, ranked)
        .where(Waiting.state == WaitingState.WAITING, Waiting.priority != ranked)
        .order_by(Waiting.id)
        .with_for_update(of=Waiting, skip_locked=True, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    for entry, new in changed:
        entry.priority = new
        record(
            session, actor=PROGRAM, act="waiting_ranked", subject_kind="waiting",
            subject_id=entry.id, hospital_id=entry.hospital_id, now=now,
        )  # fmt: skip
    session.flush()
    return len(changed)


def position(session: Session, *, waiting_id: str) -> int:
    """Return where an entry stands among those who wait for some of its days: 1 is next."""
    return 1 + ahead_of(session, entry=session.get_one(Waiting, waiting_id))


def priority(colour: Colour | None) -> int:
    """Return the priority of a general colour, the smaller the sooner; none counts as green."""
    return rank(Colour.RED) - (0 if colour is None else rank(colour))


def _check_days(session: Session, wish: WaitingWish, clinic: Clinic, *, now: datetime) -> None:
    """Pass if some of her days are waited for and none has a place; all within the window."""
    policy = policy_of(session, clinic=clinic)
    shown = [
        one
        for one in shown_in(session, clinic=clinic, wish=wish, now=now)
        if now < waiting_closes_at(starts_at=one.slot.starts_at, policy=policy)
    ]
    if not shown:
        raise NothingToWaitFor
    for day in (max(wish.from_day, beijing_date(now)), wish.to_day):
        check_window(session, visit=wish, care=clinic.care, day=day)
    free = [one.slot for one in shown if one.free > 0]
    if free:
        said = when(free[0].starts_at, free[0].ends_at)
        raise PlaceFree(slot_id=free[0].id, said=said)


def _entered(session: Session, wish: WaitingWish, known: Known, *, now: datetime) -> Waiting:
    waits = session.scalar(
        sa.select(Waiting.id).where(
            Waiting.clinic_id == wish.clinic_id,
            Waiting.patient_number == wish.patient_number,
            Waiting.state.in_([WaitingState.WAITING, WaitingState.OFFERED]),
        )
    )
    if waits is not None:
        raise AlreadyWaiting(waiting_id=waits)
    entry = Waiting(
        id=new_id("wai", now=now), hospital_id=wish.hospital_id, clinic_id=wish.clinic_id,
        family_id=wish.family_id, person_id=wish.person_id, child_id=wish.child_id,
        patient_number=wish.patient_number, pregnancy_id=wish.pregnancy_id,
        item_key=wish.item_key, from_day=wish.from_day, to_day=wish.to_day,
        half_day=wish.half_day, priority=priority(known.colour), state=WaitingState.WAITING,
        idempotency_key=wish.key, joined_at=now, changed_at=now,
    )  # fmt: skip
    session.add(entry)
    session.flush()
    entries.write(
        session, entry=entry, before=None, after=WaitingState.WAITING,
        by=By(wish.actor, "asked", now, wish.key),
    )  # fmt: skip
    return entry


def _offered(session: Session, person_id: str, waiting_id: str, after: WaitingState) -> str:
    """Return the appointment that is offered to an entry."""
    entry = entry_of(session, person_id=person_id, waiting_id=waiting_id)
    if entry.state is not WaitingState.OFFERED or entry.appointment_id is None:
        raise NotThisStep(state=entry.state.value, after=after.value)
    return entry.appointment_id


def _of_key(session: Session, wish: WaitingWish) -> Waiting | None:
    return session.scalar(
        sa.select(Waiting).where(
            Waiting.person_id == wish.person_id, Waiting.idempotency_key == wish.key
        )
    )
