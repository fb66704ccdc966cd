"""Slots are made ahead from what a clinic should have, and made anew when that changes."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from booking.models import Share, Slot
from booking.models_supply import Clinic, DayException, Doctor, Template
from booking.policy import Policy
from booking.queries import policy_of
from booking.release.freeing import serve_free
from booking.supply import statements as sql
from booking.supply.plan import Key, Wanted, is_closed_by, wanted
from core.clock import beijing_date
from core.db import Session, rows
from core.ids import new_id

RESERVES = frozenset({Share.DESK, Share.RETURN, Share.REFERRAL, Share.PROTECTED})
"""Shares whose unused places are for all families from some hours before the slot."""

AT_ONCE = 20_000
"""Slots written with one statement."""


@dataclass(frozen=True)
class Supply:
    """What the slots of one clinic are made from, as far as it matters from a day on."""

    clinic: Clinic
    policy: Policy
    templates: Sequence[Template]
    exceptions: Sequence[DayException]

    def wanted(self, *, now: datetime, last: date) -> dict[Key, Wanted]:
        """Return the slots that should begin after `now` and on `last` at the latest."""
        if not self.clinic.is_open:
            return {}
        found = wanted(
            templates=self.templates, exceptions=self.exceptions,
            first=beijing_date(now), last=last,
        )  # fmt: skip
        return {key: one for key, one in found.items() if one.starts_at > now}


def generate_ahead(session: Session, *, now: datetime) -> int:
    """Make the slots that are missing in all open clinics; return how many were made.

    Twice is as good as once. What stands is never touched, so it may run at any time, beside
    families who book: two queries a clinic when nothing is missing.
    """
    with_supply = sa.or_(
        sa.exists().where(Template.clinic_id == Clinic.id),
        sa.exists().where(DayException.clinic_id == Clinic.id),
    )
    found = session.scalars(
        sa.select(Clinic).where(Clinic.is_open, with_supply).order_by(Clinic.id)
    )
    return sum(_generate(session, clinic, now=now) for clinic in found)


def _generate(session: Session, clinic: Clinic, *, now: datetime) -> int:
    # Nobody changes what the slots are made from meanwhile; several may generate at once.
    session.execute(sa.select(Clinic.id).where(Clinic.id == clinic.id).with_for_update(read=True))
    supply = supply_of(session, clinic=clinic, now=now)
    found = supply.wanted(now=now, last=supply.policy.made_until(beijing_date(now)))
    standing = session.execute(
        sa.select(Slot.starts_at, Slot.doctor_id).where(
            Slot.clinic_id == clinic.id, Slot.starts_at > now
        )
    )
    for starts_at, doctor_id in standing:
        found.pop((starts_at, doctor_id), None)
    return _make(session, supply, found.values(), now=now)


def remake(session: Session, *, clinic: Clinic, now: datetime) -> None:
    """Bring a clinic's slots that have not begun into line with what it should have.

    1. Changes of one clinic's supply follow each other: its row is locked, then its slots, then
       their places, so that nobody books what is not seen here.
    2. Slots that should not be (any more) are taken away; those somebody had to do with are closed.
       Appointments stay as they are: `booking.supply.conflicts` lists those in closed slots.
    3. Slots that should be and stand are opened and get their places, never fewer than are taken.
       Where the reserves came back already only the total counts.
    4. What is missing is made.
    5. Places that came free are offered to who waits for them, before anybody else sees them.

    Slots of the hospital's own system are left alone, and so are those that stand by themselves
    (released by hand), unless a closure covers them.
    """
    lock(session, clinic=clinic)
    supply = supply_of(session, clinic=clinic, now=now)
    standing = _standing(session, clinic, now=now)
    last = max([supply.policy.made_until(beijing_date(now)), *map(_day, standing[-1:])])
    found = supply.wanted(now=now, last=last)
    rows(session, sql.LOCK, {"ids": [one.id for one in standing]})
    _take_away(session, supply, standing, found)
    fitting = {
        one.id: (one, found.pop(key))
        for one in standing
        if (key := (one.starts_at, one.doctor_id)) in found
    }
    _fit(session, supply, fitting.values(), now=now)
    _make(session, supply, found.values(), now=now)
    reread(session)
    serve_free(session, now=now)


def lock(session: Session, *, clinic: Clinic) -> None:
    """Wait until nobody else changes the supply of a clinic; families go on booking."""
    session.flush()
    session.execute(
        sa.select(Clinic.id).where(Clinic.id == clinic.id).with_for_update(key_share=True)
    )


def close(session: Session, *, slot_ids: Sequence[str]) -> None:
    """Close slots: they take nobody, and keep no place that is free. Locks their places."""
    session.flush()
    rows(session, sql.LOCK, {"ids": list(slot_ids)})
    rows(session, sql.CLOSE, {"ids": list(slot_ids)})
    reread(session)


def drop(session: Session, *, slot_ids: Sequence[str]) -> set[str]:
    """Take slots away, and return them; those somebody had to do with are closed instead."""
    session.flush()
    gone = _delete_untouched(session, slot_ids)
    rows(session, sql.CLOSE, {"ids": [one for one in slot_ids if one not in gone]})
    return gone


def reshow(session: Session, *, clinic: Clinic, now: datetime) -> None:
    """Set anew when a clinic's slots are shown and their reserves return, by its present rules.

    What families see already they go on seeing; reserves that came back stay with all.
    """
    rules = policy_of(session, clinic=clinic)
    given = {
        "clinic_id": clinic.id, "now": now, "release_days": rules.release_days,
        "release_time": rules.release_time, "return_hours": rules.reserves_return_hours,
    }  # fmt: skip
    session.flush()
    rows(session, sql.RESHOW, given)
    reread(session)


def reread(session: Session) -> None:
    """Read the slots the session holds again, after they were written behind its back."""
    held = [one.id for one in session.identity_map.values() if isinstance(one, Slot)]
    again = sa.select(Slot).where(Slot.id.in_(held))
    session.scalars(again.execution_options(populate_existing=True)).all()


def supply_of(session: Session, *, clinic: Clinic, now: datetime) -> Supply:
    """Return what a clinic's slots are made from, today and later; doctors who left make none."""
    today = beijing_date(now)
    gone = sa.exists().where(Doctor.id == Template.doctor_id, ~Doctor.is_active)
    templates = session.scalars(
        sa.select(Template)
        .where(
            Template.clinic_id == clinic.id,
            sa.or_(Template.valid_to_day.is_(None), Template.valid_to_day >= today),
            ~gone,
        )
        .order_by(Template.id)
    ).all()
    exceptions = session.scalars(
        sa.select(DayException).where(
            DayException.clinic_id == clinic.id, DayException.day >= today
        )
    ).all()
    return Supply(clinic, policy_of(session, clinic=clinic), templates, exceptions)


def _standing(session: Session, clinic: Clinic, *, now: datetime) -> list[Slot]:
    """Return a clinic's own slots that have not begun, in order of time, and lock them."""
    return list(
        session.scalars(
            sa.select(Slot)
            .where(Slot.clinic_id == clinic.id, Slot.starts_at > now, Slot.external_id.is_(None))
            .order_by(Slot.starts_at, Slot.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )


def _take_away(
    session: Session, supply: Supply, standing: list[Slot], found: dict[Key, Wanted]
) -> None:
    """Take away what should not be, and what nobody has but is longer or shorter than it should."""
    unwanted = [one.id for one in standing if _is_unwanted(supply, one, found)]
    longer = [one.id for one in standing if _differs(one, found)]
    gone = drop(session, slot_ids=unwanted) | _delete_untouched(session, longer)
    standing[:] = [one for one in standing if one.id not in gone]


def _delete_untouched(session: Session, slot_ids: Sequence[str]) -> set[str]:
    """Delete slots that nobody ever had to do with, and return them; first lock their places."""
    rows(session, sql.LOCK, {"ids": list(slot_ids)})
    gone = {row.id for row in rows(session, sql.EMPTY, {"ids": list(slot_ids)})}
    rows(session, sql.DELETE, {"ids": list(gone)})
    return gone


def _is_unwanted(supply: Supply, slot: Slot, found: dict[Key, Wanted]) -> bool:
    if (slot.starts_at, slot.doctor_id) in found:
        return False
    return slot.template_id is not None or is_closed_by(
        supply.exceptions, starts_at=slot.starts_at, ends_at=slot.ends_at, doctor=slot.doctor_id
    )


def _differs(slot: Slot, found: dict[Key, Wanted]) -> bool:
    one = found.get((slot.starts_at, slot.doctor_id))
    return one is not None and one.ends_at != slot.ends_at


def _fit(
    session: Session, supply: Supply, fitting: Iterable[tuple[Slot, Wanted]], *, now: datetime
) -> None:
    """Open slots that should be, and give them their places."""
    far: list[dict[str, Any]] = []
    near: list[dict[str, Any]] = []
    for slot, one in fitting:
        is_far = supply.policy.reserves_return_at(slot.starts_at) > now
        returns_at = _returns_at(supply, one, now=now) if is_far else slot.reserves_return_at
        (far if is_far else near).append(_given(slot.id, supply, one, returns_at=returns_at))
    rows(session, sql.FIT, _told([*far, *near]))
    rows(session, sql.SPLIT, _told(far))
    rows(session, sql.TOTAL, _told(near))


def _make(session: Session, supply: Supply, slots: Iterable[Wanted], *, now: datetime) -> int:
    """Write new slots, in one order, so that two who write the same wait and do not block."""
    given = [
        _given(new_id("slt", now=now), supply, one, returns_at=_returns_at(supply, one, now=now))
        for one in slots
    ]
    session.flush()
    made = 0
    for begin in range(0, len(given), AT_ONCE):
        told = _told(given[begin : begin + AT_ONCE])
        made += len(rows(session, sql.MAKE, told | {"clinic_id": supply.clinic.id}))
    return made


def _returns_at(supply: Supply, one: Wanted, *, now: datetime) -> datetime | None:
    """Return when a slot's reserves return; None if it has none, or if the moment has passed.

    A session that is added for tomorrow keeps its places for whom it was added.
    """
    moment = supply.policy.reserves_return_at(one.starts_at)
    has_reserves = any(share in RESERVES for share in one.shares)
    return moment if has_reserves and moment > now else None


def _given(
    slot_id: str, supply: Supply, one: Wanted, *, returns_at: datetime | None
) -> dict[str, Any]:
    return {
        "id": slot_id, "template_id": one.template_id, "doctor_id": one.doctor_id,
        "starts_at": one.starts_at, "ends_at": one.ends_at,
        "shown_at": supply.policy.shown_at(one.starts_at), "returns_at": returns_at,
        "shares": one.shares,
    }  # fmt: skip


def _told(given: Sequence[dict[str, Any]]) -> dict[str, str]:
    return {"given": json.dumps(given, default=str)}


def _day(slot: Slot) -> date:
    return beijing_date(slot.starts_at)
