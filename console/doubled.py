"""Two persons who are one and both have records: staff look at them, nobody guesses."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from accounts.actions_union import settle_pair
from accounts.models import Person
from accounts.queries import doubled_in, people_by_ids
from accounts.rules import Act
from console.guard import check_member_may, house, member
from console.presenters import times
from console.presenters.inbox import name_of
from core.clock import beijing_date

blueprint = Blueprint("doubled", __name__, url_prefix="/doubled")


@dataclass(frozen=True)
class PersonLine:
    """One of the two: her name, since when she is here, and her family's page."""

    family_id: str
    name: str
    since: str


@dataclass(frozen=True)
class PairLine:
    """Two persons who are one."""

    id: str
    people: list[PersonLine]


@blueprint.before_request
def check_may_record() -> None:
    """Pass only those who write about families."""
    check_member_may(Act.RECORD_LIFE)


@blueprint.get("/")
def board() -> str:
    """Show the persons who are one."""
    with house().database.transaction() as session:
        pairs = doubled_in(session, hospital_id=member().hospital_id)
        people = people_by_ids(session, {one for pair in pairs for one in pair.both})
        lines = [
            PairLine(pair.id, [_line(people[one]) for one in pair.both if one in people])
            for pair in pairs
        ]
    return render_template("console/doubled.html", lines=lines)


@blueprint.post("/<pair_id>/settling")
def settle(pair_id: str) -> Response:
    """Take two persons off the list: staff looked at them."""
    now = house().clock.now()
    with house().database.transaction() as session:
        settle_pair(session, staff=member(), pair_id=pair_id, now=now)
    return redirect(url_for("console.doubled.board"), 303)


def _line(person: Person) -> PersonLine:
    return PersonLine(person.family_id, name_of(person), times.day(beijing_date(person.created_at)))
