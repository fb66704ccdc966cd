"""Wishes are collected, the draw is held: who got a place, who waits, and nobody twice.

Whoever locks a draw does so before any patient and any counter (docs/why/booking.md).
"""

import secrets
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from accounts.audit import record
from accounts.models import Person, SubjectKind
from accounts.rules import Actor
from booking import patients, places, waiting
from booking.actions import Request, book
from booking.collecting import closes, collecting_until
from booking.drawing.rules import Entry, digest_of, ordered
from booking.eligibility import check_rules
from booking.errors import AlreadyInDraw, EnoughWishes, NotDrawn, SlotFull
from booking.models import Share, Slot
from booking.models_supply import Clinic
from booking.models_waiting import Draw, DrawOutcome, DrawRequest, HalfDay
from booking.queries import Place, place, policy_of
from booking.rules import check_open
from booking.windows import stands_on
from core.clock import beijing_date
from core.db import Session
from core.errors import Refusal
from core.ids import new_id
from handbook.models import Pregnancy, PregnancyState
from handbook.models_lives import Child, ChildState

AHEAD = timedelta(days=1)
"""The digest of a draw is shown this long before its places are."""

MOST_WISHES = 5
"""Times one patient may name in a draw: more only makes the rush longer (our own proposal)."""

CHANNEL = "draw"


def prepare(session: Session, *, now: datetime) -> int:
    """Promise a seed for every release by draw of the coming day; return how many are new."""
    coming = session.execute(
        sa.select(Clinic, sa.func.min(Slot.shown_at))
        .join(Slot, Slot.clinic_id == Clinic.id)
        .where(Clinic.is_drawn, Clinic.is_open, ~Slot.is_closed)
        .where(Slot.shown_at > now, Slot.shown_at <= now + AHEAD)
        .group_by(Clinic.id, sa.func.date(sa.func.timezone("Asia/Shanghai", Slot.shown_at)))
        .order_by(Clinic.id)
    ).all()
    return sum(
        _promised(
            session, clinic,
            closes_at=shown_at + timedelta(minutes=policy_of(session, clinic=clinic).draw_minutes),
            draw_day=beijing_date(shown_at),
        )
        for clinic, shown_at in coming
    )  # fmt: skip


def ask(session: Session, *, request: Request, now: datetime) -> DrawRequest:
    """Note a wish for a slot that is being drawn; a patient has one entry, however often she asks.

    The entry names the slots in the order they were first asked for. Asking again, sooner or from
    another phone changes nothing.

    Raises:
        NotFound: no such slot in this hospital.
        NotDrawn: it is booked as any other, or the draw was just held.
        SlotPast: booking has closed.
        AlreadyInDraw: somebody else of the family has asked for this child.
        EnoughWishes: the entry names as many slots as it may (`most`).
        Refusal: what `booking.eligibility.check_rules` refuses.
    """
    found = place(
        session, hospital_id=request.hospital_id, slot_id=request.slot_id, share=Share.ONLINE
    )
    if collecting_until(session, slot=found.slot, clinic=found.clinic, now=now) is None:
        raise NotDrawn
    policy = policy_of(session, clinic=found.clinic)
    check_open(starts_at=found.slot.starts_at, now=now, policy=policy)
    check_rules(session, request=request, place=found, now=now)
    one = _entry(session, request, found, now=now)
    if request.slot_id in one.wishes:
        return one
    if len(one.wishes) >= MOST_WISHES:
        raise EnoughWishes(most=MOST_WISHES)
    one.wishes = [*one.wishes, request.slot_id]
    _audit(session, one, found.clinic, request.actor, act="draw_asked", now=now)
    session.flush()
    return one


def hold_next(session: Session, *, now: datetime) -> int | None:
    """Hold one draw that is due; return how many entries it had, None if none is due.

    1. The draw is locked: wishes under way are in it, later ones are refused.
    2. Patients and counters are locked in their order, and all entries are put in order.
    3. Each gets the first of her wishes that is left, by the same rules as everybody.
    4. Who got none waits for those days, in the order of the draw.
    """
    draw = session.scalar(
        sa.select(Draw)
        .where(Draw.held_at.is_(None), Draw.closes_at <= now)
        .order_by(Draw.closes_at, Draw.clinic_id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if draw is None:
        return None
    draw.held_at = now
    asked = session.scalars(
        sa.select(DrawRequest)
        .where(DrawRequest.clinic_id == draw.clinic_id, DrawRequest.draw_day == draw.draw_day)
        .order_by(DrawRequest.id)
    ).all()
    patients.lock(session, numbers=[one.patient_number for one in asked])
    places.lock(session, places=[(slot, Share.ONLINE) for one in asked for slot in one.wishes])
    clinic = session.get_one(Clinic, draw.clinic_id)
    for one in asked:
        one.days_left = _days_left(session, _request(session, one, clinic), draw)
    order = ordered([Entry(one.id, one.days_left) for one in asked], seed=draw.seed)
    by_id = {one.id: one for one in asked}
    for rank, entry in enumerate(order, start=1):
        _serve(session, by_id[entry.id], clinic, rank=rank, now=now)
    return len(order)


def _promised(session: Session, clinic: Clinic, *, closes_at: datetime, draw_day: object) -> int:
    seed = secrets.token_hex(16)
    promised = postgresql.insert(Draw).values(
        clinic_id=clinic.id, draw_day=draw_day, seed=seed, seed_digest=digest_of(seed),
        closes_at=closes_at,
    )  # fmt: skip
    return len(session.execute(promised.on_conflict_do_nothing().returning(Draw.clinic_id)).all())


def _entry(session: Session, request: Request, found: Place, *, now: datetime) -> DrawRequest:
    """Return the patient's entry in an open draw, locked until the end of the transaction."""
    day = beijing_date(found.slot.shown_at)
    closes_at = closes(session, slot=found.slot, clinic=found.clinic)
    _promised(session, found.clinic, closes_at=closes_at, draw_day=day)
    draw = session.scalars(
        sa.select(Draw)
        .where(Draw.clinic_id == found.clinic.id, Draw.draw_day == day)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    ).one()
    if draw.held_at is not None:
        raise NotDrawn
    new = postgresql.insert(DrawRequest).values(
        id=new_id("drw", now=now), clinic_id=found.clinic.id, draw_day=day,
        person_id=request.person_id, child_id=request.child_id,
        patient_number=request.patient_number, pregnancy_id=request.pregnancy_id,
        item_key=request.item_key, wishes=[], asked_at=now,
    )  # fmt: skip
    session.execute(new.on_conflict_do_nothing())
    one = session.scalars(
        sa.select(DrawRequest)
        .where(
            DrawRequest.clinic_id == found.clinic.id, DrawRequest.draw_day == day,
            DrawRequest.patient_number == request.patient_number,
        )
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one()  # fmt: skip
    if one.person_id != request.person_id:
        raise AlreadyInDraw
    return one


def _serve(session: Session, one: DrawRequest, clinic: Clinic, *, rank: int, now: datetime) -> None:
    """Give an entry the first of its wishes that is left, or a turn on the waiting list."""
    one.rank = rank
    request = _request(session, one, clinic)
    if _is_over(session, one):
        one.outcome = DrawOutcome.NO_LONGER
    else:
        one.outcome = _granted(session, one, request, now=now)
    if one.outcome is DrawOutcome.NONE_LEFT:
        # So many microseconds later that they wait in the order of the draw.
        _wait(session, one, request, clinic, now=now + timedelta(microseconds=rank))
    _audit(session, one, clinic, request.actor, act=f"draw_{one.outcome}", now=now)
    session.flush()


def _granted(session: Session, one: DrawRequest, request: Request, *, now: datetime) -> DrawOutcome:
    outcome = DrawOutcome.REFUSED
    for slot_id in one.wishes:
        wish = replace(request, slot_id=slot_id)
        try:
            with session.begin_nested():
                one.appointment_id = book(session, request=wish, now=now).appointment.id
        except SlotFull:
            outcome = DrawOutcome.NONE_LEFT
        except Refusal:
            # A rule stands against this slot; another one of hers may still fit.
            continue
        else:
            return DrawOutcome.WON
    return outcome


def _wait(
    session: Session, one: DrawRequest, request: Request, clinic: Clinic, *, now: datetime
) -> None:
    """Let who got none wait for the days she named; where places are left she need not."""
    begins = session.scalars(sa.select(Slot.starts_at).where(Slot.id.in_(one.wishes)))
    days = [beijing_date(one) for one in begins]
    wish = waiting.WaitingWish(
        person=request.person, hospital_id=request.hospital_id, clinic_id=clinic.id,
        pregnancy_id=one.pregnancy_id, item_key=one.item_key, from_day=min(days),
        to_day=max(days), half_day=HalfDay.ANY, key=f"draw/{one.id}", actor=request.actor,
        child=request.child,
    )  # fmt: skip
    with suppress(Refusal), session.begin_nested():
        waiting.join(session, wish=wish, now=now)


def _request(session: Session, one: DrawRequest, clinic: Clinic) -> Request:
    return Request(
        person=session.get_one(Person, one.person_id), hospital_id=clinic.hospital_id,
        slot_id="", pregnancy_id=one.pregnancy_id, item_key=one.item_key, channel=CHANNEL,
        key=f"draw/{one.id}", actor=Actor(SubjectKind.PERSON, one.person_id),
        child=None if one.child_id is None else session.get_one(Child, one.child_id),
    )  # fmt: skip


def _days_left(session: Session, request: Request, draw: Draw) -> int | None:
    for item in stands_on(session, visit=request, day=draw.draw_day):
        if item.key == request.item_key and item.to_day is not None:
            return (item.to_day - draw.draw_day).days
    return None


def _is_over(session: Session, one: DrawRequest) -> bool:
    """Say whether what a wish is for is no more."""
    if one.pregnancy_id is not None:
        pregnancy = session.get_one(Pregnancy, one.pregnancy_id)
        return pregnancy.state is PregnancyState.ENDED or pregnancy.quiet_at is not None
    if one.child_id is not None:
        return session.get_one(Child, one.child_id).state is not ChildState.LIVING
    return False


def _audit(
    session: Session, one: DrawRequest, clinic: Clinic, actor: Actor, *, act: str, now: datetime
) -> None:
    record(
        session, actor=actor, act=act, subject_kind="draw_request", subject_id=one.id,
        hospital_id=clinic.hospital_id, now=now,
    )  # fmt: skip
