"""Families: found by phone number, read (and the reading written down), and losses recorded."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.models import Person
from accounts.queries import consents_of
from accounts.queries import families as people_of_hospital
from accounts.rules import Act, may
from booking.queries import appointments_of_family
from console.family_frame import OVERVIEW, Frame, booked_items, frame
from console.guard import check_member_may, house, member
from console.presenters import families as presenters
from console.presenters.children import ChildCard, child_card
from console.presenters.plannings import PlanningCard, planning_card
from console.presenters.standing import PRESSING, StandGroup, stand_groups
from console.presenters.worklist import TaskLine, task_line
from core.clock import beijing_date
from core.db import Session
from handbook.follow_up.queries import Filters, worklist
from handbook.models import PregnancyState
from handbook.planning.models import PlanningState
from handbook.planning.queries import plannings_of_family
from handbook.roster.linking import is_on_paper
from handbook.standing.queries import standing_of_pregnancy
from scheduler.queries import reminders_of

blueprint = Blueprint("families", __name__, url_prefix="/families")

LINES = 30
REMINDERS_SHOWN = 12


@dataclass(frozen=True)
class Board:
    """The list of families; `after` is where the next page begins, empty at the end."""

    lines: list[presenters.FamilyLine]
    after: str
    searched: str


@dataclass(frozen=True)
class FamilyFile:
    """What the first page of a family shows beside its frame."""

    people: list[presenters.PersonCard]
    pregnancies: list[presenters.PregnancyCard]
    children: list[ChildCard]
    groups: list[StandGroup]
    tasks: list[TaskLine]
    visits: list[presenters.VisitLine]
    reminders: list[presenters.ReminderLine]
    planning: PlanningCard | None
    may_plan: bool
    on_paper: str


@blueprint.before_request
def check_may_read() -> None:
    """Pass only those who read families' records."""
    check_member_may(Act.READ_FAMILIES)


@blueprint.get("/")
def board() -> str:
    """Show the families of the hospital, newest first, with no more of each than needed."""
    with house().database.transaction() as session:
        people = people_of_hospital(
            session,
            hospital_id=member().hospital_id,
            search="",
            after=request.args.get("after", ""),
            limit=LINES,
        )
    after = people[-1].id if len(people) == LINES else ""
    return _board(people, after=after, searched="")


@blueprint.post("/")
def find() -> Response | str:
    """Go to the family of a phone number; by POST, so that no number stands in an address."""
    phone = request.form.get("phone", "").strip()
    if not phone:
        return redirect(url_for("console.families.board"), 303)
    with house().database.transaction() as session:
        people = people_of_hospital(
            session, hospital_id=member().hospital_id, search=phone, after="", limit=LINES
        )
    if len({person.family_id for person in people}) == 1:
        return redirect(url_for("console.families.family", family_id=people[0].family_id), 303)
    return _board(people, after="", searched=phone)


@blueprint.get("/<family_id>")
def family(family_id: str) -> str:
    """Show a family's file; that it was read is written down."""
    now = house().clock.now()
    with house().database.transaction() as session:
        framed = frame(session, family_id=family_id, here=OVERVIEW, now=now)
        shown = _file(session, framed, now=now)
    return render_template("console/family.html", frame=framed, file=shown)


def _board(people: list[Person], *, after: str, searched: str) -> str:
    lines = [presenters.family_line(person) for person in people]
    return render_template("console/families.html", board=Board(lines, after, searched))


def _file(session: Session, framed: Frame, *, now: datetime) -> FamilyFile:
    hospital_id, today = member().hospital_id, beijing_date(now)
    family_id = framed.family_id
    visits = appointments_of_family(session, family_id=family_id, hospital_id=hospital_id)
    reminders = (
        reminder
        for one in framed.people
        for reminder in reminders_of(session, person_id=one.id, hospital_id=hospital_id)
    )
    return FamilyFile(
        people=[
            presenters.person_card(one, consents=consents_of(session, person_id=one.id))
            for one in framed.people
        ],
        pregnancies=[presenters.pregnancy_card(one, today=today) for one in framed.pregnancies],
        children=[child_card(child, today=today) for child in framed.children],
        groups=_pressing(session, framed, now=now),
        tasks=_tasks(session, family_id, now=now),
        visits=[presenters.visit_line(visit) for visit in visits],
        reminders=[
            presenters.reminder_line(reminder) for reminder in islice(reminders, REMINDERS_SHOWN)
        ],
        planning=_planning(session, framed),
        may_plan=all(one.state is not PregnancyState.ONGOING for one in framed.pregnancies),
        on_paper=_on_paper(session, framed),
    )


def _planning(session: Session, framed: Frame) -> PlanningCard | None:
    """Return the planning of the mother that goes on, if there is one."""
    found = plannings_of_family(
        session, family_id=framed.family_id, hospital_id=member().hospital_id
    )
    live = (one for one in found if one.state is PlanningState.PLANNING)
    return next((planning_card(one) for one in live), None)


def _on_paper(session: Session, framed: Frame) -> str:
    """Return the id of the mother whose handbook nobody on WeChat has, to whom may link it."""
    if not may(member().roles, Act.IMPORT_ROSTER):
        return ""
    hospital_id = member().hospital_id
    found = (
        one.id
        for one in framed.people
        if is_on_paper(session, person_id=one.id, hospital_id=hospital_id)
    )
    return next(found, "")


def _pressing(session: Session, framed: Frame, *, now: datetime) -> list[StandGroup]:
    """Return what of the ongoing pregnancy is late, told by the family, open or booked."""
    ongoing = [one for one in framed.pregnancies if one.state is PregnancyState.ONGOING]
    stands = [
        stand
        for one in ongoing
        for stand in standing_of_pregnancy(
            session, pregnancy=one, today=beijing_date(now),
            booked=booked_items(session, family_id=framed.family_id, now=now),
        )
    ]  # fmt: skip
    return [group for group in stand_groups(stands) if group.key in PRESSING]


def _tasks(session: Session, family_id: str, *, now: datetime) -> list[TaskLine]:
    """Return what is to be followed up, to whom it is shown."""
    if not may(member().roles, Act.RECORD_LIFE):
        return []
    filters = Filters(family_id=family_id)
    found = worklist(session, hospital_id=member().hospital_id, filters=filters)
    return [task_line(row, now=now) for row in found]
