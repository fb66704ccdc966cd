"""What is typed into the forms of clinics, read: hours and places, days, cards, who acts."""

from datetime import date, time

from flask import request

from accounts.rules import Act, may
from booking.models import Care, Share
from booking.models_supply import Level
from booking.steps import By
from booking.supply.actions_supply import ClinicCard, DoctorCard, Place
from booking.supply.actions_weeks import Week
from booking.supply.closing import Closing, Way
from booking.supply.plan import Sitting
from console import typed
from console.errors import BadTime, NothingChosen, NothingTyped
from console.guard import actor, check_member_may, house, member
from core.errors import Forbidden
from core.ids import new_id
from handbook.risk.colours import GENERAL

PLANNED = tuple(share for share in Share if share is not Share.EXTRA)
"""Shares a clerk plans; places a doctor adds (加号) are not planned."""

READING = (Act.RUN_CLINICS, Act.SET_BOOKING_RULES)
"""One of them is enough to look at what can be booked."""

LOWEST_RANK = 9


def check_may_read() -> None:
    """Pass those who run clinics or set their rules; writing needs to run clinics."""
    if not any(may(member().roles, act) for act in READING):
        raise Forbidden
    if request.method != "GET":
        check_member_may(Act.RUN_CLINICS)


def by() -> By:
    """Return who acts, with the form's own key: a form that is sent twice acts once."""
    return By(actor(), "asked", house().clock.now(), request.form.get("key") or None)


def new_key() -> str:
    """Return a key for a form that is about to be shown."""
    return new_id("key", now=house().clock.now())


def place() -> Place:
    """Return what was typed of an institution.

    Raises:
        NothingTyped: it has no name.
        NothingChosen: it has no level.
    """
    level = request.form.get("level", "")
    if level not in set(Level):
        raise NothingChosen
    return Place(
        Level(level), needed("name"), typed.line("address"), typed.line("phone"),
        request.form.get("parent") or None,
    )  # fmt: skip


def clinic_card() -> ClinicCard:
    """Return what was typed of a clinic.

    Raises:
        NothingTyped: it has no name or no room.
        NothingChosen: it has no kind of care.
    """
    care = request.form.get("care", "")
    if care not in set(Care):
        raise NothingChosen
    colours = tuple(one for one in request.form.getlist("colours") if one in set(GENERAL))
    return ClinicCard(
        Care(care), needed("name"), needed("room"),
        institution_id=request.form.get("institution") or None,
        is_open="is_open" in request.form, is_pooled="is_pooled" in request.form,
        is_drawn="is_drawn" in request.form, colours=colours,
    )  # fmt: skip


def doctor_card() -> DoctorCard:
    """Return what was typed of a doctor.

    Raises:
        NothingTyped: there is no name or no title.
        BadNumber: the rank is none.
    """
    rank = min(max(typed.count("rank"), 1), LOWEST_RANK)
    is_active = "is_active" in request.form
    return DoctorCard(needed("name"), needed("title"), rank, is_active=is_active)


def sitting() -> Sitting:
    """Return the hours, the length of a slot and its places.

    Raises:
        BadTime: an hour is not written as hours and minutes.
        BadNumber: a number is none.
    """
    return Sitting(
        clock("from_time"), clock("to_time"), typed.count("slot_minutes"),
        {share: _count(f"share_{share}") for share in PLANNED},
        doctor_id=request.form.get("doctor") or None,
    )  # fmt: skip


def week(*, weekday: int) -> Week:
    """Return a weekly template on a weekday (0 is Monday).

    Raises:
        BadDay, BadTime, BadNumber: what was typed is none.
    """
    return Week(
        sitting(), weekday, typed.day("from_day"), typed.day_or_none("to_day"),
        on_holidays="on_holidays" in request.form,
    )  # fmt: skip


def weekdays() -> list[int]:
    """Return the weekdays that were chosen.

    Raises:
        NothingChosen: none was.
    """
    chosen = [one for one in range(7) if str(one) in request.form.getlist("weekdays")]
    if not chosen:
        raise NothingChosen
    return chosen


def closing(clinic_id: str) -> Closing:
    """Return what is to be closed.

    Raises:
        BadDay, BadTime: a day or an hour is none.
        NothingTyped: no reason was given.
        NothingChosen: it was not said what becomes of the appointments.
    """
    way = request.form.get("way", "")
    if way not in set(Way):
        raise NothingChosen
    from_day = typed.day("from_day")
    return Closing(
        member().hospital_id, clinic_id, from_day, typed.day_or_none("to_day") or from_day,
        needed("reason"), Way(way), from_time=clock_or_none("from_time"),
        to_time=clock_or_none("to_time"), doctor_id=request.form.get("doctor") or None,
    )  # fmt: skip


def rules() -> dict[str, str]:
    """Return the rules for which something was typed; an empty field is as the default."""
    fields = {key.removeprefix("rule_"): text for key, text in request.form.items()
              if key.startswith("rule_")}  # fmt: skip
    return {key: text.strip() for key, text in fields.items() if text.strip()}


def month(text: str, *, today: date) -> date:
    """Return the first day of a month written as `2026-06`; this month if it is none."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)


def clock(name: str) -> time:
    """Return a time of day.

    Raises:
        BadTime: it is not written as hours and minutes.
    """
    try:
        return time.fromisoformat(request.form.get(name, "")[:5])
    except ValueError as unreadable:
        raise BadTime from unreadable


def clock_or_none(name: str) -> time | None:
    """Return a time of day, or None when none was given.

    Raises:
        BadTime: it is not written as hours and minutes.
    """
    return clock(name) if request.form.get(name) else None


def needed(name: str) -> str:
    """Return a short text.

    Raises:
        NothingTyped: there is none.
    """
    text = typed.line(name)
    if not text:
        raise NothingTyped
    return text


def _count(name: str) -> int:
    return typed.count(name) if request.form.get(name, "").strip() else 0
