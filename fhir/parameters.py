"""What can be searched for, and how it is read: FHIR R4's own parameters, and few of ours."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from werkzeug.datastructures import MultiDict

from booking.his.queries import Page, Wanted
from core.clock import BEIJING, beijing_moment
from fhir.errors import BadParameter, UnknownParameter
from fhir.resources import inside

USUAL_COUNT, MOST = 50, 200
"""Things on a page when `_count` does not say, and at most."""

PAGING = ("_count", "_after")
ANYWHERE = frozenset({*PAGING, "_format"})

DATE = re.compile(
    r"(?P<prefix>eq|ge|gt|le|lt)?(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?P<time>T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:\d{2}))?"
)
"""A day (Beijing), or a moment with its zone (HL7, FHIR R4 4.0.1, search, 3.1.1.4.5)."""


@dataclass(frozen=True)
class Parameter:
    """A search parameter: its name, its FHIR type, what it means."""

    name: str
    type: str
    meaning: str


PARAMETERS: Mapping[str, Sequence[Parameter]] = {
    "Schedule": (
        Parameter("date", "date", "Has slots that begin then; prefixes eq, ge, gt, le, lt"),
        Parameter("actor", "reference", "Practitioner who is seen here"),
        Parameter("practitioner", "reference", "The same as actor"),
        Parameter("active", "token", "true or false"),
    ),
    "Slot": (
        Parameter("start", "date", "When it begins; prefixes eq, ge, gt, le, lt"),
        Parameter("schedule", "reference", "The schedule it belongs to"),
        Parameter("practitioner", "reference", "Practitioner of its schedule"),
        Parameter("status", "token", "free, busy or busy-unavailable; commas mean or"),
    ),
    "Appointment": (
        Parameter("date", "date", "When it begins; prefixes eq, ge, gt, le, lt"),
        Parameter("practitioner", "reference", "Practitioner who takes part"),
        Parameter("slot", "reference", "The slot it fills"),
        Parameter("status", "token", "Commas mean or"),
    ),
}

Asked = MultiDict[str, str]


def check_known(asked: Asked, *, kind: str) -> None:
    """Pass if every parameter is known, and given once unless it is a date.

    Raises:
        UnknownParameter: one is not.
        BadParameter: one is given twice.
    """
    types = {one.name: one.type for one in PARAMETERS[kind]}
    for name, values in asked.lists():
        if name not in types and name not in ANYWHERE:
            raise UnknownParameter(parameter=name[:40])
        if len(values) > 1 and types.get(name) != "date":
            raise BadParameter(parameter=name)


def page(asked: Asked) -> Page:
    """Return which page is asked for; more than `MOST` things are never on one.

    Raises:
        BadParameter: `_count` is no number above 0.
    """
    count = asked.get("_count", str(USUAL_COUNT))
    if not (count.isascii() and count.isdigit() and int(count[:9]) > 0):
        raise BadParameter(parameter="_count")
    return Page(min(int(count[:9]), MOST), inside(asked.get("_after", "")))


def wanted(asked: Asked, *, dates: str) -> Wanted:
    """Return the time (parameter `dates`) and the practitioner that are asked for.

    Raises:
        BadParameter: one cannot be read.
    """
    found = Wanted(doctor_id=_reference(asked, "practitioner", to="Practitioner"))
    if "actor" in asked:
        found = replace(found, doctor_id=_reference(asked, "actor", to="Practitioner"))
    for written in asked.getlist(dates):
        found = _narrowed(found, *_period(written, parameter=dates))
    return found


def slot(asked: Asked) -> str | None:
    """Return the id of the slot that is asked for."""
    return _reference(asked, "slot", to="Slot")


def seat(asked: Asked) -> tuple[str, str | None] | None:
    """Return the clinic and doctor of the schedule that is asked for."""
    schedule_id = _reference(asked, "schedule", to="Schedule")
    if schedule_id is None:
        return None
    clinic_id, _, doctor_id = schedule_id.partition(".")
    return clinic_id, doctor_id or None


def tokens(asked: Asked, name: str, *, known: Collection[str]) -> set[str]:
    """Return the codes that are asked for, all known ones when there is no such parameter.

    Raises:
        BadParameter: a code of another value set.
    """
    if name not in asked:
        return set(known)
    found = set(asked[name].split(","))
    if not found <= set(known):
        raise BadParameter(parameter=name)
    return found


def _reference(asked: Asked, name: str, *, to: str) -> str | None:
    if name not in asked:
        return None
    return inside(asked[name].removeprefix(f"{to}/"))


def _period(written: str, *, parameter: str) -> tuple[datetime | None, datetime | None]:
    """Return `[since, until)` of what is asked for; an end that is open is None."""
    # A plus sign that was not escaped arrives as a space.
    found = DATE.fullmatch(written.replace(" ", "+"))
    if found is None:
        raise BadParameter(parameter=parameter)
    try:
        begin, end = _span(found["day"], found["time"])
    except (ValueError, OverflowError):
        raise BadParameter(parameter=parameter) from None
    return {
        "eq": (begin, end), "ge": (begin, None), "gt": (end, None),
        "le": (None, end), "lt": (None, begin),
    }[found["prefix"] or "eq"]  # fmt: skip


def _span(day: str, time: str | None) -> tuple[datetime, datetime]:
    if time is None:
        begin = beijing_moment(date.fromisoformat(day))
        return begin, begin + timedelta(days=1)
    begin = datetime.fromisoformat(day + time).astimezone(BEIJING)
    return begin, begin + timedelta(seconds=1)


def _narrowed(found: Wanted, since: datetime | None, until: datetime | None) -> Wanted:
    begins = [one for one in (found.since, since) if one is not None]
    ends = [one for one in (found.until, until) if one is not None]
    return replace(found, since=max(begins, default=None), until=min(ends, default=None))
