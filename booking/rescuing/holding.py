"""停诊: for each who loses a place the best other one is held in the same act.

The held place stands in `Appointment.moved_to` of the lost one, so that neither is ever without the
other: what became of an offer is what became of that appointment.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from booking import places, steps
from booking.entering import planned, seat
from booking.models import Appointment, AppointmentState, Quota, Share, Slot
from booking.models_supply import Clinic, Doctor
from booking.queries import Booked, policy_of
from booking.release import freeing
from booking.rescuing.rules import Lost, Open, given
from booking.rules import LIVES, rescue_until
from booking.steps import By
from booking.windows import stands_on
from core.clock import beijing_date
from core.db import Session, rows
from handbook.risk.colours import Colour, rank
from handbook.risk.models import RiskAssessment

WITHIN = timedelta(days=14)
"""Another time is looked for no later than this after the lost one (our own proposal)."""

CHANNEL = "rescue"
NONE_FOUND = "no_other_time"
"""Why somebody lost a place without another one being held (a key of the labels)."""

LOCK_SLOTS = """
select 1 from slot where clinic_id = %(clinic)s and starts_at > %(now)s
order by starts_at, id for no key update
"""

LOCK_COUNTERS = """
select 1 from quota
where slot_id in (
    select id from slot where clinic_id = any(%(clinics)s)
    and starts_at > %(now)s and starts_at < %(until)s
)
order by slot_id, share for update
"""


@dataclass(frozen=True)
class Rescued:
    """Somebody who lost a place, and what is held for her instead, if anything was found."""

    lost: Appointment
    held: Booked | None


def lock(session: Session, *, clinic: Clinic, until: datetime, now: datetime) -> None:
    """Lock all that a rescue may touch, in the order of everybody: slots, then all counters.

    The patients and their appointments are locked before it; the clinic is closed after it.
    """
    session.flush()
    rows(session, LOCK_SLOTS, {"clinic": clinic.id, "now": now})
    clinics = [one.id for one in _clinics(session, clinic)]
    given = {"clinics": clinics, "now": now, "until": until + WITHIN}
    rows(session, LOCK_COUNTERS, given)


def rescue(
    session: Session, *, clinic: Clinic, lost: Sequence[Appointment], by: By
) -> list[Rescued]:
    """Hold the best other place for each who loses one, and let her appointment go.

    1. Places of the same care, open and within reach, are given by `booking.rescuing.rules.given`.
    2. All new places are taken before any old one is let go. Hers is held until she has had time to
       answer; who is told, and how, is not settled here.
    3. Who has come already, or only held a place, loses it; so does who finds none.
    """
    slots = {one.id: session.get_one(Slot, one.slot_id) for one in lost}
    booked = [one for one in lost if one.state is AppointmentState.BOOKED]
    candidates = _open(session, clinic, list(slots.values()), now=by.now)
    chosen = given(_lost(session, booked, slots), [_told(one) for one in candidates])
    by_id = {one.slot.id: one for one in candidates}
    found = {one.id: by_id[chosen[one.id]] for one in booked if one.id in chosen}
    _let_go(session, lost, found, by=by)
    return [
        Rescued(one, _held(session, one, found[one.id], by=by) if one.id in found else None)
        for one in lost
    ]


@dataclass(frozen=True)
class _Candidate:
    slot: Slot
    clinic: Clinic
    rank: int | None
    free: int


def _let_go(
    session: Session, lost: Sequence[Appointment], found: Mapping[str, _Candidate], *, by: By
) -> None:
    """Take the new places, then let all the old ones go: a new one may be at the time of an old."""
    for one in lost:
        if one.id in found:
            places.take(session, slot_id=found[one.id].slot.id, share=Share.ONLINE)
    gone, when = AppointmentState.CANCELLED_BY_CLINIC, {"cancelled_at": by.now}
    nothing = By(by.actor, NONE_FOUND, by.now)
    for one in lost:
        if one.id in found:
            steps.take(session, appointment=one, after=gone, by=by, values=when)
        else:
            freeing.let_go(session, appointment=one, after=gone, by=nothing, values=when)


def _held(session: Session, one: Appointment, place: _Candidate, *, by: By) -> Booked:
    """Write the appointment into the place that was taken for it, and hand the old place on."""
    new = planned(
        one, slot=place.slot, share=Share.ONLINE, channel=CHANNEL, key=f"rescue/{one.id}",
        now=by.now,
    )  # fmt: skip
    policy = policy_of(session, clinic=place.clinic)
    new.state, new.course_id = AppointmentState.HELD, one.course_id
    new.expires_at = rescue_until(starts_at=place.slot.starts_at, now=by.now, policy=policy)
    seat(session, appointment=new, by=By(by.actor, "rescued", by.now))
    one.moved_to = new.id
    freeing.hand_on(session, appointment=one, by=by)
    return Booked(new, place.slot, place.clinic)


def _open(
    session: Session, clinic: Clinic, slots: Iterable[Slot], *, now: datetime
) -> list[_Candidate]:
    """Return the slots with free places that leave time to answer, of this care and colours."""
    latest = max((one.starts_at for one in slots), default=now) + WITHIN
    free = Quota.places - Quota.taken
    clinics = {one.id: one for one in _clinics(session, clinic)}
    found = session.execute(
        sa.select(Slot, Doctor.rank, free)
        .outerjoin(Doctor, Doctor.id == Slot.doctor_id)
        .join(Quota, sa.and_(Quota.slot_id == Slot.id, Quota.share == Share.ONLINE))
        .where(
            Slot.clinic_id.in_(clinics), ~Slot.is_closed, Slot.external_id.is_(None),
            Slot.starts_at > now, Slot.starts_at < latest, free > 0,
        )
        .order_by(Slot.starts_at, Slot.id)
    )  # fmt: skip
    return [
        _Candidate(slot, clinics[slot.clinic_id], level, count)
        for slot, level, count in found
        if _leaves_time(session, slot, clinics[slot.clinic_id], now=now)
    ]


def _leaves_time(session: Session, slot: Slot, clinic: Clinic, *, now: datetime) -> bool:
    """Say whether she has as long to answer as the policy gives her before the slot closes."""
    policy = policy_of(session, clinic=clinic)
    until = rescue_until(starts_at=slot.starts_at, now=now, policy=policy)
    return until < slot.starts_at - policy.closes_before


def _clinics(session: Session, clinic: Clinic) -> Sequence[Clinic]:
    return session.scalars(
        sa.select(Clinic)
        .where(
            Clinic.hospital_id == clinic.hospital_id, Clinic.care == clinic.care, Clinic.is_open,
            Clinic.colours == clinic.colours,
        )
        .order_by(Clinic.id)
    ).all()  # fmt: skip


def _told(one: _Candidate) -> Open:
    return Open(one.slot.id, one.slot.starts_at, one.slot.ends_at, one.rank, one.free)


def _lost(session: Session, booked: Sequence[Appointment], slots: Mapping[str, Slot]) -> list[Lost]:
    urgencies, busy = _urgencies(session, booked), _busy(session, booked)
    return [
        Lost(
            one.id, one.patient_number, urgencies.get(one.pregnancy_id or "", rank(Colour.RED)),
            slots[one.id].starts_at, _rank(session, slots[one.id]),
            *_window(session, one, beijing_date(slots[one.id].starts_at)),
            busy[one.patient_number],
        )
        for one in booked
    ]  # fmt: skip


def _rank(session: Session, slot: Slot) -> int | None:
    return None if slot.doctor_id is None else session.get_one(Doctor, slot.doctor_id).rank


def _window(session: Session, one: Appointment, day: date) -> tuple[date | None, date | None]:
    """Return the window of what she came for; None where it has none, or she came outside of it."""
    for item in stands_on(session, visit=one, day=day):
        is_hers = item.key == one.item_key and item.from_day <= day
        if is_hers and item.to_day is not None and day <= item.to_day:
            return item.from_day, item.to_day
    return None, None


def _busy(
    session: Session, booked: Sequence[Appointment]
) -> Mapping[int, list[tuple[datetime, datetime]]]:
    """Return when these patients have other live appointments, by patient; one query."""
    found = session.execute(
        sa.select(Appointment.patient_number, Slot.starts_at, Slot.ends_at)
        .join(Slot, Slot.id == Appointment.slot_id)
        .where(
            Appointment.patient_number.in_({one.patient_number for one in booked}),
            Appointment.id.not_in({one.id for one in booked}),
            Appointment.state.in_(LIVES),
        )
    )
    times: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for number, begins, ends in found:
        times[number].append((begins, ends))
    return times


def _urgencies(session: Session, booked: Sequence[Appointment]) -> dict[str, int]:
    """Return how urgent each pregnancy is by its newest colour, red 0; none counts as green."""
    assessed = session.execute(
        sa.select(RiskAssessment.pregnancy_id, RiskAssessment.colour)
        .where(RiskAssessment.pregnancy_id.in_({one.pregnancy_id for one in booked}))
        .order_by(RiskAssessment.assessed_day, RiskAssessment.made_at, RiskAssessment.id)
    )
    # Of several of one pregnancy the newest stands last, and stays.
    return {row.pregnancy_id: rank(Colour.RED) - rank(row.colour) for row in assessed}
