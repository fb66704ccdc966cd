"""Births: the delivery, each living child, the way home; and a child whose family comes later."""

from dataclasses import dataclass
from datetime import date, datetime, time

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.models import Person, Purpose
from accounts.queries import consents_of, person_of
from accounts.rules import Act
from console import lives, typed
from console.errors import BadTime
from console.family_frame import OVERVIEW, frame, pregnancy_of_family
from console.guard import actor, check_member_may, house, member
from console.presenters.children import GUARDIANS
from console.presenters.inbox import name_of
from console.presenters.schedules import SEXES
from console.presenters.times import read_weeks
from console.typed import NOTHING, Refused
from core.clock import beijing_date, beijing_moment
from core.db import Session
from core.errors import BadRequest, NotFound, Refusal
from handbook.actions_births import add_child, record_birth, record_delivery, record_discharge
from handbook.actions_dating import MOST_FETUSES, set_fetuses
from handbook.births import Delivery, Newborn
from handbook.care.vaccines import Sex
from handbook.models_lives import GuardianKind

blueprint = Blueprint("births", __name__, url_prefix="/families/<family_id>")

OF_PREGNANCY = "/births/<pregnancy_id>"
FETUSES, DISCHARGE, BIRTH = "fetuses", "discharge", "birth"
Answer = Response | tuple[str, int]


@dataclass(frozen=True)
class Told:
    """What was typed of a birth."""

    delivery: Delivery
    newborns: tuple[Newborn, ...]


@blueprint.before_request
def check_may_record() -> None:
    """Pass only those who record births and losses."""
    check_member_may(Act.RECORD_LIFE)


@blueprint.get(f"{OF_PREGNANCY}/")
def ask(family_id: str, pregnancy_id: str) -> tuple[str, int]:
    """Ask about the delivery and each child."""
    return _birth_page(family_id, pregnancy_id, refused=NOTHING)


@blueprint.post(f"{OF_PREGNANCY}/")
def record(family_id: str, pregnancy_id: str) -> Answer:
    """Record the delivery, and open the record of each child that was typed."""
    try:
        _record(family_id, pregnancy_id)
    except NotFound:
        raise
    except Refusal as refusal:
        return _birth_page(family_id, pregnancy_id, refused=Refused.of(BIRTH, refusal))
    return redirect(url_for("console.families.family", family_id=family_id), 303)


@blueprint.post("/lives/<pregnancy_id>/discharge")
def discharge(family_id: str, pregnancy_id: str) -> Answer:
    """Write down when mother and children went home."""
    try:
        day = typed.day()
        with house().database.transaction() as session:
            pregnancy_of_family(session, family_id=family_id, pregnancy_id=pregnancy_id)
            record_discharge(
                session, hospital_id=member().hospital_id, pregnancy_id=pregnancy_id, day=day,
                actor=actor(), now=house().clock.now(),
            )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return lives.shown(family_id, pregnancy_id, refused=Refused.of(DISCHARGE, refusal))
    return _to(family_id, pregnancy_id)


@blueprint.post("/lives/<pregnancy_id>/fetuses")
def fetuses(family_id: str, pregnancy_id: str) -> Answer:
    """Write down how many children are expected."""
    try:
        count = typed.count("count")
        with house().database.transaction() as session:
            pregnancy_of_family(session, family_id=family_id, pregnancy_id=pregnancy_id)
            set_fetuses(
                session, hospital_id=member().hospital_id, pregnancy_id=pregnancy_id, count=count,
                actor=actor(), now=house().clock.now(),
            )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return lives.shown(family_id, pregnancy_id, refused=Refused.of(FETUSES, refusal))
    return _to(family_id, pregnancy_id)


@blueprint.get("/children/new")
def ask_child(family_id: str) -> tuple[str, int]:
    """Ask about a child that was born before its family came here."""
    return _child_page(family_id, refused=NOTHING)


@blueprint.post("/children/")
def record_child(family_id: str) -> Answer:
    """Open the record of a child whose family comes later."""
    try:
        child_id = _add_child(family_id)
    except NotFound:
        raise
    except Refusal as refusal:
        return _child_page(family_id, refused=Refused.of(BIRTH, refusal))
    return _to(family_id, child_id)


def _record(family_id: str, pregnancy_id: str) -> None:
    told, now = _told(), house().clock.now()
    with house().database.transaction() as session:
        pregnancy_of_family(session, family_id=family_id, pregnancy_id=pregnancy_id)
        if told.newborns:
            record_birth(
                session, hospital_id=member().hospital_id, pregnancy_id=pregnancy_id,
                delivery=told.delivery, newborns=told.newborns, actor=actor(), now=now,
            )  # fmt: skip
        else:
            record_delivery(
                session, hospital_id=member().hospital_id, pregnancy_id=pregnancy_id,
                delivery=told.delivery, actor=actor(), now=now,
            )  # fmt: skip


def _add_child(family_id: str) -> str:
    weeks = typed.line("gestation")
    newborn, days = _newborn("1"), read_weeks(weeks) if weeks else None
    kind, now = _guardian_kind(), house().clock.now()
    with house().database.transaction() as session:
        child = add_child(
            session, guardian=_guardian(session, family_id), kind=kind, newborn=newborn,
            gestation_at_birth_days=days, actor=actor(), now=now,
        )  # fmt: skip
    return child.id


def _guardian(session: Session, family_id: str) -> Person:
    """Return the person of this family who was chosen.

    Raises:
        NotFound: nobody of this family was.
    """
    person = person_of(
        session, person_id=request.form.get("person", ""), hospital_id=member().hospital_id
    )
    if person.family_id != family_id:
        raise NotFound
    return person


def _guardian_kind() -> GuardianKind:
    kind = request.form.get("kind", "")
    if kind not in set(GuardianKind):
        raise BadRequest
    return GuardianKind(kind)


def _told() -> Told:
    """Return what was typed; without children's records only the delivery is told."""
    children = tuple(_newborn(str(place)) for place in range(1, _children() + 1))
    days = [each.birth_day for each in children]
    delivery = Delivery(
        day=max(days) if days else typed.day(),
        discharge_day=typed.day_or_none("discharge_day"),
        is_one_stillborn=request.form.get("is_one_stillborn") == "yes",
        note=typed.note(),
    )
    return Told(delivery, children)


def _newborn(place: str) -> Newborn:
    day, sex = typed.day(f"day-{place}"), request.form.get(f"sex-{place}", "")
    weight = request.form.get(f"weight-{place}", "").strip()
    return Newborn(
        birth_day=day,
        rank=typed.count(f"rank-{place}"),
        birth_at=_moment(day, request.form.get(f"time-{place}", "").strip()),
        sex=Sex(sex) if sex in set(Sex) else None,
        weight_g=typed.count(f"weight-{place}") if weight else None,
        name=typed.line(f"name-{place}") or None,
    )


def _moment(day: date, text: str) -> datetime | None:
    """Return the moment of a time of day.

    Raises:
        BadTime: it is not written as hours and minutes.
    """
    if not text:
        return None
    try:
        found = time.fromisoformat(text)
    except ValueError as unreadable:
        raise BadTime from unreadable
    return beijing_moment(day, hour=found.hour, minute=found.minute)


def _children() -> int:
    """Return for how many children the form asks; none when only the delivery is recorded."""
    asked = request.values.get("count", default=1, type=int)
    return min(max(asked, 0), MOST_FETUSES)


def _birth_page(family_id: str, pregnancy_id: str, *, refused: Refused) -> tuple[str, int]:
    now = house().clock.now()
    with house().database.transaction() as session:
        pregnancy = pregnancy_of_family(session, family_id=family_id, pregnancy_id=pregnancy_id)
        framed = frame(session, family_id=family_id, here=pregnancy_id, now=now)
        is_agreed = Purpose.CHILD_RECORD in consents_of(session, person_id=pregnancy.person_id)
    is_asked = "count" in request.values
    count = _children() if is_asked else pregnancy.fetuses
    page = render_template(
        "console/birth.html",
        frame=framed,
        pregnancy_id=pregnancy_id,
        is_agreed=is_agreed,
        is_multiple=pregnancy.fetuses > 1,
        count=count if is_agreed else 0,
        counts=range(MOST_FETUSES + 1),
        sexes=[(sex.value, label) for sex, label in SEXES.items()],
        refused=refused,
        today=beijing_date(now).isoformat(),
    )
    return page, refused.status


def _child_page(family_id: str, *, refused: Refused) -> tuple[str, int]:
    now = house().clock.now()
    with house().database.transaction() as session:
        framed = frame(session, family_id=family_id, here=OVERVIEW, now=now)
    page = render_template(
        "console/child_new.html",
        frame=framed,
        people=[(person.id, name_of(person)) for person in framed.people],
        kinds=[(kind.value, label) for kind, label in GUARDIANS.items()],
        sexes=[(sex.value, label) for sex, label in SEXES.items()],
        refused=refused,
        today=beijing_date(now).isoformat(),
    )
    return page, refused.status


def _to(family_id: str, subject_id: str) -> Response:
    address = url_for("console.lives.page", family_id=family_id, subject_id=subject_id)
    return redirect(address, 303)
