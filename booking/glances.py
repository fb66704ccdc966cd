"""What a booking needs to know beforehand, for many who ask at the same moment: one statement.

It tells whether nothing can stand against a wish. If something might, nobody is refused here: the
wish goes the careful way, which asks `booking.eligibility` (docs/why/booking-load.md).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from accounts.models import Person
from booking.models import Care
from booking.policy import Policy, policy
from booking.rules import GIVES_BACK, is_open
from core.db import Database, as_read
from handbook.models import Pregnancy
from handbook.queries import speaker_in

LONGEST_WINDOW = timedelta(days=31)
"""Appointments made, or to come, from this long ago are counted. Where a hospital counts over a
longer time, everybody goes the careful way."""

LOOK = """
select person.id as person_id, person.number, person.family_id,
       newest.id, newest.state, newest.schedule, newest.last_period_day,
       newest.due_day, newest.dating_source, newest.fetuses, newest.delivery_day,
       newest.discharge_day, newest.quiet_at,
       hospital.id as hospital_id, hospital.name, hospital.phone, hospital.emergency_phone,
       clinic.id as clinic_id, clinic.care, clinic.policy::text as clinic_rules,
       ruled.values::text as hospital_rules,
       clinic.is_open and not clinic.is_drawn and clinic.colours = '[]' and not slot.is_closed
           and slot.shown_at <= asked.moment as is_for_all,
       slot.starts_at, quota.places - quota.taken as free,
       visits.count as visits, visits.is_missed, visits.items, same.id is not null as is_same
from unnest(
    %(digests)b::text[], %(slots)b::text[], %(keys)b::text[], %(moments)b::timestamptz[]
) with ordinality as asked (token_digest, slot_id, idempotency_key, moment, place)
left join sign_in on sign_in.token_digest = asked.token_digest
    and sign_in.subject_kind = 'person' and sign_in.expires_at > asked.moment
left join person on person.id = sign_in.subject_id
left join appointment as same
    on same.person_id = person.id and same.idempotency_key = asked.idempotency_key
left join hospital on hospital.oa_appid = %(appid)s
left join slot on slot.id = asked.slot_id
left join clinic on clinic.id = slot.clinic_id and clinic.hospital_id = hospital.id
left join quota on quota.slot_id = slot.id and quota.share = 'online'
left join lateral (
    select values from booking_policy where booking_policy.hospital_id = hospital.id
    order by number desc limit 1
) as ruled on true
left join lateral (
    select * from pregnancy where pregnancy.person_id = person.id
    order by state <> 'ongoing', id desc limit 1
) as newest on true
left join lateral (
    select count(*) as count, bool_or(missed.appointment_id is not null) as is_missed,
           array_agg(appointment.item_key) filter (
               where appointment.state in ('held', 'booked', 'checked_in', 'called')
           ) as items
    from appointment
    left join missed_visit as missed
        on missed.appointment_id = appointment.id and missed.cleared_at is null
    where appointment.person_id = person.id and appointment.state <> all (%(gives_back)b)
        and (missed.counts or appointment.booked_at > asked.moment - %(longest)b::interval
        or upper(appointment.during) > asked.moment)
) as visits on true
order by asked.place
"""


@dataclass(frozen=True)
class Asked:
    """A wish to look at: whose token, which slot, by which key, when."""

    token_digest: str
    slot_id: str
    key: str
    now: datetime


@dataclass(frozen=True)
class Look:
    """What one look tells of who asks and of the place she asks for.

    `is_free`: there was a place a moment ago. `taken` are the items she has live appointments for.
    """

    person: Person
    pregnancy: Pregnancy | None
    hospital_id: str
    hospital_name: str
    policy: Policy
    clinic_id: str
    care: Care
    starts_at: datetime
    is_free: bool
    taken: frozenset[str]


def look(database: Database, asked: Sequence[Asked], *, appid: str) -> list[Look | None]:
    """Return what is true for each wish now, in their order; one statement.

    None when something may stand against it, or it was answered before: nobody is signed in with
    the token, the slot is not for everybody to book now, visits were missed, or there are as many
    appointments as one of the limits allows.
    """
    given = {
        "digests": [one.token_digest for one in asked],
        "slots": [one.slot_id for one in asked],
        "keys": [one.key for one in asked],
        "moments": [one.now for one in asked],
        "appid": appid,
        "longest": LONGEST_WINDOW,
        "gives_back": sorted(GIVES_BACK),
    }
    rows = database.at_once(LOOK, given)
    return [_seen(one, row, appid=appid) for one, row in zip(asked, rows, strict=True)]


def _seen(asked: Asked, row: Any, *, appid: str) -> Look | None:  # noqa: ANN401 - a row of LOOK
    if row.person_id is None or not row.is_for_all or row.free is None or row.is_same:
        return None
    rules = _rules(row.hospital_rules or "{}", row.clinic_rules)
    starts_at = row.starts_at.astimezone(UTC)
    if not (_may(row, rules) and is_open(starts_at=starts_at, now=asked.now, policy=rules)):
        return None
    person = {"id": row.person_id, "number": row.number, "family_id": row.family_id}
    return Look(
        person=as_read(Person, person),
        pregnancy=None if row.id is None else speaker_in(row, appid=appid).pregnancy,
        hospital_id=row.hospital_id, hospital_name=row.name, policy=rules,
        clinic_id=row.clinic_id, care=Care(row.care), starts_at=starts_at, is_free=row.free > 0,
        taken=frozenset(row.items or ()),
    )  # fmt: skip


def _may(row: Any, rules: Policy) -> bool:  # noqa: ANN401 - as above
    """Say whether no limit can be met by one appointment more."""
    least = min(rules.bookings_per_window, rules.members_per_person)
    is_counted = timedelta(days=rules.booking_window_days) <= LONGEST_WINDOW
    return is_counted and not row.is_missed and row.visits < least


@lru_cache(maxsize=256)
def _rules(of_hospital: str, of_clinic: str) -> Policy:
    layers: list[Mapping[str, Any]] = [json.loads(of_hospital), json.loads(of_clinic)]
    return policy(*layers)
