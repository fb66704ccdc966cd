"""What every page of a family has: that it was read is written down, its name, and its tabs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from accounts.actions import read_family
from accounts.models import Person, PersonRole
from accounts.rules import Act, may
from booking.models import AppointmentState
from booking.queries import appointments_of_family
from console.guard import member
from console.presenters.children import called
from console.presenters.inbox import name_of
from core.db import Session
from core.errors import NotFound
from handbook.models import Pregnancy
from handbook.models_lives import Child, ChildState
from handbook.queries import pregnancies_of_family, pregnancy_in
from handbook.queries_children import child_in, children_of_family

OVERVIEW, RISK, REMINDERS = "overview", "risk", "reminders"
CHILD_PREFIX = "chd_"


@dataclass(frozen=True)
class Tab:
    """A page of a family."""

    label: str
    address: str
    is_here: bool
    is_quiet: bool = False


@dataclass(frozen=True)
class Frame:
    """A family as its pages need it."""

    family_id: str
    name: str
    others: int
    tabs: list[Tab]
    people: Sequence[Person]
    pregnancies: Sequence[Pregnancy]
    children: Sequence[Child]


def frame(session: Session, *, family_id: str, here: str, now: datetime) -> Frame:
    """Read a family, writing that down; `here` is the id of whom the page is about, or a tab.

    Raises:
        NotFound: no such family in this hospital.
    """
    people = read_family(session, staff=member(), family_id=family_id, now=now)
    hospital_id = member().hospital_id
    pregnancies = pregnancies_of_family(session, family_id=family_id, hospital_id=hospital_id)
    children = children_of_family(session, family_id=family_id, hospital_id=hospital_id)
    first = next((one for one in people if one.role is PersonRole.MOTHER), people[0])
    return Frame(
        family_id=family_id,
        name=name_of(first),
        others=len(people) - 1,
        tabs=_tabs(family_id, pregnancies, children, here=here),
        people=people,
        pregnancies=pregnancies,
        children=children,
    )


def subject_in(session: Session, *, family_id: str, subject_id: str) -> Pregnancy | Child:
    """Return a pregnancy or a child of a family of this hospital.

    Raises:
        NotFound: there is none.
    """
    hospital_id = member().hospital_id
    found: Pregnancy | Child
    if subject_id.startswith(CHILD_PREFIX):
        found = child_in(session, child_id=subject_id, hospital_id=hospital_id)
    else:
        found = pregnancy_in(session, pregnancy_id=subject_id, hospital_id=hospital_id)
    if found.family_id != family_id:
        raise NotFound
    return found


def pregnancy_of_family(session: Session, *, family_id: str, pregnancy_id: str) -> Pregnancy:
    """Return a pregnancy of a family of this hospital.

    Raises:
        NotFound: there is none.
    """
    found = subject_in(session, family_id=family_id, subject_id=pregnancy_id)
    if not isinstance(found, Pregnancy):
        raise NotFound
    return found


def child_of_family(session: Session, *, family_id: str, child_id: str) -> Child:
    """Return a child of a family of this hospital.

    Raises:
        NotFound: there is none.
    """
    found = subject_in(session, family_id=family_id, subject_id=child_id)
    if not isinstance(found, Child):
        raise NotFound
    return found


def booked_items(session: Session, *, family_id: str, now: datetime) -> frozenset[str]:
    """Return the keys of the items that have an appointment still to come."""
    found = appointments_of_family(session, family_id=family_id, hospital_id=member().hospital_id)
    coming = (
        one.appointment.item_key
        for one in found
        if one.appointment.state is AppointmentState.BOOKED and one.slot.ends_at > now
    )
    return frozenset(filter(None, coming))


def _tabs(
    family_id: str, pregnancies: Sequence[Pregnancy], children: Sequence[Child], *, here: str
) -> list[Tab]:
    address = url_for("console.families.family", family_id=family_id)
    tabs = [Tab("概况", address, here == OVERVIEW)]
    for one in pregnancies[:1]:
        is_here = here in {each.id for each in pregnancies}
        tabs.append(Tab("孕产期", _life(family_id, one.id), is_here))
    tabs += [_child_tab(family_id, child, here=here) for child in children]
    if pregnancies and may(member().roles, Act.RECORD_LIFE):
        newest = pregnancies[0].id
        risk = url_for("console.risk.page", family_id=family_id, pregnancy_id=newest)
        tabs.append(Tab("风险", risk, here == RISK))
    reminders = url_for("console.reminders_family.page", family_id=family_id)
    tabs.append(Tab("提醒", reminders, here == REMINDERS))
    return tabs


def _child_tab(family_id: str, child: Child, *, here: str) -> Tab:
    is_quiet = child.state is not ChildState.LIVING
    return Tab(called(child), _life(family_id, child.id), here == child.id, is_quiet)


def _life(family_id: str, subject_id: str) -> str:
    return url_for("console.lives.page", family_id=family_id, subject_id=subject_id)
