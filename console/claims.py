"""Handbooks of a roster that somebody on WeChat says are hers: staff confirm, or decline."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.models import Person
from accounts.queries import people_by_ids
from accounts.rules import Act
from console.errors import NothingChosen
from console.guard import check_member_may, house, member
from console.presenters import times
from console.presenters.families import family_line
from handbook.roster.linking import answer_claim, claims_in, link_by_code
from handbook.roster.models import ClaimState, HandbookClaim

blueprint = Blueprint("claims", __name__, url_prefix="/claims")

ANSWERS = frozenset({ClaimState.LINKED, ClaimState.DECLINED})


@dataclass(frozen=True)
class ClaimLine:
    """A claim: whose handbook, and when it was claimed."""

    id: str
    family_id: str
    name: str
    tail: str
    at: str


@blueprint.before_request
def check_may_link() -> None:
    """Pass only those who import rosters."""
    check_member_may(Act.IMPORT_ROSTER)


@blueprint.get("/")
def board() -> str:
    """Show the claims that wait for an answer."""
    with house().database.transaction() as session:
        found = claims_in(session, hospital_id=member().hospital_id)
        people = people_by_ids(session, {one.claimed_id for one in found})
        lines = [_line(one, people[one.claimed_id]) for one in found]
    return render_template("console/claims.html", lines=lines)


@blueprint.post("/<claim_id>/answer")
def answer(claim_id: str) -> Response:
    """Hand a handbook over to who claimed it, or decline."""
    given = request.form.get("answer", "")
    if given not in ANSWERS:
        raise NothingChosen
    with house().database.transaction() as session:
        answer_claim(
            session, staff=member(), claim_id=claim_id, answer=ClaimState(given),
            now=house().clock.now(),
        )  # fmt: skip
    return redirect(url_for("console.claims.board"), 303)


@blueprint.post("/code")
def by_code() -> Response:
    """Hand a handbook over to who stands at the desk and shows her code."""
    with house().database.transaction() as session:
        link_by_code(
            session, staff=member(), person_id=request.form.get("person", ""),
            code=request.form.get("code", ""), now=house().clock.now(),
        )  # fmt: skip
    family_id = request.form.get("family", "")
    return redirect(url_for("console.families.family", family_id=family_id), 303)


def _line(one: HandbookClaim, person: Person) -> ClaimLine:
    tail = (person.phone or "")[-4:]
    name = family_line(person).name
    return ClaimLine(one.id, person.family_id, name, tail, times.moment(one.made_at))
