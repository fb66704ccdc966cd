"""Where each item of a family stands today, and why: derived, never stored; all pure.

Visits here, doses and self-checks in `standing_child`. What is booked is handed in by the caller:
booking stands on a higher floor.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from handbook.care.layers import ScheduleItem
from handbook.care.make_up import HABITS, is_unsure, last_day
from handbook.care.phrases import phrase, said_day
from handbook.care.rows import Anchor, Need
from handbook.timeline import dated


class Kind(StrEnum):
    """What kind of thing stands there."""

    VISIT = "visit"
    DOSE = "dose"
    CHECKLIST = "checklist"
    PLAN = "plan"


class Standing(StrEnum):
    """Where a thing stands; `due` is still to come, `window_open` can be done now."""

    DUE = "due"
    WINDOW_OPEN = "window_open"
    BOOKED = "booked"
    DONE = "done"
    OVERDUE = "overdue"
    MISSED = "missed_cannot_be_made_up"


LATE = frozenset({Standing.OVERDUE, Standing.MISSED})
"""Where what is said of a thing rests on until when it can be made up."""


class Told(Protocol):
    """A record: what a family reported and what staff confirmed, as days."""

    @property
    def reported_day(self) -> date | None:
        """Return the day that the family gave, if it did."""

    @property
    def confirmed_day(self) -> date | None:
        """Return the day that staff gave, if they did."""


class VisitTold(Told, Protocol):
    """A record of a visit."""

    @property
    def item_key(self) -> str:
        """Return the key of its item."""


@dataclass(frozen=True)
class Window:
    """When something can be done; `to_day` None: it has no end.

    `last_day` is the last one on which it can be made up; None: no day is the last.
    """

    from_day: date
    to_day: date | None
    last_day: date | None


@dataclass(frozen=True, kw_only=True)
class Stand:
    """One thing on a family's list; what it reported and what staff confirmed stay apart."""

    key: str
    name: str
    kind: Kind
    standing: Standing
    from_day: date
    to_day: date | None
    reason: str
    when: str
    source: str
    needs_review: bool
    care: str | None
    reported_day: date | None
    confirmed_day: date | None


def stand(
    thing: "Thing", *, window: Window, told: Told | None, booked: Collection[str], today: date
) -> Stand:
    """Return where a thing stands today, with the reason."""
    standing = _standing(window, told=told, is_booked=thing.key in booked, today=today)
    return Stand(
        key=thing.key,
        name=thing.name,
        kind=thing.kind,
        standing=standing,
        from_day=window.from_day,
        to_day=window.to_day,
        reason=_reason(standing, thing=thing, window=window, told=told),
        when=thing.when,
        source=thing.source,
        needs_review=thing.needs_review or (standing in LATE and is_unsure(thing.key)),
        care=thing.care,
        reported_day=told.reported_day if told else None,
        confirmed_day=told.confirmed_day if told else None,
    )


@dataclass(frozen=True, kw_only=True)
class Thing:
    """What stands there: `why` explains its days, `when` says its window."""

    key: str
    name: str
    kind: Kind
    why: str
    when: str
    source: str
    needs_review: bool
    care: str | None = None


def stands(
    rows: Sequence[ScheduleItem],
    *,
    anchors: Mapping[Anchor, date],
    dated_by: str,
    visits: Iterable[VisitTold],
    booked: Collection[str],
    today: date,
) -> list[Stand]:
    """Return where every item stands whose anchor day is known, in the order of days.

    - An item that goes together with another one is done or booked with it.
    - One that lasts until birth stays open, whatever was recorded of it.
    - Habits, and what a doctor orders for some, are left out once their window is over.
    """
    by_key = {row.key: row for row in rows}
    told = newest(visits)
    found = []
    for item in dated(tuple(rows), anchors=anchors, today=today, source=dated_by):
        row = by_key[item.key]
        record = told.get(row.key) or told.get(row.together_with)
        if record is None and today > item.to_day and _is_dropped(row):
            continue
        window = Window(
            item.from_day,
            item.to_day,
            last_day(row.key, anchor_day=anchors[row.anchor], to_day=item.to_day),
        )
        thing = Thing(
            key=row.key, name=row.name, kind=Kind.VISIT, why=item.reason, when=item.when,
            source=row.source, needs_review=row.needs_review, care=row.care,
        )  # fmt: skip
        is_lasting = row.ends_at_birth and today <= item.to_day
        found.append(
            stand(
                thing,
                window=window,
                told=None if is_lasting else record,
                booked={row.key} if {row.key, row.together_with} & set(booked) else (),
                today=today,
            )
        )
    return found


def newest(visits: Iterable[VisitTold]) -> dict[str, VisitTold]:
    """Return the newest record of each item; one that staff confirmed comes before one told."""
    ordered = sorted(visits, key=lambda each: (each.confirmed_day is not None, _day(each)))
    return {each.item_key: each for each in ordered}


def _is_dropped(row: ScheduleItem) -> bool:
    return row.key in HABITS or row.need is Need.INDICATED


def _standing(window: Window, *, told: Told | None, is_booked: bool, today: date) -> Standing:
    if told is not None:
        return Standing.DONE
    if is_booked:
        return Standing.BOOKED
    if today < window.from_day:
        return Standing.DUE
    if window.to_day is None or today <= window.to_day:
        return Standing.WINDOW_OPEN
    is_late = window.last_day is None or today <= window.last_day
    return Standing.OVERDUE if is_late else Standing.MISSED


def _reason(standing: Standing, *, thing: Thing, window: Window, told: Told | None) -> str:
    if told is not None:
        form = "stand_reported" if told.confirmed_day is None else "stand_confirmed"
        return phrase(form, day=said_day(_day(told)))
    ends = said_day(window.to_day) if window.to_day else ""
    until = ""
    if standing is Standing.OVERDUE and window.last_day is not None:
        until = phrase("stand_until", day=said_day(window.last_day))
    return phrase(f"stand_{standing}", why=thing.why, to_day=ends, until=until)


def _day(told: Told) -> date:
    return told.confirmed_day or told.reported_day or date.min
