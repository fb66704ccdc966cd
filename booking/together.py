"""Bookings that arrive together: one statement and one commit for all of them.

It does for many what `booking.actions.book` does for one, as long as nothing is unusual; whatever
is, it leaves alone, for that action to decide (docs/why/booking-load.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.dialects.postgresql import Range

from booking import policy
from booking.actions import Request
from booking.errors import SlotFull
from booking.models import Appointment, AppointmentState, Care, Share, Slot
from booking.models_supply import Clinic
from booking.queries import Booked
from core.db import Database, as_read
from core.ids import new_id

STATEMENT = """
with asked as materialized (
    select asked.*, same.id as same_id, slot.during, is_ready, slot.free as seen_free,
           row_number() over (partition by asked.person_id, key order by place) = 1
           and row_number() over (partition by patient order by place) = 1 as is_first
    from unnest(
        %(ids)b::text[], %(hospitals)b::text[], %(slots)b::text[], %(families)b::text[],
        %(people)b::text[], %(children)b::text[], %(patients)b::bigint[], %(pregnancies)b::text[],
        %(items)b::text[], %(channels)b::text[], %(keys)b::text[], %(kinds)b::text[],
        %(actors)b::text[], %(requests)b::text[], %(moments)b::timestamptz[]
    ) with ordinality as asked (
        id, hospital_id, slot_id, family_id, person_id, child_id, patient, pregnancy_id,
        item_key, channel, key, kind, actor, request, at, place
    )
    left join appointment as same on same.person_id = asked.person_id and idempotency_key = key
    left join lateral (
        select tstzrange(starts_at, ends_at) as during, places - taken as free,
               shown_at <= at and starts_at - at >= make_interval(mins => coalesce(
                   policy ->> 'closes_before_minutes', values ->> 'closes_before_minutes',
                   %(closes_before)b)::int) as is_ready
        from slot
        join clinic on clinic.id = clinic_id and clinic.hospital_id = asked.hospital_id
            and is_open and not is_drawn
        join quota on quota.slot_id = slot.id and share = 'online'
        left join lateral (
            select values from booking_policy where booking_policy.hospital_id = asked.hospital_id
            order by number desc limit 1
        ) as ruled on true
        where slot.id = asked.slot_id and not is_closed
    ) as slot on true
),
willing as materialized (
    select * from asked
    where same_id is null and is_ready and is_first and seen_free > 0 and not exists (
        select from appointment as other
        where state in ('held', 'booked', 'checked_in', 'called')
        and int8range(patient_number, patient_number, '[]') && int8range(patient, patient, '[]')
        and other.during && asked.during
    )
),
hoping as materialized (
    select * from willing
    where pg_try_advisory_xact_lock(hashtextextended('booking.patient/' || patient, 0))
),
met as materialized (
    select slot_id, places - taken as free from quota
    where share = 'online' and slot_id in (select slot_id from hoping)
    order by slot_id for no key update
),
ranked as (
    select *, row_number() over (partition by slot_id order by place) as rank
    from hoping join met using (slot_id)
),
written as (
    insert into appointment (
        id, hospital_id, slot_id, share, family_id, person_id, child_id, patient_number,
        pregnancy_id, item_key, during, state, channel, idempotency_key, booked_at
    )
    select id, hospital_id, slot_id, 'online', family_id, person_id, child_id, patient,
           pregnancy_id, item_key, during, 'booked', channel, key, at
    from ranked where rank <= free order by patient
    on conflict do nothing
    returning id, number, slot_id
),
counted as (
    update quota set taken = taken + won.count
    from (select slot_id, count(*) from written group by slot_id) as won
    where quota.slot_id = won.slot_id and share = 'online'
    returning quota.slot_id, won.count
),
stepped as (
    insert into appointment_step (
        appointment_id, after, why, idempotency_key, made_by_kind, made_by_id, made_at
    )
    select id, 'booked', 'asked', key, kind, actor, at from written join asked using (id)
    order by place
),
audited as (
    insert into audit (
        hospital_id, actor_kind, actor_id, act, subject_kind, subject_id, request, at
    )
    select hospital_id, kind, actor, 'appointment_booked', 'appointment', id, request, at
    from written join asked using (id) order by place
)
select written.number, same_id is null and is_ready and (
           seen_free <= 0 or written.id is null and count >= ranked.free
       ) as is_full,
       clinic_id, doctor_id, template_id, starts_at, ends_at, shown_at, reserves_return_at,
       external_id, institution_id, care, name, room, is_pooled, colours, policy
from asked
left join written using (id)
left join (select id, free from ranked) as ranked using (id)
left join counted on counted.slot_id = asked.slot_id
left join slot on slot.id = asked.slot_id and written.number is not null
left join clinic on clinic.id = clinic_id
order by place
"""
"""Patients are locked first, as everywhere (`booking.patients`), but who is being booked elsewhere
at this moment is not waited for. Quotas are locked in the order of slots, so that no two of these
statements wait for each other. Who is ranked beyond the free places is told that it is full only
if every one of them went to somebody: a conflict may have left one.

A patient who comes twice in one run counts once: a doubled tap takes no rival's place."""

BOOK = " ".join(STATEMENT.split())
"""As it is sent: below 4,096 characters the driver remembers what it read of it."""


@dataclass(frozen=True)
class Asked:
    """One wish for a place on-line, when it came, and the web request it came with (for the audit).

    Whether she may have it at all (`booking.eligibility`) was asked before.
    """

    request: Request
    now: datetime
    web_request: str


def is_plain(request: Request) -> bool:
    """Say whether a wish is of the kind that can be settled together with others."""
    return request.share is Share.ONLINE and request.course_id is None


def book(database: Database, asked: Sequence[Asked]) -> list[Booked | SlotFull | None]:
    """Book a place for each of several plain wishes; it commits by itself.

    1. Leave alone what was answered before, comes too early or too late, or overlaps.
    2. Lock the quotas wished for, and give what is free in the order of coming.
    3. Write appointments, steps and audit rows, and count the places as taken.

    Returns:
        For each wish, in order: the appointment; or that the slot is full; or None, when nothing
        was done and `booking.actions.book` is to decide.

    Raises:
        DBAPIError: nothing was done for any of them; each may be tried alone.
    """
    ids = [new_id("apt", now=one.now) for one in asked]
    rows = database.at_once(BOOK, _given(ids, asked))
    return [_outcome(*one) for one in zip(ids, asked, rows, strict=True)]


def _given(ids: Sequence[str], asked: Sequence[Asked]) -> dict[str, object]:
    wishes = [one.request for one in asked]
    return {
        "ids": ids,
        "hospitals": [one.hospital_id for one in wishes],
        "slots": [one.slot_id for one in wishes],
        "families": [one.person.family_id for one in wishes],
        "people": [one.person.id for one in wishes],
        "children": [None if one.child is None else one.child.id for one in wishes],
        "patients": [one.patient_number for one in wishes],
        "pregnancies": [one.pregnancy_id for one in wishes],
        "items": [one.item_key for one in wishes],
        "channels": [one.channel for one in wishes],
        "keys": [one.key for one in wishes],
        "kinds": [str(one.actor.kind) for one in wishes],
        "actors": [one.actor.id for one in wishes],
        "requests": [one.web_request for one in asked],
        "moments": [one.now for one in asked],
        "closes_before": str(policy.default().closes_before_minutes),
    }


def _outcome(appointment_id: str, asked: Asked, row: Any) -> Booked | SlotFull | None:  # noqa: ANN401 - a row of BOOK
    if row.number is None:
        return SlotFull(slot_id=asked.request.slot_id) if row.is_full else None
    slot, clinic = _slot(asked.request, row), _clinic(asked.request, row)
    return Booked(_appointment(appointment_id, asked, slot, number=row.number), slot, clinic)


def _appointment(appointment_id: str, asked: Asked, slot: Slot, *, number: int) -> Appointment:
    wish = asked.request
    return as_read(Appointment, {
        "id": appointment_id, "number": number, "hospital_id": wish.hospital_id,
        "slot_id": slot.id, "share": wish.share, "family_id": wish.person.family_id,
        "person_id": wish.person.id, "child_id": None if wish.child is None else wish.child.id,
        "patient_number": wish.patient_number, "pregnancy_id": wish.pregnancy_id,
        "item_key": wish.item_key, "course_id": None,
        "during": Range(slot.starts_at, slot.ends_at), "state": AppointmentState.BOOKED,
        "channel": wish.channel, "idempotency_key": wish.key, "booked_at": asked.now,
        "expires_at": None, "cancelled_at": None, "checked_in_at": None, "queue_number": None,
        "queued_at": None, "reminded_at": None, "moved_to": None,
    })  # fmt: skip


def _slot(wish: Request, row: Any) -> Slot:  # noqa: ANN401 - as above
    return as_read(Slot, {
        "id": wish.slot_id, "clinic_id": row.clinic_id, "doctor_id": row.doctor_id,
        "template_id": row.template_id, "starts_at": row.starts_at.astimezone(UTC),
        "ends_at": row.ends_at.astimezone(UTC), "shown_at": row.shown_at.astimezone(UTC),
        "reserves_return_at": row.reserves_return_at and row.reserves_return_at.astimezone(UTC),
        "is_closed": False, "external_id": row.external_id,
    })  # fmt: skip


def _clinic(wish: Request, row: Any) -> Clinic:  # noqa: ANN401 - as above
    return as_read(Clinic, {
        "id": row.clinic_id, "hospital_id": wish.hospital_id,
        "institution_id": row.institution_id, "care": Care(row.care), "name": row.name,
        "room": row.room, "is_open": True, "is_pooled": row.is_pooled, "is_drawn": False,
        "colours": row.colours, "policy": row.policy,
    })  # fmt: skip
