"""Clinics as staff see them: institutions, weeks, calendars, conflicts, rules, changes."""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time

from booking.models import Care, Share
from booking.models_supply import (
    Clinic,
    DayException,
    Doctor,
    ExceptionKind,
    Institution,
    Level,
    Template,
)  # fmt: skip
from booking.supply.official_days import DayKind, kind_of
from booking.supply.queries_supply import DayCount
from console.presenters import times
from core.words import label

TEAM = "本门诊团队"
OFFICIAL: Mapping[DayKind, str] = {
    DayKind.ORDINARY: "",
    DayKind.HOLIDAY: "休",
    DayKind.MAKE_UP: "班",
    DayKind.DOUBTFUL: "？",
}


@dataclass(frozen=True)
class ClinicLine:
    """A clinic in a list."""

    id: str
    name: str
    care: str
    room: str
    where: str
    is_open: bool
    conflicts: int


@dataclass(frozen=True)
class ClinicForm:
    """A clinic as its form shows it."""

    id: str
    name: str
    care: str
    room: str
    institution_id: str
    is_open: bool
    is_pooled: bool
    is_drawn: bool
    colours: Sequence[str]


@dataclass(frozen=True)
class InstitutionLine:
    """An institution in a list; `above` names the one it stands below."""

    name: str
    level: str
    level_label: str
    above: str
    address: str
    phone: str


@dataclass(frozen=True)
class DoctorLine:
    """A doctor in a list."""

    id: str
    name: str
    title: str
    rank: int
    is_active: bool


@dataclass(frozen=True)
class SittingForm:
    """Hours as their form shows them: each field as it would be typed."""

    from_time: str = ""
    to_time: str = ""
    slot_minutes: str = "30"
    doctor_id: str = ""
    shares: Mapping[str, str] = field(default_factory=dict)
    from_day: str = ""
    to_day: str = ""
    on_holidays: bool = False
    weekday: str = ""


@dataclass(frozen=True)
class TemplateLine:
    """One stretch of hours in a week."""

    id: str
    hours: str
    slots: str
    places: str
    who: str
    valid: str
    on_holidays: bool


@dataclass(frozen=True)
class DayCell:
    """A day of the calendar: its number, what the official calendar says, what the clinic has."""

    day: str
    number: int
    mark: str
    title: str
    count: str
    is_today: bool
    is_past: bool
    is_closed: bool
    is_extra: bool


@dataclass(frozen=True)
class ExceptionLine:
    """An exception of a day."""

    id: str
    kind: str
    label: str
    when: str
    who: str
    reason: str
    is_past: bool


def clinic_line(clinic: Clinic, *, where: Mapping[str, str], conflicts: int) -> ClinicLine:
    """Return a clinic; `where` tells institutions by id."""
    return ClinicLine(
        clinic.id, clinic.name, label(f"booking.{clinic.care}"), clinic.room,
        where.get(clinic.institution_id or "", ""), clinic.is_open, conflicts,
    )  # fmt: skip


def clinic_form(clinic: Clinic) -> ClinicForm:
    """Return a clinic for its form."""
    return ClinicForm(
        clinic.id, clinic.name, clinic.care.value, clinic.room, clinic.institution_id or "",
        clinic.is_open, clinic.is_pooled, clinic.is_drawn, clinic.colours,
    )  # fmt: skip


def institution_line(one: Institution, *, names: Mapping[str, str]) -> InstitutionLine:
    """Return an institution; `names` tells the others by id."""
    return InstitutionLine(
        one.name, one.level.value, label(f"booking.level_{one.level}"),
        names.get(one.parent_id or "", ""), one.address, one.phone,
    )  # fmt: skip


def doctor_line(one: Doctor) -> DoctorLine:
    """Return a doctor."""
    return DoctorLine(one.id, one.name, one.title, one.rank, one.is_active)


def sitting_form(one: Template, *, from_day: date) -> SittingForm:
    """Return a template for its form, to be changed from a day on."""
    return SittingForm(
        f"{one.from_time:%H:%M}", f"{one.to_time:%H:%M}", str(one.slot_minutes),
        one.doctor_id or "", {share: str(count) for share, count in one.shares.items()},
        max(from_day, one.valid_from_day).isoformat(),
        one.valid_to_day.isoformat() if one.valid_to_day else "", one.on_holidays,
        f"周{times.WEEKDAYS[one.weekday]}",
    )  # fmt: skip


def cares() -> list[tuple[str, str]]:
    """Return the kinds of care with their names."""
    return [(one.value, label(f"booking.{one}")) for one in Care]


def levels() -> list[tuple[str, str]]:
    """Return the levels of institutions with their names."""
    return [(one.value, label(f"booking.level_{one}")) for one in Level]


def shares(which: Iterable[Share]) -> list[tuple[str, str]]:
    """Return shares of places with their names."""
    return [(one.value, label(f"booking.share_{one}")) for one in which]


def institution_name(one: Institution) -> str:
    """Return an institution with its level."""
    return f"{one.name}（{label(f'booking.level_{one.level}')}）"


def doctor_name(doctor: Doctor | None) -> str:
    """Return a doctor with the title, or the team."""
    return TEAM if doctor is None else f"{doctor.name} {doctor.title}"


def week(
    templates: Sequence[Template], *, doctors: Mapping[str, Doctor]
) -> list[tuple[str, list[TemplateLine]]]:
    """Return the seven days of a week with their hours."""
    return [
        (
            f"周{name}",
            [template_line(one, doctors=doctors) for one in templates if one.weekday == number],
        )
        for number, name in enumerate(times.WEEKDAYS)
    ]


def template_line(one: Template, *, doctors: Mapping[str, Doctor]) -> TemplateLine:
    """Return one stretch of hours."""
    lasts = _minutes(one.to_time) - _minutes(one.from_time)
    return TemplateLine(
        one.id, hours(one.from_time, one.to_time),
        f"每 {one.slot_minutes} 分钟一段，共 {lasts // one.slot_minutes} 段",
        places(one.shares), doctor_name(doctors.get(one.doctor_id or "")),
        times.days(one.valid_from_day, one.valid_to_day), one.on_holidays,
    )  # fmt: skip


def places(kept: Mapping[str, int]) -> str:
    """Return the places of a slot by share: `线上 4、窗口 1`."""
    return "、".join(
        f"{label(f'booking.share_{share}')} {kept[share]}" for share in Share if share in kept
    )


def hours(begins: time | None, ends: time | None) -> str:
    """Return hours as `08:00–11:30`, or the whole day."""
    return "全天" if begins is None or ends is None else f"{begins:%H:%M}–{ends:%H:%M}"


def month(
    first: date,
    *,
    today: date,
    counts: Mapping[date, DayCount],
    exceptions: Sequence[DayException],
) -> list[list[DayCell | None]]:
    """Return the weeks of a month, Monday first; None outside of it."""
    by_day: dict[date, list[DayException]] = {}
    for one in exceptions:
        by_day.setdefault(one.day, []).append(one)
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    return [
        [
            _cell(day, today=today, count=counts.get(day), exceptions=by_day.get(day, ()))
            if day.month == first.month
            else None
            for day in each
        ]
        for each in weeks
    ]


def exception_line(
    one: DayException, *, doctors: Mapping[str, Doctor], today: date
) -> ExceptionLine:
    """Return an exception; whose is left out where everybody is meant."""
    doctor = doctors.get(one.doctor_id or "")
    is_closed = one.kind is ExceptionKind.CLOSED
    who = "所有人" if is_closed and doctor is None else doctor_name(doctor)
    when = f"{times.day(one.day)} {hours(one.from_time, one.to_time)}"
    return ExceptionLine(
        one.id, one.kind.value, label(f"booking.exception_{one.kind}"), when, who, one.reason,
        one.day < today,
    )  # fmt: skip


def _cell(
    day: date, *, today: date, count: DayCount | None, exceptions: Sequence[DayException]
) -> DayCell:
    kinds = {one.kind for one in exceptions}
    official = kind_of(day)
    title = "" if official is DayKind.ORDINARY else label(f"booking.day_{official}")
    return DayCell(
        day.isoformat(), day.day, OFFICIAL[official], title,
        f"{count.taken}/{count.places}" if count else "", day == today, day < today,
        ExceptionKind.CLOSED in kinds, ExceptionKind.EXTRA in kinds,
    )  # fmt: skip


def _minutes(wall: time) -> int:
    return wall.hour * 60 + wall.minute
