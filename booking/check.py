"""Is everything as it must be? Proved and, where it can be, set right every night.

What is true of the appointment desk at every moment between two transactions is written here once;
the storms of the tests ask it, and so may anybody: `flask --app app care booking prove`.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from accounts.audit import PROGRAM, record
from booking.models import Appointment, Quota, Share
from booking.models_check import Proof
from booking.models_waiting import FreedPlace
from booking.release.freeing import serve_free
from booking.rules import GIVES_BACK, NEXT, NOON
from core.db import Session, rows

MOST_TOLD = 100
"""Things listed in one proof; beyond, the count tells enough."""

KEPT = """
kept as materialized (
    select slot_id, share, count(*) as places
    from (
        select slot_id, share from appointment where state <> all (%(gives_back)s)
        union all
        select slot_id, share from freed_place where is_withheld
    ) as one
    group by slot_id, share
)
"""
"""Places that somebody keeps: live appointments, those that came or were missed, and what is
withheld for a while after it came free."""

COUNTER = f"""
with {KEPT}
select quota.slot_id || ' ' || quota.share as thing,
       format('taken %%s, rows %%s', quota.taken, coalesce(kept.places, 0)) as found
from quota left join kept using (slot_id, share)
where quota.taken <> coalesce(kept.places, 0)
order by quota.slot_id, quota.share
"""  # noqa: S608 - of our own words only

OVERSOLD = f"""
with {KEPT}
select quota.slot_id || ' ' || quota.share as thing,
       format('places %%s, rows %%s', quota.places, kept.places) as found
from quota join kept using (slot_id, share)
where kept.places > quota.places
order by quota.slot_id, quota.share
"""  # noqa: S608 - as above

OVERLAP = """
select one.id as thing, other.id as found
from appointment as one
join appointment as other on other.patient_number = one.patient_number and one.id < other.id
    and one.during && other.during
where one.state in ('held', 'booked', 'checked_in', 'called')
    and other.state in ('held', 'booked', 'checked_in', 'called')
order by one.id, other.id
"""

TIME = """
select appointment.id as thing, format('%%s, slot %%s', during, slot.id) as found
from appointment join slot on slot.id = appointment.slot_id
where state in ('held', 'booked', 'checked_in', 'called')
    and during <> tstzrange(slot.starts_at, slot.ends_at)
order by appointment.id
"""

STEPS = """
select appointment.id as thing,
       format('%%s, last step %%s', appointment.state, coalesce(last.after, 'none')) as found
from appointment
left join lateral (
    select after from appointment_step where appointment_id = appointment.id
    order by number desc limit 1
) as last on true
where last.after is distinct from appointment.state
order by appointment.id
"""

LIFE = """
select appointment_id as thing, format('%%s to %%s', before, after) as found
from (
    select appointment_id, number, before, after,
           lag(after) over (partition by appointment_id order by number) as stood
    from appointment_step
) as step
where before is distinct from stood or (
    stood is not null and before || ' ' || after <> all (%(ways)s)
)
order by number
"""

AUDIT = """
select step.appointment_id as thing, step.after as found
from appointment_step as step
where not exists (
    select from audit
    where audit.subject_kind = 'appointment' and audit.subject_id = step.appointment_id
    and audit.act = 'appointment_' || step.after and audit.at = step.made_at
)
order by step.number
"""

HOLD = """
select id as thing, format('%%s, expires_at %%s', state, expires_at) as found
from appointment
where (state = 'held') <> (expires_at is not null) and state in ('held', 'booked')
order by id
"""

OFFER = """
select waiting.id as thing,
       format('offered, appointment %%s', coalesce(appointment.state, 'none')) as found
from waiting
left join appointment on appointment.id = waiting.appointment_id
where waiting.state = 'offered' and appointment.state is distinct from 'held'
order by waiting.id
"""

ORDER = """
select waiting.id as thing, format('freed place %%s', freed_place.number) as found
from freed_place
join slot on slot.id = freed_place.slot_id
join waiting as served on served.id = freed_place.given_to
join waiting on waiting.clinic_id = slot.clinic_id
    and (waiting.priority, waiting.joined_at, waiting.id)
        < (served.priority, served.joined_at, served.id)
cross join lateral (select slot.starts_at at time zone 'Asia/Shanghai' as begins) as wall
where waiting.state = 'waiting' and waiting.changed_at < freed_place.freed_at
    and wall.begins::date between waiting.from_day and waiting.to_day
    and waiting.half_day in ('any', case
        when extract(hour from wall.begins) < %(noon)s then 'morning' else 'afternoon' end)
    and not freed_place.passed @> jsonb_build_array(jsonb_build_object('id', waiting.id))
order by freed_place.number, waiting.id
"""
"""Who waited then and waits still, before the one who was served, and nobody said why."""

RULES = {
    "counter": COUNTER,
    "oversold": OVERSOLD,
    "overlap": OVERLAP,
    "time": TIME,
    "steps": STEPS,
    "life": LIFE,
    "audit": AUDIT,
    "hold": HOLD,
    "offer": OFFER,
    "order": ORDER,
}
"""What must hold, by name; each statement returns what breaks it, nothing when all is well."""


@dataclass(frozen=True)
class Fault:
    """What breaks a rule: which rule, the thing's id, and what was found of it."""

    rule: str
    thing: str
    found: str


@dataclass(frozen=True)
class Repaired:
    """A counter that was set right: how many places it said were taken, and how many are."""

    slot_id: str
    share: str
    said: int
    taken: int


def prove(session: Session) -> list[Fault]:
    """Return all that is not as it must be; nothing is changed. It walks through whole tables."""
    return [fault for rule in RULES for fault in _broken(session, rule)]


def repair(session: Session, *, now: datetime) -> list[Repaired]:
    """Set every counter that differs to the number of places that somebody keeps.

    1. Each is counted again while nobody else can book or give up there, so this may run by day.
    2. Whoever waits for a place that turns out to be free is offered it.

    A slot with more appointments than places cannot be set right by counting: it stays a fault.
    """
    wrong = [fault.thing.split(" ") for fault in _broken(session, "counter")]
    found = [_set_right(session, slot_id, Share(share), now=now) for slot_id, share in wrong]
    if repaired := [one for one in found if one is not None]:
        session.flush()
        serve_free(session, now=now)
    return repaired


def nightly(session: Session, *, now: datetime) -> Proof:
    """Repair, then prove, and write down what was found."""
    repaired = repair(session, now=now)
    faults = prove(session)
    proof = Proof(
        proved_at=now, repaired_count=len(repaired), fault_count=len(faults),
        repaired=[asdict(one) for one in repaired[:MOST_TOLD]],
        faults=[asdict(one) for one in faults[:MOST_TOLD]],
    )  # fmt: skip
    session.add(proof)
    session.flush()
    return proof


def last_proof(session: Session) -> Proof | None:
    """Return what the last night found, None before the first one."""
    return session.scalar(sa.select(Proof).order_by(Proof.number.desc()).limit(1))


def _broken(session: Session, rule: str) -> Iterator[Fault]:
    session.flush()
    given = {
        "gives_back": sorted(GIVES_BACK),
        "noon": NOON,
        "ways": [f"{before} {after}" for before, afters in NEXT.items() for after in afters],
    }
    return (Fault(rule, row.thing, row.found) for row in rows(session, RULES[rule], given))


def _set_right(session: Session, slot_id: str, share: Share, *, now: datetime) -> Repaired | None:
    """Count again under the lock every booking takes first; None if it is right by now."""
    quota = session.get_one(Quota, (slot_id, share), with_for_update=True, populate_existing=True)
    here = [sa.column("slot_id") == slot_id, sa.column("share") == share]
    kept = sum(
        session.scalar(sa.select(sa.func.count()).select_from(kind).where(which, *here)) or 0
        for kind, which in (
            (Appointment, Appointment.state.not_in(GIVES_BACK)),
            (FreedPlace, FreedPlace.is_withheld),
        )
    )
    said, taken = quota.taken, min(kept, quota.places)
    if said == taken:
        return None
    quota.taken = taken
    record(
        session, actor=PROGRAM, act="quota_repaired", subject_kind="slot", subject_id=slot_id,
        hospital_id=None, now=now,
    )  # fmt: skip
    return Repaired(slot_id, share.value, said, taken)
