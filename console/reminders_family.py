"""What will be said to a family and when, what was said, by which way, and what became of it."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template

from accounts.models import Person
from accounts.rules import Act
from console.family_frame import REMINDERS, frame
from console.guard import check_member_may, house, member
from console.presenters import reminders as presenters
from console.presenters import times
from console.presenters.inbox import ROLES, name_of
from console.reminders_frame import outlets
from core.db import Session
from scheduler import preferences, queries
from scheduler.foresight import coming

blueprint = Blueprint(
    "reminders_family", __name__, url_prefix="/families/<family_id>/reminders"
)  # fmt: skip

AHEAD_DAYS = 60
SAID = 50


@dataclass(frozen=True)
class PersonReminders:
    """One person of a family: what is to come, what was said, and what she wants to hear."""

    name: str
    role: str
    wishes: list[str]
    coming: list[presenters.ComingLine]
    said: list[presenters.LetterLine]
    unsaid: list[presenters.UnsaidLine]


@blueprint.before_request
def check_may_open() -> None:
    """Pass only those who read families' records."""
    check_member_may(Act.READ_FAMILIES)


@blueprint.get("/")
def page(family_id: str) -> str:
    """Show a family's reminders; that it was read is written down."""
    now = house().clock.now()
    with house().database.transaction() as session:
        framed = frame(session, family_id=family_id, here=REMINDERS, now=now)
        people = [_person(session, one, now=now) for one in framed.people]
    return render_template(
        "console/reminders/family.html", frame=framed, people=people, days=AHEAD_DAYS
    )


def _person(session: Session, person: Person, *, now: datetime) -> PersonReminders:
    hospital_id = member().hospital_id
    lines = coming(
        session, person_id=person.id, hospital_id=hospital_id, outlets=outlets(),
        days=AHEAD_DAYS, now=now,
    )  # fmt: skip
    letters = queries.said(session, person_id=person.id, hospital_id=hospital_id, limit=SAID)
    kept = queries.reminders_of(session, person_id=person.id, hospital_id=hospital_id, limit=SAID)
    return PersonReminders(
        name=name_of(person),
        role=ROLES[person.role],
        wishes=_wishes(session, person.id, now=now),
        coming=[presenters.coming_line(one) for one in lines],
        said=[presenters.letter_line(one) for one in letters],
        unsaid=presenters.unsaid_lines(kept),
    )


def _wishes(session: Session, person_id: str, *, now: datetime) -> list[str]:
    """Return what a person does not want to hear, or not for a while."""
    choices = preferences.choices_of(session, person_id=person_id)
    off = [
        f"她关了“{presenters.kind_name(kind)}”" for kind, wanted in choices.items() if not wanted
    ]
    pauses = preferences.pauses_of(session, person_id=person_id, now=now)
    return off + [
        f"“{presenters.kind_name(one.kind)}”暂停"
        + (f"到 {times.moment(one.until_at)}" if one.until_at else "，到她自己恢复为止")
        for one in pauses
    ]
