"""A family's handbook on paper: one page to print and hand over; that it was read is noted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import Blueprint, render_template

from accounts.actions import read_family
from accounts.models import Person, PersonRole
from accounts.queries import hospital
from accounts.rules import Act
from booking.models import AppointmentState
from booking.queries import Booked, appointments_of_family
from console.guard import check_member_may, house, member
from console.presenters import handbook as presenters
from console.presenters import times
from console.presenters.families import VisitLine, visit_line
from console.presenters.inbox import name_of
from core.clock import beijing_date
from core.db import Session
from handbook.errors import ChildConsentNeeded
from handbook.models import Pregnancy, PregnancyState
from handbook.models_lives import Child, ChildState
from handbook.queries import pregnancies_of_family, timeline_note
from handbook.queries_children import check_child_consent, children_of_family
from handbook.queries_records import measurements_of
from handbook.standing.queries import standing_of_child, standing_of_pregnancy

blueprint = Blueprint("handbook", __name__, url_prefix="/families/<family_id>/handbook")


@dataclass(frozen=True)
class Paper:
    """All that stands on the paper."""

    family_id: str
    hospital: str
    phone: str
    emergency_phone: str
    name: str
    phone_of_mother: str
    printed: str
    sheets: list[presenters.Sheet]
    visits: list[VisitLine]
    sources: list[tuple[int, str]]


@dataclass(frozen=True)
class Desk:
    """What is needed to read a family's records."""

    session: Session
    family_id: str
    today: date
    booked: frozenset[str]
    sources: presenters.Sources


@blueprint.before_request
def check_may_read() -> None:
    """Pass only those who read families' records."""
    check_member_may(Act.READ_FAMILIES)


@blueprint.get("/")
def paper(family_id: str) -> str:
    """Show the handbook as it will be printed."""
    now = house().clock.now()
    with house().database.transaction() as session:
        people = read_family(session, staff=member(), family_id=family_id, now=now)
        shown = _paper(session, family_id, people, now=now)
    return render_template("console/handbook.html", paper=shown)


def _paper(session: Session, family_id: str, people: Sequence[Person], *, now: datetime) -> Paper:
    ours = hospital(session, hospital_id=member().hospital_id)
    coming = _coming(session, family_id, now=now)
    desk = Desk(
        session=session,
        family_id=family_id,
        today=beijing_date(now),
        booked=frozenset(filter(None, (one.appointment.item_key for one in coming))),
        sources=presenters.Sources(),
    )
    sheets = [*_of_mother(desk), *_of_children(desk)]
    mother = next((one for one in people if one.role is PersonRole.MOTHER), None)
    return Paper(
        family_id=family_id,
        hospital=ours.name,
        phone=ours.phone,
        emergency_phone=ours.emergency_phone,
        name=name_of(mother) if mother else "",
        phone_of_mother=(mother.phone or "") if mother else "",
        printed=times.moment(now),
        sheets=sheets,
        visits=[visit_line(one) for one in coming],
        sources=desk.sources.lines,
    )


def _coming(session: Session, family_id: str, *, now: datetime) -> list[Booked]:
    """Return the appointments still to come, soonest first."""
    booked = appointments_of_family(session, family_id=family_id, hospital_id=member().hospital_id)
    is_live = AppointmentState.BOOKED
    coming = (one for one in booked if one.appointment.state is is_live and one.slot.ends_at > now)
    return sorted(coming, key=lambda one: one.slot.starts_at)


def _of_mother(desk: Desk) -> list[presenters.Sheet]:
    """Return the sheet of the newest pregnancy; one that was lost is on no paper."""
    found = pregnancies_of_family(
        desk.session, family_id=desk.family_id, hospital_id=member().hospital_id
    )
    kept = [one for one in found[:1] if one.state is not PregnancyState.ENDED]
    sheets = (_pregnancy_sheet(desk, one) for one in kept)
    return [sheet for sheet in sheets if sheet.lines]


def _pregnancy_sheet(desk: Desk, pregnancy: Pregnancy) -> presenters.Sheet:
    stands = standing_of_pregnancy(
        desk.session, pregnancy=pregnancy, booked=desk.booked, today=desk.today
    )
    return presenters.pregnancy_sheet(
        pregnancy,
        stands=stands,
        measured=measurements_of(desk.session, subject=pregnancy),
        note=timeline_note(pregnancy),
        sources=desk.sources,
        today=desk.today,
    )


def _of_children(desk: Desk) -> list[presenters.Sheet]:
    """Return the sheets of living children whose guardian agrees to their record."""
    children = children_of_family(
        desk.session, family_id=desk.family_id, hospital_id=member().hospital_id
    )
    return [
        _child_sheet(desk, child)
        for child in children
        if child.state is ChildState.LIVING and _is_agreed(desk.session, child)
    ]


def _child_sheet(desk: Desk, child: Child) -> presenters.Sheet:
    return presenters.child_sheet(
        child,
        stands=standing_of_child(desk.session, child=child, booked=desk.booked, today=desk.today),
        measured=measurements_of(desk.session, subject=child),
        sources=desk.sources,
    )


def _is_agreed(session: Session, child: Child) -> bool:
    try:
        check_child_consent(session, child_id=child.id)
    except ChildConsentNeeded:
        return False
    return True
