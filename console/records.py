"""What staff write into a record: visits and doses confirmed, measurements, and mistakes undone."""

from collections.abc import Callable
from decimal import Decimal

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from accounts.rules import Act
from console import lives, typed
from console.errors import BadNumber, HalfPressure, NothingMeasured
from console.family_frame import subject_in
from console.guard import actor, check_member_may, house
from console.presenters.measurements import BUILD, PRESSURE
from console.typed import Refused
from core.db import Session
from core.errors import BadRequest, NotFound, Refusal
from core.words import say
from handbook import actions_records
from handbook.actions_records import Given, Measured, confirm_dose, confirm_visit, measure
from handbook.errors import MeasurementOutOfRange
from handbook.growth.numbers import Posture
from handbook.models_lives import Child
from handbook.models_records import MeasurementKind
from handbook.queries_records import Owner
from handbook.ranges import Subject, check_measurement
from handbook.telling import Seen

blueprint = Blueprint("records", __name__, url_prefix="/families/<family_id>/lives/<subject_id>")

MEASURE, BUILD_FORM, WITHDRAW = "measure", "build", "withdraw"
Answer = Response | tuple[str, int]


@blueprint.before_request
def check_may_record() -> None:
    """Pass only those who write into records."""
    check_member_may(Act.RECORD_LIFE)


@blueprint.post("/visits")
def visit(family_id: str, subject_id: str) -> Answer:
    """Write down that staff vouch for an item."""
    return _written(family_id, subject_id, _confirm_visit, form=_key())


@blueprint.post("/doses")
def dose(family_id: str, subject_id: str) -> Answer:
    """Write down that staff vouch for a dose."""
    return _written(family_id, subject_id, _confirm_dose, form=_key())


@blueprint.post("/measurements")
def measurements(family_id: str, subject_id: str) -> Answer:
    """Write down all that was measured on a day, or nothing; every wrong field is told at once."""
    is_build = any(kind.value in request.form for kind in BUILD)
    form = BUILD_FORM if is_build else MEASURE
    with house().database.transaction() as session:
        subject = subject_in(session, family_id=family_id, subject_id=subject_id)
    _, wrong = _read(subject)
    if wrong:
        refused = Refused(form, wrong, request.form.to_dict(), BadRequest.status)
        return lives.shown(family_id, subject_id, refused=refused)
    return _written(family_id, subject_id, _measure, form=form)


@blueprint.post("/withdrawals")
def withdraw(family_id: str, subject_id: str) -> Answer:
    """Take back a record that was wrong; it is kept, and seen no more."""
    return _written(family_id, subject_id, _withdraw, form=WITHDRAW)


def _confirm_visit(session: Session, subject: Owner) -> None:
    now = house().clock.now()
    confirm_visit(
        session, subject=subject, item_key=_key(), seen=_seen(), actor=actor(), now=now
    )  # fmt: skip


def _confirm_dose(session: Session, subject: Owner) -> None:
    if not isinstance(subject, Child):
        raise NotFound
    vaccine, number = _dose()
    given = Given(vaccine, number, _seen(), typed.line("lot") or None)
    confirm_dose(session, child=subject, given=given, actor=actor(), now=house().clock.now())


def _measure(session: Session, subject: Owner) -> None:
    found, _ = _read(subject)
    day, now = typed.day(), house().clock.now()
    for kind, value in found.items():
        posture = _posture() if kind is MeasurementKind.CHILD_HEIGHT else None
        measured = Measured(kind, value, day, posture)
        measure(session, subject=subject, measured=measured, actor=actor(), now=now)


def _withdraw(session: Session, subject: Owner) -> None:
    record_id, now = request.form.get("record_id", ""), house().clock.now()
    actions_records.withdraw(
        session, subject=subject, record_id=record_id, actor=actor(), now=now
    )  # fmt: skip


def _written(
    family_id: str, subject_id: str, write: Callable[[Session, Owner], None], *, form: str
) -> Answer:
    """Write into the record of a subject, or show its page again with what was refused."""
    try:
        with house().database.transaction() as session:
            write(session, subject_in(session, family_id=family_id, subject_id=subject_id))
    except NotFound:
        raise
    except Refusal as refusal:
        return lives.shown(family_id, subject_id, refused=Refused.of(form, refusal))
    address = url_for("console.lives.page", family_id=family_id, subject_id=subject_id)
    return redirect(f"{address}#{form.replace(':', '-')}", 303)


def _posture() -> Posture | None:
    """Return how a child's length was taken, if that was said.

    Raises:
        BadRequest: in no such way.
    """
    given = request.form.get("posture", "")
    if given not in {"", *Posture}:
        raise BadRequest
    return Posture(given) if given else None


def _seen() -> Seen:
    return Seen(typed.day(), typed.line("place"))


def _key() -> str:
    return request.form.get("key", "")


def _dose() -> tuple[str, int]:
    """Read the vaccine and the number of "dose:DTaP:2".

    Raises:
        BadRequest: it is written in another way.
    """
    _, _, rest = _key().partition(":")
    vaccine, _, number = rest.rpartition(":")
    if not (vaccine and number.isascii() and number.isdecimal()):
        raise BadRequest
    return vaccine, int(number)


def _read(subject: Owner) -> tuple[dict[MeasurementKind, Decimal], dict[str, str]]:
    """Return the values that were typed, and why fields were refused."""
    found: dict[MeasurementKind, Decimal] = {}
    wrong: dict[str, str] = {}
    whose = Subject.CHILD if isinstance(subject, Child) else Subject.PREGNANCY
    given = [kind for kind in MeasurementKind if request.form.get(kind.value, "").strip()]
    for kind in given:
        try:
            found[kind] = typed.number(request.form[kind.value])
            check_measurement(kind=kind, subject=whose, value=found[kind])
        except (BadNumber, MeasurementOutOfRange) as refusal:
            wrong[kind.value] = say(refusal.code, **refusal.details)
    missing = [kind for kind in PRESSURE if kind not in given]
    if len(missing) == 1:
        wrong[missing[0].value] = say(HalfPressure.code)
    if not given:
        wrong[""] = say(NothingMeasured.code)
    return found, wrong
