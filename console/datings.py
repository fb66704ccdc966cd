"""Re-dating: another dating is compared, written down, and accepted or declined by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from accounts.queries import person_of, staff_by_ids
from accounts.rules import Act
from console import typed
from console.errors import NothingChosen
from console.family_frame import frame, pregnancy_of_family
from console.guard import actor, check_member_may, house, member
from console.presenters import datings as presenters
from console.presenters import times
from console.presenters.families import family_line
from console.typed import NOTHING, Refused
from core.clock import beijing_date
from core.db import Session
from core.errors import NotFound, Refusal
from handbook.actions_dating import accept_dating, decline_dating, propose_dating
from handbook.dating import reading_of_scan, reading_of_transfer
from handbook.models import Dating, Pregnancy
from handbook.queries import datings_of, pregnancy_in, proposals_in, redating_rule_of
from handbook.timeline import Reading, read_dating

blueprint = Blueprint("datings", __name__)

OF_PREGNANCY = "/families/<family_id>/datings/<pregnancy_id>"
SOURCES = ("ultrasound", "embryo_transfer", "clinician", "last_period")
Answer = Response | tuple[str, int]


@dataclass(frozen=True)
class Waiting:
    """A proposal of the hospital that nobody answered yet."""

    family_id: str
    pregnancy_id: str
    name: str
    due: str
    line: presenters.DatingLine


@blueprint.before_request
def check_may_record() -> None:
    """Pass only those who write into records."""
    check_member_may(Act.RECORD_LIFE)


@blueprint.get("/datings/")
def board() -> str:
    """Show every proposal of the hospital that waits for an answer."""
    today = beijing_date(house().clock.now())
    with house().database.transaction() as session:
        found = proposals_in(session, hospital_id=member().hospital_id)
        staff = staff_by_ids(session, presenters.staff_of(found))
        lines = [_waiting(session, dating, staff=staff, today=today) for dating in found]
    return render_template("console/datings.html", lines=lines)


@blueprint.get(f"{OF_PREGNANCY}/")
def page(family_id: str, pregnancy_id: str) -> tuple[str, int]:
    """Show every dating of a pregnancy, and the forms of another one."""
    return _page(family_id, pregnancy_id, refused=NOTHING)


@blueprint.post(f"{OF_PREGNANCY}/comparison")
def compare(family_id: str, pregnancy_id: str) -> tuple[str, int]:
    """Show what another dating would give; nothing is written down yet."""
    today = beijing_date(house().clock.now())
    try:
        reading = _reading(today)
    except Refusal as refusal:
        return _once_more(family_id, pregnancy_id, refusal)
    with house().database.transaction() as session:
        pregnancy = pregnancy_of_family(session, family_id=family_id, pregnancy_id=pregnancy_id)
        rule = redating_rule_of(session, hospital_id=member().hospital_id)
    shown = presenters.comparison(reading, pregnancy=pregnancy, rule=rule, today=today)
    return _page(family_id, pregnancy_id, refused=_kept(), comparison=shown)


@blueprint.post(f"{OF_PREGNANCY}/")
def propose(family_id: str, pregnancy_id: str) -> Answer:
    """Write down another dating; the one in force stands until somebody accepts this one."""
    now = house().clock.now()
    try:
        reading = _reading(beijing_date(now))
        with house().database.transaction() as session:
            propose_dating(
                session,
                pregnancy=pregnancy_of_family(
                    session, family_id=family_id, pregnancy_id=pregnancy_id
                ),
                reading=reading, actor=actor(), now=now,
            )  # fmt: skip
    except NotFound:
        raise
    except Refusal as refusal:
        return _once_more(family_id, pregnancy_id, refusal)
    return _to(family_id, pregnancy_id)


@blueprint.post(f"{OF_PREGNANCY}/<dating_id>/acceptance")
def accept(family_id: str, pregnancy_id: str, dating_id: str) -> Response:
    """Make a dating the one in force."""
    hospital_id, now = member().hospital_id, house().clock.now()
    with house().database.transaction() as session:
        _check_of(session, family_id, pregnancy_id, dating_id)
        accept_dating(
            session, hospital_id=hospital_id, dating_id=dating_id, actor=actor(), now=now
        )  # fmt: skip
    return _to(family_id, pregnancy_id)


@blueprint.post(f"{OF_PREGNANCY}/<dating_id>/refusal")
def decline(family_id: str, pregnancy_id: str, dating_id: str) -> Response:
    """Keep the dating in force, and write down that this one was not taken."""
    hospital_id, now = member().hospital_id, house().clock.now()
    with house().database.transaction() as session:
        _check_of(session, family_id, pregnancy_id, dating_id)
        decline_dating(
            session, hospital_id=hospital_id, dating_id=dating_id, actor=actor(), now=now
        )  # fmt: skip
    return _to(family_id, pregnancy_id)


def _reading(today: date) -> Reading:
    """Return the dating that was typed.

    Raises:
        NothingChosen: it does not say what it is worked out from.
        And whatever says that such a day, such weeks or such an embryo cannot be.
    """
    source = request.form.get("source", "")
    match source:
        case "ultrasound":
            return reading_of_scan(
                scan_day=typed.day(), weeks=typed.count("weeks"), days=typed.count("days"),
                today=today,
            )  # fmt: skip
        case "embryo_transfer":
            return reading_of_transfer(
                transfer_day=typed.day(), embryo_days=typed.count("embryo_days"), today=today
            )
        case "clinician" | "last_period":
            return read_dating(source=source, day=typed.day(), today=today)
        case _:
            raise NothingChosen


def _kept() -> Refused:
    """Return what was typed, so that the form still shows it."""
    return Refused(request.form["source"], {}, request.form.to_dict())


def _once_more(family_id: str, pregnancy_id: str, refusal: Refusal) -> tuple[str, int]:
    source = request.form.get("source", "")
    refused = Refused.of(source if source in SOURCES else "", refusal)
    return _page(family_id, pregnancy_id, refused=refused)


def _page(
    family_id: str,
    pregnancy_id: str,
    *,
    refused: Refused,
    comparison: presenters.Comparison | None = None,
) -> tuple[str, int]:
    now = house().clock.now()
    with house().database.transaction() as session:
        pregnancy = pregnancy_of_family(session, family_id=family_id, pregnancy_id=pregnancy_id)
        framed = frame(session, family_id=family_id, here=pregnancy_id, now=now)
        lines = _lines(session, pregnancy, today=beijing_date(now))
    page = render_template(
        "console/dating.html",
        frame=framed,
        pregnancy_id=pregnancy_id,
        is_ongoing=pregnancy.closed_at is None,
        lines=lines,
        comparison=comparison,
        embryo_days=presenters.EMBRYO_DAYS,
        refused=refused,
        today=beijing_date(now).isoformat(),
    )
    return page, refused.status


def _lines(session: Session, pregnancy: Pregnancy, *, today: date) -> list[presenters.DatingLine]:
    found = datings_of(session, pregnancy_id=pregnancy.id)
    staff = staff_by_ids(session, presenters.staff_of(found))
    return [
        presenters.dating_line(one, pregnancy=pregnancy, staff=staff, today=today) for one in found
    ]


def _waiting(
    session: Session, dating: Dating, *, staff: presenters.Members, today: date
) -> Waiting:
    hospital_id = member().hospital_id
    pregnancy = pregnancy_in(session, pregnancy_id=dating.pregnancy_id, hospital_id=hospital_id)
    person = person_of(session, person_id=pregnancy.person_id, hospital_id=hospital_id)
    line = presenters.dating_line(dating, pregnancy=pregnancy, staff=staff, today=today)
    name = family_line(person).name
    return Waiting(pregnancy.family_id, pregnancy.id, name, times.day(pregnancy.due_day), line)


def _check_of(session: Session, family_id: str, pregnancy_id: str, dating_id: str) -> None:
    """Pass if a dating is one of this pregnancy of this family.

    Raises:
        NotFound: it is not.
    """
    pregnancy_of_family(session, family_id=family_id, pregnancy_id=pregnancy_id)
    found: Iterable[Dating] = datings_of(session, pregnancy_id=pregnancy_id)
    if dating_id not in {one.id for one in found}:
        raise NotFound


def _to(family_id: str, pregnancy_id: str) -> Response:
    address = url_for(
        "console.datings.page", family_id=family_id, pregnancy_id=pregnancy_id
    )  # fmt: skip
    return redirect(address, 303)
