"""Who reaches a point of which rules speak: set-based looks downward, streamed."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from core.clock import beijing_moment
from core.db import Session, rows
from handbook.care.rows import Anchor
from handbook.care.schedule import EDITION_KEYS
from handbook.standing.stretches import FARTHEST
from handbook.standing.windows import Reached, reaching_between
from scheduler.speech.documents import Every, Step
from scheduler.speech.editions import Edition
from scheduler.speech.planner import days_ahead
from scheduler.speech.points import EDGES, Point, Traits, care_point, stage_day, stage_point

Thing = TypeVar("Thing")

AT_ONCE = 5_000
DAY = timedelta(days=1)
MONTH_ENDS = range(-3, 4)
"""A month's day that does not exist is its last one: birthdays this far around are tried."""

OWNERS = """
select pregnancy.id, pregnancy.person_id, pregnancy.hospital_id, pregnancy.opened_at,
       pregnancy.schedule
from pregnancy where pregnancy.id = any(string_to_array(%(ids)s, ','))
union all
select child.id, guardian.person_id, child.hospital_id, child.opened_at, child.schedule
from child join guardian on guardian.child_id = child.id and guardian.until_at is null
where child.id = any(string_to_array(%(ids)s, ','))
"""

IN_WEEK = """
select id, last_period_day as day, person_id, hospital_id from pregnancy
where state = 'ongoing' and schedule = any(%(editions)s) and last_period_day = any(%(days)s)
and (%(known_since)s::timestamptz is null or known_at >= %(known_since)s)
"""

IN_MONTH = """
select child.id, child.birth_day as day, guardian.person_id, child.hospital_id from child
join guardian on guardian.child_id = child.id and guardian.until_at is null
where child.state = 'living' and child.schedule = any(%(editions)s)
and child.birth_day = any(%(days)s)
and (%(known_since)s::timestamptz is null or child.known_at >= %(known_since)s)
"""

NEAR = """
select appointment.id, appointment.person_id, appointment.hospital_id, appointment.channel,
       appointment.booked_at, lower(appointment.during) as starts_at, clinic.care
from appointment
join slot on slot.id = appointment.slot_id
join clinic on clinic.id = slot.clinic_id
where appointment.state = 'booked'
and appointment.state in ('held', 'booked', 'checked_in', 'called')
and lower(appointment.during) >= %(since)s and lower(appointment.during) < %(until)s
"""
"""The second condition is the one the index is built on."""

NEWS = """
select exists (select from pregnancy where known_at >= %(since)s and state <> 'ended')
    or exists (select from child where known_at >= %(since)s and state = 'living')
    or exists (select from consent where given_at >= %(since)s and withdrawn_at is null) as is_any
"""

STEPS = """
select step.number, step.after, step.made_at, appointment.id, appointment.person_id,
       appointment.hospital_id, appointment.channel, appointment.booked_at, appointment.state,
       appointment.expires_at, lower(appointment.during) as starts_at, clinic.care
from appointment_step as step
join appointment on appointment.id = step.appointment_id
join slot on slot.id = appointment.slot_id
join clinic on clinic.id = slot.clinic_id
where step.number > %(after)s
    and not (step.after = 'cancelled_by_clinic' and appointment.moved_to is not null)
order by step.number
"""

OFFERING = frozenset({"waiting_list", "rescue"})
"""An offer is an appointment held through the waiting list, or after a closure (停诊)."""

STEP_OF = {
    "booked": Step.BOOKED,
    "cancelled_by_clinic": Step.CANCELLED_BY_CLINIC,
    "seen": Step.SEEN,
    "no_show": Step.NO_SHOW,
}


@dataclass(frozen=True)
class Days:
    """Which days are looked at, both included; with `known_since` only those who are new since."""

    from_day: date
    to_day: date
    known_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody, and the point she reaches; `since` is when the life it is of was taken up."""

    person_id: str
    hospital_id: str
    subject_id: str
    point: Point
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """Whom a pregnancy or a child belongs to, since when it is kept here, and its edition."""

    person_id: str
    hospital_id: str
    since: datetime
    edition: str


@dataclass(frozen=True)
class Stepped:
    """A candidate of a step of an appointment, and the number of that step."""

    number: int
    made_at: datetime
    candidates: tuple[Candidate, ...]


def has_news(session: Session, *, since: datetime) -> bool:
    """Say whether any life became known, changed, or was agreed to since a moment."""
    return bool(rows(session, NEWS, {"since": since})[0].is_any)


def of_care(session: Session, edition: Edition, days: Days) -> Iterator[Candidate]:
    """Yield who reaches an edge of a care window that is spoken of on these days.

    Of those who are new the past is looked at too: rules say what late joiners get.
    """
    for step, ahead in days_ahead(edition, EDGES):
        from_day = days.from_day - ahead * DAY
        if days.known_since is not None:
            from_day -= FARTHEST
        for schedule in EDITION_KEYS:
            reached = reaching_between(
                session, edition=schedule, edge=EDGES[step], from_day=from_day,
                to_day=days.to_day - ahead * DAY, known_since=days.known_since,
            )  # fmt: skip
            for batch in batches(reached, AT_ONCE):
                yield from _owned(session, step, batch)


def of_stages(session: Session, edition: Edition, days: Days) -> Iterator[Candidate]:
    """Yield whose pregnancy begins a week, and whose child a month, that is spoken of."""
    for spoken in edition.rules.values():
        if (every := spoken.rule.every) is None:
            continue
        is_week = every.unit == "week"
        anchor = Anchor.LAST_PERIOD if is_week else Anchor.BIRTH
        begins = _beginnings(every, anchor, days)
        found = rows(
            session, IN_WEEK if is_week else IN_MONTH,
            {"editions": list(EDITION_KEYS), "days": list(begins),
             "known_since": days.known_since},
        )  # fmt: skip
        for row in found:
            for number, day in begins[row.day]:
                point = stage_point(anchor=anchor, number=number, day=day)
                yield Candidate(row.person_id, row.hospital_id, row.id, point)


def of_appointments(session: Session, days: Days, *, lead: int) -> Iterator[Candidate]:
    """Yield whose appointment is spoken of on these days, up to `lead` days before it."""
    since, until = beijing_moment(days.from_day), beijing_moment(days.to_day + (lead + 1) * DAY)
    for row in rows(session, NEAR, {"since": since, "until": until}):
        yield _candidate(row, Step.NEAR, at=_utc(row.starts_at), ends_at=_utc(row.starts_at))


def of_steps(session: Session, *, after: int) -> Iterator[Stepped]:
    """Yield the steps of appointments since one, in order, each with what it lets us say."""
    for row in rows(session, STEPS, {"after": after}):
        yield Stepped(row.number, _utc(row.made_at), tuple(of_step(row)))


def batches(things: Iterable[Thing], size: int) -> Iterator[list[Thing]]:
    """Yield things some at a time, in order; the last batch may be smaller."""
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch


def of_step(row: Any) -> Iterator[Candidate]:  # noqa: ANN401 - a row of STEPS
    """Yield what a step of an appointment lets us say, from its row."""
    starts_at, made_at = _utc(row.starts_at), _utc(row.made_at)
    if row.after == "held" and row.channel in OFFERING and row.expires_at is not None:
        yield _candidate(row, Step.OFFERED, at=made_at, ends_at=_utc(row.expires_at))
    if row.after == "booked" and row.state == "booked":
        yield _candidate(row, Step.NEAR, at=starts_at, ends_at=starts_at)
    if (step := STEP_OF.get(row.after)) is not None and row.state == row.after:
        ends_at = starts_at if step in (Step.BOOKED, Step.CANCELLED_BY_CLINIC) else None
        yield _candidate(row, step, at=made_at, ends_at=ends_at)


def _candidate(
    row: Any, step: Step, *, at: datetime, ends_at: datetime | None  # noqa: ANN401 - as above
) -> Candidate:  # fmt: skip
    point = appointment_point(
        step, traits=Traits(care=row.care, booked_through=row.channel),
        at=at, ends_at=ends_at, starts_at=_utc(row.starts_at), booked_at=_utc(row.booked_at),
    )  # fmt: skip
    return Candidate(row.person_id, row.hospital_id, row.id, point)


def appointment_point(
    step: Step,
    *,
    traits: Traits,
    at: datetime,
    ends_at: datetime | None,
    starts_at: datetime,
    booked_at: datetime,
) -> Point:
    """Return a point of an appointment; its occasion names the hour it begins at."""
    return Point(
        step=step, traits=traits, at=at, ends_at=ends_at,
        mark=f"{starts_at:%Y%m%d%H%M}", settled_at=booked_at,
    )  # fmt: skip


def _owned(session: Session, step: Step, batch: Sequence[Reached]) -> Iterator[Candidate]:
    subjects = [each.pregnancy_id or each.child_id or "" for each in batch]
    owners: dict[str, list[Owner]] = {}
    for row in rows(session, OWNERS, {"ids": ",".join(set(subjects))}):
        owner = Owner(row.person_id, row.hospital_id, row.opened_at, row.schedule)
        owners.setdefault(row.id, []).append(owner)
    for subject_id, each in zip(subjects, batch, strict=True):
        for owner in owners.get(subject_id, ()):
            point = care_point(
                step, edition=owner.edition, item_key=each.item_key,
                days=(each.from_day, each.to_day),
            )  # fmt: skip
            yield Candidate(owner.person_id, owner.hospital_id, subject_id, point, owner.since)


def _beginnings(every: Every, anchor: Anchor, days: Days) -> dict[date, list[tuple[int, date]]]:
    """Return, by anchor day, which weeks or months begin on these days."""
    found: dict[date, list[tuple[int, date]]] = {}
    numbers = range(every.first, every.last + 1)
    for day in _each(days):
        for number in numbers:
            for anchor_day in _anchor_days(anchor, day, number):
                found.setdefault(anchor_day, []).append((number, day))
    return found


def _anchor_days(anchor: Anchor, day: date, number: int) -> Iterable[date]:
    if anchor is Anchor.LAST_PERIOD:
        return (stage_day(anchor, day, -number),)
    around = stage_day(anchor, day, -number)
    tried = (around + shift * DAY for shift in MONTH_ENDS)
    return (each for each in tried if stage_day(anchor, each, number) == day)


def _each(days: Days) -> Iterator[date]:
    count = (days.to_day - days.from_day).days + 1
    yield from (days.from_day + step * DAY for step in range(count))


def _utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
