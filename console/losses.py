"""Recording that a pregnancy was lost: asked calmly, shown once more, then done at once."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from accounts.actions import read_family
from accounts.models import SubjectKind
from accounts.rules import Act, Actor
from console.errors import BadLoss
from console.guard import check_member_may, house, member
from console.presenters import families as presenters
from console.presenters.inbox import name_of
from console.presenters.times import day as said_day
from core.clock import beijing_date
from core.errors import NotFound, Refusal
from core.words import say
from handbook.actions import Loss, record_loss
from handbook.models import LossKind
from handbook.queries import pregnancy_in

blueprint = Blueprint("losses", __name__, url_prefix="/families/<family_id>/losses/<pregnancy_id>")

LONGEST_NOTE = 500


@dataclass(frozen=True)
class Typed:
    """What was typed, as it was typed."""

    kind: str = ""
    day: str = ""
    note: str = ""

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> Self:
        """Return the fields of a form."""
        note = form.get("note", "").strip()[:LONGEST_NOTE]
        return cls(form.get("kind", ""), form.get("day", ""), note)

    def loss(self) -> Loss:
        """Return what is to be recorded.

        Raises:
            BadLoss: the kind or the day cannot be read.
        """
        try:
            return Loss(kind=LossKind(self.kind), day=date.fromisoformat(self.day), note=self.note)
        except ValueError as unreadable:
            raise BadLoss from unreadable

    @property
    def kind_label(self) -> str:
        """Return the kind in Chinese."""
        return presenters.LOSSES[self.loss().kind]

    @property
    def day_label(self) -> str:
        """Return the day in Chinese."""
        return said_day(self.loss().day)


@blueprint.before_request
def check_may_record() -> None:
    """Pass only those who record births and losses."""
    check_member_may(Act.RECORD_LIFE)


@blueprint.get("/")
def ask(family_id: str, pregnancy_id: str) -> str:
    """Ask what happened and when."""
    return _page("console/loss.html", family_id, pregnancy_id, Typed(), problem=None)


@blueprint.post("/confirmation")
def confirm(family_id: str, pregnancy_id: str) -> str | tuple[str, int]:
    """Show what was typed and what will happen; nothing is recorded yet."""
    typed = Typed.read(request.form)
    try:
        typed.loss()
    except BadLoss as refusal:
        return _once_more(family_id, pregnancy_id, typed, refusal)
    return _page("console/loss_confirm.html", family_id, pregnancy_id, typed, problem=None)


@blueprint.post("/")
def record(family_id: str, pregnancy_id: str) -> Response | tuple[str, int]:
    """Record the loss; from here on nothing about the pregnancy is sent."""
    typed = Typed.read(request.form)
    try:
        with house().database.transaction() as session:
            record_loss(
                session,
                hospital_id=member().hospital_id,
                pregnancy_id=pregnancy_id,
                loss=typed.loss(),
                actor=Actor(SubjectKind.STAFF, member().id),
                now=house().clock.now(),
            )
    except Refusal as refusal:
        return _once_more(family_id, pregnancy_id, typed, refusal)
    return redirect(url_for("console.families.family", family_id=family_id), 303)


def _once_more(
    family_id: str, pregnancy_id: str, typed: Typed, refusal: Refusal
) -> tuple[str, int]:
    problem = say(refusal.code, **refusal.details)
    page = _page("console/loss.html", family_id, pregnancy_id, typed, problem=problem)
    return page, refusal.status


def _page(
    template: str, family_id: str, pregnancy_id: str, typed: Typed, *, problem: str | None
) -> str:
    """Return a page of this pregnancy.

    Raises:
        core.errors.NotFound: no such pregnancy of this family in this hospital.
    """
    now = house().clock.now()
    with house().database.transaction() as session:
        people = read_family(session, staff=member(), family_id=family_id, now=now)
        pregnancy = pregnancy_in(
            session, pregnancy_id=pregnancy_id, hospital_id=member().hospital_id
        )
    mothers = [name_of(person) for person in people if person.id == pregnancy.person_id]
    if not mothers:
        raise NotFound
    return render_template(
        template,
        family_id=family_id,
        name=mothers[0],
        card=presenters.pregnancy_card(pregnancy, today=beijing_date(now)),
        kinds=[(kind.value, label) for kind, label in presenters.LOSSES.items()],
        today=beijing_date(now).isoformat(),
        typed=typed,
        problem=problem,
    )
