"""Places of scans and OGTT are set aside for whose window closes, and given back without need.

What the reserves are at their time (`booking.supply.reserves`) these places are too: unused, they
are for everybody.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from booking.models import Care
from booking.models_supply import Clinic
from booking.policy import Policy
from booking.protecting.demand import PROTECTED_CARES, Due, demanded
from booking.protecting.rules import Window, expected, kept, spread
from booking.queries import policy_of
from booking.release.freeing import serve_free
from core.clock import beijing_date
from core.db import Session, rows

SUPPLY = """
select slot.id, slot.clinic_id, slot.starts_at,
       online.places + coalesce(kept.places, 0) as places,
       online.places - online.taken as free, coalesce(kept.taken, 0) as kept_taken,
       coalesce(kept.places - kept.taken, 0) as kept_free,
       coalesce((template.shares ->> 'protected')::int, 0) as planned
from slot
join quota as online on online.slot_id = slot.id and online.share = 'online'
left join quota as kept on kept.slot_id = slot.id and kept.share = 'protected'
left join template on template.id = slot.template_id
where slot.clinic_id = any(%(clinics)s) and slot.starts_at > %(now)s and not slot.is_closed
order by slot.starts_at, slot.id
"""

LOCK_SLOTS = "select 1 from slot where id = any(%(ids)s) order by id for no key update"

LOCK_COUNTERS = """
select 1 from quota where slot_id = any(%(ids)s) order by slot_id, share for update
"""
"""Slots before their counters, as everybody who gives reserves back or makes slots anew."""

SHIFT = """
with given as materialized (
    select * from json_to_recordset(%(given)s) as given (
        id text, count int, origin text, target text, returns_at timestamptz
    )
), out as (
    update quota set places = quota.places - given.count from given
    where quota.slot_id = given.id and quota.share = given.origin
        and quota.places - quota.taken >= given.count
    returning given.id
), dated as (
    update slot set reserves_return_at = coalesce(slot.reserves_return_at, given.returns_at)
    from given join out on out.id = given.id where slot.id = given.id
)
insert into quota (slot_id, share, places)
select given.id, given.target, given.count from given join out on out.id = given.id
order by given.id
on conflict (slot_id, share) do update set places = quota.places + excluded.places
returning slot_id
"""
"""Free places change shares; where somebody was quicker, they stay as they are."""


def protect(session: Session, *, now: datetime) -> int:
    """Keep of every scan and OGTT clinic what its demand asks for; return slots that changed.

    To look twice is harmless. Who waits is offered what is given back before all others.
    """
    found = _clinics(session)
    if not found:
        return 0
    last = max(_last_day(session, one, now=now) for clinics in found.values() for one in clinics)
    due = demanded(session, now=now, last=last)
    changed = sum(
        _protect(session, clinics, due.get(supply, ()), now=now)
        for supply, clinics in found.items()
    )
    if changed:
        serve_free(session, now=now)
    return changed


def _protect(
    session: Session, clinics: Sequence[Clinic], due: Iterable[Due], *, now: datetime
) -> int:
    policies = {one.id: policy_of(session, clinic=one) for one in clinics}
    session.flush()
    slots = rows(session, SUPPLY, {"clinics": list(policies), "now": now})
    shifts = list(_shifts(slots, policies, list(due), now=now))
    ids = [one["id"] for one in shifts]
    if not ids:
        return 0
    rows(session, LOCK_SLOTS, {"ids": ids})
    rows(session, LOCK_COUNTERS, {"ids": ids})
    return len(rows(session, SHIFT, {"given": json.dumps(shifts, default=str)}))


def _shifts(
    slots: Sequence[Any], policies: Mapping[str, Policy], due: Sequence[Due], *, now: datetime
) -> Iterable[dict[str, object]]:
    """Yield which slot gives how many free places from one share to the other."""
    days: dict[date, list[Any]] = defaultdict(list)
    for slot in slots:
        days[beijing_date(slot.starts_at)].append(slot)
    needed = kept(
        places={day: sum(one.free + one.kept_free for one in found) for day, found in days.items()},
        windows=_windows(due, policies, now=now),
        until=max([*days, beijing_date(now) + timedelta(days=_ahead(policies))]),
    )
    for day, found in days.items():
        early = [
            one for one in found if policies[one.clinic_id].reserves_return_at(one.starts_at) > now
        ]
        yield from _of_day(early, policies, needed=needed[day])


def _of_day(
    slots: Sequence[Any], policies: Mapping[str, Policy], *, needed: int
) -> Iterable[dict[str, object]]:
    most = sum(one.places * policies[one.clinic_id].protected_percent for one in slots) // 100
    most -= sum(one.kept_taken for one in slots)
    planned = sum(max(0, one.planned - one.kept_taken) for one in slots)
    target = max(min(needed, most), planned)
    if target == sum(one.kept_free for one in slots):
        return
    shares = spread(target, [one.free + one.kept_free for one in slots])
    for slot, share in zip(slots, shares, strict=True):
        more = share - slot.kept_free
        if more:
            origin, to = ("online", "protected") if more > 0 else ("protected", "online")
            yield {
                "id": slot.id, "count": abs(more), "origin": origin, "target": to,
                "returns_at": policies[slot.clinic_id].reserves_return_at(slot.starts_at),
            }  # fmt: skip


def _windows(due: Sequence[Due], policies: Mapping[str, Policy], *, now: datetime) -> list[Window]:
    """Return the windows of who is known, and of who is likely to come before the next release."""
    today = beijing_date(now)
    ahead = _ahead(policies)
    newest = [
        (one.known_day, one.window) for one in due if one.known_day > today - timedelta(days=ahead)
    ]
    open_or_coming = [one.window for one in due if one.window.to_day >= today]
    return [*open_or_coming, *expected(newest, ahead=ahead)]


def _ahead(policies: Mapping[str, Policy]) -> int:
    """Return for how many days ahead places are released."""
    return max(one.release_days for one in policies.values())


def _clinics(session: Session) -> dict[tuple[str, Care], list[Clinic]]:
    """Return the clinics that share a supply; those named for a colour keep their own order."""
    found: dict[tuple[str, Care], list[Clinic]] = defaultdict(list)
    for one in session.scalars(
        sa.select(Clinic)
        .where(Clinic.care.in_(PROTECTED_CARES), Clinic.is_open, Clinic.colours == [])
        .order_by(Clinic.id)
    ):
        found[one.hospital_id, one.care].append(one)
    return found


def _last_day(session: Session, clinic: Clinic, *, now: datetime) -> date:
    return policy_of(session, clinic=clinic).made_until(beijing_date(now))
