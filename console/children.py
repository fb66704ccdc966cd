"""A child's life: who looks after it, its plan, where it goes; a death is asked calmly, twice."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Self

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from accounts.queries import person_of
from accounts.rules import Act
from console import lives, typed
from console.errors import BadDay, NothingChosen
from console.family_frame import child_of_family, frame
from console.guard import actor, check_member_may, house, member
from console.presenters.children import child_card
from console.presenters.times import day as said_day
from console.typed import LONGEST_NOTE, Refused
from core.clock import beijing_date
from core.db import Session
from core.errors import NotFound, Refusal
from core.words import say
from handbook import actions_children
from handbook.actions_sex import set_sex
from handbook.care.vaccines import Sex
from handbook.models_lives import Child, EndReason, GuardianKind

blueprint = Blueprint(
    "children", __name__, url_prefix="/families/<family_id>/children/<child_id>"
)  # fmt: skip

GUARDIAN, END, SEX, MOVE, PLAN = "guardian", "end", "sex", "move", "plan"
Answer = Response | tuple[str, int]


@dataclass(frozen=True)
class Typed:
    """What was typed of a death, as it was typed."""

    day: str = ""
    note: str = ""

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> Self:
        """Return the fields of a form."""
        return cls(form.get("day", ""), form.get("note", "").strip()[:LONGEST_NOTE])

    def died_on(self) -> date:
        """Return the day.

        Raises:
            BadDay: it is none.
        """
        try:
            return date.fromisoformat(self.day)
        except ValueError as unreadable:
            raise BadDay from unreadable


@blueprint.before_request
def check_may_record() -> None:
    """Pass only those who record what happens in a life."""
    check_member_may(Act.RECORD_LIFE)


@blueprint.post("/guardians")
def add_guardian(family_id: str, child_id: str) -> Answer:
    """Let somebody of the family look after the child."""
    return _changed(family_id, child_id, _add_guardian, form=GUARDIAN)


@blueprint.post("/guardians/end")
def end_guardianship(family_id: str, child_id: str) -> Answer:
    """End somebody's looking after the child."""
    return _changed(family_id, child_id, _end_guardianship, form=END)


@blueprint.post("/sex")
def tell_sex(family_id: str, child_id: str) -> Answer:
    """Write down the child's sex, or correct it with the reason."""
    return _changed(family_id, child_id, _set_sex, form=SEX)


@blueprint.post("/moves")
def move(family_id: str, child_id: str) -> Answer:
    """Write down that the child is looked after elsewhere now."""
    return _changed(family_id, child_id, _move_away, form=MOVE)


@blueprint.post("/returns")
def come_back(family_id: str, child_id: str) -> Answer:
    """Write down that the child is here again."""
    return _changed(family_id, child_id, _come_back, form=MOVE)


@blueprint.post("/plan")
def choose_plan(family_id: str, child_id: str) -> Answer:
    """Write down the follow-up plan that a clinician chose, or that there is none."""
    check_member_may(Act.ASSESS_RISK)
    return _changed(family_id, child_id, _choose_plan, form=PLAN)


@blueprint.get("/death")
def ask_death(family_id: str, child_id: str) -> tuple[str, int]:
    """Ask on which day the child died."""
    return _death_page("console/death.html", family_id, child_id, Typed(), refusal=None)


@blueprint.post("/death/confirmation")
def confirm_death(family_id: str, child_id: str) -> tuple[str, int]:
    """Show what was typed and what will happen; nothing is recorded yet."""
    told = Typed.read(request.form)
    try:
        told.died_on()
    except BadDay as refusal:
        return _death_page("console/death.html", family_id, child_id, told, refusal=refusal)
    return _death_page("console/death_confirm.html", family_id, child_id, told, refusal=None)


@blueprint.post("/death")
def record_death(family_id: str, child_id: str) -> Answer:
    """Record the death; from here on nothing of the child is sent."""
    told = Typed.read(request.form)
    try:
        with house().database.transaction() as session:
            actions_children.record_death(
                session, child=child_of_family(session, family_id=family_id, child_id=child_id),
                day=told.died_on(), note=told.note, actor=actor(), now=house().clock.now(),
            )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return _death_page("console/death.html", family_id, child_id, told, refusal=refusal)
    return redirect(url_for("console.families.family", family_id=family_id), 303)


def _add_guardian(session: Session, child: Child) -> None:
    kind = request.form.get("kind", "")
    if kind not in set(GuardianKind) or not request.form.get("person"):
        raise NothingChosen
    person = person_of(
        session, person_id=request.form["person"], hospital_id=member().hospital_id
    )  # fmt: skip
    if person.family_id != child.family_id:
        raise NotFound
    actions_children.add_guardian(
        session, child=child, person=person, kind=GuardianKind(kind), actor=actor(),
        now=house().clock.now(),
    )  # fmt: skip


def _end_guardianship(session: Session, child: Child) -> None:
    reason = request.form.get("reason", "")
    if reason not in set(EndReason):
        raise NothingChosen
    actions_children.end_guardianship(
        session, child=child, person_id=request.form.get("person", ""),
        reason=EndReason(reason), actor=actor(), now=house().clock.now(),
    )  # fmt: skip


def _set_sex(session: Session, child: Child) -> None:
    sex = request.form.get("sex", "")
    if sex not in set(Sex):
        raise NothingChosen
    set_sex(
        session, child=child, sex=Sex(sex), reason=typed.line("reason"), actor=actor(),
        now=house().clock.now(),
    )  # fmt: skip


def _move_away(session: Session, child: Child) -> None:
    now = house().clock.now()
    actions_children.move_away(session, child=child, day=typed.day(), actor=actor(), now=now)


def _come_back(session: Session, child: Child) -> None:
    now = house().clock.now()
    actions_children.come_back(session, child=child, day=typed.day(), actor=actor(), now=now)


def _choose_plan(session: Session, child: Child) -> None:
    actions_children.choose_plan(
        session, child=child, plan=request.form.get("plan") or None, actor=actor(),
        now=house().clock.now(),
    )  # fmt: skip


def _changed(
    family_id: str, child_id: str, change: Callable[[Session, Child], None], *, form: str
) -> Answer:
    """Change a child's life, or show its page again with what was refused."""
    try:
        with house().database.transaction() as session:
            change(session, child_of_family(session, family_id=family_id, child_id=child_id))
    except NotFound:
        raise
    except Refusal as refusal:
        return lives.shown(family_id, child_id, refused=Refused.of(form, refusal))
    address = url_for("console.lives.page", family_id=family_id, subject_id=child_id)
    return redirect(f"{address}#{form}", 303)


def _death_page(
    template: str, family_id: str, child_id: str, told: Typed, *, refusal: Refusal | None
) -> tuple[str, int]:
    now = house().clock.now()
    with house().database.transaction() as session:
        child = child_of_family(session, family_id=family_id, child_id=child_id)
        frame(session, family_id=family_id, here=child_id, now=now)
    page = render_template(
        template,
        family_id=family_id,
        card=child_card(child, today=beijing_date(now)),
        born=child.birth_day.isoformat(),
        today=beijing_date(now).isoformat(),
        typed=told,
        day_label=said_day(told.died_on()) if told.day and refusal is None else "",
        problem=say(refusal.code, **refusal.details) if refusal else None,
    )
    return page, refusal.status if refusal else typed.OK
