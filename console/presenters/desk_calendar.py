"""A month of days, and a day in columns, as the desk sees them."""

import calendar
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from booking.attendance.queries_calendar import DayPlaces, SlotPlaces
from booking.attendance.queries_day import Coming
from booking.models import AppointmentState
from booking.models_supply import Clinic, Doctor
from booking.supply.official_days import DayKind, kind_of
from console.presenters.clinics import OFFICIAL, doctor_name
from console.presenters.desk import news_told, patient
from core.clock import beijing_date
from core.dates import hour, short_day
from core.words import label


class Room(StrEnum):
    """Whether a day, or a time, has room; what its colour says its words say too."""

    FREE = "free"
    FULL = "full"
    CLOSED = "closed"
    NONE = "none"
    PAST = "past"


@dataclass(frozen=True)
class DayCell:
    """A day of the month: what the official calendar says, and what room it has."""

    day: str
    said: str
    number: int
    mark: str
    official: str
    room: Room
    words: str
    partly: str
    count: str
    is_today: bool


@dataclass(frozen=True)
class Chip:
    """Somebody in a column: her visit, and how it stands."""

    id: str
    name: str
    state: str
    state_label: str


@dataclass(frozen=True)
class Cell:
    """A time of a doctor: who comes, and whether there is room for somebody else."""

    slot_id: str
    clinic_id: str
    time: str
    room: Room
    words: str
    people: Sequence[Chip]


@dataclass(frozen=True)
class Table:
    """A day in columns: their heads, and a row for each time; `address` asks what is new."""

    heads: Sequence[tuple[str, str]]
    rows: Sequence[tuple[str, Sequence[Cell | None]]]
    day: str
    address: str


def month(
    first: date, *, today: date, found: Mapping[date, DayPlaces]
) -> list[list[DayCell | None]]:
    """Return the weeks of a month, Monday first; None outside of it."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return [
        [_day(day, today=today, has=found.get(day)) if day.month == first.month else None
         for day in week]
        for week in weeks
    ]  # fmt: skip


def table(
    slots: Sequence[SlotPlaces], *, coming: Sequence[Coming], clinics: Mapping[str, Clinic],
    doctors: Mapping[str, Doctor], address: str, now: datetime,
) -> Table:  # fmt: skip
    """Return a day in columns: clinics as they were opened, the team, then doctors by rank."""
    by_slot: dict[str, list[Coming]] = {}
    for one in coming:
        by_slot.setdefault(one.held.slot.id, []).append(one)
    order, ranks = list(clinics), ["", *doctors]
    columns = sorted(
        {(one.slot.clinic_id, one.slot.doctor_id or "") for one in slots},
        key=lambda pair: (order.index(pair[0]), ranks.index(pair[1])),
    )
    cells = {
        (one.slot.starts_at, one.slot.clinic_id, one.slot.doctor_id or ""): _cell(
            one, people=by_slot.get(one.slot.id, ()), now=now
        )
        for one in slots
    }
    times = sorted({one.slot.starts_at for one in slots})
    return Table(
        [(doctor_name(doctors.get(doctor)), clinics[clinic].name) for clinic, doctor in columns],
        [(hour(at), [cells.get((at, *column)) for column in columns]) for at in times],
        short_day(beijing_date(times[0])) if times else "", address,
    )  # fmt: skip


def told(one: Table, *, changed: Collection[str]) -> str:
    """Return what has changed in the columns, to be said aloud."""
    chips = [chip for _, row in one.rows for cell in row if cell for chip in cell.people]
    return news_told([(chip.id, chip.name, chip.state_label) for chip in chips], changed=changed)


def _day(day: date, *, today: date, has: DayPlaces | None) -> DayCell:
    official = kind_of(day)
    title = "" if official is DayKind.ORDINARY else label(f"booking.day_{official}")
    room, words = _room_of_day(has, is_past=day < today)
    partly = "部分停诊" if has and has.open_slots and has.closed_slots else ""
    count = f"{has.taken}/{has.places}" if has and has.open_slots else ""
    return DayCell(
        day.isoformat(), short_day(day), day.day, OFFICIAL[official], title, room, words, partly,
        count, day == today,
    )  # fmt: skip


def _room_of_day(has: DayPlaces | None, *, is_past: bool) -> tuple[Room, str]:
    if has is None:
        return Room.NONE, ""
    if not has.open_slots:
        return Room.CLOSED, "停诊"
    if is_past:
        return Room.PAST, "已过"
    return (Room.FREE, f"余 {has.free}") if has.free else (Room.FULL, "约满")


def _cell(one: SlotPlaces, *, people: Sequence[Coming], now: datetime) -> Cell:
    slot = one.slot
    room, words = _room_of_slot(one, now=now)
    chips = [_chip(each) for each in people]
    time = f"{hour(slot.starts_at)}–{hour(slot.ends_at)}"
    return Cell(slot.id, slot.clinic_id, time, room, words, chips)


def _room_of_slot(one: SlotPlaces, *, now: datetime) -> tuple[Room, str]:
    if one.slot.is_closed:
        return Room.CLOSED, "停诊"
    if one.slot.starts_at <= now:
        return Room.PAST, f"{one.taken}/{one.places}"
    if not one.free:
        return Room.FULL, f"约满 {one.taken}/{one.places}"
    return Room.FREE, f"余 {one.free}"


def _chip(one: Coming) -> Chip:
    appointment = one.held.appointment
    is_plain = appointment.state is AppointmentState.BOOKED
    state_label = label(f"booking.{appointment.state}")
    return Chip(appointment.id, patient(one), appointment.state.value,
                "" if is_plain else state_label)  # fmt: skip
