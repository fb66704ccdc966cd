"""Who may book what: the window of the item, the colour, missed visits, members, bookings a week.

Staff are not asked: a clerk or a doctor knows why. Everything about a person is one read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from accounts.models import SubjectKind
from accounts.rules import Actor
from booking.collecting import check_not_drawn
from booking.entering import Visit
from booking.errors import (
    NamedForOthers,
    NotYetShown,
    OnlineClosed,
    TooManyBookings,
    TooManyMembers,
)
from booking.models import Appointment, Care, Share
from booking.models_supply import Clinic
from booking.policy import Policy, policy
from booking.queries import Place, has_free, policy_of
from booking.rules import GIVES_BACK, LIVES, Attendance, attendance
from booking.steps import By
from booking.windows import Wanted, check_window, stands_on
from core.clock import beijing_date
from core.dates import hour, short_day
from core.db import Session, rows
from handbook.risk.colours import Colour
from handbook.risk.rules import ReferralStep

URGENT = frozenset({Colour.ORANGE, Colour.RED})
"""Colours whose women are never kept from booking by missed visits or by a count."""

URGENT_SHARES = frozenset({Share.PROTECTED, Share.REFERRAL})
"""Places that are never closed to anybody for missed visits."""

ONLINE_DOORS = frozenset({"chat", "client", "miniapp", "draw"})
FOLLOW_UP = timedelta(days=365)
"""Who was seen in a clinic within this time comes back to it (复诊; our own proposal)."""

READ = """
select ruled.values as ruled, risk.colour, referral.id is not null as is_referred,
       appointment.id, appointment.course_id, appointment.patient_number, appointment.state,
       appointment.channel, appointment.booked_at, slot.clinic_id, slot.starts_at,
       case when missed.counts and missed.cleared_at is null then missed.missed_at end as missed_at
from (select) as one
left join lateral (
    select values from booking_policy where hospital_id = %(hospital_id)s
    order by number desc limit 1
) as ruled on true
left join lateral (
    select colour from risk_assessment where pregnancy_id = %(pregnancy_id)s
    order by assessed_day desc, made_at desc, id desc limit 1
) as risk on true
left join lateral (
    select id from referral where pregnancy_id = %(pregnancy_id)s and step = any(%(open)s) limit 1
) as referral on true
left join appointment on appointment.person_id = %(person_id)s
    and appointment.hospital_id = %(hospital_id)s
left join slot on slot.id = appointment.slot_id
left join missed_visit as missed on missed.appointment_id = appointment.id
"""


class Asked(Visit, Protocol):
    """What eligibility asks of a request."""

    @property
    def actor(self) -> Actor: ...  # noqa: D102 - fields of a request

    @property
    def share(self) -> Share: ...  # noqa: D102

    @property
    def course_id(self) -> str | None: ...  # noqa: D102


@dataclass(frozen=True)
class Known:
    """What is known of who asks: the rules for her, her colour, her appointments so far."""

    policy: Policy
    colour: Colour | None
    is_referred: bool
    visits: Sequence[Any]
    attendance: Attendance

    @property
    def is_urgent(self) -> bool:
        """Say whether nothing may keep her from booking but a full slot."""
        return self.colour in URGENT


def check_may_book(session: Session, *, request: Asked, place: Place, now: datetime) -> None:
    """Pass if this person may book this place herself; three reads at most.

    Raises:
        NotYetShown: the slot is released later.
        BeingDrawn: wishes for it are collected, and drawn later.
        Refusal: as `check_rules`.
    """
    if request.actor.kind != SubjectKind.PERSON:
        return
    check_shown(place, now=now)
    check_not_drawn(session, place=place, now=now)
    check_rules(session, request=request, place=place, now=now)


def check_rules(session: Session, *, request: Asked, place: Place, now: datetime) -> None:
    """Pass if the rules let this person have this place, whenever it is shown.

    Raises:
        NamedForOthers: the clinic, or the share, is for others.
        NotFound, TooEarlyForItem, TooLateForItem: as `booking.windows.check_window`.
        OnlineClosed: visits were missed; urgent women and places are never closed.
        TooManyMembers: she books for as many patients as one phone may.
        TooManyBookings: she has made as many bookings as she may in these days.
    """
    known = known_of(session, visit=request, clinic=place.clinic, now=now)
    if not may_use(session, request=request, place=place, known=known, now=now):
        raise NamedForOthers
    check_colour(known, clinic=place.clinic)
    day = beijing_date(place.slot.starts_at)
    if not known.is_urgent:
        check_window(session, visit=request, care=place.clinic.care, day=day)
    if not (known.is_urgent or request.share in URGENT_SHARES):
        check_attendance(known)
        check_counts(known, visit=request, course_id=request.course_id, now=now)


def check_may_move(session: Session, *, appointment: Appointment, place: Place, by: By) -> None:
    """Pass if this person may move her appointment into this place; no count stands against it.

    Raises:
        Refusal: as `check_may_book`, but for missed visits, members and bookings.
    """
    if by.actor.kind != SubjectKind.PERSON:
        return
    check_shown(place, now=by.now)
    check_not_drawn(session, place=place, now=by.now)
    known = known_of(session, visit=appointment, clinic=place.clinic, now=by.now)
    check_colour(known, clinic=place.clinic)
    day = beijing_date(place.slot.starts_at)
    if not known.is_urgent:
        check_window(session, visit=appointment, care=place.clinic.care, day=day)


def known_of(session: Session, *, visit: Visit, clinic: Clinic, now: datetime) -> Known:
    """Return what is known of who asks, in one read."""
    given = {
        "hospital_id": visit.hospital_id, "person_id": visit.person_id,
        "pregnancy_id": visit.pregnancy_id,
        "open": [ReferralStep.SENT.value, ReferralStep.ACCEPTED.value],
    }  # fmt: skip
    found = rows(session, READ, given)
    ruled = found[0].ruled or {}
    missed = [row.missed_at for row in found if row.missed_at is not None]
    return Known(
        policy=policy(ruled, clinic.policy),
        colour=None if found[0].colour is None else Colour(found[0].colour),
        is_referred=found[0].is_referred,
        visits=[row for row in found if row.id is not None],
        attendance=attendance(missed, policy=policy(ruled), now=now),
    )


def may_use(session: Session, *, request: Asked, place: Place, known: Known, now: datetime) -> bool:
    """Say whether a person may book places of the share she asks for herself."""
    clinic = place.clinic
    match request.share:
        case Share.ONLINE:
            return True
        case Share.REMOTE:
            return clinic.care is Care.COURSE
        case Share.RETURN:
            since = place.slot.starts_at - FOLLOW_UP
            return any(
                row.state == "seen"
                and row.clinic_id == clinic.id
                and row.patient_number == request.patient_number
                and row.starts_at >= since
                for row in known.visits
            )
        case Share.REFERRAL:
            return known.is_referred
        case Share.PROTECTED:
            return is_protected(session, request=request, place=place, now=now)
        case _:
            return False


def is_protected(session: Session, *, request: Wanted, place: Place, now: datetime) -> bool:
    """Say whether her window closes before the next place that is free to everybody.

    Places that are yet to be released before it closes are for everybody too.
    """
    day = beijing_date(place.slot.starts_at)
    released = beijing_date(now) + timedelta(
        days=policy_of(session, clinic=place.clinic).release_days
    )
    for item in stands_on(session, visit=request, day=day):
        if item.key == request.item_key and item.to_day is not None:
            is_within = item.from_day <= day <= item.to_day
            is_last = is_within and item.to_day <= released
            return is_last and not has_free(
                session, clinic=place.clinic, until_day=item.to_day, now=now
            )
    return False


def check_shown(place: Place, *, now: datetime) -> None:
    """Pass if families see the slot by now.

    Raises:
        NotYetShown: it is released later.
    """
    shown_at = place.slot.shown_at
    if shown_at > now:
        said = f"{short_day(beijing_date(shown_at))} {hour(shown_at)}"
        raise NotYetShown(at=shown_at.isoformat(), said=said)


def check_colour(known: Known, *, clinic: Clinic) -> None:
    """Pass if the clinic is for everybody, or named for her colour.

    Raises:
        NamedForOthers: it is for others.
    """
    if clinic.colours and known.colour not in clinic.colours:
        raise NamedForOthers


def check_attendance(known: Known) -> None:
    """Pass if missed visits have not closed on-line booking to her.

    Raises:
        OnlineClosed: they have, until a day.
    """
    until = known.attendance.closed_until
    if until is not None:
        raise OnlineClosed(until=short_day(until), until_day=until.isoformat())


def check_counts(known: Known, *, visit: Visit, course_id: str | None, now: datetime) -> None:
    """Pass if one more patient, and one more booking, are within what one phone may.

    What was given up is not counted; a course, or visits booked together, are one booking.

    Raises:
        TooManyMembers: there would be a patient too many.
        TooManyBookings: there would be a booking too many.
    """
    rules = known.policy
    others = {row.patient_number for row in known.visits if row.state in LIVES}
    if len(others - {visit.patient_number}) >= rules.members_per_person:
        raise TooManyMembers(members=rules.members_per_person)
    since = now - timedelta(days=rules.booking_window_days)
    made = {
        row.course_id or row.id
        for row in known.visits
        if row.channel in ONLINE_DOORS and row.booked_at > since and row.state not in GIVES_BACK
    }
    if len(made - {course_id}) >= rules.bookings_per_window:
        raise TooManyBookings(bookings=rules.bookings_per_window, days=rules.booking_window_days)
