"""Families: found by phone number, read (and the reading written down), and losses recorded."""

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from scheduler.queries import reminders_of
from werkzeug.wrappers import Response

from accounts.actions import read_family
from accounts.models import Person
from accounts.queries import consents_of
from accounts.queries import families as people_of_hospital
from accounts.rules import Act
from booking.queries import appointments_of_family
from console.guard import check_member_may, house, member
from console.presenters import families as presenters
from core.clock import beijing_date
from core.db import Session
from handbook.queries import items_of, pregnancies_of_family
from handbook.timeline import Status

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
    """All that the page of a family shows."""

    family_id: str
    people: list[presenters.PersonCard]
    pregnancies: list[presenters.PregnancyCard]
    timeline: list[presenters.ItemLine]
    visits: list[presenters.VisitLine]
    reminders: list[presenters.ReminderLine]


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
        people = read_family(session, staff=member(), family_id=family_id, now=now)
        shown = _file(session, family_id, people, today=beijing_date(now))
    return render_template("console/family.html", file=shown)


def _board(people: list[Person], *, after: str, searched: str) -> str:
    lines = [presenters.family_line(person) for person in people]
    return render_template("console/families.html", board=Board(lines, after, searched))


def _file(session: Session, family_id: str, people: list[Person], *, today: date) -> FamilyFile:
    hospital_id = member().hospital_id
    pregnancies = pregnancies_of_family(session, family_id=family_id, hospital_id=hospital_id)
    visits = appointments_of_family(session, family_id=family_id, hospital_id=hospital_id)
    return FamilyFile(
        family_id=family_id,
        people=[
            presenters.person_card(one, consents=consents_of(session, person_id=one.id))
            for one in people
        ],
        pregnancies=[presenters.pregnancy_card(one, today=today) for one in pregnancies],
        timeline=[
            presenters.item_line(item)
            for pregnancy in pregnancies
            for item in items_of(pregnancy, today=today)
            if item.status is not Status.PAST
        ],
        visits=[presenters.visit_line(visit) for visit in visits],
        reminders=[
            presenters.reminder_line(reminder)
            for one in people
            for reminder in reminders_of(session, person_id=one.id, hospital_id=hospital_id)
        ][:REMINDERS_SHOWN],
    )
