"""Slots of the other system are taken over as they are there; what is booked here stays.

A slot is made, closed or given other places as the other system says. One whose time changed is
retired and made anew; while somebody has a place in it, it is closed instead, and its appointments
stand among the conflicts a clerk settles (`booking.supply.conflicts`). Templates never touch these
slots: `Slot.external_id` says whose they are.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from booking.his.adapter import HisSlot
from booking.his.errors import Fault, Unreadable
from booking.his.pushing import note_steps
from booking.models import Slot
from booking.models_supply import Clinic, Doctor, SupplyKind
from booking.release.freeing import serve_free
from booking.steps import By
from booking.supply.generation import close, drop, lock, reread
from booking.supply.trail import Subject, write_down
from core.db import Session, rows
from core.ids import new_id

STANDING = """
select slot.id, slot.external_id as name, slot.clinic_id, slot.doctor_id, slot.starts_at,
    slot.ends_at, slot.is_closed, coalesce(sum(quota.taken), 0) as taken,
    coalesce(sum(quota.places) filter (where quota.share <> 'extra'), 0) as places
from slot left join quota on quota.slot_id = slot.id
where slot.clinic_id = any(%(clinics)s) and slot.starts_at > %(now)s
group by slot.id
"""

MAKE = """
with given as materialized (
    select * from json_to_recordset(%(given)s) as given (
        id text, name text, clinic_id text, doctor_id text, starts_at timestamptz,
        ends_at timestamptz, places int
    )
), made as (
    insert into slot (id, external_id, clinic_id, doctor_id, starts_at, ends_at, shown_at)
    select id, name, clinic_id, doctor_id, starts_at, ends_at, %(now)s
    from given order by clinic_id, starts_at, doctor_id
    on conflict (clinic_id, starts_at, doctor_id) do update
    set external_id = excluded.external_id, ends_at = excluded.ends_at, is_closed = false
    where slot.external_id is null and slot.is_closed
    returning id, external_id
)
insert into quota (slot_id, share, places)
select made.id, 'online', given.places from made join given on given.name = made.external_id
on conflict (slot_id, share) do update set places = greatest(excluded.places, quota.taken)
returning slot_id
"""
"""New slots, shown at once: the other system decides when it hands them over. One that was retired
at that very time, and that appointments of long ago still name, is used again."""

NAMELESS = """
update slot set external_id = null
where id = any(%(ids)s) and not exists (
    select from quota where quota.slot_id = slot.id and quota.taken > 0
)
returning id
"""

OPEN = """
with given as materialized (
    select * from json_to_recordset(%(given)s) as given (id text, places int)
), opened as (
    update slot set is_closed = false from given where slot.id = given.id and slot.is_closed
)
insert into quota (slot_id, share, places)
select id, 'online', places from given order by id
on conflict (slot_id, share) do update set places = greatest(excluded.places, quota.taken)
returning slot_id
"""
"""Places as the other system gives them, but never fewer than are taken."""


@dataclass(frozen=True)
class Imported:
    """What came of an import: how many slots were made, changed and closed.

    `kept` names those that could not follow, because somebody has a place at the old time.
    """

    made: int
    changed: int
    closed: int
    kept: Sequence[str]


def import_slots(
    session: Session, *, hospital_id: str, slots: Sequence[HisSlot], by: By
) -> Imported:
    """Take over slots of the other system that have not begun; those it does not name stay.

    1. One import of a hospital follows the other; its clinics' supply is locked.
    2. Everything is checked before anything is written.
    3. Steps that must be told are noted, while the slots still bear the names they had then.
    4. Slots without places are closed; those at another time retired; the rest made or changed.
    5. Who waits is offered what came free.

    Raises:
        Unreadable: a slot names what there is not, stands twice, or lies where one of ours does.
    """
    given = {"key": f"booking.his/{hospital_id}"}
    rows(session, "select pg_advisory_xact_lock(hashtextextended(%(key)s, 0))", given)
    coming = {one.name: one for one in slots if one.starts_at > by.now}
    clinics = _clinics(session, hospital_id)
    for clinic_id in sorted({one.clinic_id for one in coming.values()} & clinics.keys()):
        lock(session, clinic=clinics[clinic_id])
    standing = _standing(session, list(clinics), now=by.now)
    _check(session, hospital_id, slots, clinics, standing)
    note_steps(session, hospital_id=hospital_id, now=by.now)
    imported = _take_over(session, coming, standing, by)
    reread(session)
    serve_free(session, now=by.now)
    return imported


def _clinics(session: Session, hospital_id: str) -> dict[str, Clinic]:
    found = session.scalars(sa.select(Clinic).where(Clinic.hospital_id == hospital_id))
    return {one.id: one for one in found}


def _standing(session: Session, clinic_ids: Sequence[str], *, now: datetime) -> Sequence[Any]:
    session.flush()
    return rows(session, STANDING, {"clinics": list(clinic_ids), "now": now})


def _check(
    session: Session,
    hospital_id: str,
    slots: Sequence[HisSlot],
    clinics: Mapping[str, Clinic],
    standing: Sequence[Any],
) -> None:
    doctors = set(session.scalars(sa.select(Doctor.id).where(Doctor.hospital_id == hospital_id)))
    ours = {_seat(one) for one in standing if one.name is None and not one.is_closed}
    names, seats = Counter(one.name for one in slots), Counter(_seat(one) for one in slots)
    checks: Mapping[str, Callable[[HisSlot], bool]] = {
        "twice": lambda one: names[one.name] > 1 or seats[_seat(one)] > 1,
        "clinic": lambda one: one.clinic_id not in clinics,
        "doctor": lambda one: one.doctor_id is not None and one.doctor_id not in doctors,
        "occupied": lambda one: _seat(one) in ours,
    }
    faults = [
        Fault(one.line, why) for one in slots for why, is_wrong in checks.items() if is_wrong(one)
    ]
    if faults:
        raise Unreadable(faults)


def _take_over(
    session: Session, coming: Mapping[str, HisSlot], standing: Sequence[Any], by: By
) -> Imported:
    old = {one.name: one for one in standing if one.name in coming}
    closing = [one for one in old.values() if not coming[one.name].places and not one.is_closed]
    close(session, slot_ids=[one.id for one in closing])
    moving = [
        one for one in old.values() if coming[one.name].places and _differs(one, coming[one.name])
    ]
    held = _retire(session, moving)
    moved = {one.name for one in moving}
    new = [one for name, one in coming.items() if one.places and (name not in old or name in moved)]
    made = _make(session, [one for one in new if one.name not in held], by)
    same = [one for name, one in old.items() if name not in moved and coming[name].places]
    changing = [one for one in same if one.is_closed or one.places != coming[one.name].places]
    _open(session, {one.id: coming[one.name].places for one in changing})
    _write_down(session, made=made, changed=changing, closed=closing, by=by)
    kept = sorted({one.name for one in new} - {one.name for one in made})
    return Imported(len(made), len(changing), len(closing), kept)


def _retire(session: Session, moving: Sequence[Any]) -> set[str]:
    """Take slots away from their old time; return the names of those in which somebody has a place.

    Those are closed, and keep their name.
    """
    ids = [one.id for one in moving]
    drop(session, slot_ids=ids)
    rows(session, NAMELESS, {"ids": ids})
    held = sa.select(Slot.external_id).where(Slot.id.in_(ids), Slot.external_id.is_not(None))
    return {str(name) for name in session.scalars(held)}


def _make(session: Session, new: Sequence[HisSlot], by: By) -> list[HisSlot]:
    """Return the slots that were made: not those whose time another one still keeps."""
    by_id = {new_id("slt", now=by.now): one for one in new}
    given = [
        {
            "id": key, "name": one.name, "clinic_id": one.clinic_id, "doctor_id": one.doctor_id,
            "starts_at": one.starts_at, "ends_at": one.ends_at, "places": one.places,
        }
        for key, one in by_id.items()
    ]  # fmt: skip
    rows(session, MAKE, {"given": json.dumps(given, default=str), "now": by.now})
    names = sa.select(Slot.external_id, Slot.starts_at).where(
        Slot.external_id.in_([one.name for one in new])
    )
    stands = {(name, starts_at) for name, starts_at in session.execute(names)}
    return [one for one in new if (one.name, one.starts_at) in stands]


def _open(session: Session, places: Mapping[str, int]) -> None:
    given = [{"id": slot_id, "places": count} for slot_id, count in places.items()]
    rows(session, OPEN, {"given": json.dumps(given)})


def _write_down(
    session: Session,
    *,
    made: Iterable[Any],
    changed: Iterable[Any],
    closed: Iterable[Any],
    by: By,
) -> None:
    counts: dict[str, Counter[str]] = {}
    for what, found in (("made", made), ("changed", changed), ("closed", closed)):
        for one in found:
            counts.setdefault(one.clinic_id, Counter())[what] += 1
    for clinic_id, count in sorted(counts.items()):
        clinic = session.get_one(Clinic, clinic_id)
        subject = Subject(SupplyKind.CLINIC, clinic_id, clinic.hospital_id, clinic_id)
        write_down(session, subject=subject, act="import_slots", before=None, after=count, by=by)


def _seat(one: Any) -> tuple[str, datetime, str | None]:  # noqa: ANN401 - a slot, ours or theirs
    return one.clinic_id, one.starts_at, one.doctor_id


def _differs(standing: Any, told: HisSlot) -> bool:  # noqa: ANN401 - a row of STANDING
    return _seat(standing) != _seat(told) or standing.ends_at != told.ends_at
