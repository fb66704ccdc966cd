"""Planning (备孕): opened and closed by staff for a woman who asks them to."""

from collections.abc import Callable

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from accounts.actions import read_family
from accounts.models import Person, PersonRole
from accounts.rules import Act
from console.guard import actor, check_member_may, house, member
from core.db import Session
from core.errors import NotFound
from handbook.planning import actions

blueprint = Blueprint("planning", __name__, url_prefix="/families/<family_id>/planning")


@blueprint.before_request
def check_may_record() -> None:
    """Pass only those who record what happens in a life."""
    check_member_may(Act.RECORD_LIFE)


@blueprint.post("/")
def begin(family_id: str) -> Response:
    """Open a planning for the mother; she has agreed to a handbook."""
    return _changed(family_id, _begin)


@blueprint.post("/closure")
def close(family_id: str) -> Response:
    """Close her planning."""
    return _changed(family_id, _close)


def _begin(session: Session, mother: Person) -> None:
    actions.open_planning(session, person=mother, actor=actor(), now=house().clock.now())


def _close(session: Session, mother: Person) -> None:
    actions.close_planning(session, person=mother, actor=actor(), now=house().clock.now())


def _changed(family_id: str, change: Callable[[Session, Person], None]) -> Response:
    with house().database.transaction() as session:
        people = read_family(
            session, staff=member(), family_id=family_id, now=house().clock.now()
        )  # fmt: skip
        mother = next((one for one in people if one.role is PersonRole.MOTHER), None)
        if mother is None:
            raise NotFound
        change(session, mother)
    return redirect(url_for("console.families.family", family_id=family_id), 303)
